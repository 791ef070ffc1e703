/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - one episode: the world stops, is copied, goes on; the copy is scanned and reported
 *
 * Owns     the order of an episode, the snapshot child, what it hands back.
 * For      scanner.c.
 * Never    decides when to scan.
 *
 * snapshot_episode() runs on the scanner's stack.  In mode snapshot the child of a bare fork does
 * everything from the roots to the report in private memory; in mode stop, and when there is no
 * fork to be had, the same happens in the process before it goes on.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inquire.h"
#include "print.h"
#include "roots.h"

struct episode {
	const char *trigger;          /* for the report */
	unsigned scan;                /* number of the scan */
	bool asked;                   /* somebody waits for a report, also an empty one */
	bool own_thread;              /* this runs on a thread with descriptors of its own */
	struct waiting_thread ending; /* the thread that ends the process, if one does */
	struct waiting_thread
		asking;      /* a thread that waits for this in a function of ours, if one does */
	bool without_stacks; /* thread stacks are no roots */
	const struct inquiry *inquiry; /* not a scan, but a question; or NULL */
	struct print *answer;          /* is given what came out, or NULL */
};

/* What the last scan has found. */
struct snapshot_summary {
	size_t objects, object_bytes;
	size_t unreferenced, unreferenced_bytes;
	size_t fresh, fresh_bytes;
};

extern struct snapshot_summary snapshot_summary;

/*
 * Returns the number of unreferenced objects that were not in a report before, or a negative errno
 * when the scan could not be made; then one line has said why.  With an inquiry: what inquire()
 * returns.
 */
long snapshot_episode(const struct episode *episode);

#endif
