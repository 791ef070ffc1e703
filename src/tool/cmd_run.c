/* SPDX-License-Identifier: MIT */
/*
 * cmd_run.c - `leakscan run PROGRAM`: runs a program under leakscan, then says what it leaked
 *
 * Owns     the child process and the signals on their way to it.
 * Never    stands between the program and its terminal: the child stays in our process group, and
 *          what the terminal sends to the group is not sent a second time.
 *
 * 1. the environment says where the library is and where the reports go
 * 2. the program runs; the reports that came meanwhile are found by their name
 * 3. a table on stderr for each report with leaks, then the program's own exit status
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "held.h"
#include "library.h"
#include "parse.h"
#include "reports.h"
#include "run_options.h"
#include "scans.h"
#include "summary.h"

#define EXIT_NOT_RUN 126 /* as env(1): found, but it cannot be run */
#define EXIT_NOT_FOUND 127
#define ROWS_MOST 20

struct arguments {
	const char *report;
	int exitcode; /* or 0: leaks change nothing */
	char **program;
};

/* What came of the reports. */
struct outcome {
	size_t processes; /* of which there is a report that can be read */
	size_t with_leaks;
	size_t unreadable; /* reports */
};

static const int forwarded[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define FORWARDED (sizeof(forwarded) / sizeof(forwarded[0]))

/* The process that signals are for, or 0: written while they are blocked, or when it has ended. */
static volatile sig_atomic_t receiver;

/*
 * The arguments.
 */

static void parse_setting(const char *argument, struct argp_state *state)
{
	const char *equal = strchr(argument, '=');
	char *key;

	if (!equal || equal == argument)
		argp_error(state, "'%s' is not KEY=VALUE", argument);
	key = equal ? strndup(argument, (size_t)(equal - argument)) : NULL;
	if (!key || !library_add_option(key, equal + 1))
		argp_failure(state, EXIT_WRONG, errno, "cannot set the environment");
	free(key);
}

static int parse_exitcode(const char *argument, struct argp_state *state)
{
	char *end;
	long number = strtol(argument, &end, 10);

	if (end == argument || *end || number < 0 || number > 255)
		argp_error(state, "'%s' is no exit status, 0 to 255", argument);
	return (int)number;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'r':
		if (!*argument)
			argp_error(state, "the name of the report is empty");
		arguments->report = argument;
		return 0;
	case 'o':
		parse_setting(argument, state);
		return 0;
	case 'e':
		arguments->exitcode = parse_exitcode(argument, state);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->program = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * The reports.
 */

/* Tells the library where its reports go, by an absolute name: the program may change directory.
 * Returns the name in force, to be freed. */
static char *set_report(const char *given)
{
	char directory[PATH_MAX], path[2 * PATH_MAX];
	char *old = library_option("report");

	if (!given && old && *old)
		return old;
	free(old);
	if (!given)
		given = "leakscan.%p.txt";
	if (*given == '/')
		snprintf(path, sizeof(path), "%s", given);
	else if (getcwd(directory, sizeof(directory)))
		snprintf(path, sizeof(path), "%s/%s", directory, given);
	else
		return NULL;
	return library_add_option("report", path) ? strdup(path) : NULL;
}

static void print_table(const struct report *report)
{
	const struct symbolize_options symbolize = { 0 };
	struct summary summary = { .out = stderr,
				   .symbolizer = symbolizer_new(&symbolize),
				   .most = ROWS_MOST,
				   .color = summary_color("auto", stderr) };
	struct sites sites;

	if (sites_make(&sites, report, 1) && summary.symbolizer) {
		summary_table(&summary, report, 1, &sites);
		held_table(&summary, report, 1);
	} else {
		perror("leakscan run");
	}
	sites_free(&sites);
	symbolizer_free(summary.symbolizer);
}

/* Of each process the newest one tells all. */
static void show_newest(const struct report *reports, size_t count, struct outcome *outcome)
{
	for (size_t i = 0; i < count; i++) {
		if (!scans_is_newest(reports, count, i))
			continue;
		outcome->processes++;
		outcome->with_leaks += reports[i].count != 0;
		if (reports[i].count || reports[i].growing_count)
			print_table(&reports[i]);
	}
}

/* Why is there none?  The program itself has told the errors of writing it, if it was looked at. */
static void tell_no_report(const char *name)
{
	const char *slash = strrchr(name, '/');
	char directory[2 * PATH_MAX];

	snprintf(directory, sizeof(directory), "%.*s/", slash ? (int)(slash - name) : 1,
		 slash ? name : ".");
	if (access(directory, W_OK | X_OK) != 0 && !strchr(directory, '%'))
		fprintf(stderr, "leakscan: there is no report %s: %s: %s\n", name, directory,
			strerror(errno));
	else
		fprintf(stderr,
			"leakscan: there is no report %s; a static or setuid program cannot be "
			"looked at\n",
			name);
}

/* Shows the reports called @name that were not there @before. */
static struct outcome show_reports(const char *name, const struct reports *before)
{
	struct outcome outcome = { 0 };
	struct reports now;
	bool listed = reports_list(&now, name);
	struct report *reports = calloc(now.files.gl_pathc + 1, sizeof(*reports));
	size_t count = 0;

	if (!listed || !reports)
		perror("leakscan run");
	for (size_t i = 0; reports && i < now.files.gl_pathc; i++) {
		if (!reports_is_new(&now, i, before))
			continue;
		if (report_parse(&reports[count], now.files.gl_pathv[i]) == 0) {
			count++;
		} else {
			report_free(&reports[count]);
			outcome.unreadable++;
		}
	}
	show_newest(reports, count, &outcome);
	for (size_t i = 0; i < count; i++)
		report_free(&reports[i]);
	free(reports);
	reports_free(&now);
	if (!count && !outcome.unreadable)
		tell_no_report(name);
	else if (!outcome.with_leaks && !outcome.unreadable)
		fprintf(stderr, "leakscan: no leaks in %zu process%s\n", outcome.processes,
			outcome.processes == 1 ? "" : "es");
	return outcome;
}

/*
 * The program.
 */

/* The terminal sends to the whole group, so the program has that one already. */
static void forward(int signal, siginfo_t *info, void *context)
{
	int saved_errno = errno;

	(void)context;
	if (receiver && info->si_code != SI_KERNEL)
		kill(receiver, signal);
	errno = saved_errno;
}

/* A signal that is ignored here (nohup) stays ignored, in the program as well. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_sigaction = forward, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigaction old;

	for (size_t i = 0; i < FORWARDED; i++)
		if (sigaction(forwarded[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(forwarded[i], &action, NULL);
}

/* In the child: what it inherits is what we have inherited.  Returns why it cannot be run. */
static int become_program(char **program, const sigset_t *mask, const struct sigaction *on_child)
{
	struct sigaction action;

	for (size_t i = 0; i < FORWARDED; i++)
		if (sigaction(forwarded[i], NULL, &action) == 0 && action.sa_sigaction == forward)
			signal(forwarded[i], SIG_DFL);
	sigaction(SIGCHLD, on_child, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(program[0], program);
	return errno;
}

/*
 * Starts the program: 0 or an errno.  No signal is lost between its start and @receiver.  SIGCHLD may
 * be ignored here, and then nobody would be told of the program's end; but the program is to find it
 * so, which posix_spawn() cannot do.
 */
static int start_program(char **program)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	struct sigaction on_child;
	sigset_t blocked, old;
	int failure[2], error = 0;
	pid_t pid;

	if (pipe2(failure, O_CLOEXEC) != 0)
		return errno;
	sigemptyset(&blocked);
	for (size_t i = 0; i < FORWARDED; i++)
		sigaddset(&blocked, forwarded[i]);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	catch_signals();
	sigaction(SIGCHLD, &standard, &on_child);
	pid = fork();
	if (pid == 0) {
		error = become_program(program, &old, &on_child);
		_exit(write(failure[1], &error, sizeof(error)) < 0);
	}
	if (pid < 0)
		error = errno;
	close(failure[1]);
	/* Nothing comes when it runs. */
	if (pid > 0 && read(failure[0], &error, sizeof(error)) > 0)
		waitpid(pid, NULL, 0);
	close(failure[0]);
	receiver = error ? 0 : pid;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return error;
}

/* Its wait status.  Nobody is signalled once the process id may be another's. */
static int await_program(void)
{
	pid_t pid = receiver;
	siginfo_t info;
	int status = 0;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
		;
	receiver = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Ends as the program did, so that a shell sees the same; without a second core file. */
static int die_by(int signal_number)
{
	const struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	return 128 + signal_number;
}

static int run(const struct arguments *arguments, const char *report, const struct reports *before)
{
	struct outcome outcome;
	int error = start_program(arguments->program);
	int status;

	if (error) {
		fprintf(stderr, "leakscan run: %s: %s\n", arguments->program[0], strerror(error));
		return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
	}
	status = await_program();
	outcome = show_reports(report, before);
	if (WIFSIGNALED(status))
		return die_by(WTERMSIG(status));
	if (WEXITSTATUS(status))
		return WEXITSTATUS(status);
	if (outcome.unreadable || (arguments->exitcode && !outcome.processes))
		return EXIT_WRONG;
	return outcome.with_leaks ? arguments->exitcode : EXIT_SUCCESS;
}

int cmd_run(int count, char **words)
{
	static const struct argp_option options[] = {
		{ "report", 'r', "FILE", 0,
		  "where a report goes; %p stands for the process id, %e for the program, %n for "
		  "the "
		  "number of the scan, %t for the time (default leakscan.%p.txt)",
		  0 },
		{ "option", 'o', "KEY=VALUE", 0,
		  "an option as it stands in LEAKSCAN_OPTIONS, for another version of the library; "
		  "its value is not looked at",
		  0 },
		{ "exitcode", 'e', "N", 0,
		  "exit with N when the program succeeded and something leaked (default 0)", 0 },
		{ 0 },
	};
	struct argp_child children[] = {
		{ run_options(options), 0,
		  "Options of the library, also from LEAKSCAN_OPTIONS; these come behind:", 1 },
		{ 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = children,
		.args_doc = "[--] PROGRAM [ARGUMENT...]",
		.doc = "Run a program under leakscan, then print what leaked on stderr.\vThe exit "
		       "status is the program's own; 2 when a report cannot be read, or an exit "
		       "code is asked for and there is none; 126 or 127 when the program cannot "
		       "be run or found.  LEAKSCAN_LIBRARY names another libleakscan.so.",
	};
	struct arguments arguments = { 0 };
	struct reports before = { 0 };
	int status = EXIT_WRONG;
	char *report;

	argp_parse(&argp, count, words, ARGP_IN_ORDER, NULL, &arguments);
	report = set_report(arguments.report);
	if (!report || !reports_list(&before, report))
		perror("leakscan run");
	else if (library_preload())
		status = run(&arguments, report, &before);
	reports_free(&before);
	free(report);
	return status;
}
