/* SPDX-License-Identifier: MIT */
/*
 * leakscan_dump() tells of a block by any address in it, of what is no block as well, and writes no
 * further than it may.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static char *block;

NOINLINE static void make(void)
{
	block = malloc(4711);
}

int main(void)
{
	char text[4096], little[8] = "1234567";

	make();
	CHECK(leakscan_dump(block, NULL, 10) == -EINVAL &&
	      leakscan_dump(block, text, 0) == -EINVAL);
	CHECK(leakscan_dump(block + 100, text, sizeof(text)) == (long)strlen(text));
	CHECK(strstr(text, "4711") && strstr(text, "make"));
	CHECK(leakscan_dump(&block, text, sizeof(text)) == -ENOENT && text[0]);
	CHECK(leakscan_dump(block, little, 4) == 3 && little[3] == 0 && little[4] == '5');
	free(block);
	block = NULL;
	leak_control();
	clear_registers();
	return 0;
}
