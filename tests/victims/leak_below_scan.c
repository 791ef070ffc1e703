/* SPDX-License-Identifier: MIT */
/*
 * Copies of a pointer on the dead stack right below the function that asks for a scan: what is called from
 * there comes to lie on them, and uses a part of its frames only.
 *
 * EXPECT scan 1: size 48 in leave_behind
 * EXPECT exit: size 48 in leave_behind
 */
#include "victim.h"

NOINLINE static void leave_behind(void)
{
	void *volatile frame[8192];
	void *block = malloc(48);

	for (size_t i = 0; i < sizeof(frame) / sizeof(frame[0]); i++)
		frame[i] = block;
	use((const void *)frame);
}

int main(void)
{
	leave_behind();
	zero_registers();
	if (getenv("VICTIM_TWICE"))
		leakscan_scan();
	CHECK(leakscan_scan() == 1);
	return 0;
}
