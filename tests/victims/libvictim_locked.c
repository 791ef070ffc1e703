/* SPDX-License-Identifier: MIT */
/*
 * libvictim_locked.c - an allocator with one lock, which a thread can be told to hold
 *
 * The blocks are libc's.  allocator_hold() stands for what an allocator does with its lock held for
 * long: around a fork, in a thread of its own, when memory is given back.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);
void allocator_hold(long ms);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define LOCKED(call)                                                                               \
	({                                                                                         \
		pthread_mutex_lock(&mutex);                                                        \
		void *made = (call);                                                               \
		pthread_mutex_unlock(&mutex);                                                      \
		made;                                                                              \
	})

void *malloc(size_t size)
{
	return LOCKED(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return LOCKED(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
	return LOCKED(__libc_realloc(block, size));
}

void free(void *block)
{
	pthread_mutex_lock(&mutex);
	__libc_free(block);
	pthread_mutex_unlock(&mutex);
}

void allocator_hold(long ms)
{
	struct timespec rest = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	pthread_mutex_lock(&mutex);
	while (nanosleep(&rest, &rest) != 0)
		;
	pthread_mutex_unlock(&mutex);
}
