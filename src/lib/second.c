/* SPDX-License-Identifier: MIT */
/* second.c - the contract is in second.h */
#include "second.h"

#include <stddef.h>

#include "lock.h"
#include "options.h"
#include "os.h"
#include "own_thread.h"

static struct {
	struct own_thread thread;
	long (*run)(void *);
} second;

static long run(void *argument)
{
	own_thread_joins();
	second.run(argument);
	lock_other_ends();
	return 0;
}

static bool start(long (*mark)(void *))
{
	second.run = mark;
	return options.markers > 1 && os_processors() > 1 && own_thread_allot(&second.thread) &&
	       own_thread_start(&second.thread, run, NULL) > 0;
}

static void await(void)
{
	own_thread_await(&second.thread);
}

const struct scan_thread second_thread = { .start = start, .await = await };
