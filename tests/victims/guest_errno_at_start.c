/* SPDX-License-Identifier: MIT */
/*
 * errno is 0 when main() begins, as the C standard has it.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

int main(void)
{
	CHECK(errno == 0);
	leak_control();
	clear_registers();
}
