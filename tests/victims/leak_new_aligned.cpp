/* SPDX-License-Identifier: MIT */
/*
 * An object of the aligned operator new.
 *
 * EXPECT exit: size 192 in make_buffer
 */
#include "victim.h"

extern "C" NOINLINE void make_buffer()
{
	struct alignas(64) node {
		long words[24];
	};

	use(new node());
}

int main()
{
	make_buffer();
	clear_registers();
}
