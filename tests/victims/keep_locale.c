/* SPDX-License-Identifier: MIT */
/*
 * What setlocale() and newlocale() keep.
 *
 * EXPECT scan 1: size 21 in leak_control
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <locale.h>

locale_t kept;

NOINLINE static void set(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	kept = newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
	if (!kept)
		kept = newlocale(LC_ALL_MASK, "C", NULL);
	CHECK(kept);
}

int main(void)
{
	set();
	leak_control();
	clear_registers();
	scan(1);
}
