/* SPDX-License-Identifier: MIT */
/*
 * second.h - a thread of ours for the second marker of a scan
 *
 * Owns     the thread.
 * For      scanner.c, which hands it to scan.c.
 * Never    marks; lives longer than the marking.
 *
 * In a snapshot it is a thread of the copy, else one more of the process that has stopped.
 */
#ifndef SECOND_H
#define SECOND_H

#include "scan.h"

extern const struct scan_thread second_thread;

#endif
