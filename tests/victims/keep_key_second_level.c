/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is the value of a pthread key beyond the 32nd: it stands in a block of libc's
 * that only the thread refers to.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

static pthread_key_t keys[40];

NOINLINE static void make_buffer(void)
{
	CHECK(pthread_setspecific(keys[39], malloc(48)) == 0);
}

int main(void)
{
	for (int i = 0; i < 40; i++)
		CHECK(pthread_key_create(&keys[i], NULL) == 0);
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(pthread_setspecific(keys[39], NULL) == 0);
	clear_registers();
}
