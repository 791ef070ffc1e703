/* SPDX-License-Identifier: MIT */
/* output.c - the contract is in output.h */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_failed(const char *path)
{
	fprintf(stderr, "leakscan: cannot write %s: %s\n", path, strerror(errno));
	return false;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return true;
}

/* Opens @path, writes, closes; false with errno. */
static bool write_file(const char *path, int flags, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0666), error;

	if (fd < 0)
		return false;
	if (write_all(fd, bytes, size))
		return close(fd) == 0;
	error = errno;
	close(fd);
	errno = error;
	return false;
}

static bool replace_file(const char *path, const char *bytes, size_t size)
{
	char *temporary;
	bool ok;

	if (asprintf(&temporary, "%s.%d.tmp", path, (int)getpid()) < 0)
		return output_failed(path);
	ok = write_file(temporary, O_CREAT | O_EXCL, bytes, size);
	if (!ok && errno != EEXIST) {
		output_failed(temporary);
		unlink(temporary);
	} else if (!ok) {
		output_failed(temporary);
	} else if (rename(temporary, path) != 0) {
		ok = output_failed(path);
		unlink(temporary);
	}
	free(temporary);
	return ok;
}

/* A device or a pipe cannot be replaced by a file. */
bool output_put(const char *path, const char *bytes, size_t size)
{
	struct stat state;

	if (!path)
		return write_all(STDOUT_FILENO, bytes, size) || output_failed("standard output");
	if (stat(path, &state) == 0 && !S_ISREG(state.st_mode) && !S_ISDIR(state.st_mode))
		return write_file(path, 0, bytes, size) || output_failed(path);
	return replace_file(path, bytes, size);
}
