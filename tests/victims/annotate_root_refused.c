/* SPDX-License-Identifier: MIT */
/*
 * No root: an empty range, NULL, a range that goes round the end of memory.  One that is not
 * mapped, or may not be read, does no harm.
 *
 * EXPECT unreadable pages
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

char *gone;

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	static long word;

	gone = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(gone != MAP_FAILED);
	gone[0] = 1;
	CHECK(leakscan_add_root(gone, 8192) == 0);
	CHECK(mprotect(gone, 4096, PROT_NONE) == 0 && munmap(gone + 4096, 4096) == 0);
	errno = ENOTTY;
	CHECK(leakscan_add_root(NULL, 8) == -EINVAL);
	CHECK(leakscan_add_root(&word, 0) == -EINVAL);
	CHECK(leakscan_add_root(&word, SIZE_MAX) == -EINVAL);
	CHECK(leakscan_remove_root(NULL, 8) == -EINVAL);
	CHECK(leakscan_remove_root(&word, 0) == -EINVAL);
	CHECK(leakscan_remove_root(&word, SIZE_MAX) == -EINVAL);
	CHECK(leakscan_remove_root(&word, sizeof(word)) == 0);
	CHECK(leakscan_add_root(&word, 3) == 0);
	CHECK(errno == ENOTTY);
	make_buffer();
	clear_registers();
	scan(1);
}
