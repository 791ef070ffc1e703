/* SPDX-License-Identifier: MIT */
/* watch.c - the contract is in watch.h */
#include "watch.h"

#include <errno.h>
#include <string.h>

#include "os.h"
#include "pool.h"
#include "print.h"
#include "threads.h"

#define FIRST_ROWS 64u
#define MOST_TURNS 10000 /* that others get until the waiter sleeps */

static bool grow(struct watch *watch)
{
	size_t size = watch->size ? 2 * watch->size : FIRST_ROWS;
	struct watch_row *rows = pool_map(size * sizeof(*rows), size * sizeof(*rows));

	if (!rows) {
		watch->incomplete = true;
		return false;
	}
	if (watch->count)
		memcpy(rows, watch->rows, watch->count * sizeof(*rows));
	pool_unmap(watch->rows, watch->size * sizeof(*rows), watch->size * sizeof(*rows));
	watch->rows = rows;
	watch->size = size;
	return true;
}

/* "NUMBER ARGUMENT... SP PC", or "running". */
int watch_call(int tid, uintptr_t words[WATCH_WORDS])
{
	char path[64], text[256];
	struct print to_path = PRINT_TO(-1, path);
	int count = 0;

	print(&to_path, "/proc/self/task/%d/syscall", tid);
	if (os_read_file(path, text, sizeof(text)) <= 0)
		return -EIO;
	for (const char *at = strchr(text, ' '); at && count < WATCH_WORDS;
	     at = strchr(at + 1, ' ')) {
		if (strncmp(at, " 0x", 3) != 0)
			return 0;
		words[count] = 0;
		for (const char *digit = at + 3; *digit > ' '; digit++)
			words[count] = words[count] << 4 |
				       (uintptr_t)(*digit <= '9' ? *digit - '0'
								 : *digit - 'a' + 10);
		count++;
	}
	return count;
}

static bool see_thread(void *context, int tid)
{
	struct watch *watch = context;

	if (tid == os_tid() || tid == stop_spared_tid)
		return true;
	if (watch->count == watch->size && !grow(watch))
		return false;
	struct watch_row *row = &watch->rows[watch->count];
	int count = watch_call(tid, row->words);

	/* It is about to sleep. */
	for (int turn = 0; !count && tid == watch->waiter && turn < MOST_TURNS; turn++) {
		os_yield();
		count = watch_call(tid, row->words);
	}

	/* A main thread that has ended stays in the list, without a stack. */
	if (count == 2 && !row->words[0] && !row->words[1])
		return true;
	watch->count++;
	row->thread = (struct stopped){
		.tid = tid,
		.stack_pointer = count >= 2 ? row->words[count - 2] : 0,
		.registers_size = count > 0 ? (size_t)count * sizeof(row->words[0]) : 0,
	};
	return true;
}

/* The thread that has started last on the stack, if it still runs, has its thread pointer there. */
static void claim_stack(void *context, uintptr_t start, uintptr_t end, uintptr_t thread_pointer)
{
	struct watch *watch = context;
	int owner = threads_owner_of(start);

	(void)end;
	for (size_t i = 0; i < watch->count; i++)
		if (watch->rows[i].thread.tid == owner)
			watch->rows[i].thread.thread_pointer = thread_pointer;
}

/* The rows stay where they are from now on. */
static void link_row(struct watch *watch, size_t i)
{
	struct stopped *thread = &watch->rows[i].thread;

	thread->registers = watch->rows[i].words;
	thread->next = watch->world.threads;
	watch->world.threads = thread;
}

void watch_threads(struct watch *watch, int waiter)
{
	memset(watch, 0, sizeof(*watch));
	watch->waiter = waiter;
	if (os_each_number("/proc/self/task", see_thread, watch) < 0)
		watch->incomplete = true;
	threads_each_stack(claim_stack, watch);
	for (size_t i = 0; i < watch->count; i++)
		link_row(watch, i);
}

void watch_free(struct watch *watch)
{
	pool_unmap(watch->rows, watch->size * sizeof(*watch->rows),
		   watch->size * sizeof(*watch->rows));
	memset(watch, 0, sizeof(*watch));
}
