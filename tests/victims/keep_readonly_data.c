/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a page of .data that has become read-only, as relocated data does.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/mman.h>

#define PAGE 4096

static union {
	void *volatile kept;
	char bytes[PAGE];
} page __attribute__((aligned(PAGE))) = { .bytes = "initialised" };

NOINLINE static void make_buffer(void)
{
	page.kept = malloc(48);
	CHECK(mprotect(&page, PAGE, PROT_READ) == 0);
}

int main(void)
{
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(mprotect(&page, PAGE, PROT_READ | PROT_WRITE) == 0);
	page.kept = NULL;
	clear_registers();
}
