/* SPDX-License-Identifier: MIT */
/*
 * watch_view.h - the screen of `leakscan watch`
 *
 * Owns     the terminal from watch_view_open() to watch_view_close(): what is drawn, the keys.
 * For      cmd_watch.c, which does what a key asks for.
 * Never    talks to the process; waits.
 *
 *   leakscan watch  server (pid 2415)                scan 3 at +30.0s, next in 7 s
 *   12 places, 340 leaks, 1.2M bytes; +12.0K since the scan before, +40.0K in 30 s
 *   memory: 5.1M reachable, ...                      (if the report has it)
 *    retained   growth   in all  objects     new      age  allocated in
 *        1.0M   +10.0K   +20.0K      300     +30     7.2s  session_new at session.c:42 [server]
 *    ...
 *   what has just happened, or the keys
 */
#ifndef WATCH_VIEW_H
#define WATCH_VIEW_H

#include "series.h"
#include "watch_text.h"

enum watch_action {
	WATCH_NOTHING,
	WATCH_SCAN,
	WATCH_CLEAR, /* asked for, and confirmed */
	WATCH_PAUSE,
	WATCH_QUIT,
};

struct watch_view {
	struct series *series;
	const char *program; /* "server (pid 2415)" */
	const char *state;   /* "next scan in 7 s", "scanning", "has ended" */
	const char *message; /* "": the keys are shown */
	enum series_order order;
	bool color;
	bool asks;              /* whether to clear */
	uint64_t selected;      /* a fingerprint */
	size_t at, top;         /* the row that is selected, the first that is shown */
	struct watch_page page; /* in the table's place, if there is one */
};

/* False, with a line on stderr, when there is no terminal that can be drawn on. */
bool watch_view_open(struct watch_view *view);
void watch_view_close(struct watch_view *view);
void watch_view_draw(struct watch_view *view);
/* The rows are others: the selection stays at the top, or else at its site, if that is still there. */
void watch_view_renew(struct watch_view *view);
/* Takes the next key, if there is one; false if not. */
bool watch_view_key(struct watch_view *view, enum watch_action *action);

#endif
