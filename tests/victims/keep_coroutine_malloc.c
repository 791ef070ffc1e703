/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is on the stack of a coroutine that is suspended, on a stack that the program
 * has allocated.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <ucontext.h>

#define STACK_SIZE 65536

static ucontext_t main_context, coroutine;
static void *stack;

NOINLINE static void make_buffer(void *volatile *slot)
{
	*slot = malloc(48);
}

static void run(void)
{
	void *volatile kept;

	make_buffer(&kept);
	zero_registers();
	CHECK(swapcontext(&coroutine, &main_context) == 0);
}

NOINLINE static void start(void)
{
	stack = malloc(STACK_SIZE);
	CHECK(stack);
	CHECK(getcontext(&coroutine) == 0);
	coroutine.uc_stack.ss_sp = stack;
	coroutine.uc_stack.ss_size = STACK_SIZE;
	coroutine.uc_link = &main_context;
	makecontext(&coroutine, run, 0);
	CHECK(swapcontext(&main_context, &coroutine) == 0);
}

int main(void)
{
	start();
	clear_registers();
	scan(1);
	CHECK(swapcontext(&main_context, &coroutine) == 0);
	free(stack);
	stack = NULL;
	clear_registers();
	scan(2);
}
