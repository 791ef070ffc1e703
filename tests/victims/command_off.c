/*
 * After the command off nothing is recorded, scanned or reported; the program runs on.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: no report
 */
#include "command.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(command("scan=3600") == COMMAND_OK);
	wait_for_report(2);
	CHECK(command("off") == COMMAND_OK);
	CHECK_ANSWER("leakscan is off in this process, for good\n");
	make_buffer();
	CHECK(leakscan_scan() == -EPERM);
	CHECK(command("scan") == COMMAND_FAILED);
	CHECK_ANSWER("leakscan is off in this process\n");
	CHECK(command("scan=on") == COMMAND_FAILED);
	CHECK(command("clear") == COMMAND_FAILED);
	CHECK(command("stack=off") == COMMAND_FAILED);
	CHECK(command("dump=1000") == COMMAND_FAILED);
	CHECK_ANSWER("leakscan is off in this process\n");
	CHECK(command("who=1000") == COMMAND_FAILED);
	CHECK_ANSWER("leakscan is off in this process\n");
	CHECK(command("path=1000") == COMMAND_FAILED);
	CHECK_ANSWER("leakscan is off in this process\n");
	CHECK(command("options") == COMMAND_OK);
	CHECK(command("off") == COMMAND_OK);
	CHECK(kill(getpid(), SIGUSR1) == 0);
}
