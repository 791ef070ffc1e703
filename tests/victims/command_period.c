/*
 * scan=SECONDS scans at once and then with that pause; scan=off ends the thread that sleeps.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"
#include <dirent.h>

NOINLINE static int count_threads(void)
{
	DIR *directory = opendir("/proc/self/task");
	int count = -2; /* . and .. */

	CHECK(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

int main(void)
{
	CHECK(command("scan=3600") == COMMAND_OK);
	CHECK_ANSWER("a scan now, then with a pause of 3600 s\n");
	wait_for_report(1);
	CHECK(command("scan=7200") == COMMAND_OK);
	wait_for_report(2);
	CHECK(command("options") == COMMAND_OK);
	CHECK_ANSWER("\nscan=7200\n");
	CHECK(command("scan=off") == COMMAND_OK);
	CHECK_ANSWER("no periodic scans\n");
	for (int ms = 0; count_threads() > 1; ms++) {
		CHECK(ms < 10000);
		sleep_ms(1);
	}
	CHECK(command("scan=off") == COMMAND_OK);
	CHECK(command("options") == COMMAND_OK);
	CHECK_ANSWER("\nscan=0\n");
	CHECK_ANSWER("\nsignal=SIGUSR1\n");
	leak_control();
	clear_registers();
}
