/* SPDX-License-Identifier: MIT */
/*
 * run_victim.c - runs one victim under the library and compares its reports with its expectations
 *
 *   run_victim LIBLEAKSCAN VICTIM SOURCE [OPTIONS]
 *
 * Owns     a directory of its own under TMPDIR, in which the victim runs and all reports are put.
 * For      ctest, and a person with one failing victim: what it prints is the whole case.
 * Never    needs an interpreter, guesses, or takes "no report" for "nothing to report".
 *
 * The expectations are comment lines in SOURCE; their form is in victims/victim_plan.h.
 *
 * The entries of a report must be exactly the items expected of it.  FUNCTION is that of the
 * innermost frame in the victim or in one of its libraries (libvictim*).  What is not stated is
 * "nothing", of the exit as well; a scan that nothing is said of is an error.
 *
 * Ends with 0, 1 (not as expected), 2 (cannot tell) or 77 (the victim says it cannot run here).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "victim_lines.h"
#include "victim_plan.h"
#include "victim_report.h"

#define TIMEOUT_MS 60000 /* of the victim */
#define LINGER_MS 5000   /* of the processes it leaves behind */
#define SKIP 77

static char directory[PATH_MAX];
static const char *victim_name;
static pid_t victim_pid;
static unsigned complaints;

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("%s: ", victim_name);
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
	complaints++;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static const char *in_directory(const char *name)
{
	static char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path))
		give_up("the path of %s is too long", name);
	return path;
}

/*
 * The run.
 */

static void write_rules(void)
{
	FILE *file = fopen(in_directory("rules"), "w");

	if (!file || fputs(plan.rules, file) < 0 || fclose(file) != 0)
		give_up("cannot write the rules");
}

static void redirect(int fd, const char *path, int flags)
{
	int opened = open(path, flags, 0600);

	if (opened < 0 || dup2(opened, fd) < 0)
		give_up("cannot open %s: %s", path, strerror(errno));
	if (opened != fd)
		close(opened);
}

__attribute__((noreturn)) static void become_victim(const char *library, const char *victim)
{
	char value[PATH_MAX + sizeof(plan.options) + 64];
	bool without = plan.without_report;

	setpgid(0, 0);
	if (*plan.rules)
		write_rules();
	snprintf(value, sizeof(value), "%s%s%s%s%s",
		 without ? "" : "report=", without ? "" : directory, without ? "" : "/%p.%n.txt",
		 *plan.rules ? ":suppressions=rules" : "", plan.options);
	setenv("LEAKSCAN_OPTIONS", value, 1);
	setenv("LD_PRELOAD", library, 1);
	setenv("VICTIM_DIR", directory, 1);
	if (plan.twice)
		setenv("VICTIM_TWICE", "1", 1);
	redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
	redirect(STDOUT_FILENO, in_directory("stdout"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	redirect(STDERR_FILENO, in_directory("stderr"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	if (chdir(directory) < 0)
		_exit(126);
	execl(victim, victim, (char *)NULL);
	_exit(127);
}

/* Waits for the victim (or, with -1, for all that it left) at most @ms. */
static bool wait_for(pid_t pid, int *status, long ms)
{
	for (; ms > 0; ms -= 2) {
		pid_t ended = waitpid(pid, status, WNOHANG | __WALL);

		if (ended == pid || (ended < 0 && errno == ECHILD))
			return true;
		if (ended == 0)
			sleep_ms(2);
	}
	return false;
}

static int run(const char *library, const char *victim)
{
	int status = 0, ignored;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	victim_pid = fork();
	if (victim_pid < 0)
		give_up("cannot fork: %s", strerror(errno));
	if (victim_pid == 0)
		become_victim(library, victim);
	if (!wait_for(victim_pid, &status, TIMEOUT_MS)) {
		complain("still running after %d s, killed", TIMEOUT_MS / 1000);
		kill(-victim_pid, SIGKILL);
		wait_for(victim_pid, &status, LINGER_MS);
	} else if (!wait_for(-1, &ignored, LINGER_MS)) {
		complain("has ended and left a process behind, killed");
		kill(-victim_pid, SIGKILL);
	}
	return status;
}

/*
 * The comparison.
 */

static void compare(const struct report *report, struct expectation *expectation, const char *text)
{
	static const struct items none;
	const struct items *expected = expectation ? &expectation->items : &none;

	if (expectation)
		expectation->met = true;
	if (expectation && expectation->no_report) {
		complain("a report where none was expected");
	} else if (expectation && !lines_agree(&expectation->lines, text)) {
		complain("scan %u (trigger %s) of pid %d has other lines than expected",
			 report->scan, report->trigger, report->pid);
	} else if (!items_equal(expected, &report->items)) {
		complain("scan %u (trigger %s) of pid %d is not as expected", report->scan,
			 report->trigger, report->pid);
		printf("  expected:\n");
		items_print(expected);
		printf("  got:\n");
		items_print(&report->items);
	}
}

static struct expectation *expectation_for(const struct report *report)
{
	char reports[32];
	struct expectation *found;

	if (report->pid != victim_pid)
		return plan_expectation_of(report->at_exit ? "child exit" : "child scan");
	if (report->at_exit)
		return plan_expectation_of("exit");
	snprintf(reports, sizeof(reports), "scan %u", plan.twice ? report->scan / 2 : report->scan);
	found = plan_expectation_of(reports);
	if (!found)
		found = plan_expectation_of("every scan");
	if (!found)
		complain("a report of scan %u (trigger %s) that nothing was said of", report->scan,
			 report->trigger);
	return found;
}

static void check_report(const char *name)
{
	char *text = read_file(in_directory(name));
	unsigned before = complaints;
	struct report report;
	struct stat status;

	if (stat(in_directory(name), &status) < 0 || (status.st_mode & 07777) != 0600)
		complain("%s can be read by others", name);
	if (!report_parse(&report, text, victim_name)) {
		complain("%s: %s", name, report.problem);
	} else {
		if (report.pid == victim_pid && strcmp(report.program, victim_name) != 0)
			complain("the program is called %s in %s", report.program, name);
		if (report.not_stopped)
			complain("%u threads did not stop (%s)", report.not_stopped, name);
		if (report.unreadable && !plan.unreadable)
			complain("%zu pages unreadable (%s)", report.unreadable, name);
		if (plan.mib && report.mib >= plan.mib)
			complain("%lu MiB were read (%s)", report.mib, name);
		if (report.untracked)
			complain("%zu blocks untracked (%s)", report.untracked, name);
		if (report.cut)
			complain("%u backtraces are cut (%s)", report.cut, name);
		if (!plan.twice || report.at_exit || report.scan % 2 == 0)
			compare(&report, expectation_for(&report), text);
		items_free(&report.items);
	}
	if (complaints > before)
		printf("---- %s ----\n%s----\n", name, text);
	free(text);
}

static bool is_ours(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "stdout") == 0 ||
	       strcmp(name, "stderr") == 0 || strcmp(name, "rules") == 0;
}

static void check_files(void)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		size_t length = strlen(entry->d_name);

		if (length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0)
			check_report(entry->d_name);
		else if (!is_ours(entry->d_name))
			complain("left a file behind: %s", entry->d_name);
	}
	if (entries)
		closedir(entries);
	for (size_t i = 0; i < plan.count; i++)
		if (!plan.expectations[i].met && !plan.expectations[i].no_report)
			complain("there is no report of %s", plan.expectations[i].reports);
}

static void check_end(int status)
{
	char *output = read_file(in_directory("stdout"));

	if (status != plan.status)
		complain("ended with %s %d, expected was %s %d",
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			 WIFSIGNALED(plan.status) ? "signal" : "status",
			 WIFSIGNALED(plan.status) ? WTERMSIG(plan.status)
						  : WEXITSTATUS(plan.status));
	if (strcmp(output, plan.output) != 0)
		complain("printed \"%s\", expected was \"%s\"", output, plan.output);
	free(output);
}

static void remove_directory(void)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlink(in_directory(entry->d_name));
	if (entries)
		closedir(entries);
	rmdir(directory);
}

static void absolute(const char *path, char *resolved)
{
	if (!realpath(path, resolved))
		give_up("there is no %s", path);
}

int main(int argc, char **argv)
{
	static char library[PATH_MAX], victim[PATH_MAX];
	const char *base = getenv("TMPDIR");
	char *errors;
	int status;

	if (argc != 4 && argc != 5)
		give_up("usage: run_victim LIBLEAKSCAN VICTIM SOURCE [OPTIONS]");
	absolute(argv[1], library);
	absolute(argv[2], victim);
	victim_name = strrchr(victim, '/') + 1;
	plan_read(argv[3]);
	if (argc == 5)
		plan_options(argv[4]);
	plan.twice = argc == 5 && strncmp(argv[4], "mode=live", 9) == 0 && !plan.once;
	snprintf(directory, sizeof(directory), "%s/victim.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(directory))
		give_up("cannot make a directory like %s", directory);

	status = run(library, victim);
	errors = read_file(in_directory("stderr"));
	if (!complaints && WIFEXITED(status) && WEXITSTATUS(status) == SKIP) {
		printf("%s: skipped: %s", victim_name, errors);
		remove_directory();
		return SKIP;
	}
	check_end(status);
	check_files();
	if (complaints)
		printf("---- stderr ----\n%s----\n", errors);
	free(errors);
	remove_directory();
	return complaints ? 1 : 0;
}
