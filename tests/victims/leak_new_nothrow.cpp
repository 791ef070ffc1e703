/* SPDX-License-Identifier: MIT */
/*
 * An object of the operator new that does not throw.
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <new>

extern "C" NOINLINE void make_buffer()
{
	use(new (std::nothrow) char[48]);
}

int main()
{
	make_buffer();
	clear_registers();
}
