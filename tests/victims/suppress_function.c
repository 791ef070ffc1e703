/* SPDX-License-Identifier: MIT */
/*
 * A rule fits a function of the backtrace; a line that is no rule does not keep the others from it.
 *
 * RULE # our own
 * RULE not a rule
 * RULE leak:^make_known$
 * RULE leak:^make$
 * EXPECT exit: size 32 in make_unknown
 * EXPECT exit: line # suppressed: 1 object, 48 bytes
 * EXPECT exit: line # suppression: 1 object, 48 bytes: leak:^make_known$
 */
#include "victim.h"

NOINLINE static void make_known(void)
{
	use(malloc(48));
}

NOINLINE static void make_unknown(void)
{
	use(malloc(32));
}

int main(void)
{
	make_known();
	make_unknown();
	clear_registers();
}
