/* SPDX-License-Identifier: MIT */
/* test_growth.c - which sites grow, and how steeply */
#include "check.h"

#include <stddef.h>
#include <sys/mman.h>

#include "growth.h"
#include "maps.h"
#include "marks.h"
#include "object.h"
#include "scan.h"
#include "second_case.h"

/* Does a site with these bytes, one digit a scan, grow? */
static bool grows(const char *digits)
{
	uint64_t bytes[GROWTH_SCANS];
	unsigned count = 0;

	for (; digits[count]; count++)
		bytes[count] = (uint64_t)(digits[count] - '0');
	return growth_grows(bytes, count);
}

static void three_steps_up_are_growth(void)
{
	CHECK(!grows("1"));
	CHECK(!grows("12"));
	CHECK(!grows("123"));
	CHECK(grows("1234"));
	CHECK(grows("0123"));
	CHECK(grows("12345678"));
}

static void what_stays_does_not_grow(void)
{
	CHECK(!grows("5555"));
	CHECK(!grows("1555"));
	CHECK(!grows("1155"));
	CHECK(!grows("12333"));
	CHECK(!grows("123444"));
	CHECK(!grows("12344444"));
	CHECK(!grows("01245555"));
}

static void a_step_that_is_left_out_does_not_hide_it(void)
{
	CHECK(grows("1123455"));
	CHECK(grows("11223344"));
}

static void what_goes_up_and_down_does_not_grow(void)
{
	CHECK(!grows("19191919"));
	CHECK(!grows("91919191"));
	CHECK(!grows("12341234"));
	CHECK(!grows("13579753"));
	CHECK(!grows("98765432"));
	CHECK(grows("12435687")); /* but it may do so a little on its way up */
}

static void the_slope_is_a_line_s(void)
{
	const uint64_t bytes[] = { 1000, 3000, 5000, 7000 };
	const uint64_t noise[] = { 0, 3, 1, 4 };
	const uint64_t falling[] = { 4, 3, 2, 1 };
	const uint32_t at_ms[] = { 500, 1500, 2500, 3500 }, same[] = { 7, 7, 7, 7 };

	CHECK(growth_slope(bytes, at_ms, 4) == 20000);
	CHECK(growth_slope(bytes, at_ms, 2) == 20000);
	CHECK(growth_slope(noise, at_ms, 4) == 10);
	CHECK(growth_slope(falling, at_ms, 4) == 0);
	CHECK(growth_slope(bytes, same, 4) == 0);
	CHECK(growth_slope(bytes, at_ms, 1) == 0);
}

/* --- the samples --- */

enum { SITES = 3, MORE = 3000, SAMPLES = 4, STEP = 80 };

static uint32_t objects_of[SITES];
static uint64_t bytes_of[SITES];

/* More blocks of each site by turns; but for a tenth, they are reached. */
static void take_sample(uintptr_t heap, unsigned sample)
{
	struct scan_totals totals;
	struct maps maps;

	for (unsigned i = sample * MORE; i < (sample + 1) * MORE; i++)
		object_create(&(struct object){ .start = heap + i * (uintptr_t)STEP,
						.size = 1 + i % STEP,
						.trace = 7 + i % SITES });
	CHECK(maps_read(&maps) == 0);
	growth_begin();
	scan_begin(&maps, &totals);
	for (unsigned i = 0; i < (sample + 1) * MORE; i++) {
		if (i % 10 == 0)
			continue;
		scan_hold(heap + i * (uintptr_t)STEP);
		objects_of[i % SITES] += i >= sample * MORE;
		bytes_of[i % SITES] += i >= sample * MORE ? 1 + i % STEP : 0;
	}
	growth_take(1000 * (sample + 1), false);
	scan_end();
	growth_end(true);
	maps_free(&maps);
}

static void check_samples(uintptr_t heap)
{
	struct growing growing[SITES + 1];
	size_t bytes = (size_t)SAMPLES * MORE * STEP;

	for (unsigned i = 0; i < SITES; i++) {
		objects_of[i] = 0;
		bytes_of[i] = 0;
	}
	for (unsigned sample = 0; sample < SAMPLES; sample++)
		take_sample(heap, sample);
	CHECK(growth_list(growing, SITES + 1) == SITES);
	for (unsigned i = 0; i < SITES; i++) {
		CHECK(growing[i].objects == objects_of[growing[i].trace - 7]);
		CHECK(growing[i].bytes == bytes_of[growing[i].trace - 7]);
	}
	growth_forget();
	object_punch(heap, heap + ((bytes + 4095) & ~(size_t)4095));
}

static void two_threads_count_what_one_counts(void)
{
	void *heap = mmap(NULL, (size_t)SAMPLES * MORE * STEP, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(heap != MAP_FAILED);
	check_samples((uintptr_t)heap);
	second = &second_of_libc;
	marks_worth_pages = 1;
	check_samples((uintptr_t)heap);
	CHECK(seconds >= 2 * SAMPLES); /* the index, too */
}

RUN({ "three steps up are growth", three_steps_up_are_growth },
    { "what stays does not grow", what_stays_does_not_grow },
    { "a step that is left out does not hide it", a_step_that_is_left_out_does_not_hide_it },
    { "what goes up and down does not grow", what_goes_up_and_down_does_not_grow },
    { "the slope is a line's", the_slope_is_a_line_s },
    { "two threads count what one counts", two_threads_count_what_one_counts })
