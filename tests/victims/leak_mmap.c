/* SPDX-License-Identifier: MIT */
/*
 * A mapping of the program's own that nothing refers to.
 *
 * EXPECT exit: mapping size 65536 in map_region
 */
#include "victim.h"

#include <sys/mman.h>

NOINLINE static void map_region(void)
{
	void *region = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	CHECK(region != MAP_FAILED);
	use(region);
}

int main(void)
{
	map_region();
	clear_registers();
}
