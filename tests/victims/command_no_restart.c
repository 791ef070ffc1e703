/* SPDX-License-Identifier: MIT */
/*
 * A thread that waits in a system call when a command comes goes on waiting, although the program has a
 * handler of its own for the signal that asks for no restart.  A signal that is the program's
 * interrupts as ever.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

#include <limits.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static volatile sig_atomic_t handled;
static _Atomic pid_t waiter;

static int gate[2], full[2], pair[2], listener;
static pid_t child;
static sem_t semaphore;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_size = sizeof(address);
static char fifo[PATH_MAX], locked[PATH_MAX];

static void handler(int number)
{
	(void)number;
	handled++;
}

/* --- what waits, and what ends it --- */

static bool in_read(void)
{
	char byte;

	return read(gate[0], &byte, 1) == 1;
}

static void end_read(void)
{
	CHECK(write(gate[1], "", 1) == 1);
}

static bool in_write(void)
{
	return write(full[1], "", 1) == 1;
}

static void end_write(void)
{
	static char bytes[1 << 20];

	CHECK(read(full[0], bytes, sizeof(bytes)) > 0);
}

static bool in_accept(void)
{
	int accepted = accept(listener, NULL, NULL);

	return accepted >= 0 && close(accepted) == 0;
}

static void end_accept(void)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(connect(client, (struct sockaddr *)&address, address_size) == 0);
	CHECK(close(client) == 0);
}

static bool in_recv(void)
{
	char byte;

	return recv(pair[0], &byte, 1, 0) == 1;
}

static void end_recv(void)
{
	CHECK(send(pair[1], "", 1, 0) == 1);
}

static bool in_recvfrom(void)
{
	struct sockaddr_un from;
	socklen_t size = sizeof(from);
	char byte;

	return recvfrom(pair[0], &byte, 1, 0, (struct sockaddr *)&from, &size) == 1;
}

static bool in_wait(void)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFSIGNALED(status);
}

static void end_wait(void)
{
	CHECK(kill(child, SIGKILL) == 0);
}

static bool in_open(void)
{
	int file = open(fifo, O_RDONLY | O_CLOEXEC);

	return file >= 0 && close(file) == 0;
}

static void end_open(void)
{
	int file = open(fifo, O_WRONLY | O_CLOEXEC);

	CHECK(file >= 0 && close(file) == 0);
}

static int lock_file(void)
{
	int file = open(locked, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	CHECK(file >= 0);
	return file;
}

static int holder;

static bool in_flock(void)
{
	int file = lock_file();

	return flock(file, LOCK_EX) == 0 && close(file) == 0;
}

static void end_flock(void)
{
	CHECK(close(holder) == 0);
}

static bool in_sem_wait(void)
{
	return sem_wait(&semaphore) == 0;
}

static void end_sem_wait(void)
{
	CHECK(sem_post(&semaphore) == 0);
}

static const struct {
	bool (*wait)(void);
	void (*end)(void);
} cases[] = {
	{ in_read, end_read }, { in_write, end_write },   { in_accept, end_accept },
	{ in_recv, end_recv }, { in_recvfrom, end_recv }, { in_wait, end_wait },
	{ in_open, end_open }, { in_flock, end_flock },   { in_sem_wait, end_sem_wait },
};

/* --- */

static void make_cases(void)
{
	const char *directory = getenv("VICTIM_DIR");

	CHECK(directory);
	snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
	snprintf(locked, sizeof(locked), "%s/locked", directory);
	CHECK(mkfifo(fifo, 0600) == 0 && pipe(gate) == 0 && pipe(full) == 0);
	CHECK(fcntl(full[1], F_SETFL, O_NONBLOCK) == 0);
	while (write(full[1], fifo, 4096) > 0)
		;
	CHECK(fcntl(full[1], F_SETFL, 0) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0 && sem_init(&semaphore, 0, 0) == 0);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0);
	CHECK(listen(listener, 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &address_size) == 0);
	holder = lock_file();
	CHECK(flock(holder, LOCK_EX) == 0);
	child = fork();
	CHECK(child >= 0);
	while (child == 0)
		pause();
}

static void mask_usr1(int how)
{
	sigset_t only;

	CHECK(sigemptyset(&only) == 0 && sigaddset(&only, SIGUSR1) == 0);
	CHECK(pthread_sigmask(how, &only, NULL) == 0);
}

/* The one thread to which the signal can go. */
static void *wait_in(void *wait)
{
	mask_usr1(SIG_UNBLOCK);
	waiter = gettid();
	return ((bool (*)(void))(uintptr_t)wait)() ? wait : NULL;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };
	pthread_t thread;
	void *outcome;

	make_cases();
	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	mask_usr1(SIG_BLOCK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		waiter = 0;
		CHECK(pthread_create(&thread, NULL, wait_in, (void *)(uintptr_t)cases[i].wait) ==
		      0);
		while (!waiter)
			sleep_ms(1);
		wait_until_asleep(waiter);
		CHECK(command("options") == COMMAND_OK);
		wait_until_asleep(waiter);
		cases[i].end();
		CHECK(pthread_join(thread, &outcome) == 0);
		CHECK(outcome && handled == 0);
	}
	waiter = 0;
	CHECK(pthread_create(&thread, NULL, wait_in, (void *)(uintptr_t)in_read) == 0);
	while (!waiter)
		sleep_ms(1);
	wait_until_asleep(waiter);
	CHECK(kill(getpid(), SIGUSR1) == 0);
	CHECK(pthread_join(thread, &outcome) == 0);
	CHECK(!outcome && handled == 1);
	CHECK(unlink(fifo) == 0 && unlink(locked) == 0);
	wait_for_report(1);
	leak_control();
	clear_registers();
	return 0;
}
