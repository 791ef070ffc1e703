/* SPDX-License-Identifier: MIT */
/* victim_lines.c - the contract is in victim_lines.h */
#include "victim_lines.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 8192

static bool ends_with(const char *start, const char *end, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(end - start) >= length && strncmp(end - length, word, length) == 0;
}

/* "0x1" or "0x7f0011223344": the number of characters that a '#' takes the place of, behind "0x". */
static size_t hex_to_hide(const char *digits, bool after_plus)
{
	size_t length = strspn(digits, "0123456789abcdef");
	const char *behind = digits + length;

	if (length >= 6 || (after_plus && strncmp(behind, "/0x", 3) == 0))
		return length;
	return 0;
}

/* Does this number differ from run to run? */
static bool hides_number(const char *line, const char *at, const char *behind)
{
	return strncmp(line, "# memory: ", 10) == 0 || ends_with(line, at, "thread ") ||
	       *behind == '.' || strncmp(behind, "s ", 2) == 0 || strncmp(behind, "s)", 2) == 0 ||
	       strncmp(behind, " s)", 3) == 0 || strncmp(behind, " bytes/s", 8) == 0;
}

void line_normalise(char *line)
{
	char copy[LINE], *to = line;
	const char *from = copy;

	snprintf(copy, sizeof(copy), "%s", line);
	while (*from) {
		size_t digits = isdigit((unsigned char)*from) ? strspn(from, "0123456789.") : 0;
		bool in_word = from > copy && (isalnum((unsigned char)from[-1]) || from[-1] == '_');

		if (!in_word && strncmp(from, "0x", 2) == 0) {
			bool frame = ends_with(copy, from, "+") || ends_with(copy, from, "/");
			size_t hidden = hex_to_hide(from + 2, frame);

			if (!hidden && from > copy && from[-1] == '/')
				hidden = strspn(from + 2, "0123456789abcdef");
			*to++ = *from++;
			*to++ = *from++;
			if (hidden)
				*to++ = '#';
			from += hidden;
		} else if (!in_word && digits &&
			   (memchr(from, '.', digits) || hides_number(copy, from, from + digits))) {
			*to++ = '#';
			from += digits;
		} else {
			*to++ = *from++;
		}
	}
	*to = 0;
}

bool lines_add(struct lines *lines, const char *text)
{
	if (lines->count == sizeof(lines->lines) / sizeof(lines->lines[0]))
		return false;
	lines->lines[lines->count++] = strdup(text);
	return true;
}

/* Length of the first two words. */
static size_t kind_of(const char *line)
{
	size_t one = strcspn(line, " ");

	return line[one] ? one + 1 + strcspn(line + one + 1, " ") : one;
}

static bool same_kind(const char *one, const char *other)
{
	return kind_of(one) == kind_of(other) && strncmp(one, other, kind_of(one)) == 0;
}

/* Takes a line of the report off the list of those that are missing; false if it must not be. */
static bool take(const struct lines *expected, bool *found, const char *line)
{
	bool concerns = false;

	for (size_t i = 0; i < expected->count; i++) {
		if (!same_kind(expected->lines[i], line))
			continue;
		concerns = true;
		if (!found[i] && strcmp(expected->lines[i], line) == 0) {
			found[i] = true;
			return true;
		}
	}
	return !concerns;
}

bool lines_agree(const struct lines *expected, const char *report)
{
	bool found[sizeof(expected->lines) / sizeof(expected->lines[0])] = { false };
	bool agree = true;

	while (*report) {
		size_t length = strcspn(report, "\n"), blanks = strspn(report, " ");
		char line[LINE];

		snprintf(line, sizeof(line), "%.*s", blanks < length ? (int)(length - blanks) : 0,
			 report + blanks);
		line_normalise(line);
		if (*line && !take(expected, found, line)) {
			printf("  a line that was not expected:\n    %s\n", line);
			agree = false;
		}
		report += length + (report[length] == '\n');
	}
	for (size_t i = 0; i < expected->count; i++) {
		if (!found[i])
			printf("  a line is missing:\n    %s\n", expected->lines[i]);
		agree &= found[i];
	}
	return agree;
}
