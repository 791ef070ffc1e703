/* SPDX-License-Identifier: MIT */
/*
 * share.h - what one marker has too much of, for another one
 *
 * Owns     a box for words, and who waits for it.
 * For      marker.c (gives and takes), scan.c (begins and ends).
 * Never    looks at an object; starts a thread itself.
 *
 *   a full backlog --- share_give() ---> [ box ] --- share_take() ---> a marker with nothing to do
 *
 * The box is filled as soon as it is empty, so that who takes it need not wait.  A marker that finds it
 * empty waits; when all markers wait, there is nothing left for any of them.
 */
#ifndef SHARE_H
#define SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "backlog.h"

/* Words that a marker has taken out of the box, and not followed yet: those from `at` on. */
struct share_hand {
	struct waiting_word *words;
	unsigned count, at;
};

/* A backlog of so many words is worth a second marker; of so many, a part of it is given when the box is
 * empty.  For tests to change. */
extern size_t share_worth_words, share_least_words;

/* A backlog of so many words is to be given from now; SIZE_MAX: none. */
extern _Atomic size_t share_wanted;

/* There is one marker.  @second makes another one begin, and is called by the first one when it has enough
 * for two; false: there cannot be one. */
void share_begin(bool (*second)(void));
void share_end(void);

/* Puts a part of the backlog into the box, if that is empty. */
void share_give(struct backlog *backlog);
/* The words of the box; waits for them.  False: no marker has anything left to do. */
bool share_take(struct share_hand *hand);

#endif
