/*
 * A command is no signal to the program: its handler does not run, a queued signal of its own does
 * get there, and a sleep is not cut short.
 *
 * EXPECT scan 1: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "command.h"

static volatile sig_atomic_t handled, value;

static void handler(int number, siginfo_t *info, void *context)
{
	(void)context;
	CHECK(number == SIGUSR1);
	handled++;
	value = info->si_value.sival_int;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	struct timespec pause = { 0, 300000000 };
	long start;

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	CHECK(command("options") == COMMAND_OK);
	CHECK(handled == 0);

	write_command("options\n", 8);
	start = now_ms();
	send_command();
	CHECK(nanosleep(&pause, NULL) == 0);
	CHECK(now_ms() - start >= 299);
	CHECK(await_answer() == COMMAND_OK && handled == 0);

	CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 42 }) == 0);
	CHECK(handled == 1 && value == 42);
	wait_for_report(1);
	leak_control();
	clear_registers();
}
