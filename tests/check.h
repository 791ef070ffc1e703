/* SPDX-License-Identifier: MIT */
/*
 * check.h - the whole test harness: CHECK and RUN
 *
 * A test is a function; a CHECK that does not hold is printed and the test goes on.  RUN stands
 * once at the end of the file and is its main(): it runs the tests in order and exits with 1 when
 * one has failed.  Everything goes to stdout, so that a test may do with stderr what it likes.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

struct check_test {
	const char *name;
	void (*run)(void);
};

static unsigned check_failures;

#define CHECK(expression)                                                                          \
	((expression) ? (void)0                                                                    \
		      : (check_failures++,                                                         \
			 (void)printf("%s:%d: %s\n", __FILE__, __LINE__, #expression)))

#define RUN(...)                                                                                   \
	int main(void)                                                                             \
	{                                                                                          \
		static const struct check_test tests[] = { __VA_ARGS__ };                          \
		unsigned failed = 0;                                                               \
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {                    \
			check_failures = 0;                                                        \
			tests[i].run();                                                            \
			printf("%-6s  %s\n", check_failures ? "FAILED" : "ok", tests[i].name);     \
			fflush(stdout);                                                            \
			failed += check_failures != 0;                                             \
		}                                                                                  \
		return failed != 0;                                                                \
	}

#endif
