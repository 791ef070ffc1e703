/* SPDX-License-Identifier: MIT */
/*
 * The only pointer is in the kernel: the data of an event of epoll.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 48 in make_buffer
 */
#include "victim.h"

#include <sys/epoll.h>

static int poller;

NOINLINE static void make_buffer(int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = malloc(48) };

	CHECK(epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0);
}

int main(void)
{
	int ends[2];

	CHECK(pipe(ends) == 0);
	poller = epoll_create1(0);
	CHECK(poller >= 0);
	make_buffer(ends[0]);
	clear_registers();
	scan(1);
	CHECK(close(poller) == 0);
	clear_registers();
}
