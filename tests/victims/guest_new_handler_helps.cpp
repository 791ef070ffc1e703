/* SPDX-License-Identifier: MIT */
/*
 * The program's handler for a failed operator new finds memory: the block that operator new has at
 * its second attempt is recorded, and so is what the handler lost.
 *
 * EXPECT exit: size 40 in handler
 * EXPECT exit: size 67108864 in make_large
 * EXPECT exit: size 56 in make_buffer
 */
#include "victim.h"

#include <new>
#include <sys/resource.h>

static struct rlimit before;

extern "C" NOINLINE void handler()
{
	CHECK(setrlimit(RLIMIT_AS, &before) == 0);
	std::set_new_handler(nullptr);
	use(malloc(40));
}

extern "C" NOINLINE void make_large()
{
	use(::operator new(size_t(64) << 20));
}

extern "C" NOINLINE void make_buffer()
{
	use(malloc(56));
}

int main()
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_AS, &before) == 0);
	limit = before;
	limit.rlim_cur = size_t(32) << 20;
	std::set_new_handler(handler);
	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	make_large();
	make_buffer();
	clear_registers();
}
