/* SPDX-License-Identifier: MIT */
/*
 * suppression.c - the contract is in suppression.h
 *
 * A source is kept as it was read, in memory of its own, with the lines cut by zeros: a rule is a
 * pointer into it.
 */
#include "suppression.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os.h"
#include "pool.h"
#include "print.h"
#include "suppression_rule.h"

#define MOST_BYTES (4u << 20) /* of a file */
#define MOST_COMPLAINTS 10    /* lines on stderr for one source */
#define SHOWN 60              /* bytes of a wrong line that a message repeats */
#define PATH 4096

/* What was read from one place. */
struct source {
	struct source *next;
	size_t size; /* of all of this, as it was asked for */
	size_t count;
	const char **patterns; /* `count` of them */
	char text[];
};

static struct source *sources;

static void complain(const char *name, size_t number, size_t wrong, const char *line)
{
	char shown[SHOWN + 1];
	struct print out = PRINT_TO(-1, shown);

	if (wrong > MOST_COMPLAINTS)
		return;
	print_name(&out, line);
	message(GRADE_WARN, "%s:%zu: expected " SUPPRESSION_EXPECTED "; got '%s%s'", name, number,
		shown, strlen(line) > SHOWN ? "..." : "");
}

/* A zero within a line ends it; that what is behind it is lost, nobody will miss. */
static void read_lines(struct source *source, const char *name, char *at, char *end)
{
	size_t number = 1, wrong = 0;

	for (; at < end; number++) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *behind = newline ? newline : end;
		char *line = at;
		const char *pattern;

		*behind = 0;
		at = behind + 1;
		if (!suppression_rule(line, &pattern))
			complain(name, number, ++wrong, line);
		else if (pattern)
			source->patterns[source->count++] = pattern;
	}
	if (wrong > MOST_COMPLAINTS)
		message(GRADE_WARN, "%s: %zu more lines are no rules", name,
			wrong - MOST_COMPLAINTS);
}

static size_t lines_in(const char *text, size_t length)
{
	size_t lines = 1;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

void suppression_read_text(const char *name, const char *text, size_t length)
{
	size_t lines = lines_in(text, length), room = (length + 1 + 7) & ~(size_t)7;
	size_t size = sizeof(struct source) + room + lines * sizeof(char *);
	struct source *source = pool_map(size, size), **last = &sources;

	if (!source) {
		message(GRADE_WARN, "no memory for the suppressions in %s", name);
		return;
	}
	source->size = size;
	source->patterns = (const char **)(void *)(source->text + room);
	memcpy(source->text, text, length);
	read_lines(source, name, source->text, source->text + length);
	while (*last)
		last = &(*last)->next;
	*last = source;
}

/* Beside the program's file; "" when that is not known. */
static void path_beside_program(const char *path, char *beside)
{
	struct print out = { .fd = -1, .size = PATH, .buffer = beside };
	char program[PATH];
	ssize_t length = os_readlink("/proc/self/exe", program, sizeof(program));
	const char *slash = length > 0 ? strrchr(program, '/') : NULL;

	beside[0] = 0;
	if (slash)
		print(&out, "%.*s/%s", (int)(slash - program), program, path);
}

/* Reads all of it: the length, or a negative errno. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while ((got = os_read(fd, text + length, size - length)) > 0)
		length += (size_t)got;
	return got < 0 ? got : length == size ? -EFBIG : (ssize_t)length;
}

void suppression_read_file(const char *path)
{
	char beside[PATH];
	int fd = os_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
	char *text = pool_map(MOST_BYTES, 4096);
	ssize_t length = -ENOMEM;

	if (fd < 0 && path[0] != '/') {
		int error = fd;

		path_beside_program(path, beside);
		fd = os_open(beside, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
		fd = fd < 0 ? error : fd;
	}
	if (fd < 0)
		length = fd;
	else if (text)
		length = read_all(fd, text, MOST_BYTES);
	if (fd >= 0)
		os_close(fd);
	if (length < 0)
		message(GRADE_WARN, "the suppressions %s cannot be read (error %d%s)", path,
			(int)-length, error_text((int)-length));
	else
		suppression_read_text(path, text, (size_t)length);
	if (text)
		pool_unmap(text, MOST_BYTES, 4096);
}

size_t suppression_count(void)
{
	size_t count = 0;

	for (const struct source *source = sources; source; source = source->next)
		count += source->count;
	return count;
}

const char *suppression_pattern(size_t index)
{
	const struct source *source = sources;

	for (; index >= source->count; source = source->next)
		index -= source->count;
	return source->patterns[index];
}

void suppression_forget(void)
{
	while (sources) {
		struct source *source = sources;

		sources = source->next;
		pool_unmap(source, source->size, source->size);
	}
}
