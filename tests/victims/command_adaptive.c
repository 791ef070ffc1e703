/* SPDX-License-Identifier: MIT */
/*
 * scan=adaptive scans at once; while a place keeps leaking the pause is halved, and the report says
 * how long it is.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 1: line # adaptive: 600 s between periodic scans
 * EXPECT scan 2: size 48 in lose
 * EXPECT scan 2: line # adaptive: 600 s between periodic scans
 * EXPECT scan 3: 2 x size 48 in lose
 * EXPECT scan 3: line # adaptive: 300 s between periodic scans
 * EXPECT scan 4: 3 x size 48 in lose
 * EXPECT scan 4: line # adaptive: 150 s between periodic scans
 * EXPECT scan 5: 3 x size 48 in lose
 * EXPECT scan 5: line # adaptive: 300 s between periodic scans
 * EXPECT exit: 3 x size 48 in lose
 * EXPECT exit: line # adaptive: 300 s between periodic scans
 */
#include "command.h"

NOINLINE static void lose(void)
{
	use(malloc(48));
}

int main(void)
{
	CHECK(command("scan=adaptive") == COMMAND_OK);
	CHECK_ANSWER("a scan now, then with a pause that adapts\n");
	CHECK(command("options") == COMMAND_OK);
	CHECK_ANSWER("\nscan=adaptive\n");
	wait_for_report(1);
	scans_done = 1;
	for (unsigned number = 2; number <= 5; number++) {
		if (number < 5)
			lose();
		clear_registers();
		CHECK(scan(number) == (number < 5));
	}
}
