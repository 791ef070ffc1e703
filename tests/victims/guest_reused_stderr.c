/* SPDX-License-Identifier: MIT */
/*
 * A program that closed its stderr and got the same number for a file of its own finds in that
 * file what it wrote, and not our message.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	char text[16];
	FILE *file = tmpfile();
	int fd;

	CHECK(file);
	fd = fileno(file);
	CHECK(close(2) == 0);
	CHECK(dup(fd) == 2);
	CHECK(write(2, "mine", 4) == 4);
	make_buffer();
	clear_registers();
	scan(1);
	if (pread(fd, text, sizeof(text), 0) != 4)
		_exit(1);
}
