/* SPDX-License-Identifier: MIT */
/*
 * signal_name.h - signals by the names that kill(1) knows
 *
 * For      options.c (values of the options that are signals) and messages about them.
 * Never    allocates or calls libc's strsignal(), which does.
 */
#ifndef SIGNAL_NAME_H
#define SIGNAL_NAME_H

#include <stdbool.h>

#include "span.h"

struct print;

/*
 * "SIGUSR1", "USR1", "RTMIN+2", "RTMAX-3" or a number.  False for what is none of these and for a
 * signal that a program cannot have a handler for: KILL, STOP, libc's own.
 */
bool signal_name_read(struct span value, long *number);

/* "SIGUSR1", or the number of a signal without a name. */
void signal_name_print(struct print *out, long number);

#endif
