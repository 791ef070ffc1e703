/* SPDX-License-Identifier: MIT */
/*
 * A rule fits the path of a module in the backtrace.  With nothing else lost, nothing is reported.
 *
 * RULE leak:/suppress_mod*$
 * EXPECT scan 1: nothing
 * EXPECT scan 1: line # suppressed: 1 object, 48 bytes
 * EXPECT scan 1: line # suppression: 1 object, 48 bytes: leak:/suppress_mod*$
 * EXPECT exit: nothing
 * EXPECT exit: line # suppressed: 1 object, 48 bytes
 * EXPECT exit: line # suppression: 1 object, 48 bytes: leak:/suppress_mod*$
 */
#include "victim.h"

NOINLINE static void make_known(void)
{
	use(malloc(48));
}

int main(void)
{
	make_known();
	clear_registers();
	CHECK(scan(1) == 0);
}
