/* SPDX-License-Identifier: MIT */
/* cursor.c - the contract is in cursor.h */
#include "cursor.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "progress.h"

static bool too_large(struct cursor *cursor)
{
	return wrong(cursor, "the file is larger than %" PRIu64 " MiB", cursor->file_most >> 20);
}

/* A file that is too large need not be read to be refused; of a pipe nobody knows. */
static bool check_size(struct cursor *cursor)
{
	int file = fileno(cursor->stream);
	struct stat state;

	if (file < 0 || fstat(file, &state) != 0 || !S_ISREG(state.st_mode) ||
	    (uint64_t)state.st_size <= cursor->file_most)
		return true;
	return too_large(cursor);
}

bool cursor_open(struct cursor *cursor, const char *path, FILE *stream, size_t line_most,
		 uint64_t file_most)
{
	*cursor = (struct cursor){
		.path = path,
		.stream = stream,
		.line_most = line_most,
		.file_most = file_most,
		.line = malloc(line_most + 1),
	};
	if (!cursor->line)
		return wrong(cursor, "no memory");
	cursor->line[0] = 0;
	cursor->at = cursor->line;
	return check_size(cursor);
}

void cursor_close(struct cursor *cursor)
{
	free(cursor->line);
	cursor->line = NULL;
}

bool wrong(struct cursor *cursor, const char *format, ...)
{
	va_list arguments;

	if (cursor->failed)
		return false;
	cursor->failed = true;
	va_start(arguments, format);
	progress_end();
	fprintf(stderr, "%s:%u:%td: ", cursor->path, cursor->number ? cursor->number : 1,
		cursor->line ? cursor->at - cursor->line + 1 : 1);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return false;
}

/* How many bytes the character at @text has in UTF-8; 0 if it is none. */
static size_t utf8_length(const unsigned char *text)
{
	size_t more = text[0] < 0x80 ? 0 : text[0] < 0xe0 ? 1 : text[0] < 0xf0 ? 2 : 3;
	uint32_t code = more == 0 ? text[0] : text[0] & (0x3fu >> more);
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

	if ((text[0] >= 0x80 && text[0] < 0xc2) || text[0] > 0xf4)
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return more + 1;
}

/* What would move a terminal's cursor, or be no text for those who want UTF-8, becomes '?'. */
static void clean(char *line)
{
	unsigned char *at = (unsigned char *)line;

	while (*at) {
		size_t length = utf8_length(at);
		bool control = *at < ' ' || *at == 0x7f ||
			       (length == 2 && *at == 0xc2 && at[1] < 0xa0);

		for (size_t i = 0; i < (length && control ? length : !length); i++)
			at[i] = '?';
		at += length ? length : 1;
	}
}

bool cursor_next(struct cursor *cursor)
{
	size_t length = 0;
	int byte;

	if (cursor->failed)
		return false;
	cursor->number++;
	cursor->at = cursor->line;
	while ((byte = getc_unlocked(cursor->stream)) > 0 && byte != '\n' &&
	       length < cursor->line_most)
		cursor->line[length++] = (char)byte;
	cursor->line[length] = 0;
	cursor->consumed += length + (byte != EOF);
	if ((byte == '\n' || (byte == EOF && length && cursor->by_hand)) &&
	    !ferror(cursor->stream) && cursor->consumed <= cursor->file_most) {
		clean(cursor->line);
		return true;
	}
	if (byte == EOF && ferror(cursor->stream))
		return wrong(cursor, "cannot be read: %s", strerror(errno));
	if (byte == EOF && length == 0)
		return false;
	cursor->at += length;
	if (byte == EOF)
		return wrong(cursor, "the file ends in the middle of a line");
	if (byte == 0)
		return wrong(cursor, "a byte that is 0: this is no text");
	if (cursor->consumed > cursor->file_most)
		return too_large(cursor);
	return wrong(cursor, "the line is longer than %zu KiB", cursor->line_most >> 10);
}

bool skip(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);

	if (strncmp(cursor->at, text, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

bool take(struct cursor *cursor, const char *text)
{
	return skip(cursor, text) || wrong(cursor, "expected '%s'", text);
}

static bool take_digits(struct cursor *cursor, int base, uint64_t most, uint64_t *number)
{
	const char *start = cursor->at;
	char *end;

	if (base == 16 ? !isxdigit((unsigned char)*start) : !isdigit((unsigned char)*start))
		return wrong(cursor, "expected a number");
	if (base == 16 && (start[1] == 'x' || start[1] == 'X'))
		return wrong(cursor, "expected a hexadecimal number without 0x");
	errno = 0;
	*number = strtoumax(start, &end, base);
	if (errno || *number > most)
		return wrong(cursor, "the number is too large");
	cursor->at = end;
	return true;
}

bool take_number(struct cursor *cursor, uint64_t *number)
{
	return take_digits(cursor, 10, CURSOR_NUMBER_MOST, number);
}

bool take_hex(struct cursor *cursor, uint64_t *number)
{
	return take_digits(cursor, 16, UINT64_MAX, number);
}

bool take_decimal(struct cursor *cursor, double *number, const char *unit)
{
	const char *start = cursor->at;
	uint64_t whole = 0, part = 0;
	const char *point;

	if (!take_number(cursor, &whole))
		return false;
	point = cursor->at;
	if (skip(cursor, ".") && !take_number(cursor, &part))
		return false;
	if (cursor->at - start > 40)
		return wrong(cursor, "the number is too long");
	*number = (double)part;
	for (const char *digit = point + 1; digit < cursor->at; digit++)
		*number /= 10;
	*number += (double)whole;
	return take(cursor, unit);
}

bool take_seconds(struct cursor *cursor, uint64_t *ms)
{
	double seconds = 0;

	skip(cursor, "+");
	if (!take_decimal(cursor, &seconds, "s"))
		return false;
	if (seconds > 1e15)
		return wrong(cursor, "the time is too large");
	*ms = (uint64_t)(seconds * 1000 + 0.5);
	return true;
}

bool take_count(struct cursor *cursor, uint64_t *number, const char *noun)
{
	if (!take_number(cursor, number) || !take(cursor, " ") || !take(cursor, noun))
		return false;
	skip(cursor, "s");
	return true;
}

bool take_end(struct cursor *cursor)
{
	return !*cursor->at || wrong(cursor, "expected the end of the line");
}
