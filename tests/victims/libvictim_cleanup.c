/* SPDX-License-Identifier: MIT */
/* libvictim_cleanup.c - waits with something to clean up, also when the thread is cancelled */
#include <unistd.h>

int cleanup_wait(int descriptor, int *cleaned);

struct duty {
	int *cleaned;
};

static void clean(struct duty *duty)
{
	++*duty->cleaned;
}

/* Reads a byte and counts in @cleaned when it is left, by return or by cancellation. */
int cleanup_wait(int descriptor, int *cleaned)
{
	__attribute__((cleanup(clean), unused)) struct duty duty = { cleaned };
	char byte;

	return (int)read(descriptor, &byte, 1);
}
