/* SPDX-License-Identifier: MIT */
/*
 * A thread has a new block in nothing but a register, and waits for a processor for longer than two scans
 * take: another one has the only processor that it may use, and goes first.  The block is in use.
 *
 * OPTIONS mode=live:min_age=0
 * OPTIONS once
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <sched.h>

static uintptr_t hidden;
static void *kept;
static volatile int has, store, hogs, over;

NOINLINE static void make_buffer(void)
{
	hidden = hide(malloc(48));
}

static void *run(void *unused)
{
	struct sched_param none = { .sched_priority = 0 };

	CHECK(sched_setscheduler(0, SCHED_IDLE, &none) == 0);
	make_buffer();
	clear_registers();
	__asm__ volatile("mov %[hidden], %%r12\n\t"
			 "xor %[hiding], %%r12\n\t"
			 "movl $1, %[has]\n"
			 "1:\tcmpl $0, %[store]\n\t"
			 "je 1b\n\t"
			 "mov %%r12, %[kept]\n\t"
			 "xor %%r12d, %%r12d"
			 : [has] "=m"(has), [kept] "=m"(kept)
			 : [hidden] "m"(hidden), [hiding] "r"(HIDING), [store] "m"(store)
			 : "r12", "cc", "memory");
	return unused;
}

static void *hog(void *unused)
{
	hogs = 1;
	while (!over)
		;
	return unused;
}

static void keep_to_one_processor(void)
{
	cpu_set_t all, one;
	int number = 0;

	CHECK(sched_getaffinity(0, sizeof(all), &all) == 0);
	while (!CPU_ISSET(number, &all))
		number++;
	CPU_ZERO(&one);
	CPU_SET(number, &one);
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
}

static long ran_us(clockid_t clock)
{
	struct timespec ran;

	CHECK(clock_gettime(clock, &ran) == 0);
	return ran.tv_sec * 1000000 + ran.tv_nsec / 1000;
}

/* Returns when the thread has just begun to wait. */
static void wait_until_waiting(clockid_t clock)
{
	long before;

	do {
		before = ran_us(clock);
		sleep_ms(2);
	} while (ran_us(clock) != before);
}

int main(void)
{
	pthread_t waiting, running;
	clockid_t clock;

	keep_to_one_processor();
	CHECK(pthread_create(&waiting, NULL, run, NULL) == 0);
	CHECK(pthread_getcpuclockid(waiting, &clock) == 0);
	while (!has)
		sleep_ms(1);
	CHECK(pthread_create(&running, NULL, hog, NULL) == 0);
	while (!hogs)
		sleep_ms(1);
	wait_until_waiting(clock);
	clear_registers();
	store = 1;
	scan(1);
	scan(2);
	over = 1;
	CHECK(pthread_join(running, NULL) == 0);
	CHECK(pthread_join(waiting, NULL) == 0 && kept);
	leak_control();
	clear_registers();
	return 0;
}
