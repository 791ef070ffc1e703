/* SPDX-License-Identifier: MIT */
/*
 * In mode live an object has to be 5 s old unless min_age says otherwise; the scan at the exit is a
 * snapshot, for which age does not matter.
 *
 * OPTIONS mode=live
 * OPTIONS once
 * EXPECT every scan: nothing
 * EXPECT exit: size 48 in lose
 */
#include "victim.h"

NOINLINE static void lose(void)
{
	use(malloc(48));
}

int main(void)
{
	lose();
	clear_registers();
	for (unsigned number = 1; number <= 3; number++)
		scan(number);
	return 0;
}
