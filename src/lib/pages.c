/* SPDX-License-Identifier: MIT */
/*
 * pages.c - the contract is in pages.h
 *
 * Linux 6.7 and later finds the runs itself, skipping what is empty (ioctl PAGEMAP_SCAN); before it,
 * the table is read entry by entry.
 */
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "os.h"

#define PAGE 4096UL
#define BATCH 512u
#define ENTRY_FILE (UINT64_C(1) << 61)    /* the file's page, or shared memory */
#define ENTRY_PRESENT (UINT64_C(3) << 62) /* in memory, or swapped out */

/* The kernel's interface (Documentation/admin-guide/mm/pagemap.rst), newer than many headers. */
#define CATEGORY_FILE (UINT64_C(1) << 2)
#define CATEGORY_PRESENT (UINT64_C(1) << 3)
#define CATEGORY_SWAPPED (UINT64_C(1) << 4)

struct region {
	uint64_t start, end, categories;
};

struct scan_argument {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define SCAN _IOWR('f', 16, struct scan_argument)

static int pagemap = -1;
static bool no_scan; /* this kernel does not have the ioctl */

void pages_open(void)
{
	pagemap = os_open("/proc/thread-self/pagemap", O_RDONLY, 0);
	no_scan = false;
}

void pages_close(void)
{
	if (pagemap >= 0)
		os_close(pagemap);
	pagemap = -1;
}

static int ask_run(struct pages_walk *walk, uintptr_t *start, uintptr_t *stop)
{
	struct region region;
	struct scan_argument argument = {
		.size = sizeof(argument),
		.start = walk->at & ~(PAGE - 1),
		.end = (walk->end + PAGE - 1) & ~(PAGE - 1),
		.vec = (uintptr_t)&region,
		.vec_len = 1,
		.category_anyof_mask = CATEGORY_PRESENT | CATEGORY_SWAPPED,
		.return_mask = CATEGORY_PRESENT,
	};

	if (walk->file) {
		argument.category_mask = CATEGORY_FILE;
		argument.category_inverted = CATEGORY_FILE;
	}
	long found = os_syscall(SYS_ioctl, pagemap, (long)SCAN, (long)&argument, 0, 0, 0);

	if (found <= 0) {
		if (found == 0)
			walk->at = walk->end;
		return (int)found;
	}
	*start = region.start > walk->at ? region.start : walk->at;
	*stop = region.end < walk->end ? region.end : walk->end;
	walk->at = *stop;
	return 1;
}

static bool has_contents(uint64_t entry, bool file)
{
	return (entry & ENTRY_PRESENT) && !(file && (entry & ENTRY_FILE));
}

/* Reads entries until a run begins and ends, or the batch does. */
static int read_run(struct pages_walk *walk, uintptr_t *start, uintptr_t *stop)
{
	uint64_t entries[BATCH];

	while (walk->at < walk->end) {
		size_t pages = (walk->end + PAGE - 1) / PAGE - walk->at / PAGE, i = 0;
		ssize_t got;

		if (pages > BATCH)
			pages = BATCH;
		got = os_pread(pagemap, entries, pages * sizeof(*entries),
			       (off_t)(walk->at / PAGE * sizeof(*entries)));
		if (got < (ssize_t)sizeof(*entries))
			return -1;
		pages = (size_t)got / sizeof(*entries);
		while (i < pages && !has_contents(entries[i], walk->file))
			i++;
		*start = i ? (walk->at & ~(PAGE - 1)) + i * PAGE : walk->at;
		size_t first = i;

		while (i < pages && has_contents(entries[i], walk->file))
			i++;
		walk->at = (walk->at & ~(PAGE - 1)) + i * PAGE;
		*stop = walk->at < walk->end ? walk->at : walk->end;
		if (i > first)
			return 1;
	}
	return 0;
}

/* mincore() tells of shared memory whether the page cache has it. */
static int resident_run(struct pages_walk *walk, uintptr_t *start, uintptr_t *stop)
{
	unsigned char resident[BATCH];

	while (walk->at < walk->end) {
		uintptr_t page = walk->at & ~(PAGE - 1);
		size_t pages = (walk->end - page + PAGE - 1) / PAGE, i = 0;

		if (pages > BATCH)
			pages = BATCH;
		if (os_syscall(SYS_mincore, (long)page, (long)(pages * PAGE), (long)resident, 0, 0,
			       0) < 0)
			return -1;
		while (i < pages && !(resident[i] & 1))
			i++;
		*start = i ? page + i * PAGE : walk->at;
		size_t first = i;

		while (i < pages && (resident[i] & 1))
			i++;
		walk->at = page + i * PAGE;
		*stop = walk->at < walk->end ? walk->at : walk->end;
		if (i > first)
			return 1;
	}
	return 0;
}

int pages_next(struct pages_walk *walk, uintptr_t *start, uintptr_t *stop)
{
	if (walk->shared)
		return resident_run(walk, start, stop);
	if (pagemap < 0)
		return -1;
	if (walk->at >= walk->end)
		return 0;
	if (!no_scan) {
		int found = ask_run(walk, start, stop);

		if (found >= 0)
			return found;
		no_scan = true;
	}
	return read_run(walk, start, stop);
}
