/*
 * With stack=off a block that only a thread's stack refers to is reported; thread-local data, and
 * arguments, stay roots.  stack=on has the stack back.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: size 48 in make_buffer
 * EXPECT scan 2: size 49 in make_buffer
 * EXPECT scan 3: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

static _Thread_local void *volatile local;
static pthread_barrier_t barrier;

NOINLINE static void *make_buffer(size_t size)
{
	return malloc(size);
}

NOINLINE static void *hold(void *unused)
{
	void *volatile block = make_buffer(49);

	local = make_buffer(50);
	clear_registers();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	free(block);
	free(local);
	return unused;
}

NOINLINE static void ask(void)
{
	void *volatile block = make_buffer(48);

	local = make_buffer(51);
	clear_registers();
	scan(1);
	CHECK(command("stack=off") == COMMAND_OK);
	CHECK_ANSWER("thread stacks are no roots\n");
	scan(2);
	CHECK(command("stack=on") == COMMAND_OK);
	CHECK_ANSWER("thread stacks are roots\n");
	scan(3);
	CHECK(command("stack=maybe") == COMMAND_WRONG);
	CHECK_ANSWER("stack takes on or off\n");
	free(block);
}

int main(void)
{
	pthread_t thread;

	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, hold, NULL) == 0);
	pthread_barrier_wait(&barrier);
	ask();
	pthread_barrier_wait(&barrier);
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
