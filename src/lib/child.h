/* SPDX-License-Identifier: MIT */
/*
 * child.h - what a copy of the process must not do by accident
 *
 * For      snapshot.c.
 * Never    touches the process that was copied.
 */
#ifndef CHILD_H
#define CHILD_H

/* In the copy, first of all: a fault ends it, none of the program's handlers runs, no core is written;
 * it dies with who made it, and holds no descriptor. */
void child_settle(void);

#endif
