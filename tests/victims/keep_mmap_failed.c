/* SPDX-License-Identifier: MIT */
/*
 * A mapping on top of another fails when the other is gone already, wholly or but for what the program has
 * kept: what is gone is forgotten, and what is left is not.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 4096 in make_rest
 */
#include "victim.h"

#include <sys/mman.h>
#include <sys/socket.h>

#define PAGE ((size_t)4096)
#define PAGES 256

/* A socket says only late that it cannot be mapped. */
NOINLINE static void map_over(char *start, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(fd >= 0);
	errno = 0;
	CHECK(mmap(start, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED);
	CHECK(errno != 0);
	close(fd);
}

NOINLINE static char *make_rest(void)
{
	char *start = mmap(NULL, (PAGES + 1) * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(start != MAP_FAILED);
	memset(start, 0, (PAGES + 1) * PAGE);
	return start;
}

char *rest;

/* A kernel may have kept what could not be replaced. */
NOINLINE static void lose(char *start)
{
	unsigned char in_core[PAGES];

	map_over(start, PAGES * PAGE);
	if (mincore(start, PAGES * PAGE, in_core) == 0)
		CHECK(munmap(start, PAGES * PAGE) == 0);
}

int main(void)
{
	rest = make_rest() + PAGES * PAGE;
	lose(rest - PAGES * PAGE);
	clear_registers();
	scan(1);
	rest = NULL;
	clear_registers();
}
