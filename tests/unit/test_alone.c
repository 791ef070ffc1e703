/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "alone.h"
#include "check.h"

#define PAGE 4096u

static void a_small_process_of_one_thread_is_alone(void)
{
	CHECK(alone_and_small());
}

static void without_a_descriptor_to_be_had_it_says_no(void)
{
	struct rlimit before, none = { 0, 0 };

	CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none.rlim_max = before.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK(!alone_and_small());
	CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
	CHECK(alone_and_small());
}

static void *wait_for_more(void *descriptor)
{
	char byte;

	return read(*(int *)descriptor, &byte, 1) == 0 ? descriptor : NULL;
}

static void with_another_thread_it_is_not(void)
{
	pthread_t thread;
	int ends[2];

	CHECK(pipe(ends) == 0);
	CHECK(pthread_create(&thread, NULL, wait_for_more, &ends[0]) == 0);
	CHECK(!alone_and_small());
	close(ends[1]);
	CHECK(pthread_join(thread, NULL) == 0);
	close(ends[0]);
}

static void with_much_memory_it_is_not_small(void)
{
	size_t size = (size_t)(ALONE_PAGES + 1) * PAGE;
	/* Not the allocator's, which may keep what is freed. */
	char *much = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(much != MAP_FAILED);
	if (much != MAP_FAILED)
		memset(much, 1, size);
	CHECK(!alone_and_small());
	munmap(much, size);
}

/* The memory comes last: an allocator may keep what is freed. */
RUN({ "a small process of one thread is alone", a_small_process_of_one_thread_is_alone },
    { "without a descriptor to be had it says no", without_a_descriptor_to_be_had_it_says_no },
    { "with another thread it is not", with_another_thread_it_is_not },
    { "with much memory it is not small", with_much_memory_it_is_not_small })
