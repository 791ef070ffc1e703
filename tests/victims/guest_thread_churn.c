/* SPDX-License-Identifier: MIT */
/*
 * 1000 threads, one after the other, leave nothing of ours or of libc's.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static void *run(void *unused)
{
	void *block = malloc(100);

	use(block);
	free(block);
	return unused;
}

static long resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long total, resident;

	CHECK(file && fscanf(file, "%ld %ld", &total, &resident) == 2);
	fclose(file);
	return resident;
}

NOINLINE static void churn(int threads)
{
	pthread_t thread;

	for (int i = 0; i < threads; i++) {
		CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
}

int main(void)
{
	long pages;

	churn(100);
	pages = resident_pages();
	churn(900);
	CHECK(resident_pages() - pages < 256);
	scan(1);
	leak_control();
	clear_registers();
}
