/* SPDX-License-Identifier: MIT */
/* victim_plan.c - the comment lines of a victim's source; the contract is in victim_plan.h */
#include "victim_plan.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plan plan;

void give_up(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "run_victim: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	exit(2);
}

char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		give_up("cannot read %s: %s", path, strerror(errno));
	if (getdelim(&text, &size, '\0', file) < 0)
		text = strdup("");
	fclose(file);
	return text;
}

struct expectation *plan_expectation_of(const char *reports)
{
	for (size_t i = 0; i < plan.count; i++)
		if (strcmp(plan.expectations[i].reports, reports) == 0)
			return &plan.expectations[i];
	return NULL;
}

static struct expectation *expectation_add(const char *reports)
{
	struct expectation *known = plan_expectation_of(reports);
	struct expectation *added = &plan.expectations[plan.count];

	if (known)
		return known;
	if (plan.count == sizeof(plan.expectations) / sizeof(plan.expectations[0]))
		give_up("too many expectations");
	if (strlen(reports) >= sizeof(added->reports))
		give_up("expectation of unknown reports: %s", reports);
	snprintf(added->reports, sizeof(added->reports), "%s", reports);
	plan.count++;
	return added;
}

static int signal_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = { { "SIGTERM", SIGTERM }, { "SIGINT", SIGINT },   { "SIGHUP", SIGHUP },
		      { "SIGABRT", SIGABRT }, { "SIGKILL", SIGKILL }, { "SIGUSR2", SIGUSR2 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].number;
	give_up("unknown signal %s", name);
}

/* Takes over the text between quotes; \n is a new line. */
static void plan_output(const char *quoted)
{
	char *out = plan.output;
	const char *at = quoted + 1;

	if (quoted[0] != '"' || strlen(quoted) > sizeof(plan.output))
		give_up("the output expected must be in quotes: %s", quoted);
	for (; *at && *at != '"'; at++) {
		bool escaped = at[0] == '\\' && at[1] == 'n';

		*out++ = escaped ? '\n' : *at;
		at += escaped;
	}
	*out = 0;
}

static void plan_expectation(char *text)
{
	char *what = strstr(text, ": ");
	struct expectation *expectation;
	struct item item;

	if (strncmp(text, "status ", 7) == 0) {
		plan.status = atoi(text + 7) << 8;
	} else if (strncmp(text, "signal ", 7) == 0) {
		plan.status = signal_number(text + 7);
	} else if (strncmp(text, "stdout ", 7) == 0) {
		plan_output(text + 7);
	} else if (strcmp(text, "unreadable pages") == 0) {
		plan.unreadable = true;
	} else if (sscanf(text, "at most %lu MiB read", &plan.mib) == 1) {
		return;
	} else if (what) {
		*what = 0;
		what += 2;
		expectation = expectation_add(text);
		if (strcmp(what, "no report") == 0)
			expectation->no_report = true;
		else if (strncmp(what, "line ", 5) == 0 && lines_add(&expectation->lines, what + 5))
			return;
		else if (item_parse(&item, what))
			items_add(&expectation->items, &item);
		else if (strcmp(what, "nothing") != 0)
			give_up("expectation not understood: %s", what);
	} else {
		give_up("expectation not understood: %s", text);
	}
}

static void plan_rule(const char *text)
{
	size_t used = strlen(plan.rules);

	if (snprintf(plan.rules + used, sizeof(plan.rules) - used, "%s\n", text) >=
	    (int)(sizeof(plan.rules) - used))
		give_up("too many rules");
}

void plan_options(const char *text)
{
	size_t used = strlen(plan.options);

	if (strcmp(text, "without report") == 0)
		plan.without_report = true;
	else if (strcmp(text, "once") == 0)
		plan.once = true;
	else if (snprintf(plan.options + used, sizeof(plan.options) - used, ":%s", text) >=
		 (int)(sizeof(plan.options) - used))
		give_up("too many options");
}

/* Puts what stands behind a line that ends with a backslash into it. */
static void join_lines(char *text)
{
	char *end;

	while ((end = strstr(text, "\\\n * "))) {
		const char *next = end + 5;

		next += strspn(next, " ");
		memmove(end, next, strlen(next) + 1);
		text = end;
	}
}

void plan_read(const char *source)
{
	char *text = read_file(source), *rest = text, *line;

	join_lines(text);

	while ((line = strsep(&rest, "\n"))) {
		size_t length = strlen(line);

		while (length && isspace((unsigned char)line[length - 1]))
			line[--length] = 0;
		if (strncmp(line, " * EXPECT ", 10) == 0)
			plan_expectation(line + 10);
		else if (strncmp(line, " * OPTIONS ", 11) == 0)
			plan_options(line + 11);
		else if (strncmp(line, " * RULE ", 8) == 0)
			plan_rule(line + 8);
	}
	free(text);
	expectation_add("exit");
}
