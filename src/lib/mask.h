/* SPDX-License-Identifier: MIT */
/*
 * mask.h - signal masks that never block the stop signal
 *
 * Owns     the hooks of everything that sets a signal mask or waits for signals, and of the timed
 *          waits whose rest must be known when a signal of ours has cut them short.
 * For      the program, by symbol interposition; signals.c.
 * Never    changes what the program reads back.
 */
#ifndef MASK_H
#define MASK_H

#include <signal.h>
#include <ucontext.h>

/* Unblocks the signals in the kernel's mask of this thread. */
void mask_real_unblock(const sigset_t *set);
/* Sets the mask with which the kernel would have called the program's handler of @signal. */
void mask_real_for(const struct sigaction *action, int signal, const ucontext_t *context);

#endif
