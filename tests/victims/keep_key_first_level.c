/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is the value of a pthread key that stands in the thread itself.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

static pthread_key_t key;

NOINLINE static void make_buffer(void)
{
	CHECK(pthread_setspecific(key, malloc(48)) == 0);
}

int main(void)
{
	CHECK(pthread_key_create(&key, NULL) == 0);
	CHECK(key < 32);
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(pthread_setspecific(key, NULL) == 0);
	clear_registers();
}
