/* SPDX-License-Identifier: MIT */
/* period.c - the contract is in period.h */
#include "period.h"

#include "carry.h"

#define SITES 256u /* that are remembered */

struct state {
	uint32_t pause_s;
	uint32_t count;
	uint32_t traces[SITES]; /* of which this scan has found new leaks */
};

static struct carry carry;

static long wanted(void)
{
	return __atomic_load_n(&options.scan, __ATOMIC_RELAXED);
}

uint32_t period_pause_s(void)
{
	const struct state *next = carry.next, *last = carry.last;
	long seconds = wanted();

	if (seconds != PERIOD_ADAPTIVE)
		return (uint32_t)seconds;
	if (next && next->pause_s)
		return next->pause_s;
	return last ? last->pause_s : PERIOD_MOST_S;
}

uint32_t period_next_s(uint32_t pause_s, bool keeps_leaking)
{
	uint32_t next_s = keeps_leaking ? pause_s / 2 : 2 * pause_s;

	if (next_s < PERIOD_LEAST_S)
		return PERIOD_LEAST_S;
	return next_s < PERIOD_MOST_S ? next_s : PERIOD_MOST_S;
}

static bool is_among(const struct state *state, uint32_t trace)
{
	for (uint32_t i = 0; state && i < state->count; i++)
		if (state->traces[i] == trace)
			return true;
	return false;
}

void period_begin(void)
{
	if (wanted() == PERIOD_ADAPTIVE)
		carry_begin(&carry, sizeof(struct state));
}

void period_take(const struct verdict *verdict)
{
	struct state *next = carry.next;
	bool keeps_leaking = false;

	if (!next)
		return;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct leak *leak = &verdict->leaks[i];

		if (!(leak->flags & LEAK_NEW) || !leak->trace || is_among(next, leak->trace))
			continue;
		keeps_leaking |= is_among(carry.last, leak->trace);
		if (next->count < SITES)
			next->traces[next->count++] = leak->trace;
	}
	next->pause_s = period_next_s(period_pause_s(), keeps_leaking);
}

void period_end(bool made)
{
	carry_end(&carry, made);
}

void period_forget(void)
{
	carry_forget(&carry);
}
