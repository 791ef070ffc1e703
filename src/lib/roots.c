/* SPDX-License-Identifier: MIT */
/* roots.c - the contract is in roots.h */
#include "roots.h"

#include <link.h>
#include <string.h>

#include "annotate.h"
#include "arch.h"
#include "heap.h"
#include "large.h"
#include "mem_map.h"
#include "mem_map_walk.h"
#include "object.h"
#include "os.h"
#include "pool.h"
#include "sort.h"
#include "sorted.h"
#include "threads.h"

#define PAGE 4096UL
#define MOST_TLS_MODULES 4096u
#define WAIT_FRAMES                                                                                \
	1024u /* of ours, below the variable of a thread that asks: less than any of a signal */
#define SPARE_SPANS 64u /* for ranges that come while the program runs */

struct span {
	uintptr_t start, end;
};

/* Memory that is not a root, sorted by address; grows in our own memory. */
struct spans {
	struct span *rows;
	size_t count, size;
	bool incomplete;
};

/* Where our own writable data is, and the lowest frame of the main thread that was the loader's. */
static struct span own_data[4];
static size_t own_data_count;
static uintptr_t main_stack_end;

extern void *__libc_stack_end;

static int see_module(struct dl_phdr_info *info, size_t size, void *context)
{
	bool own = false;

	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		own |= segment->p_type == PT_LOAD &&
		       (uintptr_t)own_data - (info->dlpi_addr + segment->p_vaddr) <
			       segment->p_memsz;
	}
	for (int i = 0; own && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) && own_data_count < 4)
			own_data[own_data_count++] = (struct span){
				start & ~(PAGE - 1),
				(start + segment->p_memsz + PAGE - 1) & ~(PAGE - 1)
			};
	}
	return own;
}

void roots_init(void)
{
	dl_iterate_phdr(see_module, NULL);
	main_stack_end = (uintptr_t)__libc_stack_end;
}

/* Makes room for @more spans; false without memory. */
static bool reserve(struct spans *spans, size_t more)
{
	size_t size = spans->size ? spans->size : 1024;
	struct span *rows;

	if (spans->count + more <= spans->size)
		return true;
	while (size < spans->count + more)
		size *= 2;
	rows = pool_map(size * sizeof(*rows), size * sizeof(*rows));
	if (!rows)
		return false;
	if (spans->count)
		memcpy(rows, spans->rows, spans->count * sizeof(*rows));
	pool_unmap(spans->rows, spans->size * sizeof(*rows), spans->size * sizeof(*rows));
	spans->rows = rows;
	spans->size = size;
	return true;
}

static void add_span(void *context, uintptr_t start, uintptr_t end)
{
	struct spans *spans = context;

	if (start >= end)
		return;
	if (reserve(spans, 1))
		spans->rows[spans->count++] = (struct span){ start, end };
	else
		spans->incomplete = true;
}

/* The pool is locked: there must be room.  What it gets meanwhile is new, and not in the memory map. */
static void add_own(void *context, uintptr_t start, uintptr_t end)
{
	struct spans *spans = context;

	if (spans->count < spans->size)
		spans->rows[spans->count++] = (struct span){ start, end };
	else
		spans->incomplete = true;
}

static void add_stack(void *context, uintptr_t start, uintptr_t end, uintptr_t thread_pointer)
{
	(void)thread_pointer;
	add_span(context, start, end);
}

static bool span_before(const void *a, const void *b)
{
	return ((const struct span *)a)->start < ((const struct span *)b)->start;
}

static void collect_own(struct spans *spans)
{
	for (size_t i = 0; i < own_data_count; i++)
		add_span(spans, own_data[i].start, own_data[i].end);
	if (!reserve(spans, pool_range_count() + SPARE_SPANS))
		spans->incomplete = true;
	pool_each_range(add_own, spans);
}

static void collect_not_roots(const struct roots_context *roots, struct spans *spans)
{
	uintptr_t start, end;
	struct object_large large;

	collect_own(spans);
	heap_each(add_span, spans);
	mem_map_each_array(add_span, spans);
	threads_each_stack(add_stack, spans);
	if (heap_arena(&start, &end))
		add_span(spans, start, end);
	for (uintptr_t at = 0; large_from(at, &large); at = large.node.end)
		add_span(spans, large.node.start, large.node.end);
	for (size_t i = 0; i < roots->maps->count; i++) {
		const struct mapping *mapping = &roots->maps->mappings[i];

		if (!strcmp(mapping->path, "[heap]") || !strcmp(mapping->path, "[stack]"))
			add_span(spans, mapping->start, mapping->end);
	}
	sort(spans->rows, spans->count, sizeof(struct span), span_before);
}

static void give_words(const struct roots_context *roots, uintptr_t start, uintptr_t end)
{
	start = (start + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1);
	end &= ~(sizeof(uintptr_t) - 1);
	if (start < end)
		roots->see(roots->see_context, start, end);
}

/* Without the blocks that the program makes in its own memory: they are objects. */
static void give(const struct roots_context *roots, uintptr_t start, uintptr_t end)
{
	struct object object;

	while (object_next_annotated(start, end, &object)) {
		give_words(roots, start, object.start);
		start = object.start + object.size;
	}
	if (start < end)
		give_words(roots, start, end);
}

/* A piece of a mapping.  In anonymous memory, pages in which blocks live or lived are left out. */
static void give_piece(const struct roots_context *roots, const struct mapping *mapping,
		       uintptr_t start, uintptr_t end)
{
	uintptr_t from = start;

	if (mapping->flags & MAPPING_FILE) {
		give(roots, start, end);
		return;
	}
	for (uintptr_t page = start; page < end; page = (page | (PAGE - 1)) + 1) {
		if (!object_table_of(page)) {
			page |= OBJECT_TABLE_BYTES - 1;
			continue;
		}
		if (!object_page_is_heap(page))
			continue;
		give(roots, from, page);
		from = (page | (PAGE - 1)) + 1;
	}
	if (from < end)
		give(roots, from, end);
}

/* Code, and what the kernel shares with everybody, holds no pointer of the program's. */
static bool may_be_root(const struct mapping *mapping)
{
	if (!(mapping->flags & MAPPING_READ) || (mapping->flags & MAPPING_SHARED))
		return false;
	if ((mapping->flags & MAPPING_EXEC) && !(mapping->flags & MAPPING_WRITE) &&
	    (mapping->flags & MAPPING_FILE))
		return false;
	return mapping->path[0] != '[' || !strncmp(mapping->path, "[anon", 5);
}

static void give_mappings(const struct roots_context *roots, const struct spans *spans)
{
	size_t next = 0;

	for (size_t i = 0; i < roots->maps->count; i++) {
		const struct mapping *mapping = &roots->maps->mappings[i];
		uintptr_t from = mapping->start;

		if (!may_be_root(mapping))
			continue;
		while (next > 0 && spans->rows[next - 1].end > from)
			next--;
		for (; next < spans->count && spans->rows[next].start < mapping->end; next++) {
			const struct span *span = &spans->rows[next];

			if (span->end <= from)
				continue;
			if (span->start > from)
				give_piece(roots, mapping, from, span->start);
			from = span->end;
		}
		if (from < mapping->end)
			give_piece(roots, mapping, from, mapping->end);
	}
}

/* The stack mapping of the main thread. */
static const struct mapping *main_stack(const struct roots_context *roots)
{
	return maps_find(roots->maps, main_stack_end);
}

/* What a thread uses of a stack that contains its stack pointer, else all of it. */
static void give_stack(const struct roots_context *roots, uintptr_t start, uintptr_t end,
		       uintptr_t stack_pointer)
{
	bool here = stack_pointer >= start && stack_pointer < end;

	give(roots, here ? stack_pointer : start, end);
}

static void give_thread(const struct roots_context *roots, int tid, uintptr_t stack_pointer,
			uintptr_t thread_pointer)
{
	const struct mapping *mapping = main_stack(roots);
	uintptr_t start, end;

	if (tid == roots->main_tid && mapping)
		give_stack(roots, mapping->start, mapping->end, stack_pointer);
	else if (threads_stack_of(thread_pointer, &start, &end))
		give_stack(roots, start, end, stack_pointer);
	/* A stack of the program's own making: all of the block it is in. */
	struct object object;

	if (object_find(stack_pointer, &object))
		give(roots, object.start, object.start + object.size);
}

static bool is_claimed(const struct roots_context *roots, uintptr_t start, uintptr_t end)
{
	uintptr_t ending = roots->ending->frame.thread_pointer;
	uintptr_t asking = roots->asking->frame.thread_pointer;

	for (const struct stopped *thread = roots->world->threads; thread; thread = thread->next)
		if (thread->thread_pointer >= start && thread->thread_pointer < end)
			return true;
	return (ending >= start && ending < end) || (asking >= start && asking < end);
}

/* The blocks of an ended thread's dynamic TLS, as its vector (of pairs: block, what to free) names
 * them; the word before the vector tells how many pairs there are. */
static void hold_tls(const struct roots_context *roots, uintptr_t thread_pointer)
{
	uintptr_t dtv, pair[2];
	size_t count;

	if (os_read_memory(arch_dtv_slot(thread_pointer), &dtv, sizeof(dtv)) != sizeof(dtv) ||
	    os_read_memory(dtv - sizeof(pair), &count, sizeof(count)) != sizeof(count))
		return;
	roots->hold(dtv);
	for (size_t i = 1; i <= count && i < MOST_TLS_MODULES; i++) {
		if (os_read_memory(dtv + i * sizeof(pair), pair, sizeof(pair)) != sizeof(pair))
			return;
		roots->hold(pair[0]);
		roots->hold(pair[1]);
	}
}

/* A stack that no thread we know has: its thread has ended, or it has not stopped. */
static void give_unclaimed(void *context, uintptr_t start, uintptr_t end, uintptr_t thread_pointer)
{
	const struct roots_context *roots = context;

	if (is_claimed(roots, start, end))
		return;
	if (roots->world->not_stopped)
		give(roots, start, end);
	else
		hold_tls(roots, thread_pointer);
}

/* What the program has named may be gone without a word, and what is there now may be ours. */
struct named {
	const struct roots_context *roots;
	const struct spans *own;
	void (*give)(const struct roots_context *, uintptr_t, uintptr_t);
};

static size_t first_own(const struct spans *own, uintptr_t address)
{
	return SORTED_UP_TO(own->rows, own->count, end, address);
}

static void give_named(void *context, uintptr_t start, uintptr_t end)
{
	const struct named *named = context;
	size_t i = first_own(named->own, start);

	for (; i < named->own->count && named->own->rows[i].start < end; i++) {
		if (named->own->rows[i].start > start)
			named->give(named->roots, start, named->own->rows[i].start);
		start = named->own->rows[i].end;
	}
	if (start < end)
		named->give(named->roots, start, end);
}

/* Added roots and page descriptors; false without memory. */
static bool give_all_named(const struct roots_context *roots)
{
	struct spans own = { .rows = NULL };
	struct named added = { roots, &own, give }, array = { roots, &own, give_words };

	collect_own(&own);
	sort(own.rows, own.count, sizeof(struct span), span_before);
	annotate_each_root(give_named, &added);
	mem_map_scan(&(struct mem_map_scan){ roots->maps, roots->live, roots->see,
					     roots->see_context, give_named, &array });
	pool_unmap(own.rows, own.size * sizeof(struct span), own.size * sizeof(struct span));
	return !own.incomplete;
}

static void give_result(void *context, uintptr_t result)
{
	give(context, (uintptr_t)&result, (uintptr_t)(&result + 1));
}

static void give_waiting(const struct roots_context *roots, const struct waiting_thread *waiting)
{
	const struct unwind_caller *frame = &waiting->frame;

	give(roots, (uintptr_t)frame->registers,
	     (uintptr_t)(frame->registers +
			 sizeof(frame->registers) / sizeof(frame->registers[0])));
	give_thread(roots, waiting->tid, frame->stack_pointer, frame->thread_pointer);
}

/* Does it wait for us, and no handler of a signal has come in between?  The frame of that would be larger. */
static bool only_waits(const struct roots_context *roots, const struct stopped *thread)
{
	const struct waiting_thread *asking = roots->asking;

	return thread->tid == asking->tid && asking->frame.stack_pointer &&
	       asking->waits_for - thread->stack_pointer < WAIT_FRAMES;
}

static void give_running(const struct roots_context *roots, const struct stopped *thread)
{
	uintptr_t registers = (uintptr_t)thread->registers;

	give(roots, registers, registers + thread->registers_size);
	give_thread(roots, thread->tid, thread->stack_pointer - ARCH_RED_ZONE,
		    thread->thread_pointer);
}

bool roots_for_each(const struct roots_context *roots)
{
	struct spans spans = { .rows = NULL };
	bool main_seen = false, asking_seen = false, complete;

	collect_not_roots(roots, &spans);
	give_mappings(roots, &spans);
	pool_unmap(spans.rows, spans.size * sizeof(struct span), spans.size * sizeof(struct span));

	for (const struct stopped *thread = roots->world->threads; thread; thread = thread->next) {
		/* The ending thread waits inside exit(): only what exit()'s caller uses counts. */
		if (thread->tid == roots->ending->tid)
			continue;
		main_seen |= thread->tid == roots->main_tid;
		asking_seen |= thread->tid == roots->asking->tid;
		if (only_waits(roots, thread))
			give_waiting(roots, roots->asking);
		else
			give_running(roots, thread);
	}
	if (roots->ending->tid)
		give_waiting(roots, roots->ending);
	/* There was no other thread to scan on. */
	if (roots->asking->tid && !asking_seen) {
		give_waiting(roots, roots->asking);
		main_seen |= roots->asking->tid == roots->main_tid;
	}
	threads_each_stack(give_unclaimed, (void *)roots);
	threads_each_result(give_result, (void *)roots);
	if (!main_seen && roots->ending->tid != roots->main_tid && main_stack(roots))
		/* Its thread has ended; arguments and environment are still in use. */
		give(roots, roots->world->not_stopped ? main_stack(roots)->start : main_stack_end,
		     main_stack(roots)->end);
	complete = give_all_named(roots) && !spans.incomplete;
	give(roots, (uintptr_t)roots->kernel->words,
	     (uintptr_t)(roots->kernel->words + roots->kernel->count));
	return complete && !roots->kernel->incomplete;
}
