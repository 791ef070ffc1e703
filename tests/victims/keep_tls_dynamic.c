/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a thread-local variable of a library that was loaded at run time: in a
 * block that ld.so allocates when a thread first touches it.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <dlfcn.h>
#include <semaphore.h>

static sem_t ready, go_on;
static void *volatile *(*kept_of_thread)(void);

NOINLINE static void make_buffer(void)
{
	*kept_of_thread() = malloc(48);
}

static void *run(void *unused)
{
	make_buffer();
	clear_registers();
	CHECK(sem_post(&ready) == 0);
	CHECK(sem_wait(&go_on) == 0);
	return unused;
}

int main(void)
{
	void *library = dlopen(LIBVICTIM_TLS, RTLD_NOW);
	pthread_t thread;

	CHECK(library);
	kept_of_thread = (void *volatile *(*)(void))dlsym(library, "kept_of_thread");
	CHECK(kept_of_thread);
	CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go_on, 0, 0) == 0);
	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	CHECK(sem_wait(&ready) == 0);
	clear_registers();
	scan(1);
	CHECK(sem_post(&go_on) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
}
