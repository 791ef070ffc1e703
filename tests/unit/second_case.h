/* SPDX-License-Identifier: MIT */
/* second_case.h - a second thread for what a scan does by two (second.h): libc's */
#ifndef SECOND_CASE_H
#define SECOND_CASE_H

#include <pthread.h>

#include "second.h"

static pthread_t helper;
static unsigned seconds; /* that have begun */

static void *run_second(void *run)
{
	(*(long (**)(void *))run)(NULL);
	return NULL;
}

static bool start_second(long (*run)(void *))
{
	static long (*of_thread)(void *);

	of_thread = run;
	seconds++;
	return pthread_create(&helper, NULL, run_second, &of_thread) == 0;
}

static void await_second(void)
{
	pthread_join(helper, NULL);
}

static const struct second second_of_libc = { start_second, await_second };

#endif
