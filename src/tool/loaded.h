/* SPDX-License-Identifier: MIT */
/*
 * loaded.h - is the library loaded in a process, whatever its file is called and whether it still is there?
 *
 * Owns     nothing.
 * For      process.c.
 * Never    takes a file that is only read (by a debugger, say) for one that is loaded: its signal would
 *          not be ours.
 *
 * The library carries a note (COMMAND_NOTE).  Looked for is a file with a mapping that can be executed and
 * this note at its beginning: in the process's memory, where that may be read, else in the file.  Where
 * neither can be read, its name has to do.
 */
#ifndef LOADED_H
#define LOADED_H

#include <stdbool.h>
#include <stdio.h>

#include "process.h"

/* @maps: the process's /proc/PID/maps, at its beginning. */
bool loaded_find(const struct process *process, FILE *maps);

#endif
