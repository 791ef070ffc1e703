/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a thread-local variable of a library that was loaded after the thread was
 * made, and the thread was made before anything else: its vector of such variables is the first
 * thing that libc allocates for it.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <dlfcn.h>
#include <semaphore.h>

static sem_t loaded, ready, go_on;
static void *volatile *(*kept_of_thread)(void);

NOINLINE static void make_buffer(void)
{
	*kept_of_thread() = malloc(48);
}

static void *run(void *unused)
{
	CHECK(sem_wait(&loaded) == 0);
	make_buffer();
	clear_registers();
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *library;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	library = dlopen(LIBVICTIM_TLS, RTLD_NOW);
	CHECK(library);
	kept_of_thread = (void *volatile *(*)(void))dlsym(library, "kept_of_thread");
	CHECK(kept_of_thread);
	CHECK(sem_post(&loaded) == 0);
	CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
