/* SPDX-License-Identifier: MIT */
/* parse.c - the contract is in parse.h */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* A place in the report.  Each take_*() moves @at behind what it took, or says what it wanted. */
struct cursor {
	const char *path;
	char *line;
	size_t size; /* of the memory behind @line */
	unsigned number;
	const char *at; /* in @line */
	FILE *file;
	uint64_t promised; /* leaks, by the header */
	bool has_header;
};

__attribute__((format(printf, 2, 3))) static bool wrong(const struct cursor *cursor,
							const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%u:%td: ", cursor->path, cursor->number,
		cursor->line ? cursor->at - cursor->line + 1 : 1);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return false;
}

/* Moves behind @text if it is there; says nothing. */
static bool skip(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);

	if (strncmp(cursor->at, text, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

static bool take(struct cursor *cursor, const char *text)
{
	return skip(cursor, text) || wrong(cursor, "expected '%s'", text);
}

static bool take_number(struct cursor *cursor, int base, uint64_t *number)
{
	char *end;

	if (!strchr(base == 16 ? "0123456789abcdef" : "0123456789", *cursor->at) || !*cursor->at)
		return wrong(cursor, "expected a number");
	errno = 0;
	*number = strtoumax(cursor->at, &end, base);
	if (errno)
		return wrong(cursor, "the number is too large");
	cursor->at = end;
	return true;
}

/* "3 NOUNs" or "1 NOUN". */
static bool take_count(struct cursor *cursor, uint64_t *number, const char *noun)
{
	if (!take_number(cursor, 10, number) || !take(cursor, " ") || !take(cursor, noun))
		return false;
	skip(cursor, "s");
	return true;
}

/* The next line without its end; false at the end of the file or when something is wrong. */
static bool next_line(struct cursor *cursor, bool *ok)
{
	ssize_t length = getline(&cursor->line, &cursor->size, cursor->file);

	cursor->number++;
	cursor->at = cursor->line;
	if (length < 0) {
		if (ferror(cursor->file))
			*ok = wrong(cursor, "cannot be read: %s", strerror(errno));
		return false;
	}
	cursor->at = cursor->line + strlen(cursor->line);
	if (cursor->at != cursor->line + length)
		*ok = wrong(cursor, "a byte that is 0: this is no text");
	else if (cursor->line[length - 1] != '\n')
		*ok = wrong(cursor, "the report ends in the middle of a line");
	else
		cursor->line[length - 1] = 0;
	cursor->at = cursor->line;
	return *ok;
}

/* "# leakscan 0.1 report of server (pid 4242), scan 3 at +60.002s, trigger exit" */
static bool parse_title(struct cursor *cursor, struct report *report)
{
	const char *of, *pid;
	uint64_t number = 0;

	if (!skip(cursor, "# leakscan "))
		return wrong(cursor, "not a report of leakscan");
	of = strstr(cursor->at, " report of ");
	if (!of)
		return wrong(cursor, "expected a version and 'report of'");
	cursor->at = of + strlen(" report of ");
	pid = strstr(cursor->at, " (pid ");
	for (const char *next = pid; next; next = strstr(next + 1, " (pid "))
		pid = next; /* the last: a program's name may look like anything */
	if (!pid)
		return wrong(cursor, "expected the name of a program and '(pid'");
	report->program = strndup(cursor->at, (size_t)(pid - cursor->at));
	cursor->at = pid + strlen(" (pid ");
	if (!take_number(cursor, 10, &number) || !take(cursor, "), scan "))
		return false;
	report->pid = (int)number;
	return report->program || wrong(cursor, "no memory");
}

/* "# 3 unreferenced objects, 2144 bytes, in 1 leak; ..." */
static bool parse_totals(struct cursor *cursor)
{
	uint64_t objects, bytes;

	cursor->has_header = true;
	return take(cursor, "# ") && take_count(cursor, &objects, "unreferenced object") &&
	       take(cursor, ", ") && take_count(cursor, &bytes, "byte") && take(cursor, ", in ") &&
	       take_count(cursor, &cursor->promised, "leak");
}

/* "unreferenced object 0x55d0c8a012a0 (size 1024):" */
static bool parse_entry(struct cursor *cursor, struct report *report)
{
	struct leak leak = { .objects = 1 };
	uint64_t address;

	if (!skip(cursor, "unreferenced object "))
		return wrong(cursor, "expected 'unreferenced object', '#' or two spaces");
	if (!take(cursor, "0x") || !take_number(cursor, 16, &address) || !take(cursor, " (size ") ||
	    !take_number(cursor, 10, &leak.bytes) || !take(cursor, "):"))
		return false;
	if ((report->count & (report->count - 1)) == 0) {
		size_t room = report->count ? 2 * report->count : 1;
		struct leak *grown = reallocarray(report->leaks, room, sizeof(*grown));

		if (!grown)
			return wrong(cursor, "no memory");
		report->leaks = grown;
	}
	leak.trace = strdup("");
	report->leaks[report->count++] = leak;
	return leak.trace || wrong(cursor, "no memory");
}

/* "    [<000055d0c7a01169>] session_new+0x29/0x80 [server]", behind its '[' */
static bool parse_frame(struct cursor *cursor, struct leak *leak)
{
	uint64_t address;
	char *longer;

	if (!take_number(cursor, 16, &address) || !take(cursor, ">] "))
		return false;
	if (asprintf(&longer, "%s%s\n", leak->trace, cursor->at) < 0)
		return wrong(cursor, "no memory");
	free(leak->trace);
	leak->trace = longer;
	return true;
}

/* "  ... and 118 more objects with the same backtrace (12096 bytes)", behind its "and" */
static bool parse_more(struct cursor *cursor, struct leak *leak)
{
	uint64_t objects, bytes;
	const char *parenthesis;

	if (!take_count(cursor, &objects, "more object"))
		return false;
	parenthesis = strchr(cursor->at, '(');
	if (!parenthesis)
		return wrong(cursor, "expected the bytes in parentheses");
	cursor->at = parenthesis + 1;
	if (!take_count(cursor, &bytes, "byte") || !take(cursor, ")"))
		return false;
	leak->objects += objects;
	leak->bytes += bytes;
	return true;
}

/* A line of an entry: those that the model has no place for are skipped. */
static bool parse_detail(struct cursor *cursor, struct leak *leak)
{
	uint64_t objects;

	if (skip(cursor, "    [<"))
		return parse_frame(cursor, leak);
	if (skip(cursor, "  ... and "))
		return parse_more(cursor, leak);
	if (skip(cursor, "  retains "))
		return take_count(cursor, &objects, "more object") && take(cursor, ", ") &&
		       take_count(cursor, &leak->retained_bytes, "byte");
	return true;
}

static bool parse_line(struct cursor *cursor, struct report *report)
{
	if (cursor->number == 1)
		return parse_title(cursor, report);
	if (cursor->number == 2)
		return parse_totals(cursor);
	if (*cursor->at == '#')
		return true;
	if (report->count > 0 && strncmp(cursor->at, "  ", 2) == 0)
		return parse_detail(cursor, &report->leaks[report->count - 1]);
	return parse_entry(cursor, report);
}

/* Nothing may be missing at the end: a report that was cut is not a report with fewer leaks. */
static bool is_whole(const struct cursor *cursor, const struct report *report)
{
	uint64_t leaks = 0;

	if (!cursor->has_header)
		return wrong(cursor, "the file ends before the header of a report does");
	for (size_t i = 0; i < report->count; i++)
		leaks += report->leaks[i].objects;
	if (leaks != cursor->promised)
		return wrong(cursor,
			     "the file ends with %" PRIu64 " leaks; its header speaks of %" PRIu64,
			     leaks, cursor->promised);
	return true;
}

int report_parse(struct report *report, const char *path)
{
	struct cursor cursor = { .path = path };
	bool ok = true;

	*report = (struct report){ .path = strdup(path) };
	cursor.file = fopen(path, "re");
	if (!cursor.file || !report->path) {
		fprintf(stderr, "leakscan: cannot read %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (ok && next_line(&cursor, &ok))
		ok = parse_line(&cursor, report);
	ok = ok && is_whole(&cursor, report);
	fclose(cursor.file);
	free(cursor.line);
	return ok ? 0 : -1;
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->count; i++)
		free(report->leaks[i].trace);
	free(report->leaks);
	free(report->program);
	free(report->path);
}
