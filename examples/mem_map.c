/* SPDX-License-Identifier: MIT */
/*
 * mem_map.c - a page cache whose control blocks are held by page descriptors only
 *
 *   LD_PRELOAD=build/libleakscan.so build/examples/mem_map
 *
 * First the cache: the one pointer to the control block of a page stands in page->private, as with
 * the kernel's buffers.  The scan looks at the descriptors in use, so nothing is a leak, until the
 * cache puts its pages and forgets to free the blocks.
 *
 * Then figures: how many bytes of descriptors a scan reads for 128 MiB of memory, with a mem_map
 * of our own, 32 bytes a page.  docs/mem_map.md explains them.
 */
#include <leakscan.h>
#include <leakscan_mem_map.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_SIZE 4096
#define CACHE_PAGES 64

#define RAM ((size_t)128 << 20)
#define PFNS (RAM / PAGE_SIZE)
#define MEM_MAP_PLACE ((void *)0x100000000000) /* where nothing else is, for figures that stay */

/* --- the page cache --- */

struct control_block {
	long disk_block;
	char state[40];
};

static char cache[CACHE_PAGES * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static int cache_zone;

static struct leakscan_page *cache_page(int number)
{
	return leakscan_virt_to_page(cache + number * PAGE_SIZE);
}

static void cache_read(int number, long disk_block)
{
	struct leakscan_page *page = cache_page(number);
	struct control_block *block = calloc(1, sizeof(*block));

	if (!page || !block)
		abort();
	block->disk_block = disk_block;
	page->private = (uintptr_t)block;
	leakscan_page_get(page);
	memset(cache + number * PAGE_SIZE, (int)disk_block, PAGE_SIZE);
}

static void cache_fill(void)
{
	for (int i = 0; i < 3; i++)
		cache_read(20 * i, 1000 + i);
}

/* The bug: what page->private points to should be freed here. */
static void cache_drop(int number)
{
	leakscan_page_put(cache_page(number));
}

static void cache_empty(void)
{
	for (int i = 0; i < 3; i++)
		cache_drop(20 * i);
}

/* A pointer that a call has left on the stack could lie in a frame of the next one. */
static void wipe_stack(void)
{
	volatile char stack[4096];

	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = 0;
}

static void look_at_cache(const char *when)
{
	printf("  %-8s %3ld bytes of descriptors in use, %ld new leaks\n", when,
	       leakscan_zone_bytes(cache_zone), leakscan_scan());
}

static void show_cache(void)
{
	cache_zone = leakscan_zone_add("cache", cache, sizeof(cache));
	if (cache_zone < 0) {
		puts("leakscan is not there, so nothing is scanned: LD_PRELOAD=libleakscan.so");
		return;
	}
	printf("a cache of %d pages, of which 3 are read:\n", CACHE_PAGES);
	cache_fill();
	look_at_cache("read:");
	cache_empty();
	wipe_stack();
	look_at_cache("dropped:");
	leakscan_zone_remove(cache_zone);
}

/* --- 128 MiB of pages --- */

struct small_page {
	unsigned long flags;
	int users, map_count;
	void *private;
	unsigned long index;
};

static struct small_page *make_mem_map(void)
{
	void *pages = mmap(MEM_MAP_PLACE, PFNS * sizeof(struct small_page), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		abort();
	return pages;
}

static void look_at_mem_map(int zone, const char *when)
{
	long bytes = leakscan_zone_bytes(zone);

	if (bytes >= 0)
		printf("  %-24s 0x%lx bytes scanned\n", when, bytes);
}

static void show_figures(void)
{
	struct small_page *mem_map = make_mem_map();
	int zone = leakscan_zone_add_array("mem_map", mem_map, sizeof(*mem_map), PFNS,
					   offsetof(struct small_page, users),
					   sizeof(mem_map->users));

	printf("0x%zx bytes of memory, pages of %d bytes, descriptors of %zu bytes:\n", RAM,
	       PAGE_SIZE, sizeof(*mem_map));
	printf("  pfns 0x%x to 0x%zx\n", 0, PFNS - 1);
	printf("  first descriptor at %p\n", (void *)&mem_map[0]);
	printf("  last descriptor at  %p\n", (void *)&mem_map[PFNS - 1]);
	for (size_t pfn = 0; pfn < PFNS; pfn++)
		mem_map[pfn].users = 1;
	look_at_mem_map(zone, "every page in use:");
	for (size_t pfn = 0; pfn < PFNS; pfn++)
		mem_map[pfn].users = pfn % 8 == 0;
	look_at_mem_map(zone, "every eighth:");
	leakscan_zone_remove(zone);
	munmap(mem_map, PFNS * sizeof(*mem_map));
}

int main(void)
{
	show_cache();
	show_figures();
	return EXIT_SUCCESS;
}
