/* SPDX-License-Identifier: MIT */
/* blind.c - the contract is in blind.h */
#include "blind.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "os.h"
#include "pool.h"
#include "stop.h"
#include "watch.h"

#define FIRST_ROWS 64u
#define SHORTEST_NS 100000u /* between two looks */
#define LONGEST_NS 5000000u

struct row {
	int tid; /* 0: it has run */
	uint64_t ran_ns;
};

static struct {
	struct row *rows;
	size_t count, size;
	bool full; /* no memory for more */
} blind;

static bool is_blind(int tid)
{
	uintptr_t words[WATCH_WORDS];
	int count = watch_call(tid, words);

	/* A main thread that has ended has no registers. */
	return count == 0 || (count == 2 && (words[0] || words[1]));
}

static bool grow(void)
{
	size_t size = blind.size ? 2 * blind.size : FIRST_ROWS;
	size_t bytes = blind.size * sizeof(*blind.rows);
	struct row *rows = pool_map(size * sizeof(*rows), size * sizeof(*rows));

	if (!rows) {
		blind.full = true;
		return false;
	}
	if (blind.count)
		memcpy(rows, blind.rows, blind.count * sizeof(*rows));
	pool_unmap(blind.rows, bytes, bytes);
	blind.rows = rows;
	blind.size = size;
	return true;
}

static bool note_thread(void *context, int tid)
{
	const int *waiter = context;
	int64_t ran_ns;

	if (tid == os_tid() || tid == stop_spared_tid || tid == *waiter || !is_blind(tid))
		return true;
	/* Without such a clock nothing can be said of it, and it has to count as before. */
	ran_ns = os_thread_ran_ns(tid);
	if (ran_ns < 0)
		return true;
	if (blind.count == blind.size && !grow())
		return false;
	blind.rows[blind.count++] = (struct row){ tid, (uint64_t)ran_ns };
	return true;
}

int blind_note(int waiter)
{
	int error;

	blind.count = 0;
	blind.full = false;
	error = os_each_number("/proc/self/task", note_thread, &waiter);
	return blind.full ? -ENOMEM : error;
}

/* A thread that has ended has no clock; its number may be another's, whose clock has begun anew. */
static bool has_run(const struct row *row)
{
	int64_t ran_ns = os_thread_ran_ns(row->tid);

	return ran_ns < 0 || (uint64_t)ran_ns - row->ran_ns >= BLIND_ENOUGH_NS ||
	       !is_blind(row->tid);
}

static unsigned look_again(void)
{
	unsigned left = 0;

	for (size_t i = 0; i < blind.count; i++) {
		struct row *row = &blind.rows[i];

		if (row->tid && has_run(row))
			row->tid = 0;
		left += row->tid != 0;
	}
	return left;
}

unsigned blind_await(uint64_t end_ns)
{
	uint64_t pause_ns = SHORTEST_NS;
	unsigned left;

	while ((left = look_again()) && os_now_ns() < end_ns) {
		os_sleep_ns(pause_ns);
		if (pause_ns < LONGEST_NS)
			pause_ns *= 2;
	}
	return left;
}

void blind_forget(void)
{
	size_t bytes = blind.size * sizeof(*blind.rows);

	pool_unmap(blind.rows, bytes, bytes);
	memset(&blind, 0, sizeof(blind));
}
