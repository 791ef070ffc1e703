/* SPDX-License-Identifier: MIT */
/*
 * An object of operator new.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

extern "C" NOINLINE void make_buffer()
{
	struct node {
		long words[6];
	};

	use(new node());
}

int main()
{
	make_buffer();
	clear_registers();
}
