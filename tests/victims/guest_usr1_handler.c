/* SPDX-License-Identifier: MIT */
/*
 * The program's own handler of SIGUSR1 runs as well, and sigaction() tells it what it has set.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static volatile sig_atomic_t handled;

static void handler(int number, siginfo_t *info, void *context)
{
	(void)context;
	CHECK(number == SIGUSR1 && info->si_pid == getpid());
	handled++;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = handler }, previous, now;

	action.sa_flags = SA_SIGINFO | SA_NODEFER;
	CHECK(sigemptyset(&action.sa_mask) == 0 && sigaddset(&action.sa_mask, SIGHUP) == 0);
	CHECK(sigaction(SIGUSR1, &action, &previous) == 0);
	CHECK(previous.sa_handler == SIG_DFL && previous.sa_flags == 0);
	scan_by_signal(1);
	CHECK(handled == 1);
	scan_by_signal(2);
	CHECK(handled == 2);

	CHECK(sigaction(SIGUSR1, NULL, &now) == 0);
	CHECK(now.sa_sigaction == handler && now.sa_flags == (SA_SIGINFO | SA_NODEFER));
	for (int number = 1; number <= SIGRTMAX; number++)
		CHECK(sigismember(&now.sa_mask, number) == (number == SIGHUP));
	CHECK((void *)signal(SIGUSR1, SIG_IGN) == (void *)handler);
	CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
	leak_control();
	clear_registers();
}
