/* SPDX-License-Identifier: MIT */
/*
 * cmd_control.c - `leakscan scan|clear|off|stack=on|... PID`: tells a running program something
 *
 * Owns     the way of a command: file, signal, answer.
 * For      main.c; which commands there are is in src/lib/command_table.h.
 * Never    knows what a command means: the program does it and answers.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_table.h"
#include "order.h"

#define LONGEST_MS 50 /* between two looks for the answer */

static enum order_state await_answer(struct order *order)
{
	enum order_state state = order_look(order);

	for (long pause = 1; state == ORDER_WAITS && !order_interrupted; pause *= 2) {
		process_wait(&order->target->process, pause < LONGEST_MS ? pause : LONGEST_MS);
		state = order_look(order);
	}
	return state;
}

static int finish(const struct order *order)
{
	switch (order->rendezvous.status) {
	case COMMAND_OK:
		order_print(order, stdout, "");
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	case COMMAND_WRONG:
		order_print(order, stderr, "leakscan: ");
		return EXIT_WRONG;
	default:
		order_print(order, stderr, "leakscan: ");
		return EXIT_FAILURE;
	}
}

static int tell(const struct target *target, const char *command)
{
	struct order order;
	enum order_state state;
	int status = EXIT_FAILURE;

	order_hold_signals();
	if (!order_begin(&order, target, command))
		return EXIT_FAILURE;
	state = await_answer(&order);
	if (state == ORDER_ANSWERED)
		status = finish(&order);
	else if (order_interrupted)
		status = 128 + order_interrupted;
	order_end(&order);
	return status;
}

int cmd_control(int count, char **words)
{
	static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.children = children,
		.doc = "Tell a program that runs under leakscan to do this, and print its answer.  "
		       "An address is hexadecimal, as it stands in a report, and may lie inside a "
		       "block.  The report of a scan goes where the program's option report= says, "
		       "by default to leakscan.PID.txt in the directory in which it was started.",
	};
	struct target target = TARGET_DEFAULT;
	const char *command = strchr(words[0], ' ') + 1;
	int status = EXIT_FAILURE;

	argp_parse(&argp, count, words, 0, NULL, &target);
	if (target_open(&target))
		status = tell(&target, command);
	target_close(&target);
	return status;
}
