/* SPDX-License-Identifier: MIT */
/* order.c - the contract is in order.h */
#include "order.h"

#include <err.h>
#include <stdio.h>
#include <time.h>

#include "command_table.h"
#include "progress.h"

#define AGAIN_MS 1000 /* a signal that finds another one pending is lost: it is sent again */
#define LONGEST_MS 50 /* between two looks for the answer */

volatile sig_atomic_t order_interrupted;

static void on_signal(int number)
{
	order_interrupted = number;
}

void order_hold_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &action, NULL);
		sigaddset(&held, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &held, NULL);
}

long order_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool order_begin(struct order *order, const struct target *target, const char *command)
{
	long now = order_now_ms();

	*order = (struct order){ .target = target,
				 .send_ms = now,
				 .end_ms = now + target->timeout_s * 1000L };
	return rendezvous_open(&order->rendezvous, &target->process, command);
}

enum order_state order_look(struct order *order)
{
	const struct target *target = order->target;
	long now = order_now_ms();

	if (rendezvous_answered(&order->rendezvous))
		return ORDER_ANSWERED;
	if (!process_wait(&target->process, 0)) {
		progress_end();
		warnx("process %d has ended before it answered", (int)target->pid);
		return ORDER_FAILED;
	}
	if (now >= order->end_ms) {
		progress_end();
		warnx("process %d has not answered within %d s; it may be stopped, or block "
		      "signal %s, or still be busy",
		      (int)target->pid, target->timeout_s, target->signal_name);
		return ORDER_FAILED;
	}
	if (now < order->send_ms)
		return ORDER_WAITS;
	order->send_ms += AGAIN_MS;
	return process_send(&target->process, target->signal,
			    (uint64_t)COMMAND_MAGIC << 32 | order->rendezvous.number)
		       ? ORDER_WAITS
		       : ORDER_FAILED;
}

enum order_state order_await(struct order *order)
{
	enum order_state state = order_look(order);

	progress_begin();
	for (long pause = 1; state == ORDER_WAITS && !order_interrupted;
	     pause = 2 * pause < LONGEST_MS ? 2 * pause : LONGEST_MS) {
		progress_say("leakscan: waiting for process %d", (int)order->target->pid);
		process_wait(&order->target->process, pause);
		state = order_look(order);
	}
	progress_end();
	return state;
}

void order_end(struct order *order)
{
	rendezvous_close(&order->rendezvous);
}

void order_print(const struct order *order, FILE *out, const char *prefix)
{
	bool begins = true;

	for (const char *at = order->rendezvous.answer; *at; at++) {
		unsigned char byte = (unsigned char)*at;

		if (begins)
			fputs(prefix, out);
		begins = byte == '\n';
		putc(byte >= ' ' || byte == '\n' || byte == '\t' ? byte : '?', out);
	}
}
