/* SPDX-License-Identifier: MIT */
/*
 * test_share.c - two markers that give each other words follow each word once, and both know when to end
 *
 * The markers here are threads whose words make more words: a word counts down, and at some counts it becomes
 * two.  So at times both have much to do, and at times one has nothing.
 */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "backlog.h"
#include "maps.h"
#include "marks.h"
#include "object.h"
#include "share.h"

enum { PAGES = 4096, ROUNDS = 200, MOST_STEPS = 400, BATCH = 16 };

struct worker {
	struct backlog backlog;
	struct share_hand hand;
	unsigned long followed, taken;
};

static struct worker workers[2];
static pthread_t second;
static bool has_second;
static char *heap;
static uint64_t seed = 99;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % sides;
}

static void make_objects(void)
{
	char *memory = mmap(NULL, 2 * OBJECT_TABLE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct object object = { .size = 64, .trace = 1 };

	CHECK(memory != MAP_FAILED);
	heap = (char *)(((uintptr_t)memory | (OBJECT_TABLE_BYTES - 1)) + 1);
	for (unsigned i = 0; i < PAGES; i++) {
		object.start = (uintptr_t)heap + 4096ul * i;
		object_create(&object);
	}
}

/* How many words come of one that counts from @steps: itself, and what it becomes. */
static unsigned long family(unsigned steps)
{
	unsigned long sum = 1;

	for (unsigned step = 1; step <= steps; step++)
		sum = 1 + (step % 100 ? 1 : 2) * sum;
	return sum;
}

static void put(struct worker *worker, unsigned steps)
{
	struct waiting_word word = { (uintptr_t)heap + 4096ul * (steps * 7 % PAGES),
				     8 * (uintptr_t)steps };

	CHECK(backlog_put(&worker->backlog, &word));
}

static void follow(struct worker *worker, const struct waiting_word *words, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned steps = (unsigned)(words[i].where / 8);

		worker->followed++;
		if (!steps)
			continue;
		put(worker, steps - 1);
		if (steps % 100 == 0)
			put(worker, steps - 1);
	}
}

static void work(struct worker *worker)
{
	struct waiting_word words[BATCH];

	do {
		while (worker->hand.at < worker->hand.count) {
			unsigned rest = worker->hand.count - worker->hand.at;
			unsigned count = rest < BATCH ? rest : BATCH;

			follow(worker, worker->hand.words + worker->hand.at, count);
			worker->hand.at += count;
		}
		while (worker->backlog.count) {
			if (worker->backlog.count >= atomic_load(&share_wanted))
				share_give(&worker->backlog);
			follow(worker, words, backlog_take(&worker->backlog, words, BATCH));
		}
	} while (share_take(&worker->hand) && ++worker->taken);
}

static void *run_second(void *unused)
{
	work(&workers[1]);
	return unused;
}

static bool start_second(void)
{
	has_second = pthread_create(&second, NULL, run_second, NULL) == 0;
	return has_second;
}

static bool refuse_second(void)
{
	return false;
}

static unsigned long share_once(bool (*start)(void))
{
	unsigned long expected = 0, before = workers[1].followed;

	share_worth_words = 1 + dice(200);
	share_least_words = 1 + dice(50);
	has_second = false;
	share_begin(start);
	for (unsigned words = dice(60); words; words--) {
		unsigned steps = dice(MOST_STEPS);

		put(&workers[0], steps);
		expected += family(steps);
	}
	work(&workers[0]);
	if (has_second)
		pthread_join(second, NULL);
	share_end();
	for (int i = 0; i < 2; i++)
		workers[i].hand = (struct share_hand){ .words = NULL };
	CHECK(!workers[0].backlog.count && !workers[1].backlog.count);
	CHECK(has_second || workers[1].followed == before);
	CHECK(atomic_load(&share_wanted) == SIZE_MAX);
	return expected;
}

static void each_word_is_followed_once(void)
{
	unsigned long expected = 0;
	struct maps maps;

	make_objects();
	CHECK(maps_read(&maps) == 0);
	marks_begin(&maps);
	backlog_least_objects = 0;
	for (int i = 0; i < 2; i++)
		backlog_begin(&workers[i].backlog);
	for (int round = 0; round < ROUNDS; round++)
		expected += share_once(dice(8) ? start_second : refuse_second);
	CHECK(workers[0].followed + workers[1].followed == expected);
	CHECK(workers[0].taken + workers[1].taken > ROUNDS / 4);
	for (int i = 0; i < 2; i++)
		backlog_end(&workers[i].backlog);
	marks_end();
	maps_free(&maps);
}

RUN({ "each word is followed once", each_word_is_followed_once })
