/* SPDX-License-Identifier: MIT */
/*
 * rendezvous.h - the file through which a command goes to a process and its answer comes back
 *
 * Owns     the file while the command is under way (src/lib/command_table.h).
 * For      cmd_control.c.
 * Never    follows a link out of the process's own root; leaves the file behind.
 *
 * What is wrong gets one line on stderr.
 */
#ifndef RENDEZVOUS_H
#define RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process.h"

struct rendezvous {
	uint32_t number; /* of the command, not 0 */
	int directory;   /* the process's /tmp */
	int file;
	char name[64];
	size_t sent;  /* bytes of the command */
	char *answer; /* 0-terminated, once it is there */
	int status;   /* enum command_status */
};

/* Puts the command where the process will look for it. */
bool rendezvous_open(struct rendezvous *rendezvous, const struct process *process,
		     const char *command);
/* Is the answer there, and whole? */
bool rendezvous_answered(struct rendezvous *rendezvous);
void rendezvous_close(struct rendezvous *rendezvous);

#endif
