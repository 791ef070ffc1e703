/* SPDX-License-Identifier: MIT */
/*
 * order.h - a command on its way to a process: sent again until there is an answer
 *
 * Owns     the times of it.
 * For      cmd_control.c, which waits; cmd_watch.c, which looks in between.
 * Never    waits itself; leaves the file of the command behind (rendezvous.h) if order_end() is called.
 */
#ifndef ORDER_H
#define ORDER_H

#include <signal.h>
#include <stdio.h>

#include "rendezvous.h"
#include "target.h"

struct order {
	const struct target *target;
	struct rendezvous rendezvous; /* its answer and status, when ORDER_ANSWERED */
	long send_ms, end_ms;         /* monotonic */
};

enum order_state {
	ORDER_WAITS,
	ORDER_ANSWERED,
	ORDER_FAILED, /* a line on stderr says why */
};

/* From here on what ends us ends the waiting (process_wait()), and only there: the file of a command
 * has to be removed.  Then order_interrupted is the signal. */
void order_hold_signals(void);
extern volatile sig_atomic_t order_interrupted;

long order_now_ms(void);

/* Leaves the command for the process.  False, with a line on stderr: then there is nothing to end. */
bool order_begin(struct order *order, const struct target *target, const char *command);
/* Sends the signal when it is time; looks for the answer. */
enum order_state order_look(struct order *order);
/* Looks until there is an answer or none can come, or a signal ends the waiting. */
enum order_state order_await(struct order *order);
void order_end(struct order *order);

/* Writes the answer; what would move the terminal's cursor is '?': the program is not trusted. */
void order_print(const struct order *order, FILE *out, const char *prefix);

#endif
