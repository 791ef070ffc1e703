/* SPDX-License-Identifier: MIT */
/*
 * memory_line.h - what a report's "# memory:" line says
 *
 * Owns     nothing.
 * For      the victims usage_*.
 * Never    allocates: that would be in the next line.
 */
#ifndef MEMORY_LINE_H
#define MEMORY_LINE_H

#include "victim.h"

#include <fcntl.h>

struct memory_line {
	size_t reachable, unreferenced, allocator_free, mapped, stacks, leakscan;
};

/* Has scan number @number, and reads that line of its report. */
NOINLINE static struct memory_line scan_memory(unsigned number)
{
	static char path[4096], text[65536];
	struct memory_line memory = { 0 };
	const char *line;
	ssize_t length;
	int fd;

	scan(number);
	snprintf(path, sizeof(path), "%s/%d.%u.txt", getenv("VICTIM_DIR"), (int)getpid(),
		 getenv("VICTIM_TWICE") ? 2 * number : number);
	fd = open(path, O_RDONLY);
	length = read(fd, text, sizeof(text) - 1);
	CHECK(length > 0 && close(fd) == 0);
	text[length] = 0;
	line = strstr(text, "\n# memory: ");
	CHECK(line);
	CHECK(sscanf(line,
		     "\n# memory: %zu bytes reachable, %zu unreferenced, "
		     "%zu free in the allocator, %zu mapped, %zu stacks, %zu leakscan\n",
		     &memory.reachable, &memory.unreferenced, &memory.allocator_free,
		     &memory.mapped, &memory.stacks, &memory.leakscan) == 6);
	return memory;
}

/* Is it @bytes, or up to @slack more? */
#define CHECK_GREW(after, before, bytes, slack)                                                    \
	CHECK((after) >= (before) + (bytes) && (after) <= (before) + (bytes) + (slack))

#endif
