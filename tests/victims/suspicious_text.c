/* SPDX-License-Identifier: MIT */
/*
 * A mapping that only a text refers to, since it happens to look like its address: with the option it is
 * listed, and is no leak all the same.
 *
 * OPTIONS suspicious=1
 * EXPECT scan 1: suspicious size 65536 in map_there
 * EXPECT scan 1: line held only by the text "fedcba" in name+0x8 [suspicious_text]
 * EXPECT exit: suspicious size 65536 in map_there
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
