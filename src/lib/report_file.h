/* SPDX-License-Identifier: MIT */
/*
 * report_file.h - the file of a report, whole or not at all
 *
 * Owns     the temporary file while it is written.
 * For      report.c alone.
 * Never    leaves half a report, follows a link that somebody has put in the way, or lets the
 *          program die of a signal that the writing raised.
 */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define REPORT_PATH 4096 /* longest path, with the final 0: the kernel's PATH_MAX */

struct report_file {
	int fd;
	bool direct; /* a device or a pipe: written to, not replaced */
	const char *path;
	char temporary[REPORT_PATH + 32];
	uint64_t mask, pending; /* signals, as they were */
};

/*
 * Opens a new file beside @path.  A device, a pipe and what stands under /dev or /proc are opened
 * themselves: a rename would put a file in the place of /dev/null.  0 or a negative errno.
 * Until report_file_close() the signals that a write may raise are blocked in this thread.
 */
int report_file_open(struct report_file *file, const char *path, int pid);
/* Puts the file in its place, or with an @error removes it: 0, @error, or the errno of this. */
int report_file_close(struct report_file *file, int error);

#endif
