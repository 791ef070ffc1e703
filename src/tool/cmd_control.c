/* SPDX-License-Identifier: MIT */
/*
 * cmd_control.c - `leakscan scan|clear|off|stack=on|... PID`: tells a running program something
 *
 * Owns     the way of a command: file, signal, answer.
 * For      main.c; which commands there are is in src/lib/command_table.h.
 * Never    knows what a command means: the program does it and answers.  But the report of a scan is
 *          shown, beside that of the scan before.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_table.h"
#include "live_report.h"
#include "order.h"
#include "scan_table.h"

/* @before: of a scan, the report that it replaced. */
static int finish(const struct order *order, struct report *before)
{
	switch (order->rendezvous.status) {
	case COMMAND_OK:
		order_print(order, stdout, "");
		if (before &&
		    !scan_table_print(stdout, order->target, order->rendezvous.answer, before))
			return EXIT_WRONG;
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
	bool is_scan = strcmp(command, "scan") == 0;
	struct report before = { 0 };
	struct order order;
	enum order_state state;
	int status = EXIT_FAILURE;

	order_hold_signals();
	if ((is_scan && !live_report_before(&before, target)) ||
	    !order_begin(&order, target, command)) {
		report_free(&before);
		return order_interrupted ? 128 + order_interrupted : EXIT_FAILURE;
	}
	state = order_await(&order);
	if (state == ORDER_ANSWERED)
		status = finish(&order, is_scan ? &before : NULL);
	else if (order_interrupted)
		status = 128 + order_interrupted;
	order_end(&order);
	report_free(&before);
	return status;
}

int cmd_control(int count, char **words)
{
	static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.children = children,
		.doc = "Tell a program that runs under leakscan what to do, and print its answer.  "
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
