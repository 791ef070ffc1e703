/* SPDX-License-Identifier: MIT */
/* alone.c - the contract is in alone.h */
#include "alone.h"

#include "os.h"

static bool count_one(void *context, int tid)
{
	(void)tid;
	return ++*(unsigned *)context < 2;
}

/* The second number of /proc/self/statm; or so many that it is not small. */
static unsigned long resident_pages(void)
{
	char text[128];
	const char *at = text;
	unsigned long pages = 0;

	if (os_read_file("/proc/self/statm", text, sizeof(text)) <= 0)
		return ALONE_PAGES + 1;
	while (*at && *at != ' ')
		at++;
	for (at += *at == ' '; *at >= '0' && *at <= '9'; at++)
		pages = pages * 10 + (unsigned long)(*at - '0');
	return pages ? pages : ALONE_PAGES + 1;
}

bool alone_and_small(void)
{
	unsigned threads = 0;

	return os_each_number("/proc/self/task", count_one, &threads) == 0 && threads == 1 &&
	       resident_pages() <= ALONE_PAGES;
}
