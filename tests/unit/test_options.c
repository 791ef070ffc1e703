/* SPDX-License-Identifier: MIT */
/* test_options.c - what is understood, what is refused and how that is said */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "options.h"
#include "print.h"

static struct options defaults; /* as the program starts; set by the first test */
static struct capture capture;

/* Parses from the defaults; returns what was said on stderr. */
static const char *parse(const char *text)
{
	options = defaults;
	capture_start(&capture);
	options_parse(text);
	return capture_end(&capture);
}

#define CHECK_PARSES(text) CHECK(strcmp(parse(text), "") == 0)
#define CHECK_SAYS(text, said) CHECK(strcmp(parse(text), said) == 0)

static bool is_default(void)
{
	return memcmp(&options, &defaults, sizeof(options)) == 0;
}

static void the_defaults_hold_before_anything_is_parsed(void)
{
	defaults = options;
	CHECK(strcmp(options.report, "") == 0 && strcmp(options.only, "") == 0);
	CHECK(options.mode == MODE_SNAPSHOT);
	CHECK(options.signal == SIGUSR1 && options.stop_signal == 0);
	CHECK(options.stop_timeout == 1000);
	CHECK(options.exit == 1 && options.mmap == 1 && options.hex_dump == 1);
	CHECK(options.scan == 0 && options.first_scan == 60 && options.min_age == OPTION_AUTO);
	CHECK(options.max_trace == 32 && options.max_memory == 0 && options.coalesce == 3);
	CHECK(options.quiet == 0 && options.fail_metadata == 0 && options.help == 0);
}

static void nothing_to_parse_changes_nothing(void)
{
	CHECK_PARSES(NULL);
	CHECK(is_default());
	CHECK_PARSES("");
	CHECK_PARSES(":::");
	CHECK(is_default());
}

static void several_keys_are_taken_over(void)
{
	CHECK_PARSES("min_age=250:report=/tmp/%p.txt:quiet=1::only=a,b:");
	CHECK(options.min_age == 250);
	CHECK(strcmp(options.report, "/tmp/%p.txt") == 0);
	CHECK(options.quiet == 1);
	CHECK(strcmp(options.only, "a,b") == 0);
	CHECK_PARSES("scan=1:scan=2");
	CHECK(options.scan == 2);
}

static void a_colon_in_a_value_is_escaped(void)
{
	CHECK_PARSES("report=a\\:b\\c=d\\:\\::quiet=1");
	CHECK(strcmp(options.report, "a:b\\c=d::") == 0);
	CHECK(options.quiet == 1);
	CHECK_PARSES("report=end\\");
	CHECK(strcmp(options.report, "end\\") == 0);
}

static void words_are_one_of_a_few(void)
{
	CHECK_PARSES("sort=size:paths=full:mode=stop");
	CHECK(options.sort == SORT_SIZE && options.paths == PATHS_FULL);
	CHECK(options.mode == MODE_STOP);
	CHECK(strstr(parse("sort=1"), "sort takes age|size; sort=age holds"));
	CHECK(*parse("paths=") && *parse("sort=Size"));
	CHECK(is_default());
}

static void what_a_program_says_to_the_sanitizer_counts_where_it_is_ours(void)
{
	options = defaults;
	options_parse_lsan("exitcode=23 max_leaks=5,suppressions='a b:c':quiet=1:nothing:=:x=");
	CHECK(options.exitcode == 23 && options.max_leaks == 5 && !options.quiet);
	CHECK(strcmp(options.suppressions, "a b:c") == 0);
	options_parse_lsan("print_suppressions=0\nsuppressions=\"d\" exitcode=999:suppressions='e");
	CHECK(options.exitcode == 23 && !options.print_suppressions);
	CHECK(strcmp(options.suppressions, "e") == 0);
	options_parse_lsan(NULL);
	options_parse_lsan("");
}

static void all_values_are_printed_as_they_are_written(void)
{
	char text[8192];
	struct print out = PRINT_TO(-1, text);

	CHECK_PARSES("sort=size:report=a\nb:mode=stop:signal=0");
	options_print_values(&out);
	CHECK(strstr(text, "report=a?b\n") && strstr(text, "\nsort=size\n"));
	CHECK(strstr(text, "\nmode=stop\n") && strstr(text, "\nsignal=none\n"));
}

static void switches_are_numbers_or_words(void)
{
	CHECK_PARSES("exit=0:mmap=off:quiet=on:help=1");
	CHECK(options.exit == 0 && options.mmap == 0);
	CHECK(options.quiet == 1 && options.help == 1);
	CHECK(*parse("exit=2") && *parse("exit=") && *parse("exit") && *parse("exit=yes"));
	CHECK(is_default());
}

static void bytes_have_suffixes(void)
{
	CHECK_PARSES("max_memory=12345");
	CHECK(options.max_memory == 12345);
	CHECK_PARSES("max_memory=3k");
	CHECK(options.max_memory == 3 << 10);
	CHECK_PARSES("max_memory=16M");
	CHECK(options.max_memory == 16 << 20);
	CHECK_PARSES("max_memory=2g");
	CHECK(options.max_memory == 2L << 30);
	CHECK(*parse("max_memory=k") && *parse("max_memory=1kk") && *parse("max_memory=1t"));
	CHECK(*parse("max_memory=9223372036854775807k") && *parse("max_memory=-1"));
	CHECK(is_default());
}

static void signals_have_names_and_numbers(void)
{
	const struct {
		const char *text;
		int number;
	} cases[] = {
		{ "signal=USR2", SIGUSR2 },
		{ "signal=SIGUSR2", SIGUSR2 },
		{ "signal=12", 12 },
		{ "signal=none", 0 },
		{ "signal=0", 0 },
		{ "signal=RTMIN", SIGRTMIN },
		{ "signal=SIGRTMIN+2", SIGRTMIN + 2 },
		{ "signal=RTMAX", SIGRTMAX },
		{ "signal=RTMAX-3", SIGRTMAX - 3 },
		{ "signal=64", 64 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_PARSES(cases[i].text);
		CHECK(options.signal == cases[i].number);
	}
	CHECK_PARSES("stop_signal=auto");
	CHECK(options.stop_signal == 0);
	CHECK_PARSES("stop_signal=RTMAX");
	CHECK(options.stop_signal == SIGRTMAX);
}

static void signals_that_cannot_be_caught_are_refused(void)
{
	static const char *const bad[] = {
		"signal=KILL",
		"signal=9",
		"signal=19",
		"signal=32",
		"signal=33",
		"signal=65",
		"signal=-1",
		"signal=",
		"signal=SIG",
		"signal=RTMIN-1",
		"signal=RTMAX+1",
		"signal=RTMIN+31",
		"signal=RTMAX-31",
		"signal=RTMIN+",
		"signal=RTMIN2",
		"signal=auto",
		"signal=USR",
		"signal=USR22",
		"stop_signal=none",
		"stop_signal=STOP",
		"signal=RTMAX-40",
		"signal=RTMIN+99999999999999999999",
		"signal=RTMIN+9223372036854775807",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(*parse(bad[i]));
		CHECK(is_default());
	}
}

static void the_mode_is_a_word(void)
{
	CHECK_PARSES("mode=stop");
	CHECK(options.mode == MODE_STOP);
	CHECK_PARSES("mode=snapshot");
	CHECK(options.mode == MODE_SNAPSHOT);
	CHECK_SAYS("mode=life", "leakscan: bad option mode=life: mode takes snapshot|stop|live; "
				"mode=snapshot holds\n");
	CHECK(*parse("mode=1"));
}

static void limits_are_inclusive(void)
{
	CHECK_PARSES("max_trace=1:stop_timeout=60000:scan=86400:coalesce=1000");
	CHECK(options.max_trace == 1 && options.stop_timeout == 60000);
	CHECK(*parse("max_trace=0") && *parse("max_trace=65") && *parse("stop_timeout=9"));
	CHECK(*parse("scan=86401") && *parse("scan=1s") && *parse("scan= 1") && *parse("scan=+1"));
	CHECK(*parse("scan=99999999999999999999999"));
	CHECK(is_default());
}

static void a_bad_value_is_one_line_and_the_rest_is_parsed(void)
{
	CHECK_SAYS("min_age=abc:quiet=1",
		   "leakscan: bad option min_age=abc: min_age takes auto, 0..86400000 ms; "
		   "min_age=auto holds\n");
	CHECK(options.min_age == OPTION_AUTO && options.quiet == 1);
	CHECK_PARSES("min_age=0");
	CHECK(options.min_age == 0);
	CHECK_PARSES("min_age=auto:mode=live");
	CHECK(options.min_age == OPTION_AUTO && options.mode == MODE_LIVE);
	CHECK_PARSES("mode=snapshot");
	CHECK_SAYS(
		"signal=HUPP",
		"leakscan: bad option signal=HUPP: signal takes none, a signal's name or number; "
		"signal=SIGUSR1 holds\n");
	CHECK_SAYS("exit", "leakscan: bad option exit: exit takes 0|1, off|on; exit=1 holds\n");
	CHECK_SAYS("fail_metadata=x", "leakscan: bad option fail_metadata=x: fail_metadata takes "
				      "0 or more; fail_metadata=0 holds\n");
	parse("scan=5:scan=x");
	CHECK(options.scan == 5);
}

static void a_near_miss_gets_a_suggestion(void)
{
	CHECK_SAYS("min_aeg=5", "leakscan: unknown option min_aeg=5: did you mean min_age?\n");
	CHECK_SAYS("min-age=5", "leakscan: unknown option min-age=5: did you mean min_age?\n");
	CHECK_SAYS("reprot=x", "leakscan: unknown option reprot=x: did you mean report?\n");
	CHECK_SAYS("quite=1", "leakscan: unknown option quite=1: did you mean quiet?\n");
	CHECK_SAYS("xx=1", "leakscan: unknown option xx=1: "
			   "LEAKSCAN_OPTIONS=help=1 lists them all\n");
	CHECK_SAYS("scans", "leakscan: unknown option scans: did you mean scan?\n");
	CHECK_SAYS("verbosity=9", "leakscan: unknown option verbosity=9: "
				  "LEAKSCAN_OPTIONS=help=1 lists them all\n");
	CHECK_SAYS("=1", "leakscan: unknown option =1: LEAKSCAN_OPTIONS=help=1 lists them all\n");
	CHECK(is_default());
}

static void texts_fit_or_are_refused(void)
{
	char text[5000] = "only=";

	memset(text + 5, 'x', 1023);
	CHECK_PARSES(text);
	CHECK(strlen(options.only) == 1023);
	text[5 + 1023] = 'x';
	CHECK(strstr(parse(text),
		     "xxx...: only takes text, at most 1023 bytes; only=\"\" holds\n"));
	CHECK(is_default());
	memset(text, 'y', sizeof(text) - 1);
	CHECK(strstr(parse(text), "yyy...: LEAKSCAN_OPTIONS=help=1"));
	CHECK_PARSES("report=");
}

static void only_names_whole_programs(void)
{
	CHECK_PARSES("");
	CHECK(options_only_matches("server") && options_only_matches(NULL));
	CHECK_PARSES("only=server,,worker");
	CHECK(options_only_matches("server") && options_only_matches("worker"));
	CHECK(!options_only_matches("serve") && !options_only_matches("servers"));
	CHECK(!options_only_matches("server,") && !options_only_matches(""));
	CHECK(!options_only_matches(NULL));
}

/* Every line of the help has four columns that two spaces separate and none contains. */
static void the_help_is_a_table(void)
{
	char text[8192];
	struct print out = PRINT_TO(-1, text);
	unsigned lines = 0;

	CHECK_PARSES("min_age=77"); /* the table shows the defaults, not what is in force */
	options_print(&out);
	CHECK(strncmp(text, "LEAKSCAN_OPTIONS=", 17) == 0);
	CHECK(!strstr(text, "77"));
	CHECK(strstr(text,
		     "\n  signal              none, a signal's name or number    SIGUSR1   the "));
	CHECK(strstr(text,
		     "\n  mode                snapshot|stop|live                 snapshot  scan "));
	CHECK(strstr(text,
		     "\n  exit                0|1, off|on                        1         scan "));
	CHECK(strstr(
		text,
		"\n  only                text, at most 1023 bytes           \"\"        names "));
	strtok(text, "\n");
	for (char *line; (line = strtok(NULL, "\n")); lines++) {
		unsigned columns = 0;

		for (char *at = line; (at = strstr(at, "  ")); columns++)
			at += strspn(at, " ");
		CHECK(columns == 4);
	}
	CHECK(lines == 30);
}

/* Random items never crash, overrun, or bring a field out of its limits. */
static void noise_stays_within_the_limits(void)
{
	static const char alphabet[] = "=:\\,0159kgSIGRTMINAX+-xscanmoder_age=::";
	static const char *const keys[] = {
		"scan=", "max_trace=", "signal=", "only=", "mode=", ""
	};
	char text[64];

	srand(20240601);
	options = defaults;
	print_set_quiet(true);
	for (int round = 0; round < 100000; round++) {
		size_t used = 0, length = (size_t)(rand() % 40);
		const char *key = keys[rand() % 6];

		while (key[used]) {
			text[used] = key[used];
			used++;
		}
		while (used < length)
			text[used++] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		text[used] = 0;
		options_parse(text);
		CHECK(options.scan >= 0 && options.scan <= 86400);
		CHECK(options.max_trace >= 1 && options.max_trace <= 64);
		CHECK(options.signal >= 0 && options.signal <= 64);
		CHECK(options.mode >= MODE_SNAPSHOT && options.mode <= MODE_LIVE);
		CHECK(strlen(options.only) < 64);
	}
	print_set_quiet(false);
}

RUN({ "the defaults hold before anything is parsed", the_defaults_hold_before_anything_is_parsed },
    { "nothing to parse changes nothing", nothing_to_parse_changes_nothing },
    { "several keys are taken over", several_keys_are_taken_over },
    { "a colon in a value is escaped", a_colon_in_a_value_is_escaped },
    { "words are one of a few", words_are_one_of_a_few },
    { "what a program says to the sanitizer counts where it is ours",
      what_a_program_says_to_the_sanitizer_counts_where_it_is_ours },
    { "all values are printed as they are written", all_values_are_printed_as_they_are_written },
    { "switches are numbers or words", switches_are_numbers_or_words },
    { "bytes have suffixes", bytes_have_suffixes },
    { "signals have names and numbers", signals_have_names_and_numbers },
    { "signals that cannot be caught are refused", signals_that_cannot_be_caught_are_refused },
    { "the mode is a word", the_mode_is_a_word }, { "limits are inclusive", limits_are_inclusive },
    { "a bad value is one line and the rest is parsed",
      a_bad_value_is_one_line_and_the_rest_is_parsed },
    { "a near miss gets a suggestion", a_near_miss_gets_a_suggestion },
    { "texts fit or are refused", texts_fit_or_are_refused },
    { "only names whole programs", only_names_whole_programs },
    { "the help is a table", the_help_is_a_table },
    { "noise stays within the limits", noise_stays_within_the_limits })
