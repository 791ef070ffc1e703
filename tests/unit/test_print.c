/* SPDX-License-Identifier: MIT */
/* test_print.c - formatting against snprintf, descriptors that fail, and messages on a pipe */
#include "check.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "capture.h"
#include "print.h"

/* The same format and arguments by us and by libc. */
#define CHECK_LIKE_LIBC(...)                                                                       \
	do {                                                                                       \
		char ours[200], libc[200];                                                         \
		struct print out = PRINT_TO(-1, ours);                                             \
		print(&out, __VA_ARGS__);                                                          \
		snprintf(libc, sizeof(libc), __VA_ARGS__);                                         \
		CHECK(strcmp(ours, libc) == 0 && out.used == strlen(libc));                        \
	} while (0)

static void every_format_is_like_libc(void)
{
	int here;

	CHECK_LIKE_LIBC("%s", "");
	CHECK_LIKE_LIBC("plain, 100%%");
	CHECK_LIKE_LIBC("<%s|%6s|%-6s|%.*s|%8.*s>", "abc", "abc", "abc", 2, "abc", 2, "abc");
	CHECK_LIKE_LIBC("<%.*s|%.*s|%.*s>", 0, "abc", 9, "abc", -1, "abc");
	CHECK_LIKE_LIBC("<%c|%3c|%-3c>", 'x', 'y', 'z');
	CHECK_LIKE_LIBC("<%d|%5d|%-5d|%05d|%05d|%2d>", 0, 42, 42, 42, -42, -12345);
	CHECK_LIKE_LIBC("%d %d %ld %ld", INT_MIN, INT_MAX, LONG_MIN, LONG_MAX);
	CHECK_LIKE_LIBC("%u %lu %zu", UINT_MAX, ULONG_MAX, SIZE_MAX);
	CHECK_LIKE_LIBC("%x %lx %zx %02x %016lx", 0xabcdefu, ULONG_MAX, SIZE_MAX, 7u, 0x1234ul);
	CHECK_LIKE_LIBC("%zd %10zd", (ssize_t)-1, (ssize_t)77);
	CHECK_LIKE_LIBC("<%p|%20p|%-20p>", (void *)&here, (void *)&here, (void *)&here);
	CHECK_LIKE_LIBC("%.*s", 3, (const char[3]){ 'a', 'b', 'c' }); /* no final 0 needed */
}

static void what_libc_leaves_open_is_harmless(void)
{
	char text[64];
	struct print out = PRINT_TO(-1, text);
	char *volatile nothing = NULL; /* volatile: the compiler would warn of it */
	const char *unknown = "a %q b %d";
	const char *unfinished = "c %";

	print(&out, "%s %p ", nothing, (void *)nothing);
	CHECK(strcmp(text, "(null) 0x0 ") == 0);
	out.used = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
	print(&out, unknown);
	CHECK(strcmp(text, "a %q b %d") == 0);
	out.used = 0;
	print(&out, unfinished);
	CHECK(strcmp(text, "c %") == 0);
#pragma GCC diagnostic pop
}

/* Every one that has a text has libc's, and "" is not the answer to all. */
static void errors_are_told_as_libc_tells_them(void)
{
	unsigned known = 0;

	for (int error = 0; error < 140; error++) {
		const char *text = error_text(error);

		known += *text != '\0';
		CHECK(*text == '\0' ||
		      (strncmp(text, ": ", 2) == 0 && strcmp(text + 2, strerror(error)) == 0));
	}
	CHECK(known >= 20);
	CHECK(strcmp(error_text(EACCES), ": Permission denied") == 0);
	CHECK(strcmp(error_text(-1), "") == 0);
}

static void a_name_is_cut_at_its_buffer(void)
{
	char text[8] = "xxxxxxx", one[1] = "x";
	struct print out = PRINT_TO(-1, text), tiny = PRINT_TO(-1, one);
	struct print none = { .fd = -1 };

	print(&out, "%s", "");
	CHECK(text[0] == 0);
	print(&out, "%s-%d", "abc", 123456);
	CHECK(strcmp(text, "abc-123") == 0);
	print(&out, "more");
	CHECK(strcmp(text, "abc-123") == 0 && out.used == 7);
	CHECK(print_flush(&out) == 0 && out.used == 7);
	print(&tiny, "abc");
	CHECK(one[0] == 0 && tiny.used == 0);
	print(&none, "abc");
	CHECK(none.used == 0);
}

/* Texts shorter, as long as, and longer than the buffer arrive whole and in order. */
static void text_passes_through_a_small_buffer(void)
{
	char small[5], expected[600] = "", got[600];
	int ends[2];
	struct print out = PRINT_TO(-1, small);

	CHECK(pipe(ends) == 0);
	out.fd = ends[1];
	for (int length = 0; length < 20; length++) {
		print_bytes(&out, "0123456789abcdefghijk", (size_t)length);
		print(&out, "<%d>", length);
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected),
			 "%.*s<%d>", length, "0123456789abcdefghijk", length);
	}
	CHECK(print_flush(&out) == 0 && out.used == 0);
	close(ends[1]);
	ssize_t length = read(ends[0], got, sizeof(got) - 1);

	CHECK(length >= 0);
	got[length > 0 ? length : 0] = 0;
	CHECK(strcmp(got, expected) == 0);
	close(ends[0]);
}

static void the_first_error_of_a_write_stays(void)
{
	char small[8];
	struct print out = { .fd = 999, .buffer = small, .size = sizeof(small) };

	errno = 0;
	print(&out, "abc");
	CHECK(out.error == 0); /* nothing was written */
	print(&out, "0123456789");
	CHECK(out.error == -EBADF);
	out.fd = 1;
	print(&out, "this must not be seen");
	CHECK(print_flush(&out) == -EBADF);
	CHECK(errno == 0);
}

static void a_message_is_one_line_with_a_prefix(void)
{
	struct capture capture;

	errno = 4711;
	capture_start(&capture);
	message(GRADE_NOTE, "%d new suspected memory leaks (see %s)", 3, "leakscan.1.txt");
	message(GRADE_WARN, "a\nb\tc");
	message(GRADE_STOP, "caf\303\251");
	CHECK(strcmp(capture_end(&capture),
		     "leakscan: 3 new suspected memory leaks (see leakscan.1.txt)\n"
		     "leakscan: a?b?c\n"
		     "leakscan: caf\303\251\n") == 0);
	CHECK(errno == 4711);
}

static void a_long_message_is_cut_and_still_a_line(void)
{
	struct capture capture;
	char text[3000];

	memset(text, 'x', sizeof(text));
	capture_start(&capture);
	message(GRADE_NOTE, "%.*s", (int)sizeof(text), text);
	const char *said = capture_end(&capture);

	CHECK(strlen(said) == 1024);
	CHECK(strchr(said, '\n') == said + 1023);
}

static void quiet_silences_every_grade(void)
{
	struct capture capture;

	capture_start(&capture);
	print_set_quiet(true);
	message(GRADE_NOTE, "note");
	message(GRADE_WARN, "warn");
	message(GRADE_STOP, "stop");
	print_set_quiet(false);
	message(GRADE_NOTE, "heard");
	CHECK(strcmp(capture_end(&capture), "leakscan: heard\n") == 0);
}

static volatile sig_atomic_t pipe_signals;

static void count_signal(int number)
{
	(void)number;
	pipe_signals++;
}

/* The program neither gets our SIGPIPE nor loses one of its own. */
static void a_reader_that_is_gone_harms_nobody(void)
{
	struct capture capture;
	sigset_t mask, before = { 0 }, after = { 0 }; /* the kernel fills in only a part */

	sigemptyset(&mask);
	sigaddset(&mask, SIGPIPE);
	signal(SIGPIPE, count_signal);
	sigprocmask(SIG_SETMASK, NULL, &before);
	capture_start(&capture);
	close(capture.reader);
	message(GRADE_NOTE, "nobody reads this");
	CHECK(pipe_signals == 0);

	sigprocmask(SIG_BLOCK, &mask, NULL);
	raise(SIGPIPE);
	message(GRADE_NOTE, "nor this");
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	CHECK(pipe_signals == 1);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK(memcmp(&before, &after, sizeof(before)) == 0);
	capture.reader = dup(0);
	dup2(capture.saved, 2);
	close(capture.saved);
	close(capture.reader);
	signal(SIGPIPE, SIG_DFL);
}

static void a_file_of_the_program_on_descriptor_2_is_left_alone(void)
{
	struct capture first, second;

	capture_start(&first);
	print_remember_stderr();
	message(GRADE_NOTE, "one");
	capture_start(&second);
	message(GRADE_NOTE, "not for this file");
	CHECK(strcmp(capture_end(&second), "") == 0);
	message(GRADE_NOTE, "two"); /* the first one is back */
	CHECK(strcmp(capture_end(&first), "leakscan: one\nleakscan: two\n") == 0);
}

static void a_stderr_that_was_closed_stays_silent(void)
{
	struct capture capture, later;

	capture_start(&capture);
	close(2);
	print_remember_stderr();
	message(GRADE_NOTE, "nobody");
	dup2(capture.saved, 2);
	capture_start(&later);
	message(GRADE_NOTE, "nobody either");
	CHECK(strcmp(capture_end(&later), "") == 0);
	CHECK(strcmp(capture_end(&capture), "") == 0);
}

/* The tests of remembering come last: what is remembered cannot be forgotten. */
RUN({ "every format is like libc", every_format_is_like_libc },
    { "errors are told as libc tells them", errors_are_told_as_libc_tells_them },
    { "what libc leaves open is harmless", what_libc_leaves_open_is_harmless },
    { "a name is cut at its buffer", a_name_is_cut_at_its_buffer },
    { "text passes through a small buffer", text_passes_through_a_small_buffer },
    { "the first error of a write stays", the_first_error_of_a_write_stays },
    { "a message is one line with a prefix", a_message_is_one_line_with_a_prefix },
    { "a long message is cut and still a line", a_long_message_is_cut_and_still_a_line },
    { "quiet silences every grade", quiet_silences_every_grade },
    { "a reader that is gone harms nobody", a_reader_that_is_gone_harms_nobody },
    { "a file of the program on descriptor 2 is left alone",
      a_file_of_the_program_on_descriptor_2_is_left_alone },
    { "a stderr that was closed stays silent", a_stderr_that_was_closed_stays_silent })
