/* SPDX-License-Identifier: MIT */
/* test_report_file.c - the file that a report goes to, and what is said without one */
#include "check.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "capture.h"
#include "report_case.h"

static bool path_is(const char *pattern, const char *expected)
{
	char expanded[256];

	snprintf(options.report, sizeof(options.report), "%s", pattern);
	report_path(&facts, expanded, sizeof(expanded));
	if (strcmp(expanded, expected) == 0)
		return true;
	printf("%s instead of %s\n", expanded, expected);
	return false;
}

static void the_name_is_expanded(void)
{
	char here[128], expected[200], small[8];

	set_up();
	begin();
	CHECK(path_is("/d/%e.%p.%n", "/d/test_report_file.4242.3"));
	CHECK(path_is("/d/%t%%%p%x%", "/d/1234567890%4242%x%"));
	if (!getcwd(here, sizeof(here)) || chdir("/tmp") < 0)
		exit(2);
	snprintf(expected, sizeof(expected), "%s/leakscan.4242.txt", here);
	CHECK(path_is("", expected)); /* where the program was at its start */
	snprintf(expected, sizeof(expected), "%s/a/b", here);
	CHECK(path_is("a/b", expected));
	report_path(&facts, small, sizeof(small));
	CHECK(small[0] == 0);
	if (chdir(here) < 0)
		exit(2);
}

static void only_the_user_can_read_it(void)
{
	struct stat status;

	begin();
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
}

static void a_directory_that_is_not_there_is_an_error(void)
{
	begin();
	snprintf(options.report, sizeof(options.report), "%s/none/report.txt", directory);
	CHECK(report_write(&facts, &verdict) == -ENOENT);
	memset(options.report, 'x', 300);
	options.report[300] = 0;
	CHECK(report_write(&facts, &verdict) == -ENAMETOOLONG);
}

static void put_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(2);
	close(fd);
}

static bool temporary_is_left(void)
{
	char temporary[300];

	snprintf(temporary, sizeof(temporary), "%s.4242.tmp", path);
	return access(temporary, F_OK) == 0;
}

/* SIGXFSZ would end the program: nobody has asked it to be ignored. */
static void a_full_disk_leaves_the_old_report(void)
{
	struct rlimit none = { .rlim_cur = 100, .rlim_max = RLIM_INFINITY }, before;

	begin();
	put_file(path, "the old one");
	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	CHECK(report_write(&facts, &verdict) == -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	CHECK(strcmp(read_file(path), "the old one") == 0);
	CHECK(!temporary_is_left());
}

static void a_failed_rename_leaves_nothing(void)
{
	begin();
	if (mkdir(path, 0700) < 0)
		exit(2);
	CHECK(report_write(&facts, &verdict) == -EISDIR);
	CHECK(!temporary_is_left());
	rmdir(path);
}

/* In the way: a link to somebody's file, at the temporary name and at the final one. */
static void links_are_not_followed(void)
{
	char victim[300], temporary[300];
	struct stat status;

	begin();
	snprintf(victim, sizeof(victim), "%s/victim", directory);
	snprintf(temporary, sizeof(temporary), "%s.4242.tmp", path);
	put_file(victim, "untouched");
	if (symlink(victim, temporary) < 0 || symlink(victim, path) < 0)
		exit(2);
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(strcmp(read_file(victim), "untouched") == 0);
	CHECK(lstat(path, &status) == 0 && S_ISREG(status.st_mode));
	CHECK(strncmp(read_file(path), "# leakscan ", 11) == 0);
	CHECK(lstat(temporary, &status) == 0 && S_ISLNK(status.st_mode));
	unlink(temporary);
	unlink(victim);
}

static void a_pipe_is_written_to_and_not_replaced(void)
{
	struct stat status;
	int reader;

	begin();
	if (mkfifo(path, 0600) < 0)
		exit(2);
	CHECK(report_write(&facts, &verdict) == -ENXIO); /* nobody reads: not waited for */
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(read(reader, report_text, 11) == 11 && !strncmp(report_text, "# leakscan ", 11));
	CHECK(lstat(path, &status) == 0 && S_ISFIFO(status.st_mode));
	close(reader);
}

static void without_a_file_there_are_messages(void)
{
	static struct leak many[12];
	struct capture capture;
	const char *said;

	begin();
	add_leak(leaks, 1024, trace_of(in_libc(), in(make_buffer), 0))->retained = 2;
	leaks[0].retained_bytes = 1120;
	add_leak(leaks, 1, trace_of(in(make_buffer), in(serve), 0));
	capture_start(&capture);
	report_to_stderr(&facts, &verdict);
	said = capture_end(&capture);
	CHECK(strcmp(said, "leakscan: 1024 bytes (and 2 more objects, 1120 bytes) from "
			   "make_buffer\n"
			   "leakscan: 1 byte from make_buffer < serve\n") == 0);

	verdict = (struct verdict){ .leaks = many, .count = 12 };
	capture_start(&capture);
	report_to_stderr(&facts, &verdict);
	said = capture_end(&capture);
	CHECK(count_of(said, "leakscan: 0 bytes from (no trace)\n") == 10);
	CHECK(strstr(said, "leakscan: and 2 more\n") != NULL);
}

RUN({ "the name is expanded", the_name_is_expanded },
    { "only the user can read it", only_the_user_can_read_it },
    { "a directory that is not there is an error", a_directory_that_is_not_there_is_an_error },
    { "a full disk leaves the old report", a_full_disk_leaves_the_old_report },
    { "a failed rename leaves nothing", a_failed_rename_leaves_nothing },
    { "links are not followed", links_are_not_followed },
    { "a pipe is written to and not replaced", a_pipe_is_written_to_and_not_replaced },
    { "without a file there are messages", without_a_file_there_are_messages })
