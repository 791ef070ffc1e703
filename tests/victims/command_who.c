/*
 * who= names every root and every block that holds a pointer to a block, and counts them.
 *
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"
#include <sys/epoll.h>

struct node {
	long number;
	struct node *other;
};

static struct node *volatile table[4];
static struct node *volatile chain;
static _Thread_local struct node *volatile local;
static uintptr_t hidden;
static pthread_barrier_t barrier;
static int epoll_fd, pipe_fds[2];

NOINLINE static struct node *make_node(struct node *other)
{
	struct node *node = malloc(sizeof(*node));

	node->other = other;
	return node;
}

NOINLINE static void *hold(void *unused)
{
	struct node *volatile block = show(hidden);

	local = block;
	CHECK(pthread_setname_np(pthread_self(), "holder") == 0);
	clear_registers();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	use(block);
	block = NULL;
	return unused;
}

NOINLINE static void set_up(void)
{
	struct node *target = make_node(NULL);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = target };

	hidden = hide(target);
	target->other = target; /* does not count */
	table[2] = target;
	chain = make_node(target);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	CHECK(epoll_fd >= 0 && pipe(pipe_fds) == 0);
	CHECK(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, pipe_fds[0], &event) == 0);
}

NOINLINE static void ask(void)
{
	char line[128];

	CHECK(command_about("who", hidden, 8) == COMMAND_OK);
	CHECK_ANSWER("\nroot table+0x10 [command_who] (at 0x");
	CHECK_ANSWER("\nroot stack of thread ");
	CHECK_ANSWER("\nroot thread-local data of thread ");
	CHECK_ANSWER(" (holder) (at 0x");
	CHECK_ANSWER("\nroot kernel (epoll or timer) (at 0x");
	snprintf(line, sizeof(line), "\nobject %p (size 16)+0x8 refers to +0x0\n", (void *)chain);
	CHECK_ANSWER(line);
	CHECK_ANSWER("] make_node+0x");
	CHECK_ANSWER(" from roots, 1 from 1 object\n");
}

int main(void)
{
	pthread_t thread;

	set_up();
	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, hold, NULL) == 0);
	pthread_barrier_wait(&barrier);
	clear_registers();
	ask();
	pthread_barrier_wait(&barrier);
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
}
