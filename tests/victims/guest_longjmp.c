/* SPDX-License-Identifier: MIT */
/*
 * A signal handler that leaves one of our functions by siglongjmp(): what the program allocates
 * from then on is recorded, and scans are made.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <malloc.h>
#include <setjmp.h>
#include <sys/time.h>

static sigjmp_buf again;
static volatile sig_atomic_t jumps;
static void *block;

static void handler(int number)
{
	(void)number;
	jumps++;
	siglongjmp(again, 1);
}

/* libc's malloc_usable_size() only reads, so that it can be left at any time. */
NOINLINE static void ask_for_sizes(void)
{
	sigsetjmp(again, 1);
	while (jumps < 50)
		CHECK(malloc_usable_size(block) >= 48);
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };
	struct itimerval every = { { 0, 2000 }, { 0, 2000 } }, never = { { 0, 0 }, { 0, 0 } };

	block = malloc(48);
	CHECK(sigaction(SIGVTALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_VIRTUAL, &every, NULL) == 0);
	ask_for_sizes();
	CHECK(setitimer(ITIMER_VIRTUAL, &never, NULL) == 0);
	scan(1);
	leak_control();
	clear_registers();
}
