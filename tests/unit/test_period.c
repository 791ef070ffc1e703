/* SPDX-License-Identifier: MIT */
/* test_period.c - the pause between scans that adapts */
#include "check.h"

#include "period.h"

static struct leak leaks[300];

/* A scan that has found new leaks of these sites, a letter each; capitals are not new. */
static uint32_t pause_after(const char *sites)
{
	struct verdict verdict = { .leaks = leaks };

	for (; sites[verdict.count]; verdict.count++)
		leaks[verdict.count] = (struct leak){
			.trace = (uint32_t)(sites[verdict.count] | 0x20),
			.flags = sites[verdict.count] & 0x20 ? LEAK_NEW : 0,
		};
	period_begin();
	period_take(&verdict);
	period_end(true);
	return period_pause_s();
}

static void begin(void)
{
	period_forget();
	options.scan = PERIOD_ADAPTIVE;
}

static void without_leaks_it_is_the_longest(void)
{
	begin();
	CHECK(period_pause_s() == PERIOD_MOST_S);
	CHECK(pause_after("") == PERIOD_MOST_S);
	CHECK(pause_after("") == PERIOD_MOST_S);
}

static void a_site_that_keeps_leaking_halves_it(void)
{
	begin();
	CHECK(pause_after("ab") == PERIOD_MOST_S);
	CHECK(pause_after("cb") == PERIOD_MOST_S / 2);
	CHECK(pause_after("cb") == PERIOD_MOST_S / 4);
	for (int i = 0; i < 10; i++)
		pause_after("c");
	CHECK(period_pause_s() == PERIOD_LEAST_S);
}

static void when_it_has_ceased_it_doubles(void)
{
	begin();
	for (int i = 0; i < 20; i++)
		pause_after("a");
	CHECK(pause_after("b") == 2 * PERIOD_LEAST_S);
	CHECK(pause_after("A") == 4 * PERIOD_LEAST_S);
	for (int i = 0; i < 10; i++)
		pause_after("");
	CHECK(period_pause_s() == PERIOD_MOST_S);
}

static void other_sites_in_turn_do_not_count(void)
{
	begin();
	for (int i = 0; i < 10; i++)
		CHECK(pause_after(i % 2 ? "abc" : "def") == PERIOD_MOST_S);
}

static void a_scan_that_failed_changes_nothing(void)
{
	const struct verdict none = { .count = 0 };

	begin();
	pause_after("a");
	CHECK(pause_after("a") == PERIOD_MOST_S / 2);
	period_begin();
	period_take(&none);
	period_end(false);
	CHECK(period_pause_s() == PERIOD_MOST_S / 2);
	CHECK(pause_after("a") == PERIOD_MOST_S / 4);
}

static void a_fixed_period_stays(void)
{
	begin();
	options.scan = 7;
	CHECK(pause_after("a") == 7);
	CHECK(pause_after("a") == 7);
}

RUN({ "without leaks it is the longest", without_leaks_it_is_the_longest },
    { "a site that keeps leaking halves it", a_site_that_keeps_leaking_halves_it },
    { "when it has ceased it doubles", when_it_has_ceased_it_doubles },
    { "other sites in turn do not count", other_sites_in_turn_do_not_count },
    { "a scan that failed changes nothing", a_scan_that_failed_changes_nothing },
    { "a fixed period stays", a_fixed_period_stays })
