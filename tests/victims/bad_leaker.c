/* SPDX-License-Identifier: MIT */
/*
 * Prints a line, loses 48 bytes and ends with status 3; for bad_input.sh.
 *
 * With the argument "descriptors" it takes away its right to open a descriptor first: before it
 * starts, ld.so needs some.  With "root" that directory is the root of its files.  With "setuid" it is one:
 * otherwise it ends with status 1.
 */
#include <sys/auxv.h>
#include <sys/resource.h>

#include "victim.h"

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(int argc, char **argv)
{
	struct rlimit none = { 3, 3 };

	if (argc > 1 && strcmp(argv[1], "descriptors") == 0)
		CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	if (argc > 1 && strcmp(argv[1], "root") == 0)
		CHECK(chroot("root") == 0 && chdir("/") == 0);
	if (argc > 1 && strcmp(argv[1], "setuid") == 0)
		CHECK(getauxval(AT_SECURE));
	make_buffer();
	clear_registers();
	CHECK(write(STDOUT_FILENO, "done\n", 5) == 5);
	return 3;
}
