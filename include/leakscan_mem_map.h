/* SPDX-License-Identifier: MIT */
/*
 * leakscan_mem_map.h - page descriptors: for programs that manage pages themselves
 *
 * A part of leakscan.h, which includes it.  docs/mem_map.md tells what it is for.
 *
 * A program with a buffer pool, a page cache or a device's memory often has the only pointer to a
 * control block in the descriptor of a page.  A zone is a range of pages that have descriptors; the
 * scan looks at the words of each descriptor that is in use, as kmemleak does with struct page, and
 * never at the page through it.  What a descriptor refers to is no leak while its page has users.
 *
 *   leakscan_zone_add()         a zone over addresses that the program names; its users are those
 *                               that leakscan_page_get() and leakscan_page_put() count
 *   the zone "mappings"         is always there: the program's own anonymous mappings.  A page of
 *                               it that is in memory, or swapped out, has one user more: the
 *                               mapping.  One that is not has no user at all (mmap=0: the zone
 *                               is empty)
 *   leakscan_zone_add_array()   a zone of descriptors that are the program's own
 *
 * For every function here: any thread, not from a signal handler; takes one lock of the library for
 * a look-up, never waits for a scan; allocates nothing the program can see; preserves errno.  Wrong
 * use is answered with an error and, the first 16 times, with a line on stderr (quiet=1: without).
 * Errors that any of them may return: -ENOSYS without the library, -EPERM when it is switched off,
 * -EAGAIN in an allocator, or in a signal handler that has come into another of these calls.
 */
#ifndef LEAKSCAN_MEM_MAP_H
#define LEAKSCAN_MEM_MAP_H

#include <errno.h>
#include <stddef.h>

#include "leakscan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A link of a list, and its head.  A head of zeros is an empty list. */
struct leakscan_list {
	struct leakscan_list *next, *prev;
};

/*
 * The descriptor of a page, in the spirit of the kernel's struct page: 64 bytes.  The program may
 * write the fields itself, except the low 16 bits of flags and, while the page is on a list, lru.
 */
struct leakscan_page {
	unsigned long flags; /* low 16 bits: number of the zone, 0: no descriptor */
	int _refcount;       /* users; leakscan_page_count() */
	int _mapcount;       /* the program's; -1 at first, as in the kernel */
	void *mapping;       /* what the page belongs to */
	unsigned long index; /* its place there */
#ifdef __cplusplus
	unsigned long private_; /* `private` in C */
#else
	unsigned long private; /* the owner's word: mostly a pointer to a control block */
#endif
	struct leakscan_list lru; /* link in a list of the owner's */
	unsigned long padding;    /* the program's as well */
};

/* clang-format off */

/*
 * leakscan_zone_add - give the pages of a range descriptors
 * @name:   for messages; its first 15 bytes are kept; not NULL
 * @start:  address of the first page, a multiple of 4096; need not be memory (a device, a machine
 *          that is emulated), and may be NULL
 * @size:   bytes, a multiple of 4096, not 0
 *
 * Costs nothing for pages that nobody asks leakscan_virt_to_page() for, however large the range is.
 * If the range is the program's own mapping, its descriptors go over from the zone "mappings" with
 * all they hold; from then on only leakscan_page_get() makes users, whether the page is in memory
 * or not.  The zone stays when the memory is unmapped.
 *
 * Returns  1 or more   the number of the zone
 *          -EINVAL     no name, not whole pages, no size, beyond the end of the address space
 *          -EEXIST     overlaps another such zone
 *          -ENOSPC     there are 1022 zones
 *          -ENOMEM     no memory
 */
LEAKSCAN_VALUE(int, leakscan_zone_add, (const char *name, const void *start, size_t size),
	       (name, start, size), -ENOSYS)

/*
 * leakscan_zone_add_array - a zone of descriptors that are the program's own
 * @name:          as for leakscan_zone_add()
 * @base:          the first descriptor
 * @stride:        bytes from one to the next
 * @number:        of descriptors
 * @count_offset:  bytes from a descriptor's start to its count of users
 * @count_width:   bytes of that count: 1, 2, 4 or 8; a page is in use while it is not 0
 *
 * The program counts by itself; a scan reads the count, then the descriptor's aligned words.  The
 * array is no root any more, and of a block or a mapping that it is or is in, it is left out when
 * that is scanned.  (Only on a stack it is scanned with the stack, whatever the counts say.)  Remove
 * the zone before the memory is given back.
 *
 * Returns as leakscan_zone_add(); -EINVAL also for a NULL @base, and when the count is not inside
 * the descriptor.
 */
LEAKSCAN_VALUE(int, leakscan_zone_add_array,
	       (const char *name, const void *base, size_t stride, size_t number,
		size_t count_offset, size_t count_width),
	       (name, base, stride, number, count_offset, count_width), -ENOSYS)

/*
 * leakscan_zone_remove - the descriptors of a zone are gone
 * @zone:  its number
 *
 * What only they referred to is a leak.  A struct leakscan_page of the zone may not be used any
 * more; a call that gets one says -EINVAL.  Pages on a list stay on it, and can be taken off.
 * Takes time in proportion to the descriptors.
 *
 * Returns 0, or -ENOENT if there is no such zone, or it is "mappings".
 */
LEAKSCAN_VALUE(int, leakscan_zone_remove, (int zone), (zone), -ENOSYS)

/*
 * leakscan_zone_bytes - how many bytes of descriptors a scan would read in a zone now
 * @zone:  its number; 1 is "mappings"
 *
 * Walks the zone as a scan does, so it takes time in proportion to the descriptors.
 *
 * Returns 0 or more, -ENOENT if there is no such zone, -ENOMEM.
 */
LEAKSCAN_VALUE(long, leakscan_zone_bytes, (int zone), (zone), -ENOSYS)

/*
 * leakscan_virt_to_page - the descriptor of the page that contains an address
 * @address:  in a zone, or in an anonymous mapping of the program's
 *
 * The first call for a page makes its descriptor: no users, all words 0, on no list.  The pointer
 * is good until the zone is removed, in the zone "mappings" until the page is unmapped.  The
 * descriptors of neighbours need not be neighbours.
 *
 * Returns NULL outside of all zones, without memory, and where other functions return an error.
 */
LEAKSCAN_VALUE(struct leakscan_page *, leakscan_virt_to_page, (const void *address), (address),
	       NULL)

/* leakscan_pfn_to_page - the same, by the number of the page: its address divided by 4096 */
LEAKSCAN_VALUE(struct leakscan_page *, leakscan_pfn_to_page, (unsigned long pfn), (pfn), NULL)

/*
 * leakscan_page_to_virt - the address of the page that a descriptor describes
 * @page:  from leakscan_virt_to_page()
 *
 * Returns NULL if it is no such descriptor, or NULL itself.
 */
LEAKSCAN_VALUE(void *, leakscan_page_to_virt, (const struct leakscan_page *page), (page), NULL)

/* leakscan_page_to_pfn - the number of that page; -EINVAL if @page is no descriptor */
LEAKSCAN_VALUE(long, leakscan_page_to_pfn, (const struct leakscan_page *page), (page), -ENOSYS)

/*
 * leakscan_page_get - one user more
 * @page:  from leakscan_virt_to_page()
 *
 * From the first user on, what the descriptor refers to is no leak.
 *
 * Returns how many users have got it, -EINVAL if it is no descriptor or NULL, -EOVERFLOW.
 */
LEAKSCAN_VALUE(int, leakscan_page_get, (struct leakscan_page *page), (page), -ENOSYS)

/*
 * leakscan_page_put - one user less
 * @page:  from leakscan_virt_to_page()
 *
 * The last one ends what the descriptor holds; its words stay until they are overwritten.
 *
 * Returns how many are left, -EINVAL if it is no descriptor or NULL, -ERANGE if nobody had got it
 * (then nothing has changed).
 */
LEAKSCAN_VALUE(int, leakscan_page_put, (struct leakscan_page *page), (page), -ENOSYS)

/*
 * leakscan_page_count - how many users a page has
 * @page:  from leakscan_virt_to_page()
 *
 * In the zone "mappings" it takes some microseconds and for that time one descriptor of a file: 0
 * while the page is neither in memory nor swapped out, else the mapping counts for one.
 *
 * Returns 0 or more, or -EINVAL if it is no descriptor or NULL.
 */
LEAKSCAN_VALUE(int, leakscan_page_count, (const struct leakscan_page *page), (page), -ENOSYS)

/*
 * leakscan_set_page_private - write the owner's word of a descriptor
 * @page:   from leakscan_virt_to_page()
 * @value:  mostly a pointer to a control block, which the page holds while it has users
 *
 * The same as page->private = value, with a check of @page.  Likewise for mapping and index.
 *
 * Returns 0, or -EINVAL if @page is no descriptor or NULL.
 */
LEAKSCAN_VALUE(int, leakscan_set_page_private, (struct leakscan_page *page, unsigned long value),
	       (page, value), -ENOSYS)
LEAKSCAN_VALUE(int, leakscan_set_page_mapping, (struct leakscan_page *page, void *mapping),
	       (page, mapping), -ENOSYS)
LEAKSCAN_VALUE(int, leakscan_set_page_index, (struct leakscan_page *page, unsigned long index),
	       (page, index), -ENOSYS)

/* leakscan_page_private - read that word; 0 if @page is no descriptor.  Likewise mapping, index. */
LEAKSCAN_VALUE(unsigned long, leakscan_page_private, (const struct leakscan_page *page), (page), 0)
LEAKSCAN_VALUE(void *, leakscan_page_mapping, (const struct leakscan_page *page), (page), NULL)
LEAKSCAN_VALUE(unsigned long, leakscan_page_index, (const struct leakscan_page *page), (page), 0)

/*
 * leakscan_page_lru_add - put a page at the front of a list
 * @page:  from leakscan_virt_to_page()
 * @list:  its head, in the program's memory; it must stay there while a page is on the list
 *
 * All lists of pages share the one lock; who reads one needs a lock of his own against writers.  A
 * head inside a block is a reference to the block from the first and the last page on the list.
 *
 * Returns 0, -EINVAL if @page is no descriptor or @list is NULL, -EBUSY if the page is on a list,
 * -EFAULT if the list is broken (then nothing has changed).
 */
LEAKSCAN_VALUE(int, leakscan_page_lru_add,
	       (struct leakscan_page *page, struct leakscan_list *list), (page, list), -ENOSYS)

/*
 * leakscan_page_lru_del - take a page off its list
 * @page:  from leakscan_virt_to_page(); also when its zone is gone meanwhile
 *
 * Returns 0, -EINVAL if @page is no descriptor or NULL, -ENOENT if it is on no list, -EFAULT if the
 * list is broken (then nothing has changed).
 */
LEAKSCAN_VALUE(int, leakscan_page_lru_del, (struct leakscan_page *page), (page), -ENOSYS)

/* clang-format on */

/* The page whose link in a list this is (not the head). */
static inline struct leakscan_page *leakscan_lru_page(struct leakscan_list *link)
{
	return (struct leakscan_page *)((char *)link - offsetof(struct leakscan_page, lru));
}

#ifdef __cplusplus
}
#endif

#endif
