/* SPDX-License-Identifier: MIT */
/* test_trace.c - the depot: one id for one trace, whoever stores it, as long as there is memory */
#include "check.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "pool.h"
#include "trace.h"
#include "unwind.h"

static bool holds(uint32_t id, const uintptr_t *pc, size_t count, unsigned flags)
{
	const struct trace *trace = trace_get(id);

	return trace && trace->id == id && trace->count == count && trace->flags == flags &&
	       !memcmp(trace->pc, pc, count * sizeof(*pc));
}

static void a_trace_keeps_its_id(void)
{
	static const uintptr_t pc[] = { 0x401000, 0x402000, 0x7fffffffffff };
	uint32_t id = trace_store(pc, 3, 0);

	CHECK(id != 0 && holds(id, pc, 3, 0));
	CHECK(trace_store(pc, 3, 0) == id);
	CHECK(trace_get(0) == NULL);
}

static void whatever_differs_is_another_trace(void)
{
	static const uintptr_t pc[] = { 0x1000, 0x2000, 0x3000 };
	static const uintptr_t turned[] = { 0x1000, 0x3000, 0x2000 };
	static const uintptr_t other[] = { 0x1000, 0x2000, 0x3001 };
	uint32_t ids[] = { trace_store(pc, 3, 0),         trace_store(pc, 2, 0),
			   trace_store(pc, 3, TRACE_CUT), trace_store(turned, 3, 0),
			   trace_store(other, 3, 0),      trace_store(pc + 1, 2, 0) };

	for (int i = 0; i < 6; i++)
		for (int k = 0; k < 6; k++)
			CHECK((ids[i] == ids[k]) == (i == k));
	CHECK(holds(ids[0], pc, 3, 0) && holds(ids[1], pc, 2, 0));
	CHECK(holds(ids[2], pc, 3, TRACE_CUT) && holds(ids[3], turned, 3, 0));
}

static void no_frame_and_all_frames_are_traces_too(void)
{
	uintptr_t pc[UNWIND_MAX];
	uint32_t none, full;

	for (size_t i = 0; i < UNWIND_MAX; i++)
		pc[i] = UINTPTR_MAX - i;
	none = trace_store(pc, 0, TRACE_CUT);
	full = trace_store(pc, UNWIND_MAX, 0);
	CHECK(none && holds(none, pc, 0, TRACE_CUT));
	CHECK(full && holds(full, pc, UNWIND_MAX, 0));
	CHECK(trace_store(pc, 0, TRACE_CUT) == none);
}

/* Trace @number: of 1 to 32 frames, like no other one. */
static size_t make(uint32_t number, uintptr_t *pc)
{
	size_t count = 1 + number % 32;

	for (size_t i = 0; i < count; i++)
		pc[i] = 0x400000 + ((uintptr_t)number << 4) + i;
	return count;
}

static void many_traces_over_many_chunks(void)
{
	enum { COUNT = 100000 }; /* 14 MB; more than there are buckets */
	static uint32_t ids[COUNT];
	uintptr_t pc[32];

	for (uint32_t i = 0; i < COUNT; i++)
		ids[i] = trace_store(pc, make(i, pc), 0);
	for (uint32_t i = 0; i < COUNT; i++) {
		size_t count = make(i, pc);

		CHECK(ids[i] && holds(ids[i], pc, count, 0));
		CHECK(trace_store(pc, count, 0) == ids[i]);
	}
}

/* Bytes between the end of this trace and that of its chunk. */
static size_t left_behind(uint32_t id)
{
	const struct trace *trace = trace_get(id);

	return TRACE_CHUNK -
	       ((size_t)id * 8 + sizeof(*trace) + trace->count * sizeof(*trace->pc)) % TRACE_CHUNK;
}

static void a_trace_fits_or_begins_a_chunk(void)
{
	uintptr_t pc[UNWIND_MAX] = { 0x900000 };
	uint32_t id;
	size_t count;

	/* As much as is left, and a frame more. */
	for (size_t more = 0; more < 2; more++) {
		do {
			pc[0]++;
			id = trace_store(pc, 1, 0);
			CHECK(id);
		} while (left_behind(id) > 200);
		count = (left_behind(id) - sizeof(struct trace)) / sizeof(*pc) + more;
		id = trace_store(pc, count, 0);
		CHECK(id && holds(id, pc, count, 0));
		if (more)
			CHECK((size_t)id * 8 % TRACE_CHUNK == 0);
		else
			CHECK(left_behind(id) == TRACE_CHUNK);
	}
}

static void without_memory_there_is_no_id(void)
{
	uintptr_t pc[32] = { 0x1234 };
	uint32_t known = trace_store(pc, 32, 0), next = 0, id = 1;

	pool_set_limit(1);
	while (id && next++ < 10000) {
		pc[1] = next;
		id = trace_store(pc, 32, 0);
	}
	CHECK(id == 0 && next < 10000); /* what was left of the last chunk */
	pc[1] = 0;
	CHECK(trace_store(pc, 32, 0) == known); /* a known trace needs none */
	pool_set_limit(0);
	pc[1] = next;
	id = trace_store(pc, 32, 0);
	CHECK(id && holds(id, pc, 32, 0));
}

enum { THREADS = 4, SHARED = 20000 };

struct storer {
	pthread_t thread;
	uint32_t ids[SHARED];
	unsigned wrong;
};

static pthread_barrier_t start_line;

/* All threads store the same traces at the same time, and read them back. */
static void *store_all(void *argument)
{
	struct storer *storer = argument;
	uintptr_t pc[32];

	pthread_barrier_wait(&start_line);
	for (uint32_t i = 0; i < SHARED; i++) {
		size_t count = make(i + 1000000, pc);

		storer->ids[i] = trace_store(pc, count, 0);
		storer->wrong += !holds(storer->ids[i], pc, count, 0);
	}
	return NULL;
}

static void threads_get_the_same_ids(void)
{
	static struct storer storers[THREADS];
	unsigned differ = 0;

	pthread_barrier_init(&start_line, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&storers[i].thread, NULL, store_all, &storers[i]) == 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(storers[i].thread, NULL);
		CHECK(storers[i].wrong == 0);
	}
	for (int i = 1; i < THREADS; i++)
		for (int k = 0; k < SHARED; k++)
			differ += storers[i].ids[k] != storers[0].ids[k];
	CHECK(differ == 0);
}

RUN({ "a trace keeps its id", a_trace_keeps_its_id },
    { "whatever differs is another trace", whatever_differs_is_another_trace },
    { "no frame and all frames are traces too", no_frame_and_all_frames_are_traces_too },
    { "many traces over many chunks", many_traces_over_many_chunks },
    { "a trace fits or begins a chunk", a_trace_fits_or_begins_a_chunk },
    { "without memory there is no id", without_memory_there_is_no_id },
    { "threads get the same ids", threads_get_the_same_ids })
