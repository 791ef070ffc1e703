/* SPDX-License-Identifier: MIT */
/*
 * span.h - a piece of a text that is not 0-terminated, and what a parser asks of it
 *
 * For      options.c and signal_name.c.
 * Never    reads behind the piece, allocates, or keeps anything.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *text;
	size_t length;
};

static inline bool span_is(struct span span, const char *word)
{
	return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

/* Takes @prefix off the front, if it is there. */
static inline bool span_skip(struct span *span, const char *prefix)
{
	size_t length = strlen(prefix);

	if (span->length < length || memcmp(span->text, prefix, length) != 0)
		return false;
	span->text += length;
	span->length -= length;
	return true;
}

/* A decimal number without sign that fits a long, and nothing else. */
static inline bool span_number(struct span value, long *number)
{
	if (value.length == 0)
		return false;
	*number = 0;
	for (size_t i = 0; i < value.length; i++) {
		char digit = value.text[i];

		if (digit < '0' || digit > '9' || __builtin_mul_overflow(*number, 10L, number) ||
		    __builtin_add_overflow(*number, (long)(digit - '0'), number))
			return false;
	}
	return true;
}

#endif
