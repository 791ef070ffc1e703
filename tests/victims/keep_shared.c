/* SPDX-License-Identifier: MIT */
/*
 * Pointers in shared memory count: in an anonymous mapping of the program's, and in a file's when
 * the program says that it is a root. A shared mapping's empty pages are not filled by a scan.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 64 in make_filed
 * EXPECT exit: size 64 in make_filed
 * EXPECT exit: size 48 in make_shared
 */
#include "victim.h"

#include <leakscan.h>
#include <sys/mman.h>

#define SIZE (64u << 20)

static void **shared, **filed;

NOINLINE static void make_shared(void)
{
	shared[100] = malloc(48);
}

NOINLINE static void make_filed(void)
{
	filed[100] = malloc(64);
}

static long resident_pages(void)
{
	long size, resident;
	FILE *file = fopen("/proc/self/statm", "re");

	CHECK(file && fscanf(file, "%ld %ld", &size, &resident) == 2);
	fclose(file);
	return resident;
}

int main(void)
{
	int fd = memfd_create("victim", MFD_CLOEXEC);
	long before;

	CHECK(fd >= 0 && ftruncate(fd, 4096) == 0);
	shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	filed = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(shared != MAP_FAILED && filed != MAP_FAILED);
	CHECK(leakscan_add_root(filed, 8192) == 0);
	make_shared();
	make_filed();
	clear_registers();
	before = resident_pages();
	scan(1);
	CHECK(resident_pages() < before + 1000);
	CHECK(leakscan_remove_root(filed, 8192) == 0);
	scan(2);
	shared[100] = NULL;
	close(fd);
}
