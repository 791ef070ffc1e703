/* SPDX-License-Identifier: MIT */
/*
 * A reservation of 16 GiB of which parts are mapped anew to be used: it stays one mapping, its parts
 * are held by a pointer to its start, and what is in them is seen.
 *
 * EXPECT at most 16 MiB read
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 17179869184 in reserve retains 3 objects 144 bytes
 */
#include "victim.h"

#include <sys/mman.h>

#define RESERVED (UINT64_C(16) << 30)
#define PART (UINT64_C(64) << 10)

char *reservation;

NOINLINE static void reserve(void)
{
	reservation = mmap(NULL, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			   -1, 0);
	CHECK(reservation != MAP_FAILED);
}

NOINLINE static void make_buffer(uint64_t offset)
{
	void **part = mmap(reservation + offset, PART, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	CHECK((char *)part == reservation + offset);
	part[PART / sizeof(*part) - 1] = malloc(48);
}

int main(void)
{
	reserve();
	make_buffer(0);
	make_buffer(RESERVED / 2);
	make_buffer(RESERVED - PART);
	clear_registers();
	scan(1);
	reservation = NULL;
	clear_registers();
}
