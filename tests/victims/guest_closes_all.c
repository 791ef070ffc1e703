/* SPDX-License-Identifier: MIT */
/*
 * A program that closes every descriptor at its start has its scans and reports.
 *
 * EXPECT scan 1: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <fcntl.h>

NOINLINE static void make_buffer(void)
{
	use(malloc(48));
}

int main(void)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	make_buffer();
	clear_registers();
	scan(1);
	CHECK(open("/dev/null", O_RDWR) == 0);
}
