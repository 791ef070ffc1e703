/* SPDX-License-Identifier: MIT */
/* test_suppression.c - what a rule is, and what it fits */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "suppression.h"
#include "suppression_rule.h"

static struct capture capture;

/* Reads the text as a file called "rules"; returns what was said on stderr. */
static const char *read_text(const char *text)
{
	suppression_forget();
	capture_start(&capture);
	suppression_read_text("rules", text, strlen(text));
	return capture_end(&capture);
}

static bool is_rule(size_t index, const char *pattern)
{
	return index < suppression_count() && strcmp(suppression_pattern(index), pattern) == 0;
}

static void rules_are_lines(void)
{
	CHECK(!*read_text("leak:one\nleak:two words\n\n# leak:three\nleak:four"));
	CHECK(suppression_count() == 3);
	CHECK(is_rule(0, "one") && is_rule(1, "two words") && is_rule(2, "four"));
	CHECK(!*read_text(""));
	CHECK(suppression_count() == 0);
}

static void blanks_around_a_line_do_not_count(void)
{
	CHECK(!*read_text(" \tleak:one \t\r\n   \n  # comment\n\r\n"));
	CHECK(suppression_count() == 1 && is_rule(0, "one"));
}

static void what_is_no_rule_is_said_with_its_line(void)
{
	CHECK(strcmp(read_text("leak:one\n\nrace:two\nleak:three\n"),
		     "leakscan: rules:3: expected leak:PATTERN, a comment with #, or nothing; got "
		     "'race:two'\n") == 0);
	CHECK(suppression_count() == 2 && is_rule(1, "three"));
	CHECK(strstr(read_text("leak:\n"), "rules:1: ") && strstr(read_text("leak:^$"), ":1: "));
	CHECK(strstr(read_text("Leak:a"), ":1: ") && strstr(read_text("leak :a"), ":1: "));
	CHECK(strstr(read_text("\x1b[2J"), "got '?[2J'"));
	CHECK(suppression_count() == 0);
}

static void garbage_is_not_repeated_for_ever(void)
{
	char text[2000];
	const char *said;
	size_t lines = 0;

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 2 ? '\n' : 'x';
	text[sizeof(text) - 1] = 0;
	said = read_text(text);
	CHECK(strstr(said, "rules:10: ") && !strstr(said, "rules:11: "));
	CHECK(strstr(said, "rules: 990 more lines are no rules\n"));
	for (; *said; said++)
		lines += *said == '\n';
	CHECK(lines == 11);
}

static void a_second_source_comes_behind_the_first(void)
{
	CHECK(!*read_text("leak:a\nleak:b\n"));
	suppression_read_text("more", "leak:c", 6);
	CHECK(suppression_count() == 3 && is_rule(0, "a") && is_rule(1, "b") && is_rule(2, "c"));
}

static void a_file_is_read_and_a_missing_one_is_said(void)
{
	char path[] = "/tmp/leakscan-rules-XXXXXX";
	int fd = mkstemp(path);

	suppression_forget();
	CHECK(fd >= 0 && write(fd, "leak:one\nbad\n", 13) == 13 && close(fd) == 0);
	capture_start(&capture);
	suppression_read_file(path);
	CHECK(strstr(capture_end(&capture), ":2: expected"));
	CHECK(suppression_count() == 1 && is_rule(0, "one"));
	unlink(path);
	capture_start(&capture);
	suppression_read_file(path);
	suppression_read_file("no such file here");
	suppression_read_file("/");
	CHECK(strstr(capture_end(&capture),
		     "the suppressions no such file here cannot be read (error 2: No such file or "
		     "directory)\n"
		     "leakscan: the suppressions / cannot be read (error 21: Is a directory)\n"));
	CHECK(suppression_count() == 1);
}

static void a_pattern_may_stand_anywhere(void)
{
	CHECK(suppression_matches("foo", "foo") && suppression_matches("foo", "a_foo_b"));
	CHECK(suppression_matches("aab", "aaab") && !suppression_matches("aab", "aaa"));
	CHECK(!suppression_matches("foo", "fo") && !suppression_matches("foo", ""));
	CHECK(!suppression_matches("foo", "Foo"));
}

static void ends_tie_it_down(void)
{
	CHECK(suppression_matches("^foo", "foobar") && !suppression_matches("^foo", "a foo"));
	CHECK(suppression_matches("foo$", "barfoo") && !suppression_matches("foo$", "foobar"));
	CHECK(suppression_matches("foo$", "foofoo"));
	CHECK(suppression_matches("^foo$", "foo") && !suppression_matches("^foo$", "foofoo"));
}

static void a_star_is_any_text(void)
{
	CHECK(suppression_matches("a*c", "abbbc") && suppression_matches("a*c", "ac"));
	CHECK(suppression_matches("^a*b*c$", "a-b-b-c") &&
	      !suppression_matches("^a*b*c$", "a-c-b"));
	CHECK(suppression_matches("*", "") && suppression_matches("*", "x"));
	CHECK(suppression_matches("^*$", "x") && suppression_matches("a**b", "ab"));
	CHECK(suppression_matches("^std::vector*::push_back", "std::vector<...>::push_back"));
	CHECK(!suppression_matches("^a*", "ba"));
}

RUN({ "rules are lines", rules_are_lines },
    { "blanks around a line do not count", blanks_around_a_line_do_not_count },
    { "what is no rule is said with its line", what_is_no_rule_is_said_with_its_line },
    { "garbage is not repeated for ever", garbage_is_not_repeated_for_ever },
    { "a second source comes behind the first", a_second_source_comes_behind_the_first },
    { "a file is read and a missing one is said", a_file_is_read_and_a_missing_one_is_said },
    { "a pattern may stand anywhere", a_pattern_may_stand_anywhere },
    { "ends tie it down", ends_tie_it_down }, { "a star is any text", a_star_is_any_text })
