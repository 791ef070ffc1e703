/* SPDX-License-Identifier: MIT */
/*
 * The program's handler for a failed operator new allocates and frees memory, and gives up at its
 * second call: what it allocates is recorded, and what is allocated afterwards.
 *
 * EXPECT stdout "bad_alloc after 2 calls\n"
 * EXPECT scan 1: size 40 in handler
 * EXPECT scan 1: size 48 in handler
 * EXPECT scan 1: size 56 in make_buffer
 * EXPECT scan 1: size 64 in make_buffer
 * EXPECT exit: size 40 in handler
 * EXPECT exit: size 48 in handler
 * EXPECT exit: size 56 in make_buffer
 * EXPECT exit: size 64 in make_buffer
 */
#include "victim.h"

#include <new>

static void *reserve;
static int calls;

extern "C" NOINLINE void handler()
{
	free(reserve);
	reserve = nullptr;
	use(malloc(calls ? 48 : 40));
	if (++calls == 2)
		throw std::bad_alloc();
}

extern "C" NOINLINE void make_buffer()
{
	use(malloc(56));
	use(new char[64]);
}

extern "C" NOINLINE void fail()
{
	size_t volatile much = SIZE_MAX / 4;

	try {
		use(::operator new(much));
		CHECK(!"so much memory");
	} catch (const std::bad_alloc &) {
	}
}

int main()
{
	reserve = malloc(1000);
	std::set_new_handler(handler);
	fail();
	printf("bad_alloc after %d calls\n", calls);
	fflush(stdout);
	make_buffer();
	clear_registers();
	CHECK(scan(1) == 4);
}
