/* SPDX-License-Identifier: MIT */
/*
 * An array with a cookie: the program holds the address behind the count of the elements, which
 * is an interior pointer. The size is that of the elements and of the cookie.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 40 in make_array
 */
#include "victim.h"

struct with_destructor {
	long word;
	~with_destructor()
	{
		use(this);
	}
};

static with_destructor *volatile kept;

extern "C" NOINLINE void make_array()
{
	kept = new with_destructor[4];
}

int main()
{
	make_array();
	clear_registers();
	scan(1);
	kept = NULL;
	clear_registers();
}
