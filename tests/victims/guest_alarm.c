/* SPDX-License-Identifier: MIT */
/*
 * A signal of the program's that comes during a scan ends the call that the main thread sleeps in, as it
 * would without: its handler has asked for no restart.  A call that is restarted by the kernel otherwise
 * (read, sem_wait), and one that is not (poll, nanosleep).
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/time.h>

enum { ROUNDS = 5, NODES = 40000 };

static struct node {
	struct node *next;
} * list;

static int gate[2];
static sem_t never;
static volatile sig_atomic_t handled;
static _Atomic unsigned begun, ended;

static void handler(int number)
{
	(void)number;
	handled++;
}

static bool in_read(void)
{
	char byte;

	return read(gate[0], &byte, 1) == -1 && errno == EINTR;
}

static bool in_sem_wait(void)
{
	return sem_wait(&never) == -1 && errno == EINTR;
}

static bool in_poll(void)
{
	return poll(NULL, 0, 30000) == -1 && errno == EINTR;
}

static bool in_nanosleep(void)
{
	struct timespec time = { 30, 0 };

	return nanosleep(&time, NULL) == -1 && errno == EINTR;
}

static bool (*const calls[])(void) = { in_read, in_sem_wait, in_poll, in_nanosleep };

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* The alarm goes off at another moment of the scan in each round. */
static void *scan_meanwhile(void *unused)
{
	sigset_t only;

	(void)unused;
	sigemptyset(&only);
	sigaddset(&only, SIGALRM);
	CHECK(pthread_sigmask(SIG_BLOCK, &only, NULL) == 0);
	for (unsigned i = 0; i < ROUNDS * CALLS; i++) {
		struct itimerval alarm = { .it_value.tv_usec = 200 + i * 300 };

		while (begun == i)
			sleep_ms(1);
		wait_until_asleep(getpid());
		CHECK(setitimer(ITIMER_REAL, &alarm, NULL) == 0);
		scan(i + 1);
		for (long start = now_ms(); ended == i; sleep_ms(1))
			CHECK(now_ms() - start < 10000);
	}
	return NULL;
}

static void fill_list(void)
{
	for (int i = 0; i < NODES; i++) {
		struct node *node = malloc(sizeof(*node));

		CHECK(node);
		node->next = list;
		list = node;
	}
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };
	pthread_t thread;

	fill_list();
	CHECK(pipe(gate) == 0 && sem_init(&never, 0, 0) == 0);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, scan_meanwhile, NULL) == 0);
	for (unsigned i = 0; i < ROUNDS * CALLS; i++) {
		handled = 0;
		begun++;
		CHECK(calls[i % CALLS]());
		CHECK(handled == 1);
		ended++;
	}
	CHECK(pthread_join(thread, NULL) == 0);
	leak_control();
	clear_registers();
	return 0;
}
