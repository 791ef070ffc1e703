/* SPDX-License-Identifier: MIT */
/*
 * output.h - a file that the command writes, whole or not at all
 *
 * Owns     the way from memory into the file's place: it is written beside it and renamed.
 * For      cmd_export.c, cmd_baseline.c.
 * Never    leaves half of it: a reader such as node_exporter, which looks at any moment, sees the old
 *          file or the new one.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Puts the bytes into @path, or on standard output for NULL; a device or a pipe is written to.  False,
 * with a line on stderr, when that is not possible. */
bool output_put(const char *path, const char *bytes, size_t size);
/* The line on stderr: "cannot write PATH", and errno; returns false. */
bool output_failed(const char *path);

#endif
