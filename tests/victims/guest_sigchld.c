/* SPDX-License-Identifier: MIT */
/*
 * A scan sends the program no SIGCHLD, nor any other signal it has a handler for.
 *
 * EXPECT scan 1: nothing
 * EXPECT scan 2: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

static volatile sig_atomic_t handled;

static void handler(int number)
{
	handled = number;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler };

	for (int number = 1; number < 32; number++)
		if (number != SIGKILL && number != SIGSTOP)
			CHECK(sigaction(number, &action, NULL) == 0);
	scan(1);
	scan(2);
	CHECK(handled == 0);
	leak_control();
	clear_registers();
}
