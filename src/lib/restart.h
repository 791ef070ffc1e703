/* SPDX-License-Identifier: MIT */
/*
 * restart.h - makes the system call again that a signal of ours has cut short
 *
 * Owns     what is known of which calls may be made again, and with which arguments.
 * For      stop.c, signals.c: at the end of a handler of which the program is to notice nothing.
 * Never    touches a call that may have had an effect, or whose time would begin anew.
 *
 * Most calls the kernel makes again by itself (SA_RESTART).  These are the others.
 */
#ifndef RESTART_H
#define RESTART_H

#include <stdbool.h>
#include <ucontext.h>

/* At the end of a handler: for the time that is left, as if no signal had come.  With @all_blocked, the
 * handler's mask, but for the signals that the program is about to get (claim.h). */
void restart_interrupted(ucontext_t *context, bool all_blocked);

#endif
