/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in a register of a thread that runs.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

static uintptr_t hidden;
static volatile int running, stop;

NOINLINE static void make_buffer(void)
{
	hidden = hide(malloc(48));
}

/* Runs until it is told to stop, the pointer in a register. */
static inline __attribute__((always_inline)) void run_with_pointer(void)
{
#if defined(__x86_64__)
	__asm__ volatile("mov %[hidden], %%r12\n\t"
			 "xor %[hiding], %%r12\n\t"
			 "movl $1, %[running]\n"
			 "1:\tpause\n\t"
			 "cmpl $0, %[stop]\n\t"
			 "je 1b\n\t"
			 "xor %%r12d, %%r12d"
			 : [running] "=m"(running)
			 : [hidden] "m"(hidden), [hiding] "r"(HIDING), [stop] "m"(stop)
			 : "r12", "cc", "memory");
#elif defined(__aarch64__)
	__asm__ volatile("ldr x20, %[hidden]\n\t"
			 "eor x20, x20, %[hiding]\n\t"
			 "mov w21, #1\n\t"
			 "str w21, %[running]\n"
			 "1:\tyield\n\t"
			 "ldr w21, %[stop]\n\t"
			 "cbz w21, 1b\n\t"
			 "mov x20, xzr"
			 : [running] "=m"(running)
			 : [hidden] "m"(hidden), [hiding] "r"(HIDING), [stop] "m"(stop)
			 : "x20", "x21", "cc", "memory");
#endif
}

static void *run(void *unused)
{
	make_buffer();
	clear_registers();
	run_with_pointer();
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!running)
		sleep_ms(1);
	clear_registers();
	scan(1);
	stop = 1;
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	scan(2);
}
