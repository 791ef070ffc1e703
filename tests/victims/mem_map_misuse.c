/* SPDX-License-Identifier: MIT */
/*
 * Wrong use gives an error and a line that says what is wrong, sixteen lines at most; it changes
 * nothing, errno included.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <leakscan_mem_map.h>
#include <sys/mman.h>

static char region[8 * 4096] __attribute__((aligned(4096)));
static char array[64] __attribute__((aligned(8)));

static unsigned lines_seen;
static char line[256];

/* The newest line on stderr, if there is one more than before. */
static const char *new_line(void)
{
	FILE *file = fopen("/proc/self/fd/2", "re");
	unsigned lines = 0;

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		lines++;
	fclose(file);
	if (lines == lines_seen)
		return "";
	CHECK(lines == lines_seen + 1);
	lines_seen = lines;
	return line;
}

#define WRONG(call, error, text)                                                                   \
	do {                                                                                       \
		CHECK((call) == (error));                                                          \
		CHECK(errno == ENOTTY);                                                            \
		CHECK(strstr(new_line(), text));                                                   \
		errno = ENOTTY;                                                                    \
	} while (0)

static int add_array(const void *base, size_t stride, size_t number, size_t offset, size_t width)
{
	return leakscan_zone_add_array("array", base, stride, number, offset, width);
}

static void misuse_zones(void)
{
	WRONG(leakscan_zone_add(NULL, region, 4096), -EINVAL, "leakscan_zone_add");
	WRONG(leakscan_zone_add("odd", region + 1, 4096), -EINVAL, "whole pages");
	WRONG(leakscan_zone_add("over", region, 4096), -EEXIST, "overlaps");
	WRONG(leakscan_zone_remove(77), -ENOENT, "no such zone");
	WRONG(leakscan_zone_remove(1), -ENOENT, "no such zone");
	WRONG(add_array(array, 16, 4, 13, 4), -EINVAL, "leakscan_zone_add_array");
	WRONG(add_array(array, 16, 4, 0, 3), -EINVAL, "a count inside each descriptor");
}

static void misuse_pages(struct leakscan_page *page)
{
	struct leakscan_page mine = { 0 };

	WRONG(leakscan_virt_to_page(array), NULL, "the address is in no zone");
	WRONG(leakscan_page_put(page), -ERANGE, "nobody has got the page");
	WRONG(leakscan_page_get(NULL), -EINVAL, "not a page descriptor");
	WRONG(leakscan_page_get(&mine), -EINVAL, "leakscan_page_get");
	WRONG(leakscan_page_count((void *)((char *)page + 8)), -EINVAL, "not a page descriptor");
	WRONG(leakscan_page_to_virt(&mine), NULL, "leakscan_page_to_virt");
	WRONG(leakscan_set_page_private(&mine, 1), -EINVAL, "leakscan_set_page_private");
	WRONG(leakscan_page_lru_del(page), -ENOENT, "on no list");
	page->_refcount = INT32_MAX;
	WRONG(leakscan_page_get(page), -EOVERFLOW, "too many users");
}

/* Sixteen lines are written by now. */
static void misuse_silently(struct leakscan_page *page)
{
	page->_refcount = 0;
	WRONG(leakscan_zone_add("none", region, 0), -EINVAL, "");
	WRONG(leakscan_zone_add("round", (void *)-4096, 8192), -EINVAL, "");
	WRONG(leakscan_zone_add("long", NULL, (size_t)-4096), -EINVAL, "");
	WRONG(add_array(NULL, 16, 4, 0, 4), -EINVAL, "");
	WRONG(add_array(array, 16, 0, 0, 4), -EINVAL, "");
	WRONG(add_array(array, 0, 4, 0, 4), -EINVAL, "");
	WRONG(add_array(array, 16, SIZE_MAX / 8, 0, 4), -EINVAL, "");
	WRONG(leakscan_pfn_to_page(~0ul), NULL, "");
	WRONG(leakscan_zone_bytes(-1), -ENOENT, "");
	WRONG(leakscan_zone_remove(-1), -ENOENT, "");
	WRONG(leakscan_zone_remove(1 << 20), -ENOENT, "");
	WRONG(leakscan_page_put((void *)1), -EINVAL, "");
	WRONG(leakscan_page_to_pfn(NULL), -EINVAL, "");
	WRONG(leakscan_page_index(NULL), 0, "");
}

int main(void)
{
	struct leakscan_page *page;

	CHECK(leakscan_zone_add("cache", region, sizeof(region)) > 1);
	page = leakscan_virt_to_page(region);
	CHECK(page && !*new_line());
	errno = ENOTTY;
	misuse_zones();
	misuse_pages(page);
	misuse_silently(page);
	CHECK(lines_seen == 16);
	leak_control();
	clear_registers();
}
