/* SPDX-License-Identifier: MIT */
/*
 * An array of operator new[].
 *
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

extern "C" NOINLINE void make_buffer()
{
	use(new char[48]);
}

int main()
{
	make_buffer();
	clear_registers();
}
