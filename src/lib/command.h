/* SPDX-License-Identifier: MIT */
/*
 * command.h - does what a run-time command asks for, and answers
 *
 * Owns     the handlers of the commands (command_table.h), the file of the command under way.
 * For      scanner.c.
 * Never    trusts the file: it must be a regular one of our own user or of root, with one name and
 *          mode 0600; anything else is left alone, with one line on stderr.  Keeps it open while
 *          the command is being done.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdint.h>

/* The command with this number, on the scanner's own thread, with the scan mutex.  A file that is
 * not there, or has its answer, is no error: the sender repeats a signal that may have been lost. */
void command_execute(uint32_t number);

#endif
