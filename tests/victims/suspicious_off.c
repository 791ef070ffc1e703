/* SPDX-License-Identifier: MIT */
/*
 * The same without the option: every word counts.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "text_address.h"

int main(void)
{
	hold_by_text();
	clear_registers();
	CHECK(scan(1) == 0);
	leak_control();
	clear_registers();
}
