/* SPDX-License-Identifier: MIT */
/*
 * A thread that is blocked in a read, an accept or a wait for a condition goes on after a scan
 * as if nothing had been.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

static int gate[2], listener;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static bool signalled;
static atomic_int started;

static void *in_read(void *unused)
{
	char byte;

	started++;
	CHECK(read(gate[0], &byte, 1) == 1);
	return unused;
}

static void *in_accept(void *unused)
{
	int accepted;

	started++;
	accepted = accept(listener, NULL, NULL);
	CHECK(accepted >= 0 && close(accepted) == 0);
	return unused;
}

static void *in_wait(void *unused)
{
	pthread_mutex_lock(&mutex);
	started++;
	while (!signalled)
		CHECK(pthread_cond_wait(&condition, &mutex) == 0);
	pthread_mutex_unlock(&mutex);
	return unused;
}

static void let_go(const struct sockaddr *address, socklen_t length)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(connect(client, address, length) == 0 && close(client) == 0);
	CHECK(write(gate[1], "", 1) == 1);
	pthread_mutex_lock(&mutex);
	signalled = true;
	pthread_cond_signal(&condition);
	pthread_mutex_unlock(&mutex);
}

int main(void)
{
	void *(*const blocked[])(void *) = { in_read, in_accept, in_wait };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length = sizeof(address);
	pthread_t threads[3];

	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0);
	CHECK(listen(listener, 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
	CHECK(pipe(gate) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_create(&threads[i], NULL, blocked[i], NULL) == 0);
	while (started < 3)
		sleep_ms(1);
	scan(1);
	sleep_ms(10);
	scan(2);
	let_go((struct sockaddr *)&address, length);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	leak_control();
	clear_registers();
}
