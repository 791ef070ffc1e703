/* SPDX-License-Identifier: MIT */
/*
 * second.h - a second thread for what a scan can do twice at once
 *
 * Owns     that thread.
 * For      scanner.c, which says that there is one; scan.c (the second marker), marks_build.c, story.c,
 *          growth.c.
 * Never    knows what is done; lives longer than that.
 *
 * In a snapshot it is a thread of the copy, else one more of the process that has stopped.  One at a time.
 */
#ifndef SECOND_H
#define SECOND_H

#include <stdbool.h>

struct second {
	/* False: there cannot be one, or it would have no processor. */
	bool (*start)(long (*run)(void *));
	/* Until it has ended. */
	void (*await)(void);
};

extern const struct second *second;    /* NULL: there is none */
extern const struct second second_own; /* a thread of ours, if the options allow it */

/* Does do_part(one) and do_part(other), at once if that is possible, and waits for both. */
void second_halves(void (*do_part)(void *), void *one, void *other);

#endif
