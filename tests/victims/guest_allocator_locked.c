/* SPDX-License-Identifier: MIT */
/*
 * A thread that holds the allocator's lock for long is stopped while another one waits for the lock:
 * it is let go until it has given the lock back, however often the scan has to try.
 *
 * OPTIONS stop_timeout=50000
 * EXPECT every scan: nothing
 * EXPECT exit: nothing
 */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>

#define SCANS 5
#define HOLD_MS 100

void allocator_hold(long ms);

static atomic_bool enough;

static void *hold(void *argument)
{
	while (!atomic_load(&enough)) {
		allocator_hold(HOLD_MS);
		usleep(HOLD_MS * 100); /* for the other one: a mutex is not fair */
	}
	return argument;
}

static void *allocate(void *argument)
{
	while (!atomic_load(&enough)) {
		void *block = malloc(100);

		use(block);
		free(block);
	}
	return argument;
}

int main(void)
{
	pthread_t holding, allocating;

	CHECK(pthread_create(&holding, NULL, hold, NULL) == 0);
	CHECK(pthread_create(&allocating, NULL, allocate, NULL) == 0);
	for (unsigned i = 1; i <= SCANS; i++)
		scan(i);
	atomic_store(&enough, true);
	CHECK(pthread_join(holding, NULL) == 0);
	CHECK(pthread_join(allocating, NULL) == 0);
	clear_registers();
}
