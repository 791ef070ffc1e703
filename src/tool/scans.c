/* SPDX-License-Identifier: MIT */
/* scans.c - the contract is in scans.h */
#include "scans.h"

#include <string.h>

/* Entries of the older report that are looked for in the newer one, and how many of that: reports
 * begin with the oldest objects, so those in common stand in front. */
#define PROOF 8
#define PROOF_IN 64

/* Between a scan and the time of its file: it is written behind the scan. */
#define START_SLACK_MS 2000

static bool same_object(const struct leak *a, const struct leak *b)
{
	return a->address == b->address && a->size == b->size && a->jiffies == b->jiffies &&
	       a->tid == b->tid;
}

static bool have_in_common(const struct report *old, const struct report *new)
{
	for (size_t i = 0; i < old->count && i < PROOF; i++)
		for (size_t j = 0; j < new->count &&j < PROOF_IN; j++)
			if (same_object(&old->leaks[i], &new->leaks[j]))
				return true;
	return false;
}

/* By its file; numbers of a report may be any, so without a sign: they may wrap. */
static uint64_t start_ms(const struct report *report)
{
	return 1000 * (uint64_t)report->time - report->at_ms;
}

/* A scan that found nothing; of two with one number each process has written one. */
static bool began_together(const struct report *a, const struct report *b)
{
	uint64_t apart = start_ms(a) - start_ms(b) + START_SLACK_MS;

	return (!a->count || !b->count) && a->time && b->time && a->scan != b->scan &&
	       apart <= 2 * START_SLACK_MS;
}

bool scans_of_one_process(const struct report *one, const struct report *other)
{
	const struct report *old = one->scan <= other->scan ? one : other;
	const struct report *new = old == one ? other : one;

	if (old->kernel || new->kernel || old->pid != new->pid ||
	    strcmp(old->program, new->program) != 0)
		return false;
	return have_in_common(old, new) || began_together(old, new);
}

bool scans_is_newest(const struct report *reports, size_t count, size_t index)
{
	const struct report *this = &reports[index];

	for (size_t i = 0; i < count; i++)
		if (i != index &&
		    (reports[i].scan > this->scan ||
		     (reports[i].scan == this->scan && i > index)) &&
		    scans_of_one_process(this, &reports[i]))
			return false;
	return true;
}
