/* SPDX-License-Identifier: MIT */
/* place.c - the contract is in place.h */
#include "place.h"

#include <link.h>
#include <string.h>

#include "arch.h"
#include "mem_map.h"
#include "object.h"
#include "os.h"
#include "symbol.h"
#include "threads.h"

#define BLOCK_SIZE 4096u    /* the thread's control block is smaller */
#define SURPLUS 1600u       /* glibc leaves 1664 for TLS of modules that are loaded later */
#define MOST_TLS (1u << 20) /* what is farther away is dynamic */
#define NAME_SIZE 32u

/* Thread-local data is in [thread pointer - below, thread pointer + above). */
static uintptr_t tls_below = SURPLUS, tls_above = BLOCK_SIZE;

extern void *__libc_stack_end;

static int see_module(struct dl_phdr_info *info, size_t size, void *context)
{
	uintptr_t pointer = arch_thread_pointer(), data = (uintptr_t)info->dlpi_tls_data;

	(void)context;
	if (size < offsetof(struct dl_phdr_info, dlpi_tls_data) + sizeof(info->dlpi_tls_data) ||
	    !data)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t end = data + info->dlpi_phdr[i].p_memsz;

		if (info->dlpi_phdr[i].p_type != PT_TLS)
			continue;
		if (data < pointer && pointer - data < MOST_TLS &&
		    pointer - data + SURPLUS > tls_below)
			tls_below = pointer - data + SURPLUS;
		if (end > pointer && end - pointer < MOST_TLS &&
		    end - pointer + BLOCK_SIZE > tls_above)
			tls_above = end - pointer + BLOCK_SIZE;
	}
	return 0;
}

void place_init(void)
{
	dl_iterate_phdr(see_module, NULL);
}

static bool is_in(uintptr_t address, uintptr_t start, uintptr_t end)
{
	return address >= start && address < end;
}

static const struct mapping *main_stack(const struct roots_context *roots)
{
	return maps_find(roots->maps, (uintptr_t)__libc_stack_end);
}

static bool is_register(const struct stopped *thread, uintptr_t address)
{
	uintptr_t registers = (uintptr_t)thread->registers;

	return is_in(address, registers, registers + thread->registers_size);
}

void place_thread_local(const struct stopped *thread, uintptr_t *start, uintptr_t *end)
{
	*start = thread->thread_pointer - tls_below;
	*end = thread->thread_pointer + tls_above;
}

static bool is_thread_local(const struct stopped *thread, uintptr_t address)
{
	uintptr_t start, end;

	place_thread_local(thread, &start, &end);
	return is_in(address, start, end);
}

bool place_stack_of(const struct roots_context *roots, const struct stopped *thread,
		    uintptr_t *start, uintptr_t *end)
{
	const struct mapping *mapping = main_stack(roots);
	struct object object;

	if (mapping && is_in(thread->stack_pointer, mapping->start, mapping->end)) {
		*start = mapping->start;
		*end = mapping->end;
		return true;
	}
	if (threads_stack_of(thread->stack_pointer, start, end))
		return true;
	if (!object_find(thread->stack_pointer, &object))
		return false;
	*start = object.start;
	*end = object.start + object.size;
	return true;
}

bool place_has_stack(const struct roots_context *roots, uintptr_t start, uintptr_t end)
{
	for (const struct stopped *thread = roots->world->threads; thread; thread = thread->next)
		if (is_in(thread->stack_pointer, start, end))
			return true;
	return false;
}

uintptr_t place_behind_stack(const struct roots_context *roots, uintptr_t start, uintptr_t end)
{
	const struct mapping *mapping = main_stack(roots);
	uintptr_t first, behind = start, top = (uintptr_t)__libc_stack_end;
	struct object object;

	for (const struct stopped *thread = roots->world->threads; thread; thread = thread->next)
		if (is_register(thread, start))
			return end;
	if (mapping && is_in(start, mapping->start, mapping->end)) {
		behind = top;
	} else if (threads_stack_of(start, &first, &behind)) {
		bool known = false;

		for (const struct stopped *thread = roots->world->threads; thread && !known;
		     thread = thread->next) {
			known = is_in(thread->thread_pointer, first, behind);
			if (known)
				behind = thread->thread_pointer - tls_below;
		}
		behind = known ? behind : start;
	} else if (object_find(start, &object) && place_has_stack(roots, start, end)) {
		behind = end;
	}
	return behind < start ? start : behind < end ? behind : end;
}

void place_thread_name(const struct roots_context *roots, int tid, char *name, size_t size)
{
	char path[64];
	struct print to_path = PRINT_TO(-1, path);
	ssize_t length;

	print(&to_path, "/proc/%d/task/%d/comm", roots->main_tid, tid);
	length = os_read_file(path, name, size);
	name[length > 1 ? length - 1 : 0] = 0; /* the newline */
}

static void print_thread(struct print *out, const struct roots_context *roots, int tid)
{
	char name[NAME_SIZE];

	print(out, "thread %d", tid);
	place_thread_name(roots, tid, name, sizeof(name));
	if (!name[0])
		return;
	print(out, " (");
	print_name(out, name);
	print(out, ")");
}

/* False if it is nothing of a thread's. */
static bool print_of_thread(struct print *out, const struct roots_context *roots, uintptr_t address)
{
	const char *what = NULL;
	uintptr_t start, end;
	int tid = 0;

	for (const struct stopped *thread = roots->world->threads; thread && !what;
	     thread = thread->next) {
		tid = thread->tid;
		if (is_register(thread, address))
			what = "register of ";
		else if (is_thread_local(thread, address))
			what = "thread-local data of ";
		else if (place_stack_of(roots, thread, &start, &end) && is_in(address, start, end))
			what = "stack of ";
	}
	if (!what)
		return false;
	print(out, "%s", what);
	print_thread(out, roots, tid);
	return true;
}

static void print_zone(struct print *out, int id)
{
	const struct mem_map_zone *zone = mem_map_zone(id);

	print(out, ", zone ");
	print_name(out, zone ? zone->name : "");
}

/* A descriptor of ours: which page it describes, and which of its words that is. */
static bool print_page(struct print *out, uintptr_t address)
{
	static const char *const words[] = { "flags",   "count",    "mapping",  "index",
					     "private", "lru.next", "lru.prev", "padding" };
	const struct mem_map_section *section = mem_map_section_around(address);
	const struct leakscan_page *page;
	size_t offset;

	if (!section)
		return false;
	offset = address - section->own.start;
	page = &section->pages[offset / sizeof(*page)];
	print(out, "page descriptor of pfn 0x%lx",
	      (unsigned long)(mem_map_address(section, page) / MEM_MAP_PAGE));
	print_zone(out, (int)mem_map_page_zone(page));
	print(out, ", %s", words[offset % sizeof(*page) / sizeof(uintptr_t)]);
	return true;
}

/* One of an array of the program's own. */
static bool print_own_page(struct print *out, uintptr_t address)
{
	for (int id = 1; id < (int)MEM_MAP_MOST_ZONES; id++) {
		const struct mem_map_zone *zone = mem_map_zone(id);

		if (!zone || !zone->array.stride ||
		    !is_in(address, zone->node.start, zone->node.end))
			continue;
		size_t offset = address - zone->array.base;

		print(out, "page descriptor %zu", offset / zone->array.stride);
		print_zone(out, id);
		print(out, ", +0x%zx", offset % zone->array.stride);
		return true;
	}
	return false;
}

static bool print_any_page(struct print *out, uintptr_t address)
{
	return print_page(out, address) || print_own_page(out, address);
}

static bool print_variable(struct print *out, uintptr_t address)
{
	struct symbol symbol = symbol_find_data(address);

	if (!symbol.module)
		return false;
	if (symbol.name)
		print(out, "%s+", symbol.name);
	print(out, "0x%zx [", symbol.offset);
	print_name(out, symbol.module);
	print(out, "]");
	return true;
}

static void print_mapping(struct print *out, const struct maps *maps, uintptr_t address)
{
	const struct mapping *mapping = maps_find(maps, address);

	if (!mapping) {
		print(out, "nothing that is mapped");
		return;
	}
	print(out, "mapping 0x%lx-0x%lx", (unsigned long)mapping->start,
	      (unsigned long)mapping->end);
	if (mapping->path[0])
		print(out, " ");
	print_name(out, mapping->path);
}

void place_print_memory(struct print *out, const struct maps *maps, uintptr_t address)
{
	if (!print_any_page(out, address) && !print_variable(out, address))
		print_mapping(out, maps, address);
}

void place_print(struct print *out, const struct roots_context *roots, uintptr_t address)
{
	uintptr_t words = (uintptr_t)roots->kernel->words;

	if (is_in(address, words, words + roots->kernel->count * sizeof(uintptr_t)))
		print(out, "kernel (epoll or timer)");
	else if (!print_any_page(out, address) && !print_of_thread(out, roots, address))
		place_print_memory(out, roots->maps, address);
}
