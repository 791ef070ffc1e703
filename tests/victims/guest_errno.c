/* SPDX-License-Identifier: MIT */
/*
 * No function of the malloc family changes errno when it succeeds; it is ENOMEM when there is no
 * memory.  A scan that the program asks for leaves errno alone, on whatever page of the stack.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <malloc.h>

#define MINE 4711

static void *block;

/* The block in `block`, which was made with errno at MINE. */
static void check_and_free(void)
{
	CHECK(errno == MINE);
	CHECK(block);
	CHECK(malloc_usable_size(block) >= 100 && errno == MINE);
	free(block);
	CHECK(errno == MINE);
}

NOINLINE static void check_all(void)
{
	volatile size_t too_much = PTRDIFF_MAX;

	errno = MINE;
	block = malloc(100);
	check_and_free();
	block = calloc(10, 10);
	check_and_free();
	block = realloc(malloc(10), 100000);
	check_and_free();
	block = reallocarray(NULL, 10, 10);
	check_and_free();
	block = memalign(64, 100);
	check_and_free();
	block = aligned_alloc(64, 128);
	check_and_free();
	block = valloc(100);
	check_and_free();
	block = pvalloc(100);
	check_and_free();
	CHECK(posix_memalign(&block, 64, 100) == 0);
	check_and_free();
	block = malloc(64 << 20);
	check_and_free();
	free(NULL);
	CHECK(errno == MINE);
	CHECK(!malloc(too_much) && errno == ENOMEM);
	block = NULL;
}

NOINLINE static void ask(unsigned number)
{
	volatile char below[20000];
	char text[100];

	below[0] = below[sizeof(below) - 1] = 0;
	errno = MINE;
	CHECK(leakscan_dump((const void *)below, text, sizeof(text)) == -ENOENT);
	CHECK(errno == MINE);
	CHECK(scan(number) == 0);
	CHECK(errno == MINE);
	if (number < 3)
		ask(number + 1);
	below[0] = 1;
}

int main(void)
{
	check_all();
	ask(1);
	leak_control();
	clear_registers();
}
