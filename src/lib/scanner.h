/* SPDX-License-Identifier: MIT */
/*
 * scanner.h - who starts a scan, and the thread it runs on
 *
 * Owns     the scanner thread, its stack, the number of the scan.
 * For      signals.c (trigger, SIGTERM), init.c (exit, periodic), api.c (leakscan_scan); command.c.
 * Never    scans by itself: it stops the world, makes the snapshot and calls the episode.
 *
 * At rest there is no thread.  The scanner thread is made by a bare clone, which is allowed in a
 * signal handler; it has descriptors of its own, so the program never sees one of ours.
 */
#ifndef SCANNER_H
#define SCANNER_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

struct inquiry;
struct print;

/* Once, at start-up.  False: no memory, there will be no scans. */
bool scanner_init(void);
/* From a signal handler: a scan is wanted; one that comes during a scan is done after it, once. */
void scanner_trigger(void);
/* From a signal handler: the command with this number wants to be done (command.h). */
void scanner_command(uint32_t number);
/* Scans now and waits: the number of new unreferenced objects, -EBUSY, -EPERM. */
long scanner_scan(void);
/* Asks now and waits: what inquire() returns, -EBUSY, -EPERM. */
long scanner_ask(const struct inquiry *inquiry, struct print *answer);
/* Paints gray what the last report lists: how many objects, -EBUSY, -EPERM. */
long scanner_clear(void);
/* How many there have been in this process. */
unsigned scanner_scans(void);
/*
 * The last scan, waited for; the calling thread is about to end the process.  @context: what a signal
 * handler was given, or NULL.  In a process that is not the one that was started or forked (a vfork
 * child) nothing is done.
 * Returns whether something is unreferenced and this process has found new leaks, now or before.
 */
bool scanner_exit(const ucontext_t *context);
/* Starts the thread that scans every options.scan seconds. */
void scanner_periodic(void);

/* --- for command.c: on the scanner's own thread, with the scan mutex --- */

/* Scans: as snapshot_episode(); @answer is told what came out. */
long scanner_scan_for(struct print *answer);
long scanner_inquire(const struct inquiry *inquiry, struct print *answer);
/* Are thread stacks roots?  From the next scan on. */
void scanner_set_stacks(bool are_roots);
/* Periodic scans: the pause between them (or PERIOD_ADAPTIVE), the first at once; 0: none, and their
 * thread has ended. */
int scanner_set_period(long seconds);

/* In the child of a fork: no scan is under way, and this is the process now. */
void scanner_forked(void);

#endif
