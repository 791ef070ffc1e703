/* SPDX-License-Identifier: MIT */
/* suppression_rule.c - the contract is in suppression_rule.h */
#include "suppression_rule.h"

#include <stddef.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool suppression_rule(char *line, const char **pattern)
{
	char *end = line + strlen(line);

	*pattern = NULL;
	while (is_blank(*line))
		line++;
	while (end > line && is_blank(end[-1]))
		end--;
	*end = 0;
	if (!*line || *line == '#')
		return true;
	if (strncmp(line, "leak:", 5) != 0 || !line[5 + strspn(line + 5, "^$")])
		return false;
	*pattern = line + 5;
	return true;
}

/* `star` is what is tried again one letter further on when the rest does not fit. */
bool suppression_matches(const char *pattern, const char *text)
{
	size_t length = strlen(pattern);
	const char *at = pattern + (*pattern == '^'), *end = pattern + length;
	const char *star = *pattern == '^' ? NULL : at, *from = text;
	bool tied = end > at && end[-1] == '$';

	end -= tied;
	for (;;) {
		if (at == end && (!tied || !*text))
			return true;
		if (at < end && *at == '*') {
			star = ++at;
			from = text;
		} else if (at < end && *text && *at == *text) {
			at++;
			text++;
		} else {
			if (!star || !*from)
				return false;
			at = star;
			text = ++from;
		}
	}
}
