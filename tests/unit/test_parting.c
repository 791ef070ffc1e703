/* SPDX-License-Identifier: MIT */
/* test_parting.c - the table of ranges that are being given back, and what a fork leaves of it */
#include "check.h"

#include <pthread.h>
#include <stddef.h>

#include "parting.h"

#define START ((uintptr_t)0x10000)
#define END ((uintptr_t)0x30000)

static unsigned forgotten;
static uintptr_t last_start, last_end;

static void count_forgotten(uintptr_t start, uintptr_t end)
{
	forgotten++;
	last_start = start;
	last_end = end;
}

static void *begin_and_end(void *unused)
{
	parting_end(parting_begin(true, START, END));
	return unused;
}

static void *begin_only(void *unused)
{
	return parting_begin(true, START, END) ? &forgotten : unused;
}

/* The place that it was given, if any. */
static void *run_thread(void *(*run)(void *))
{
	pthread_t thread;
	void *result = NULL;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	return result;
}

static void what_has_ended_is_not_forgotten_again(void)
{
	forgotten = 0;
	run_thread(begin_and_end);
	parting_forked(count_forgotten);
	CHECK(forgotten == 0);
}

static void a_fork_forgets_what_others_gave_back(void)
{
	forgotten = 0;
	CHECK(run_thread(begin_only));
	parting_forked(count_forgotten);
	CHECK(forgotten == 1 && last_start == START && last_end == END);
	parting_forked(count_forgotten);
	CHECK(forgotten == 1);
	parting_await(START, END); /* for nobody */
}

static void the_whole_table_is_there_again(void)
{
	unsigned places = 0;

	while (places < 1000 && run_thread(begin_only))
		places++;
	CHECK(places > 1 && places < 1000);
	forgotten = 0;
	parting_forked(count_forgotten);
	CHECK(forgotten == places);
	CHECK(run_thread(begin_only));
	parting_forked(count_forgotten);
}

RUN({ "what has ended is not forgotten again", what_has_ended_is_not_forgotten_again },
    { "a fork forgets what others gave back", a_fork_forgets_what_others_gave_back },
    { "the whole table is there again", the_whole_table_is_there_again })
