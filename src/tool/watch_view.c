/* SPDX-License-Identifier: MIT */
/* watch_view.c - the contract is in watch_view.h */
#include "watch_view.h"

#include <curses.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "held.h"

#define ESCAPE 27
#define LINE 512

enum {
	PAIR_WORSE = 1,
	PAIR_BETTER,
};

static const char keys[] =
	"s scan  c clear  o order  Enter open  g growing  p pause  h help  q quit";

static const char page_keys[] = "arrows, PgUp, PgDn scroll  q back";

static const char help[] =
	"Each row is a place that allocates what the program can no longer reach.\n"
	"\n"
	"  retained      bytes of its leaks, with what hangs on them (K, M, G: 1024 times)\n"
	"  growth        of these since the scan before\n"
	"  in all        of these since the first scan that was seen here\n"
	"  objects       its leaks\n"
	"  new           of these since the scan before\n"
	"  age           of the oldest\n"
	"  allocated in  the innermost function that is not in libc or libstdc++\n"
	"\n"
	"  s             scan now\n"
	"  c             clear: what is listed is not reported again\n"
	"  o             another order: by bytes, growth, objects, age, name\n"
	"  Enter         the backtrace of the place, with files and lines\n"
	"  g             what grows and is still referenced, and where the memory is\n"
	"  p             no more scans by themselves, or again\n"
	"  arrows, k, j, PgUp, PgDn, Home, End\n"
	"  h, ?          this\n"
	"  q             back, or quit\n"
	"\n"
	"A scan stops the program for as long as `leakscan report' tells.\n";

static const char *const order_names[SERIES_ORDERS] = {
	[SERIES_BY_BYTES] = "bytes", [SERIES_BY_GROWTH] = "growth", [SERIES_BY_OBJECTS] = "objects",
	[SERIES_BY_AGE] = "age",     [SERIES_BY_NAME] = "name",
};

bool watch_view_open(struct watch_view *view)
{
	const char *terminal = getenv("TERM");

	setlocale(LC_CTYPE, "");
	if (!newterm(NULL, stdout, stdin)) {
		fprintf(stderr, "leakscan watch: the terminal '%s' is not known here (TERM)\n",
			terminal ? terminal : "");
		return false;
	}
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	view->color = view->color && has_colors() && start_color() == OK;
	if (view->color) {
		use_default_colors();
		init_pair(PAIR_WORSE, COLOR_RED, -1);
		init_pair(PAIR_BETTER, COLOR_GREEN, -1);
	}
	return true;
}

void watch_view_close(struct watch_view *view)
{
	watch_page_close(&view->page);
	endwin();
}

/* Rows of the head, and of the table or page below it. */
static int head_rows(const struct watch_view *view)
{
	const struct report *report = view->series->report;

	return 3 + (report && report->memory.present);
}

static int body_rows(const struct watch_view *view)
{
	int rows = LINES - head_rows(view) - 1;

	return rows > 0 ? rows : 0;
}

/*
 * Drawing.
 */

static void draw_line(int row, int attributes, const char *text)
{
	attrset(attributes);
	watch_text_put(row, 0, COLS, text, 0);
	if (attributes & A_REVERSE)
		for (int column = getcurx(stdscr); getcury(stdscr) == row && column < COLS;
		     column++)
			mvaddch(row, column, ' ');
	attrset(A_NORMAL);
}

static void draw_title(const struct watch_view *view)
{
	const struct report *report = view->series->report;
	char text[LINE];
	int length;

	if (report && !report->kernel)
		length = snprintf(text, sizeof(text), "scan %" PRIu64 " at +%.1fs, %s",
				  report->scan, (double)report->at_ms / 1000, view->state);
	else
		length = snprintf(text, sizeof(text), "%s", view->state);
	if (length > COLS)
		length = 0;
	watch_text_put(0, COLS - length, length, text, 0);
	snprintf(text, sizeof(text), "leakscan watch  %s", view->program);
	attrset(A_BOLD);
	watch_text_put(0, 0, COLS - length - (length > 0), text, 0);
	attrset(A_NORMAL);
}

static void draw_totals(const struct watch_view *view)
{
	const struct series *series = view->series;
	const struct sites *sites = &series->sites;
	char text[LINE];
	int length;

	if (!series->report)
		return;
	length = snprintf(text, sizeof(text), "%zu place%s, %" PRIu64 " leak%s, %s bytes",
			  sites->count, sites->count == 1 ? "" : "s", sites->objects,
			  sites->objects == 1 ? "" : "s",
			  watch_number((int64_t)sites->total_bytes, false).text);
	if (series->scans > 1)
		snprintf(text + length, sizeof(text) - (size_t)length,
			 "; %s since the scan before, %s in %.0f s",
			 watch_number(series->more_bytes, true).text,
			 watch_number(series->grown_bytes, true).text, series->seconds);
	draw_line(1, A_NORMAL, text);
}

static void draw_memory(const struct watch_view *view)
{
	const struct memory_line *memory = &view->series->report->memory;
	char text[LINE];

	snprintf(
		text, sizeof(text),
		"memory: %s reachable, %s unreferenced, %s free, %s mapped, %s stacks, %s leakscan",
		watch_number((int64_t)memory->reachable, false).text,
		watch_number((int64_t)memory->unreferenced, false).text,
		watch_number((int64_t)memory->allocator_free, false).text,
		watch_number((int64_t)memory->mapped, false).text,
		watch_number((int64_t)memory->stacks, false).text,
		watch_number((int64_t)memory->leakscan, false).text);
	draw_line(2, A_NORMAL, text);
}

static void draw_row(const struct watch_view *view, int row, const struct series_row *line,
		     bool selected)
{
	bool first = view->series->scans < 2;
	int attributes = selected ? A_REVERSE : A_NORMAL;
	char text[LINE], more[16] = "-", *age = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&age, &size);

	if (out) {
		summary_age(out, line->site->oldest_ms);
		fclose(out);
	}
	if (!first)
		snprintf(more, sizeof(more), "%+" PRId64, line->more_objects);
	snprintf(text, sizeof(text), "%9s %8s %8s %8" PRIu64 " %7s %8s  %s",
		 watch_number((int64_t)line->site->total_bytes, false).text,
		 first ? "-" : watch_number(line->more_bytes, true).text,
		 first ? "-" : watch_number(line->grown_bytes, true).text, line->site->objects,
		 more, age ? age : "", line->where);
	if (view->color && line->more_bytes > 0)
		attributes |= COLOR_PAIR(PAIR_WORSE);
	else if (view->color && line->more_bytes < 0)
		attributes |= COLOR_PAIR(PAIR_BETTER);
	draw_line(row, attributes, text);
	free(age);
}

static void draw_table(struct watch_view *view)
{
	int first = head_rows(view), rows = body_rows(view);
	size_t count = view->series->sites.count;
	char text[LINE];

	snprintf(text, sizeof(text), "%9s %8s %8s %8s %7s %8s  %s   (by %s)", "retained", "growth",
		 "in all", "objects", "new", "age", "allocated in", order_names[view->order]);
	draw_line(first - 1, A_REVERSE, text);
	if (view->at < view->top)
		view->top = view->at;
	if (rows && view->at >= view->top + (size_t)rows)
		view->top = view->at - (size_t)rows + 1;
	for (int i = 0; i < rows && view->top + (size_t)i < count; i++) {
		size_t at = view->top + (size_t)i;

		draw_row(view, first + i, &view->series->rows[at], at == view->at);
	}
	if (!count && view->series->report && rows)
		draw_line(first, A_NORMAL, "      no leaks");
}

void watch_view_draw(struct watch_view *view)
{
	const char *last = view->asks         ? "clear what is listed, for good? y, n"
			   : *view->message   ? view->message
			   : view->page.lines ? page_keys
					      : keys;

	erase();
	draw_title(view);
	draw_totals(view);
	if (head_rows(view) > 3)
		draw_memory(view);
	if (view->page.lines)
		watch_page_draw(&view->page, head_rows(view), body_rows(view), COLS);
	else
		draw_table(view);
	draw_line(LINES - 1, A_BOLD, last);
	refresh();
}

/*
 * Selection and pages.
 */

static void select_row(struct watch_view *view, size_t at)
{
	size_t count = view->series->sites.count;

	view->at = at < count ? at : count ? count - 1 : 0;
	view->selected = count ? view->series->rows[view->at].site->fingerprint : 0;
}

void watch_view_renew(struct watch_view *view)
{
	const struct series *series = view->series;
	size_t at = 0;

	series_sort(view->series, view->order);
	while (view->at > 0 && at < series->sites.count &&
	       series->rows[at].site->fingerprint != view->selected)
		at++;
	select_row(view, at < series->sites.count ? at : view->at);
}

/* A page with what @write writes. */
static void open_page(struct watch_view *view,
		      void (*write)(const struct watch_view *view, const struct summary *summary))
{
	struct summary summary = *view->series->summary;
	char *text = NULL;
	size_t size = 0;

	summary.out = open_memstream(&text, &size);
	if (!summary.out)
		return;
	write(view, &summary);
	fclose(summary.out);
	watch_page_open(&view->page, text);
}

static void write_help(const struct watch_view *view, const struct summary *summary)
{
	(void)view;
	fputs(help, summary->out);
}

static void write_selected(const struct watch_view *view, const struct summary *summary)
{
	summary_site(summary, view->series->rows[view->at].site);
}

static void write_growing(const struct watch_view *view, const struct summary *summary)
{
	const struct report *report = view->series->report;

	held_full(summary, report, 1);
	held_memory(summary, report, 1);
	if (!report->growing_count)
		fputs("\nNothing that is still referenced has grown from scan to scan.\n",
		      summary->out);
}

/* A key of the table. */
static enum watch_action table_key(struct watch_view *view, int key)
{
	size_t step = (size_t)body_rows(view), count = view->series->sites.count;

	switch (key) {
	case KEY_UP:
	case 'k':
		select_row(view, view->at - (view->at > 0));
		break;
	case KEY_DOWN:
	case 'j':
		select_row(view, view->at + 1);
		break;
	case KEY_PPAGE:
		select_row(view, view->at > step ? view->at - step : 0);
		break;
	case KEY_NPAGE:
		select_row(view, view->at + step);
		break;
	case KEY_HOME:
		select_row(view, 0);
		break;
	case KEY_END:
		select_row(view, count);
		break;
	case 'o':
		view->order = (view->order + 1) % SERIES_ORDERS;
		watch_view_renew(view);
		break;
	case '\n':
	case '\r':
	case KEY_ENTER:
		if (count)
			open_page(view, write_selected);
		break;
	case 'g':
		if (view->series->report)
			open_page(view, write_growing);
		break;
	case 'q':
		return WATCH_QUIT;
	default:
		break;
	}
	return WATCH_NOTHING;
}

/* A key while a page is shown that is not for scrolling. */
static enum watch_action page_key(struct watch_view *view, int key)
{
	if (key == 'q' || key == ESCAPE || key == KEY_BACKSPACE || key == '\n' || key == '\r')
		watch_page_close(&view->page);
	return WATCH_NOTHING;
}

static enum watch_action any_key(struct watch_view *view, int key)
{
	view->message = "";
	if (view->asks) {
		view->asks = false;
		return key == 'y' || key == 'Y' ? WATCH_CLEAR : WATCH_NOTHING;
	}
	switch (key) {
	case 's':
		return WATCH_SCAN;
	case 'p':
		return WATCH_PAUSE;
	case 'c':
		view->asks = true;
		return WATCH_NOTHING;
	case 'h':
	case '?':
		open_page(view, write_help);
		return WATCH_NOTHING;
	default:
		break;
	}
	if (!view->page.lines)
		return table_key(view, key);
	return watch_page_key(&view->page, key, body_rows(view)) ? WATCH_NOTHING
								 : page_key(view, key);
}

bool watch_view_key(struct watch_view *view, enum watch_action *action)
{
	int key = getch();

	*action = WATCH_NOTHING;
	if (key == ERR)
		return false;
	if (key == KEY_RESIZE)
		clearok(stdscr, TRUE);
	else
		*action = any_key(view, key);
	return true;
}
