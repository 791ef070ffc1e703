/* SPDX-License-Identifier: MIT */
/* live_report.c - the contract is in live_report.h */
#include "live_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_table.h"
#include "order.h"
#include "parse.h"
#include "reports.h"

/* The rest of the line of @answer that begins with @word; or NULL. */
static const char *rest_of(const char *answer, const char *word)
{
	size_t length = strlen(word);

	while (answer && *answer) {
		if (strncmp(answer, word, length) == 0)
			return answer + length;
		answer = strchr(answer, '\n');
		answer += answer != NULL;
	}
	return NULL;
}

/* The same, to be freed. */
static char *line_of(const char *answer, const char *word)
{
	const char *rest = rest_of(answer, word);

	return rest ? strndup(rest, strcspn(rest, "\n")) : NULL;
}

char *live_report_path(const char *answer)
{
	return rest_of(answer, "report /") ? line_of(answer, "report ") : NULL;
}

/* The stream of a file that is a report and nothing else; NULL and errno.  An empty one is a report in
 * kmemleak's form of nothing: there is no line in it to show. */
static FILE *open_regular(const struct process *process, const char *path)
{
	int file = process_open_file(process, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat state;

	if (file < 0)
		return NULL;
	if (fstat(file, &state) == 0 && S_ISREG(state.st_mode) && state.st_size)
		return fdopen(file, "r");
	close(file);
	errno = EINVAL;
	return NULL;
}

bool live_report_is_file(const struct process *process, const char *path)
{
	FILE *stream = open_regular(process, path);

	if (!stream)
		return errno != EINVAL;
	fclose(stream);
	return true;
}

bool live_report_read(struct report *report, const struct process *process, const char *path)
{
	FILE *stream = open_regular(process, path);
	struct stat state;
	bool ok;

	*report = (struct report){ .path = path };
	if (!stream) {
		fprintf(stderr, "leakscan: cannot read %s of process %d: %s\n", path,
			(int)process->pid, errno == EINVAL ? "it is no file" : strerror(errno));
		return false;
	}
	/* A kernel's form has no head: with nothing to report, the file is empty. */
	ok = (fstat(fileno(stream), &state) == 0 && state.st_size == 0) ||
	     report_parse_stream(report, path, stream) == 0;
	fclose(stream);
	return ok;
}

/* The value of the option report=, to be freed; NULL: not known.  False: there is no answer. */
static bool ask_report_option(const struct target *target, char **name)
{
	struct order order;
	bool answered;

	*name = NULL;
	if (!order_begin(&order, target, "options"))
		return false;
	answered = order_await(&order) == ORDER_ANSWERED;
	if (answered && order.rendezvous.status == COMMAND_OK)
		*name = line_of(order.rendezvous.answer, "report=");
	order_end(&order);
	return answered;
}

/* The path as we see it, with the process's own number for %p; a relative one is below the directory in
 * which the process was started, which is most often the one in which it is. */
static char *path_here(const struct process *process, const char *name)
{
	char *path = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&path, &size);

	if (!out)
		return NULL;
	fprintf(out, "/proc/%d/%s", (int)process->pid, *name == '/' ? "root" : "cwd/");
	for (; *name; name++) {
		if (strncmp(name, "%p", 2) == 0) {
			fprintf(out, "%d", (int)process->own_pid);
			name++;
		} else {
			fputc(*name, out);
		}
	}
	fclose(out);
	return path;
}

/* The newest of the files that bear the name; to be freed. */
static char *newest(const char *name)
{
	struct reports reports;
	const struct stat *best = NULL;
	char *path = NULL;

	if (reports_list(&reports, name))
		for (size_t i = 0; i < reports.files.gl_pathc; i++) {
			const struct stat *state = &reports.states[i];

			if (S_ISREG(state->st_mode) && state->st_size &&
			    (!best || state->st_mtim.tv_sec >= best->st_mtim.tv_sec))
				best = state;
		}
	if (best)
		path = strdup(reports.files.gl_pathv[best - reports.states]);
	reports_free(&reports);
	return path;
}

bool live_report_before(struct report *report, const struct target *target)
{
	const struct process *process = &target->process;
	char *name, *here = NULL, *path = NULL;
	bool answered = ask_report_option(target, &name);

	*report = (struct report){ 0 };
	if (name)
		here = path_here(process, *name ? name : "leakscan.%p.txt");
	if (here)
		path = newest(here);
	if (path && report_parse(report, path) == 0 && !report->kernel &&
	    report->pid != process->own_pid)
		report_free(report);
	report->path = NULL; /* it ends with us */
	free(path);
	free(here);
	free(name);
	return answered;
}

const char *live_report_sysroot(const struct process *process)
{
	static char path[64];
	struct stat ours, its;

	snprintf(path, sizeof(path), "/proc/%d/root", (int)process->pid);
	if (stat("/", &ours) != 0 || stat(path, &its) != 0 ||
	    (ours.st_dev == its.st_dev && ours.st_ino == its.st_ino))
		return NULL;
	return path;
}
