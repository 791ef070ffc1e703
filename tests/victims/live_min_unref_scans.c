/* SPDX-License-Identifier: MIT */
/*
 * With min_unref_scans=2, two scans in a row must find nothing that refers to an object; its first
 * sight is not one of them.  A reference in between begins the count anew.
 *
 * OPTIONS mode=live:min_age=0:min_unref_scans=2
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT scan 3: nothing
 * EXPECT scan 4: nothing
 * EXPECT scan 5: nothing
 * EXPECT scan 6: size 48 in make
 * EXPECT exit: size 48 in make
 */
#include "victim.h"

static uintptr_t hidden;
static void *volatile seen;

NOINLINE static void make(void)
{
	hidden = ~(uintptr_t)malloc(48);
}

int main(void)
{
	make();
	clear_registers();
	scan(1);
	scan(2);
	seen = (void *)~hidden;
	scan(3);
	seen = NULL;
	clear_registers();
	scan(4);
	scan(5);
	scan(6);
	return 0;
}
