/* SPDX-License-Identifier: MIT */
/*
 * Threads are born and end all the time while scans are made.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static volatile bool stop;

static void *short_lived(void *block)
{
	free(block);
	return NULL;
}

static void *parent(void *unused)
{
	pthread_t thread;

	while (!stop) {
		CHECK(pthread_create(&thread, NULL, short_lived, malloc(100)) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, parent, NULL) == 0);
	for (unsigned number = 1; number <= 20; number++)
		scan(number);
	stop = true;
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	leak_control();
	clear_registers();
}
