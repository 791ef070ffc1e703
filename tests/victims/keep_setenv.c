/* SPDX-License-Identifier: MIT */
/*
 * What setenv() and putenv() keep belongs to the environment.
 *
 * EXPECT scan 1: size 21 in leak_control
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

NOINLINE static void set(void)
{
	CHECK(setenv("VICTIM_ONE", "a value of a certain length", 1) == 0);
	CHECK(setenv("VICTIM_ONE", "another value, which is a little longer", 1) == 0);
	CHECK(putenv(strdup("VICTIM_TWO=put")) == 0);
}

int main(void)
{
	set();
	leak_control();
	clear_registers();
	scan(1);
}
