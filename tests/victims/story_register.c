/* SPDX-License-Identifier: MIT */
/*
 * A block that a register held, and no memory, while the thread ran.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make
 * EXPECT scan 2: line last reachable in scan 1 (+#s) through register of thread # (worker-3); \
 *                     lost before scan 2 (+#s)
 * EXPECT exit: size 48 in make
 * EXPECT exit: line last reachable in scan 1 (+#s) through register of thread # (worker-3); \
 *                   lost before scan 2 (+#s)
 */
#include "victim.h"

#if !defined(__x86_64__)
int main(void)
{
	skip("not written for this processor");
}
#else
static volatile uintptr_t hidden;
static volatile int ready, done;

NOINLINE static void make(void)
{
	hidden = hide(malloc(48));
}

/* The register is cleared before anything else happens. */
NOINLINE static void hold(void)
{
	__asm__ volatile("mov %[hidden], %%rbx\n\t"
			 "xor %[hiding], %%rbx\n\t"
			 "movl $1, %[ready]\n"
			 "1:\n\t"
			 "pause\n\t"
			 "cmpl $0, %[done]\n\t"
			 "je 1b\n\t"
			 "xor %%ebx, %%ebx"
			 : [ready] "=m"(ready)
			 : [hidden] "r"(hidden), [hiding] "r"(HIDING), [done] "m"(done)
			 : "rbx", "memory");
}

NOINLINE static void *run(void *unused)
{
	CHECK(pthread_setname_np(pthread_self(), "worker-3") == 0);
	make();
	clear_registers();
	hold();
	return unused;
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	while (!ready)
		sleep_ms(1);
	clear_registers();
	CHECK(scan(1) == 0);
	done = 1;
	CHECK(pthread_join(thread, NULL) == 0);
	clear_registers();
	CHECK(scan(2) == 1);
}
#endif
