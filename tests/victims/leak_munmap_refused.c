/* SPDX-License-Identifier: MIT */
/*
 * The kernel refuses to give a part of a mapping back, or to move it: it is still one object, which is
 * found when it is lost.  So are the blocks of the program's own allocator in another one.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 1048576 in map_region retains 1 objects 48 bytes
 * EXPECT exit: size 32 in make_own retains 1 objects 40 bytes
 */
#include "many_mappings.h"

#define REGION ((size_t)1 << 20)
#define MIDDLE (REGION / 2)

char *region, *pool;
void **own;

NOINLINE static char *map_region(void)
{
	char *mapped = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(mapped != MAP_FAILED);
	return mapped;
}

NOINLINE static void make_buffer(void)
{
	*(void **)(region + MIDDLE + 64) = malloc(48);
}

NOINLINE static void make_own(void)
{
	own = (void **)(pool + MIDDLE + 64);
	leakscan_alloc(own, 32, 1);
	own[0] = malloc(40);
}

static void refused(char *start)
{
	errno = 0;
	CHECK(munmap(start, PAGE) == -1 && errno == ENOMEM);
	errno = 0;
	CHECK(mremap(start, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
}

static void try(void)
{
	refused(region + MIDDLE);
	refused(pool + MIDDLE);
}

int main(void)
{
	region = map_region();
	pool = map_region();
	make_buffer();
	make_own();
	without_mappings(try);
	clear_registers();
	scan(1);
	region = NULL;
	own = NULL;
	clear_registers();
}
