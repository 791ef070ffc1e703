/* SPDX-License-Identifier: MIT */
/*
 * api_mem_map.c - the functions of leakscan_mem_map.h
 *
 * Owns     the lines about wrong use, and their number.
 * For      the program.
 * Never    holds logic: each function is one call.
 */
#include <stdatomic.h>

#include "mem_map.h"
#include "mem_map_walk.h"
#include "print.h"
#include "record.h"

#define MOST_LINES 16u
#define NO_PAGE "not a page descriptor of leakscan"

/* What is wrong; @invalid tells for -EINVAL, which means something else in each function. */
static const char *reason(long error, const char *invalid)
{
	switch (error) {
	case -EINVAL:
		return invalid;
	case -EEXIST:
		return "overlaps a zone that is there";
	case -ENOENT:
		return "no such zone, or the page is on no list";
	case -ENXIO:
		return "the address is in no zone";
	case -ERANGE:
		return "nobody has got the page";
	case -EBUSY:
		return "the page is on a list already";
	case -EFAULT:
		return "the list is broken";
	case -EOVERFLOW:
		return "too many users";
	case -ENOSPC:
		return "too many zones";
	case -ENOMEM:
		return "no memory";
	default:
		return "not from a signal handler or an allocator";
	}
}

static void complain(const char *function, uintptr_t what, long error, const char *invalid)
{
	static _Atomic unsigned lines;

	if (error == -EPERM || atomic_fetch_add(&lines, 1) >= MOST_LINES)
		return;
	message(GRADE_WARN, "%s(0x%lx): %s", function, (unsigned long)what, reason(error, invalid));
}

/* Runs one call as the library: a stop waits, errno stays, and a switched-off library does nothing.
 * Afterwards `result` is the call's, or a negative errno, which has been complained about. */
#define INSIDE(what, invalid, call)                                                                \
	long result = record_is_on() ? -EAGAIN : -EPERM;                                           \
	int saved_errno = errno;                                                                   \
                                                                                                   \
	if (result == -EAGAIN && self_enter()) {                                                   \
		result = (call);                                                                   \
		self_leave();                                                                      \
	}                                                                                          \
	if (result < 0)                                                                            \
		complain(__func__, (uintptr_t)(what), result, invalid);                            \
	errno = saved_errno

EXPORT int leakscan_zone_add(const char *name, const void *start, size_t size)
{
	INSIDE(start, "needs a name and whole pages",
	       mem_map_zone_add(name, (uintptr_t)start, size));
	return (int)result;
}

EXPORT int leakscan_zone_add_array(const char *name, const void *base, size_t stride, size_t number,
				   size_t count_offset, size_t count_width)
{
	const struct mem_map_array array = { (uintptr_t)base, stride, number, count_offset,
					     count_width };

	INSIDE(base, "needs a name, an array, and a count inside each descriptor",
	       mem_map_array_add(name, &array));
	return (int)result;
}

EXPORT int leakscan_zone_remove(int zone)
{
	INSIDE(zone, "", mem_map_zone_remove(zone));
	return (int)result;
}

EXPORT long leakscan_zone_bytes(int zone)
{
	INSIDE(zone, "", mem_map_zone_bytes(zone));
	return result;
}

EXPORT struct leakscan_page *leakscan_virt_to_page(const void *address)
{
	struct leakscan_page *page = NULL;

	INSIDE(address, "", mem_map_page_of((uintptr_t)address, &page));
	return result < 0 ? NULL : page;
}

EXPORT struct leakscan_page *leakscan_pfn_to_page(unsigned long pfn)
{
	struct leakscan_page *page = NULL;

	INSIDE(pfn, "",
	       pfn > UINTPTR_MAX / MEM_MAP_PAGE ? -ENXIO
						: mem_map_page_of(pfn * MEM_MAP_PAGE, &page));
	return result < 0 ? NULL : page;
}

EXPORT void *leakscan_page_to_virt(const struct leakscan_page *page)
{
	uintptr_t address = 0;

	INSIDE(page, NO_PAGE, mem_map_address_of(page, &address));
	return result < 0 ? NULL : (void *)address;
}

EXPORT long leakscan_page_to_pfn(const struct leakscan_page *page)
{
	uintptr_t address = 0;

	INSIDE(page, NO_PAGE, mem_map_address_of(page, &address));
	return result < 0 ? result : (long)(address / MEM_MAP_PAGE);
}

EXPORT int leakscan_page_get(struct leakscan_page *page)
{
	INSIDE(page, NO_PAGE, mem_map_get(page));
	return (int)result;
}

EXPORT int leakscan_page_put(struct leakscan_page *page)
{
	INSIDE(page, NO_PAGE, mem_map_put(page));
	return (int)result;
}

EXPORT int leakscan_page_count(const struct leakscan_page *page)
{
	INSIDE(page, NO_PAGE, mem_map_count(page));
	return (int)result;
}

EXPORT int leakscan_set_page_private(struct leakscan_page *page, unsigned long value)
{
	INSIDE(page, NO_PAGE,
	       mem_map_set_word(page, offsetof(struct leakscan_page, private), value));
	return (int)result;
}

EXPORT int leakscan_set_page_mapping(struct leakscan_page *page, void *mapping)
{
	INSIDE(page, NO_PAGE,
	       mem_map_set_word(page, offsetof(struct leakscan_page, mapping), (uintptr_t)mapping));
	return (int)result;
}

EXPORT int leakscan_set_page_index(struct leakscan_page *page, unsigned long index)
{
	INSIDE(page, NO_PAGE, mem_map_set_word(page, offsetof(struct leakscan_page, index), index));
	return (int)result;
}

EXPORT unsigned long leakscan_page_private(const struct leakscan_page *page)
{
	uintptr_t value = 0;

	INSIDE(page, NO_PAGE, mem_map_word(page, offsetof(struct leakscan_page, private), &value));
	return result < 0 ? 0 : value;
}

EXPORT void *leakscan_page_mapping(const struct leakscan_page *page)
{
	uintptr_t value = 0;

	INSIDE(page, NO_PAGE, mem_map_word(page, offsetof(struct leakscan_page, mapping), &value));
	return result < 0 ? NULL : (void *)value;
}

EXPORT unsigned long leakscan_page_index(const struct leakscan_page *page)
{
	uintptr_t value = 0;

	INSIDE(page, NO_PAGE, mem_map_word(page, offsetof(struct leakscan_page, index), &value));
	return result < 0 ? 0 : value;
}

EXPORT int leakscan_page_lru_add(struct leakscan_page *page, struct leakscan_list *list)
{
	INSIDE(page, NO_PAGE ", or no list", mem_map_lru_add(page, list));
	return (int)result;
}

EXPORT int leakscan_page_lru_del(struct leakscan_page *page)
{
	INSIDE(page, NO_PAGE, mem_map_lru_del(page));
	return (int)result;
}
