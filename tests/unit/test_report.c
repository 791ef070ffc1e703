/* SPDX-License-Identifier: MIT */
/* test_report.c - the text of a report, byte by byte except addresses */
#include "check.h"

#include <string.h>

#include "os.h"
#include "report_case.h"

/* Every number in base 16 becomes an N, and what is a build id or the version an X. */
static void normalise(char *text)
{
	static const char *const digits = "0123456789abcdef";
	char *to = text, *from = text;

	while (*from) {
		bool address = strncmp(from, "[<", 2) == 0, number = strncmp(from, "0x", 2) == 0;
		bool module = (from == text || from[-1] == '\n') && from[0] == '#' &&
			      strspn(from + 2, digits) >= 5;

		if (address || number || module) {
			*to++ = *from++;
			*to++ = *from++;
			from += strspn(from, digits);
			*to++ = 'N';
		} else if (strncmp(from, "# leakscan ", 11) == 0) {
			to = mempcpy(to, "# leakscan X", 12);
			from += 11 + strcspn(from + 11, " ");
		} else {
			*to++ = *from++;
		}
		if (module) { /* "-range", build id */
			from += 1 + strspn(from + 1, digits) + 1;
			from += strspn(from, "0123456789abcdef-");
			to = mempcpy(to, " X", 2);
		}
	}
	*to = 0;
}

static bool report_is(const char *expected)
{
	char *text = report_text;

	read_file(path);
	normalise(text);
	if (strcmp(text, expected) == 0)
		return true;
	printf("--- expected\n%s--- is\n%s---\n", expected, text);
	return false;
}

#define HEADER "# leakscan X report of test_report (pid 4242), scan 3 at +60.002s, trigger exit\n"

static void nothing_is_a_header_alone(void)
{
	set_up();
	begin();
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(report_is(HEADER
			"# 0 unreferenced objects, 0 bytes, in 0 leaks; 81233 objects, 12.4 MiB "
			"tracked, 0 untracked\n"
			"# snapshot: 5 threads stopped (0 not), pause 1.8 ms, scan 41.2 ms, "
			"214.0 MiB read, 0 pages unreadable\n"
			"# pause: handshake 0.4 ms, fork 1.3 ms, resume 0.1 ms\n"
			"# end\n"));
}

static void one_of_everything_is_singular(void)
{
	static const char block[] = "x";
	char expected[4000];
	struct leak *leak;

	begin();
	facts.stopped = facts.not_stopped = 1;
	facts.pages_unreadable = 1;
	facts.objects = facts.untracked = 1;
	facts.object_bytes = 1;
	leak = add_leak(block, 1, trace_of(in(make_buffer), in_libc(), 0));
	leak->retained = 1;
	leak->retained_bytes = 1;
	CHECK(report_write(&facts, &verdict) == 0);
	snprintf(expected, sizeof(expected),
		 HEADER
		 "# 1 unreferenced object, 1 byte, in 1 leak; 1 object, 0.0 MiB tracked, "
		 "1 untracked\n"
		 "# snapshot: 1 thread stopped (1 not), pause 1.8 ms, scan 41.2 ms, 214.0 MiB "
		 "read, 1 page unreadable\n"
		 "# pause: handshake 0.4 ms, fork 1.3 ms, resume 0.1 ms\n"
		 "# incomplete: thread 4243 did not stop; its whole stack was scanned\n"
		 "# untracked: no memory to record 1 block; objects that only such a block could "
		 "hold are marked \"doubtful\"\n"
		 "unreferenced object 0xN (size 1):\n"
		 "  comm \"worker-1\", pid %d, jiffies 3120 (age 56.882s)\n"
		 "  retains 1 more object, 1 byte\n"
		 "  hex dump (first 1 bytes):\n"
		 "    78                                               x\n"
		 "  backtrace:\n"
		 "    [<N>] make_buffer+0xN/0xN [test_report]\n"
		 "    [<N>] malloc+0xN/0xN [%s]\n"
		 "# modules: address range, build id, path\n"
		 "# N X %s\n"
		 "# N X %s\n"
		 "# end\n",
		 os_tid(), libc_name, modules_find(in(make_buffer), 0)->path,
		 modules_find(in_libc(), 0)->path);
	CHECK(report_is(expected));
}

static void everything_an_entry_can_say(void)
{
	static const char block[40] = "0123456789abcdef\x7f\x80\xff ~\n";
	char expected[4000];
	struct leak *leak;

	begin();
	facts.now_ms = 3000; /* born during the scan: the age is not negative */
	verdict.incomplete = true;
	leak = add_leak(block, sizeof(block), trace_of(in(make_buffer), 0x1001, TRACE_CUT));
	leak->flags = LEAK_CYCLE | LEAK_MAPPING | LEAK_DOUBTFUL;
	leak->retained = 2;
	leak->retained_bytes = 1120;
	leak->cycle = 3;
	leak->circle = 2;
	leak->links = 1;
	links[1] = (struct leak_link){ (uintptr_t)block, 16 };
	links[2] = (struct leak_link){ 0xabcdef, 8 };
	CHECK(report_write(&facts, &verdict) == 0);
	snprintf(expected, sizeof(expected),
		 "# incomplete: no memory to find what hangs on what; every unreferenced object is "
		 "a leak of its own\n"
		 "unreferenced object 0xN (size 40):\n"
		 "  comm \"worker-1\", pid %d, jiffies 3120 (age 0.000s)\n"
		 "  retains 2 more objects, 1120 bytes\n"
		 "  cycle of 3 objects: 0xN +0xN -> 0xN +0xN -> 0xN\n"
		 "  a mapping of the program's own\n"
		 "  doubtful: a block that was not recorded may refer to it\n"
		 "  hex dump (first 32 bytes):\n"
		 "    30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
		 "    7f 80 ff 20 7e 0a 00 00 00 00 00 00 00 00 00 00  ... ~...........\n"
		 "  backtrace:\n"
		 "    [<N>] make_buffer+0xN/0xN [test_report]\n"
		 "    [<N>] 0xN\n"
		 "    ... (trace cut)\n"
		 "# modules: address range, build id, path\n"
		 "# N X %s\n",
		 os_tid(), modules_find(in(make_buffer), 0)->path);
	read_file(path);
	normalise(report_text);
	CHECK(strstr(report_text, expected) != NULL);
	if (!strstr(report_text, expected))
		printf("%s", report_text);
}

static void a_long_way_round_is_cut(void)
{
	char expected[1000] = "  cycle of 70 objects: ";
	struct leak *leak;

	begin();
	leak = add_leak("x", 1, 0);
	leak->flags = LEAK_CYCLE;
	leak->cycle = 70;
	leak->circle = LEAK_LINKS;
	for (unsigned i = 0; i < LEAK_LINKS; i++) {
		links[i] = (struct leak_link){ i ? 0x1000 + i : leak->start, 8 * i };
		snprintf(expected + strlen(expected), 40, "0x%lx +0x%x -> ",
			 (unsigned long)links[i].start, 8 * i);
	}
	snprintf(expected + strlen(expected), 40, "0x%lx\n", (unsigned long)leak->start);
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), expected) == 1);
	leak->circle++; /* one more than are kept */
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "+0x78 -> ... -> 0x") == 1);
}

static void what_is_suppressed_is_said(void)
{
	begin();
	verdict.suppressed = 1;
	verdict.suppressed_bytes = 48;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "\n# suppressed: 1 object, 48 bytes\n") == 1);
}

static void what_is_unsettled_has_a_reason(void)
{
	begin();
	add_leak("x", 2, 0);
	facts.live = true;
	facts.unsettled = 1;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "\n# unsettled: 1 object is left out: they may have moved "
					"while they were looked for\n") == 1);
	facts.unsettled = 2;
	facts.blind = 3;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "\n# unsettled: 2 objects are left out: 3 threads did not "
					"come to run\n") == 1);
}

static void where_the_memory_is_is_said_if_known(void)
{
	const struct usage usage = {
		.reachable = 1, .allocator_free = 3, .mapped = 4, .stacks = 5
	};

	begin();
	add_leak("x", 2, 0);
	facts.usage = &usage;
	facts.own_bytes = 6;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path),
		       "\n# memory: 1 byte reachable, 2 unreferenced, 3 free in the "
		       "allocator, 4 mapped, 5 stacks, 6 leakscan\n") == 1);
	facts.usage = NULL;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "memory:") == 0);
}

/* Three backtraces: one small old leak, two with the same that together are larger, one large. */
static void add_three_sites(void)
{
	uint32_t small = trace_of(in(make_buffer), in(serve), 0);
	uint32_t two = trace_of(in(serve), in(serve), 0);

	add_leak("x", 1, small);
	add_leak("y", 300, two);
	add_leak("z", 400, trace_of(in(serve), in(make_buffer), 0));
	add_leak("y", 200, two);
}

static void the_largest_come_first_if_asked_for(void)
{
	const char *text;

	begin();
	add_three_sites();
	options.sort = SORT_SIZE;
	CHECK(report_write(&facts, &verdict) == 0);
	options.sort = SORT_AGE;
	text = read_file(path);
	CHECK(strstr(text, "(size 300)") < strstr(text, "(size 200)"));
	CHECK(strstr(text, "(size 200)") < strstr(text, "(size 400)"));
	CHECK(strstr(text, "(size 400)") < strstr(text, "(size 1)"));
}

static void only_so_many_are_listed_if_asked_for(void)
{
	begin();
	add_three_sites();
	options.max_leaks = 2;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "unreferenced object 0x") == 3);
	CHECK(count_of(report_text, "# not listed: the leaks of 1 more backtrace (max_leaks)\n") ==
	      1);
	options.max_leaks = 3;
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(count_of(read_file(path), "not listed") == 0);
	options.max_leaks = 0;
}

static void modules_stand_with_their_directory_if_asked_for(void)
{
	char expected[4200];

	begin();
	add_leak("x", 1, trace_of(in(make_buffer), in(serve), 0));
	options.paths = PATHS_FULL;
	CHECK(report_write(&facts, &verdict) == 0);
	options.paths = PATHS_SHORT;
	snprintf(expected, sizeof(expected), " [%s]\n", modules_find(in(serve), 0)->path);
	CHECK(expected[2] == '/' && count_of(read_file(path), expected) == 2);
}

static void a_trace_that_ends_nowhere_is_cut(void)
{
	begin();
	options.hex_dump = 0;
	add_leak(leaks, 8, trace_of(in(make_buffer), in(serve), 0));
	add_leak(leaks, 8, trace_of(in(make_buffer), in_libc(), TRACE_CUT));
	add_leak(leaks, 8, trace_of(in(serve), in_libc(), 0));
	add_leak(leaks, 8, 0);
	CHECK(report_write(&facts, &verdict) == 0);
	read_file(path);
	CHECK(count_of(report_text, "    ... (trace cut)\n") == 2);
	CHECK(count_of(report_text, "    (no trace: there was no memory for it)\n") == 1);
	CHECK(count_of(report_text, "hex dump") == 0);
}

/* A library that is in libc6, and nobody links with. */
static void an_unloaded_module_is_marked(void)
{
	void *library = dlopen("libBrokenLocale.so.1", RTLD_NOW);
	uintptr_t pc = library ? (uintptr_t)dlsym(library, "__ctype_get_mb_cur_max") + 1 : 0;

	if (!pc)
		return; /* not glibc's packaging */
	modules_note(3000);
	dlclose(library);
	modules_note(4000);
	begin();
	add_leak(leaks, 8, trace_of(pc, in_libc(), 0));
	CHECK(report_write(&facts, &verdict) == 0);
	read_file(path);
	CHECK(count_of(report_text, ">] __ctype_get_mb_cur_max+0x1/") == 1);
	CHECK(count_of(report_text, "libBrokenLocale.so.1 (unloaded)\n") == 1);
	CHECK(count_of(report_text, "(unloaded)") == 1);
}

static void memory_that_is_gone_is_not_dumped(void)
{
	begin();
	add_leak((void *)16, 8, trace_of(in(serve), in_libc(), 0));
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(strstr(read_file(path), "  hex dump: not readable\n  backtrace:\n") != NULL);
}

static void a_name_cannot_forge_lines(void)
{
	begin();
	prctl(PR_SET_NAME, "a\nb\x1b");
	threads_who(100000);
	add_leak(leaks, 8, trace_of(in(serve), in_libc(), 0))->who = threads_who(200000);
	CHECK(report_write(&facts, &verdict) == 0);
	CHECK(strstr(read_file(path), "  comm \"a?b?\", pid ") != NULL);
	prctl(PR_SET_NAME, "worker-1");
	threads_who(300000);
}

/* Sizes tell the leaks apart: of trace a 1, 3, 4, 6; of b 2, 5; without a trace 7, 8. */
static void one_trace_stands_together(void)
{
	uint32_t a = trace_of(in(make_buffer), in_libc(), 0);
	uint32_t b = trace_of(in(serve), in_libc(), 0);
	const uint32_t traces[] = { a, b, a, a, b, a, 0, 0 };
	const char *order[] = {
		"(size 1)",      "(size 3)",
		"[test_report]", "  ... and 2 more objects with the same backtrace (10 bytes)\n",
		"(size 2)",      "(size 5)",
		"(size 7)",      "(no trace",
		"(size 8)",      "# modules"
	};
	const char *at;

	begin();
	options.coalesce = 2;
	options.hex_dump = 0;
	for (size_t i = 0; i < 8; i++)
		add_leak(leaks, i + 1, traces[i]);
	CHECK(report_write(&facts, &verdict) == 0);
	at = read_file(path);
	for (size_t i = 0; at && i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		CHECK(at != NULL);
	}
	CHECK(count_of(report_text, "unreferenced object 0x") == 6);
	CHECK(count_of(report_text, "... and ") == 1);

	options.coalesce = 1;
	CHECK(report_write(&facts, &verdict) == 0);
	read_file(path);
	CHECK(strstr(report_text, "  ... and 1 more object with the same backtrace (5 bytes)\n"));
	CHECK(strstr(report_text, "  ... and 1 more object without a backtrace (8 bytes)\n"));
}

static void many_leaks_are_all_accounted_for(void)
{
	const size_t count = 200000, kinds = 1000;
	struct leak *many = calloc(count, sizeof(*many));
	uint32_t traces[1000];
	size_t more = 0;

	begin();
	options.hex_dump = 0;
	options.coalesce = 1;
	for (size_t i = 0; i < kinds; i++)
		traces[i] = trace_of(0x1000 + i, in_libc(), 0);
	for (size_t i = 0; i < count; i++)
		many[i] = (struct leak){ .start = i, .size = 1, .trace = traces[i * i % kinds] };
	verdict.leaks = many;
	verdict.count = count;
	CHECK(report_write(&facts, &verdict) == 0);
	read_file(path);
	for (const char *at = report_text; (at = strstr(at, "... and ")); at++)
		more += strtoul(at + 8, NULL, 10);
	CHECK(count_of(report_text, "unreferenced object 0x") + more == count);
	free(many);
}

RUN({ "nothing is a header alone", nothing_is_a_header_alone },
    { "one of everything is singular", one_of_everything_is_singular },
    { "everything an entry can say", everything_an_entry_can_say },
    { "a long way round is cut", a_long_way_round_is_cut },
    { "what is suppressed is said", what_is_suppressed_is_said },
    { "what is unsettled has a reason", what_is_unsettled_has_a_reason },
    { "where the memory is is said if known", where_the_memory_is_is_said_if_known },
    { "the largest come first if asked for", the_largest_come_first_if_asked_for },
    { "only so many are listed if asked for", only_so_many_are_listed_if_asked_for },
    { "modules stand with their directory if asked for",
      modules_stand_with_their_directory_if_asked_for },
    { "a trace that ends nowhere is cut", a_trace_that_ends_nowhere_is_cut },
    { "an unloaded module is marked", an_unloaded_module_is_marked },
    { "memory that is gone is not dumped", memory_that_is_gone_is_not_dumped },
    { "a name cannot forge lines", a_name_cannot_forge_lines },
    { "one trace stands together", one_trace_stands_together },
    { "many leaks are all accounted for", many_leaks_are_all_accounted_for })
