/*
 * What is no command gets an error for an answer; a file that somebody else may have made, a link, a
 * pipe, or no file at all is left alone.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

static char huge[1 << 20];

/* An answer there must not be: waits for that of the next command, which is good. */
NOINLINE static void check_left_alone(const char *path)
{
	char kept[sizeof(command_path)];
	struct stat before, after;

	strcpy(kept, path);
	CHECK(lstat(kept, &before) == 0);
	send_command();
	CHECK(command("options") == COMMAND_OK);
	CHECK(lstat(kept, &after) == 0);
	CHECK(before.st_size == after.st_size && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	CHECK(unlink(kept) == 0);
}

NOINLINE static void check_text(const void *text, size_t size, int status)
{
	write_command(text, size);
	send_command();
	CHECK(await_answer() == status);
}

NOINLINE static void check_texts(void)
{
	check_text("nonsense\n", 9, COMMAND_WRONG);
	CHECK_ANSWER("there is no command 'nonsense'\n");
	check_text("\n", 1, COMMAND_WRONG);
	check_text("\033[31m\n", 6, COMMAND_WRONG);
	CHECK_ANSWER("there is no command ''\n");
	check_text("scan=\n", 6, COMMAND_WRONG);
	check_text("scan=-1\n", 8, COMMAND_WRONG);
	check_text("scan=99999999999999999999\n", 26, COMMAND_WRONG);
	check_text("stack\n", 6, COMMAND_WRONG);
	check_text("clear=1\n", 8, COMMAND_WRONG);
	check_text("scanner\n", 8, COMMAND_WRONG);
	check_text("sca\n", 4, COMMAND_WRONG);
}

/* Texts without an end: read no farther than a command may be long. */
NOINLINE static void check_huge(void)
{
	struct stat status;

	memset(huge, 'x', sizeof(huge));
	write_command(huge, sizeof(huge));
	send_command();
	for (int ms = 0; stat(command_path, &status) == 0 && status.st_size == sizeof(huge); ms++) {
		CHECK(ms < 30000);
		sleep_ms(1);
	}
	CHECK(status.st_size < (off_t)sizeof(huge) + 200);
	CHECK(unlink(command_path) == 0);
}

NOINLINE static void check_files(void)
{
	char other[sizeof(command_path) + 8];

	CHECK(mkfifo(next_command(), 0600) == 0);
	check_left_alone(command_path);
	CHECK(symlink("/etc/passwd", next_command()) == 0);
	check_left_alone(command_path);
	CHECK(mkdir(next_command(), 0700) == 0);
	send_command();
	CHECK(rmdir(command_path) == 0);
	write_command("off\n", 4);
	CHECK(chmod(command_path, 0644) == 0);
	check_left_alone(command_path);
	write_command("off\n", 4);
	snprintf(other, sizeof(other), "%s.other", command_path);
	CHECK(link(command_path, other) == 0);
	check_left_alone(command_path);
	CHECK(unlink(other) == 0);
}

int main(void)
{
	check_texts();
	check_huge();
	check_files();
	next_command();
	send_command(); /* there is no file */
	CHECK(command("options") == COMMAND_OK);
	/* The same signal again: the command is done once. */
	write_command("scan\n", 5);
	send_command();
	send_command();
	CHECK(await_answer() == COMMAND_OK);
	send_command();
	CHECK(command("options") == COMMAND_OK);
	leak_control();
	clear_registers();
}
