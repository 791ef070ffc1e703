/* SPDX-License-Identifier: MIT */
/*
 * capture.h - what a test's code says on stderr
 *
 * Between capture_start() and capture_end() descriptor 2 is a pipe.  The text must fit into the
 * pipe (64 KiB).
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <fcntl.h>
#include <unistd.h>

struct capture {
	int saved; /* the stderr that was there before */
	int reader;
	char text[8192]; /* after capture_end(): what was said, 0-terminated */
};

static inline void capture_start(struct capture *capture)
{
	int ends[2];

	if (pipe(ends) < 0)
		_exit(2);
	capture->saved = fcntl(2, F_DUPFD_CLOEXEC, 10);
	capture->reader = ends[0];
	dup2(ends[1], 2);
	close(ends[1]);
}

static inline const char *capture_end(struct capture *capture)
{
	size_t used = 0;
	ssize_t got;

	dup2(capture->saved, 2);
	close(capture->saved);
	while (used + 1 < sizeof(capture->text) &&
	       (got = read(capture->reader, capture->text + used,
			   sizeof(capture->text) - 1 - used)) > 0)
		used += (size_t)got;
	close(capture->reader);
	capture->text[used] = 0;
	return capture->text;
}

#endif
