/* SPDX-License-Identifier: MIT */
/* watch_text.c - the contract is in watch_text.h */
#include "watch_text.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define TAB 8
#define SIDEWAYS 16 /* columns of a step to the left or right */

/* The next character, and how many bytes it has: what cannot be shown is '?'. */
static wchar_t next_character(const char *text, size_t *bytes, mbstate_t *state)
{
	wchar_t character;
	size_t length = mbrtowc(&character, text, strlen(text), state);

	if (length == (size_t)-1 || length == (size_t)-2 || length == 0) {
		*state = (mbstate_t){ 0 };
		*bytes = 1;
		return L'?';
	}
	*bytes = length;
	return character == L'\t' || (iswprint((wint_t)character) && wcwidth(character) > 0)
		       ? character
		       : L'?';
}

static void put_blanks(int count)
{
	for (int i = 0; i < count; i++)
		addch(' ');
}

void watch_text_put(int row, int column, int width, const char *text, int skip)
{
	mbstate_t state = { 0 };
	int at = 0; /* column of the text */

	if (width <= 0 || move(row, column) == ERR)
		return;
	while (*text) {
		size_t bytes;
		wchar_t character = next_character(text, &bytes, &state);
		int columns = character == L'\t' ? TAB - at % TAB : wcwidth(character);

		if (at + columns > skip + width)
			return;
		if (character == L'\t')
			put_blanks(at < skip ? at + columns - skip : columns);
		else if (at >= skip)
			addnwstr(&character, 1);
		at += columns;
		text += bytes;
	}
}

struct watch_number watch_number(int64_t value, bool sign)
{
	static const char units[] = " KMGTPE";
	double size = value < 0 ? -(double)value : (double)value;
	const char *before = value < 0 ? "-" : sign ? "+" : "";
	struct watch_number number;
	size_t unit = 0;

	while (size >= 1024 && units[unit + 1]) {
		size /= 1024;
		unit++;
	}
	if (!unit)
		snprintf(number.text, sizeof(number.text), "%s%.0f", before, size);
	else
		snprintf(number.text, sizeof(number.text), "%s%.*f%c", before, size < 100 ? 1 : 0,
			 size, units[unit]);
	return number;
}

bool watch_page_open(struct watch_page *page, char *text)
{
	size_t count = 0;
	char *at = text;

	watch_page_close(page);
	for (const char *c = text; c && *c; c++)
		count += *c == '\n';
	page->lines = text ? calloc(count + 1, sizeof(*page->lines)) : NULL;
	if (!page->lines) {
		free(text);
		return false;
	}
	page->text = text;
	while (page->count < count) {
		page->lines[page->count++] = at;
		at = strchr(at, '\n');
		*at++ = 0;
	}
	return true;
}

void watch_page_close(struct watch_page *page)
{
	free(page->text);
	free(page->lines);
	*page = (struct watch_page){ 0 };
}

static size_t last_top(const struct watch_page *page, int rows)
{
	size_t shown = rows > 0 ? (size_t)rows : 0;

	return page->count > shown ? page->count - shown : 0;
}

void watch_page_draw(struct watch_page *page, int row, int rows, int width)
{
	if (page->top > last_top(page, rows))
		page->top = last_top(page, rows);
	for (int i = 0; i < rows && page->top + (size_t)i < page->count; i++)
		watch_text_put(row + i, 0, width, page->lines[page->top + (size_t)i], page->left);
}

bool watch_page_key(struct watch_page *page, int key, int rows)
{
	size_t step = rows > 1 ? (size_t)rows - 1 : 1;

	switch (key) {
	case KEY_UP:
	case 'k':
		page->top -= page->top > 0;
		return true;
	case KEY_DOWN:
	case 'j':
		page->top++;
		return true;
	case KEY_PPAGE:
		page->top -= page->top > step ? step : page->top;
		return true;
	case KEY_NPAGE:
		page->top += step;
		return true;
	case KEY_HOME:
		page->top = 0;
		return true;
	case KEY_END:
		page->top = last_top(page, rows);
		return true;
	case KEY_LEFT:
		page->left -= page->left > SIDEWAYS ? SIDEWAYS : page->left;
		return true;
	case KEY_RIGHT:
		page->left += SIDEWAYS;
		return true;
	default:
		return false;
	}
}
