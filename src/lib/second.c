/* SPDX-License-Identifier: MIT */
/* second.c - the contract is in second.h */
#include "second.h"

#include <stddef.h>

#include "lock.h"
#include "options.h"
#include "os.h"
#include "own_thread.h"

const struct second *second;

static struct {
	struct own_thread thread;
	long (*run)(void *);
} own;

static struct {
	void (*do_part)(void *);
	void *part;
} half;

static long run(void *argument)
{
	own_thread_joins();
	own.run(argument);
	lock_other_ends();
	return 0;
}

static bool start(long (*task)(void *))
{
	own.run = task;
	return options.markers > 1 && os_processors() > 1 && own_thread_allot(&own.thread) &&
	       own_thread_start(&own.thread, run, NULL) > 0;
}

static void await(void)
{
	own_thread_await(&own.thread);
}

const struct second second_own = { .start = start, .await = await };

static long do_half(void *unused)
{
	(void)unused;
	half.do_part(half.part);
	return 0;
}

void second_halves(void (*do_part)(void *), void *one, void *other)
{
	bool at_once;

	half.do_part = do_part;
	half.part = other;
	at_once = second && second->start(do_half);
	do_part(one);
	if (at_once)
		second->await();
	else
		do_part(other);
}
