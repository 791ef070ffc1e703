/* SPDX-License-Identifier: MIT */
/*
 * A pointer at an address that is no multiple of its size is not seen, as in the kernel.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: nothing
 */
#include "victim.h"

union {
	uintptr_t words[3];
	char bytes[24];
} victim_words;

NOINLINE static void make_buffer(void)
{
	void *block = malloc(48);

	memcpy(victim_words.bytes + 4, &block, sizeof(block));
}

NOINLINE static void free_buffer(void)
{
	void *block;

	memcpy(&block, victim_words.bytes + 4, sizeof(block));
	free(block);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	free_buffer();
}
