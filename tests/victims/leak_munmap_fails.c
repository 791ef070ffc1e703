/* SPDX-License-Identifier: MIT */
/*
 * A munmap() that the kernel refuses forgets nothing.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	make_buffer();
	clear_registers();
	CHECK(munmap((void *)0x10000, (size_t)1 << 56) == -1 && errno == EINVAL);
	CHECK(munmap((void *)0x10000, SIZE_MAX - 8191) == -1 && errno == EINVAL);
}
