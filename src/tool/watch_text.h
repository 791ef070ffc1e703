/* SPDX-License-Identifier: MIT */
/*
 * watch_text.h - texts on the screen of `leakscan watch`: cut to a width, and as a page that scrolls
 *
 * Owns     how many columns a text takes, the lines of a page.
 * For      watch_view.c.
 * Never    writes outside the width it was given, or a character that moves the cursor.
 */
#ifndef WATCH_TEXT_H
#define WATCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the columns from @skip on, at most @width of them, to a place on the screen. */
void watch_text_put(int row, int column, int width, const char *text, int skip);

/* "300", "4.9K", "-1.2M": at most seven columns, with '+' where it is asked for. */
struct watch_number {
	char text[16];
};
struct watch_number watch_number(int64_t value, bool sign);

struct watch_page {
	char *text;   /* the lines, each ended by a 0; NULL: there is no page */
	char **lines; /* into @text */
	size_t count;
	size_t top; /* the first line that is shown */
	int left;   /* the first column */
};

/* Takes over the text (of malloc).  False: no memory, and no page. */
bool watch_page_open(struct watch_page *page, char *text);
void watch_page_close(struct watch_page *page);
void watch_page_draw(struct watch_page *page, int row, int rows, int width);
/* Scrolls; false if the key is not for that. */
bool watch_page_key(struct watch_page *page, int key, int rows);

#endif
