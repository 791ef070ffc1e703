/* SPDX-License-Identifier: MIT */
/*
 * A program that has nothing to report and that was not asked for a report leaves no file.
 *
 * OPTIONS without report
 * EXPECT exit: no report
 */
#include "victim.h"

NOINLINE static void make_and_free(void)
{
	void *block = malloc(48);

	use(block);
	free(block);
}

int main(void)
{
	make_and_free();
}
