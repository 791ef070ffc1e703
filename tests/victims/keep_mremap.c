/* SPDX-License-Identifier: MIT */
/*
 * A mapping that mremap() has moved is scanned, and lost, where it is.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 131072 in grow retains 1 objects 48 bytes
 */
#include "victim.h"

#include <sys/mman.h>

static void **region;

NOINLINE static void make_buffer(void)
{
	region = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
	region[1] = malloc(48);
}

NOINLINE static void grow(void)
{
	region = mremap(region, 65536, 131072, MREMAP_MAYMOVE);
	CHECK(region != MAP_FAILED);
}

int main(void)
{
	make_buffer();
	grow();
	clear_registers();
	scan(1);
	region = NULL;
	clear_registers();
}
