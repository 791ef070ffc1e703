/* SPDX-License-Identifier: MIT */
/*
 * only= names another program: the library does nothing here, and says so to who asks for a
 * scan.
 *
 * OPTIONS only=some,other
 * EXPECT exit: no report
 */
#include "victim.h"

int main(void)
{
	leak_control();
	clear_registers();
	CHECK(leakscan_scan() == -EPERM);
}
