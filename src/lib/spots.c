/* SPDX-License-Identifier: MIT */
/* spots.c - the contract is in spots.h */
#include "spots.h"

#include <string.h>

#include "arch.h"
#include "frames.h"
#include "place.h"
#include "pool.h"
#include "route.h"
#include "sort.h"
#include "sorted.h"
#include "symbol.h"

#define FIRST_ROOM 256u
#define MOST_FRAMES 256u /* of one thread */

struct row {
	struct spot spot;
	const struct stopped *thread;
	bool used;
};

static struct {
	const struct roots_context *roots;
	struct row *rows; /* by start */
	size_t count, room;
} spots;

static bool grow(void)
{
	size_t room = spots.room ? 2 * spots.room : FIRST_ROOM;
	struct row *rows = pool_alloc(room * sizeof(*rows));

	if (!rows)
		return false;
	if (spots.count)
		memcpy(rows, spots.rows, spots.count * sizeof(*rows));
	pool_free(spots.rows, spots.room * sizeof(*rows));
	spots.rows = rows;
	spots.room = room;
	return true;
}

static void add(const struct stopped *thread, enum spot_kind kind, uintptr_t start, uintptr_t end,
		uintptr_t pc)
{
	if (start >= end || (spots.count == spots.room && !grow()))
		return;
	spots.rows[spots.count++] = (struct row){
		.spot = { start, end, pc, thread ? thread->tid : 0, kind, "" },
		.thread = thread,
	};
}

static bool starts_before(const void *a, const void *b)
{
	return ((const struct row *)a)->spot.start < ((const struct row *)b)->spot.start;
}

/* Thread-local data often stands at the end of the stack. */
static void add_thread(const struct stopped *thread)
{
	uintptr_t registers = (uintptr_t)thread->registers, start, end, local, local_end;
	uintptr_t lowest = thread->stack_pointer - ARCH_RED_ZONE;

	place_thread_local(thread, &local, &local_end);
	add(thread, SPOT_REGISTER, registers, registers + thread->registers_size, 0);
	add(thread, SPOT_THREAD_LOCAL, local, local_end, 0);
	if (!place_stack_of(spots.roots, thread, &start, &end))
		return;
	if (local > lowest && local < end)
		end = local;
	add(thread, SPOT_STACK, lowest, end, 0);
}

void spots_begin(const struct roots_context *roots)
{
	const struct kernel_words *kernel = roots->kernel;

	memset(&spots, 0, sizeof(spots));
	spots.roots = roots;
	for (const struct stopped *thread = roots->world->threads; thread; thread = thread->next)
		add_thread(thread);
	add(NULL, SPOT_KERNEL, (uintptr_t)kernel->words, (uintptr_t)(kernel->words + kernel->count),
	    0);
	/* The results stood in a frame that may have been deeper than this one. */
	add(NULL, SPOT_RESULT, route_own_stack() - ROUTE_OWN_FRAMES,
	    route_own_stack() + ROUTE_OWN_FRAMES, 0);
	sort(spots.rows, spots.count, sizeof(struct row), starts_before);
}

void spots_use(uintptr_t where)
{
	size_t above = SORTED_UP_TO(spots.rows, spots.count, spot.start, where);

	if (above && where < spots.rows[above - 1].spot.end)
		spots.rows[above - 1].used = true;
}

/* The frames take the place of the stack's beginning; what is above the last stays as it is. */
static void divide_stack(size_t index)
{
	const struct stopped *thread = spots.rows[index].thread;
	uintptr_t end = spots.rows[index].spot.end;
	struct frames frames;

	frames_begin(&frames, thread, end);
	for (unsigned i = 0; i < MOST_FRAMES && frames_next(&frames); i++) {
		uintptr_t start = i ? frames.start : spots.rows[index].spot.start;

		add(thread, SPOT_STACK, start, frames.end, frames.pc);
	}
	spots.rows[index].spot.start = frames.stack;
}

void spots_divide(void)
{
	size_t count = spots.count;

	for (size_t i = 0; i < count; i++) {
		if (spots.rows[i].used && spots.rows[i].spot.kind == SPOT_STACK)
			divide_stack(i);
		spots.rows[i].used = false;
	}
	sort(spots.rows, spots.count, sizeof(struct row), starts_before);
}

size_t spots_take(struct spot *taken, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < spots.count && count < most; i++) {
		struct row *row = &spots.rows[i];

		if (!row->used)
			continue;
		if (row->thread)
			place_thread_name(spots.roots, row->spot.tid, row->spot.name,
					  sizeof(row->spot.name));
		taken[count++] = row->spot;
	}
	return count;
}

void spots_end(void)
{
	pool_free(spots.rows, spots.room * sizeof(struct row));
	memset(&spots, 0, sizeof(spots));
}

void spots_print(struct print *out, const struct spot *spot, uint32_t when_ms)
{
	static const char *const kinds[] = { "stack of ", "register of ", "TLS of " };
	struct symbol symbol;

	if (spot->kind == SPOT_RESULT)
		print(out, "result of a thread that has ended");
	if (spot->kind == SPOT_KERNEL)
		print(out, "kernel (epoll or timer)");
	if (spot->kind >= SPOT_RESULT)
		return;
	print(out, "%sthread %d", kinds[spot->kind], spot->tid);
	if (spot->name[0]) {
		print(out, " (");
		print_name(out, spot->name);
		print(out, ")");
	}
	if (!spot->pc)
		return;
	symbol = symbol_find(spot->pc, when_ms);
	print(out, ", frame ");
	if (symbol.name)
		print_name(out, symbol.name);
	else
		print(out, "0x%zx", symbol.offset);
	if (!symbol.name && symbol.module) {
		print(out, " [");
		print_name(out, symbol.module);
		print(out, "]");
	}
}
