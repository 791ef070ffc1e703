/* SPDX-License-Identifier: MIT */
/*
 * cmd_watch.c - `leakscan watch PID`: a table of what a running program has lost, scan after scan
 *
 * Owns     the loop: when a scan is due, its answer, the keys; what would go to stderr meanwhile.
 * Never    leaves the terminal as it is not its own, or a command behind, however it ends.
 *
 * One command is under way at a time; the screen is drawn in between (order.h).
 */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "command_table.h"
#include "live_report.h"
#include "order.h"
#include "watch_view.h"

#define INTERVAL_S 10
#define TICK_MS 1000 /* the state counts seconds */
#define LOOK_MS 50   /* for an answer */

enum busy {
	BUSY_NOT,
	BUSY_SCAN,
	BUSY_CLEAR,
};

struct watch {
	struct target target;
	int interval_s; /* 0: only when a key says so */
	struct summary summary;
	struct series series;
	struct watch_view view;
	struct order order; /* while busy */
	enum busy busy;
	long next_ms, begun_ms;
	bool due; /* a scan at @next_ms */
	bool paused, ended;
	int errors;      /* what is on stderr meanwhile, or -1 */
	int real_stderr; /* or -1 */
	char program[128], state[64], message[512];
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct watch *watch = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &watch->target;
		return 0;
	case 'i':
		if (!target_number(argument, 0, 86400, &watch->interval_s))
			argp_error(state, "'%s' is no number of seconds", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * What is said on stderr would stand somewhere on the screen: it goes to a file, and the last line of it
 * to the bottom of the screen.
 */

static void catch_errors(struct watch *watch)
{
	fflush(stderr);
	watch->errors = memfd_create("errors", MFD_CLOEXEC);
	watch->real_stderr = dup(STDERR_FILENO);
	if (watch->errors >= 0 && watch->real_stderr >= 0)
		dup2(watch->errors, STDERR_FILENO);
}

static void release_errors(struct watch *watch)
{
	fflush(stderr);
	if (watch->real_stderr >= 0) {
		dup2(watch->real_stderr, STDERR_FILENO);
		close(watch->real_stderr);
	}
	if (watch->errors >= 0)
		close(watch->errors);
}

static void say(struct watch *watch, const char *text)
{
	static const char prefix[] = "leakscan: ";

	if (strncmp(text, prefix, strlen(prefix)) == 0)
		text += strlen(prefix);
	snprintf(watch->message, sizeof(watch->message), "%.*s", (int)strcspn(text, "\n"), text);
	watch->view.message = watch->message;
}

/* The last line that was caught, if there is one. */
static void say_caught(struct watch *watch)
{
	char text[sizeof(watch->message)];
	off_t end = watch->errors < 0 ? 0 : lseek(watch->errors, 0, SEEK_END), from;
	ssize_t got;
	char *line;

	if (end <= 0)
		return;
	from = end > (off_t)sizeof(text) - 1 ? end - (off_t)sizeof(text) + 1 : 0;
	got = pread(watch->errors, text, sizeof(text) - 1, from);
	if (ftruncate(watch->errors, 0) != 0 || lseek(watch->errors, 0, SEEK_SET) != 0 || got <= 0)
		return;
	text[got - (text[got - 1] == '\n')] = 0;
	line = strrchr(text, '\n');
	say(watch, line ? line + 1 : text);
}

/*
 * Commands.
 */

static void begin(struct watch *watch, enum busy what)
{
	if (watch->ended || watch->busy)
		return;
	watch->begun_ms = order_now_ms();
	watch->next_ms = watch->begun_ms + watch->interval_s * 1000L;
	watch->due = watch->interval_s != 0;
	if (order_begin(&watch->order, &watch->target, what == BUSY_SCAN ? "scan" : "clear"))
		watch->busy = what;
}

static void take_scan(struct watch *watch, const char *answer)
{
	char *path = live_report_path(answer);
	struct report report = { 0 };

	if (!path || !live_report_is_file(&watch->target.process, path))
		say(watch, "the report of the scan is no file that could be read");
	else if (live_report_read(&report, &watch->target.process, path) &&
		 series_add(&watch->series, &report))
		watch_view_renew(&watch->view);
	report_free(&report);
	free(path);
}

static void take_answer(struct watch *watch)
{
	const char *answer = watch->order.rendezvous.answer;
	enum busy was = watch->busy;

	watch->busy = BUSY_NOT;
	if (watch->order.rendezvous.status != COMMAND_OK) {
		watch->paused = true; /* it will say so again */
		say(watch, answer);
	} else if (was == BUSY_SCAN) {
		take_scan(watch, answer);
	} else {
		say(watch, answer);
		watch->next_ms = order_now_ms();
		watch->due = true;
	}
	order_end(&watch->order);
}

static void end(struct watch *watch)
{
	char text[64];

	watch->ended = true;
	snprintf(text, sizeof(text), "process %d has ended; q quits", (int)watch->target.pid);
	say(watch, text);
}

static void step(struct watch *watch)
{
	if (watch->busy) {
		enum order_state state = order_look(&watch->order);

		if (state == ORDER_ANSWERED)
			take_answer(watch);
		if (state == ORDER_FAILED) {
			watch->busy = BUSY_NOT;
			order_end(&watch->order);
		}
	}
	say_caught(watch);
	if (!watch->busy && !watch->ended && !process_wait(&watch->target.process, 0))
		end(watch);
	if (!watch->paused && watch->due && order_now_ms() >= watch->next_ms)
		begin(watch, BUSY_SCAN);
	say_caught(watch);
}

static void write_state(struct watch *watch)
{
	long now = order_now_ms(), left = watch->next_ms - now;

	if (watch->ended)
		snprintf(watch->state, sizeof(watch->state), "has ended");
	else if (watch->busy && now - watch->begun_ms >= TICK_MS)
		snprintf(watch->state, sizeof(watch->state), "waits for its answer since %ld s",
			 (now - watch->begun_ms) / 1000);
	else if (watch->busy)
		snprintf(watch->state, sizeof(watch->state), "scanning");
	else if (watch->paused || !watch->interval_s)
		snprintf(watch->state, sizeof(watch->state), "no scan until s");
	else
		snprintf(watch->state, sizeof(watch->state), "next in %ld s",
			 left > 0 ? (left + 999) / 1000 : 0);
}

static bool act(struct watch *watch, enum watch_action action)
{
	switch (action) {
	case WATCH_SCAN:
		begin(watch, BUSY_SCAN);
		return true;
	case WATCH_CLEAR:
		begin(watch, BUSY_CLEAR);
		return true;
	case WATCH_PAUSE:
		watch->paused = !watch->paused;
		return true;
	default:
		return action != WATCH_QUIT;
	}
}

/* Sleeps until there is a key, the process ends, a signal comes, or time is over. */
static void sleep_until_something(const struct watch *watch)
{
	struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				  { .fd = watch->ended ? -1 : watch->target.process.handle,
				    .events = POLLIN } };
	long ms = watch->busy ? LOOK_MS : TICK_MS;
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
	sigset_t none;

	sigemptyset(&none);
	ppoll(files, 2, &pause, &none);
}

static void loop(struct watch *watch)
{
	enum watch_action action;

	watch->next_ms = order_now_ms();
	watch->due = true;
	while (!order_interrupted) {
		step(watch);
		write_state(watch);
		watch_view_draw(&watch->view);
		sleep_until_something(watch);
		while (watch_view_key(&watch->view, &action))
			if (!act(watch, action))
				return;
	}
}

static void name_program(struct watch *watch)
{
	char path[64], name[64] = "process";
	FILE *comm;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)watch->target.pid);
	comm = fopen(path, "re");
	if (comm && fgets(name, sizeof(name), comm))
		name[strcspn(name, "\n")] = 0;
	if (comm)
		fclose(comm);
	snprintf(watch->program, sizeof(watch->program), "%s (pid %d)", name,
		 (int)watch->target.pid);
}

static int show(struct watch *watch)
{
	name_program(watch);
	order_hold_signals();
	if (!watch_view_open(&watch->view))
		return EXIT_WRONG;
	catch_errors(watch);
	loop(watch);
	if (watch->busy)
		order_end(&watch->order);
	watch_view_close(&watch->view);
	release_errors(watch);
	return order_interrupted ? 128 + order_interrupted : EXIT_SUCCESS;
}

static int open_and_show(struct watch *watch)
{
	struct symbolize_options symbolize = { 0 };
	int status = EXIT_FAILURE;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fprintf(stderr, "leakscan watch: standard input and output have to be a terminal; "
				"`leakscan scan' prints a table\n");
		return EXIT_WRONG;
	}
	if (!target_open(&watch->target))
		return EXIT_FAILURE;
	symbolize.sysroot = live_report_sysroot(&watch->target.process);
	watch->summary.symbolizer = symbolizer_new(&symbolize);
	if (watch->summary.symbolizer && series_begin(&watch->series, &watch->summary))
		status = show(watch);
	else
		fprintf(stderr, "leakscan watch: %s\n", strerror(errno));
	series_free(&watch->series);
	symbolizer_free(watch->summary.symbolizer);
	return status;
}

int cmd_watch(int count, char **words)
{
	static const struct argp_option options[] = {
		{ "interval", 'i', "SECONDS", 0,
		  "from one scan to the next (default 10); 0: only when a key asks for it", 0 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = children,
		.doc = "Scan a program that runs under leakscan again and again, and show on the "
		       "terminal what it has lost: the places, their objects and bytes, and how "
		       "these grow.  h lists the keys.",
	};
	static struct watch watch = { .target = TARGET_DEFAULT,
				      .interval_s = INTERVAL_S,
				      .summary = { .source = true } };
	int status;

	watch.view = (struct watch_view){ .series = &watch.series,
					  .program = watch.program,
					  .state = watch.state,
					  .message = watch.message,
					  .color = summary_color("auto", stdout) };
	argp_parse(&argp, count, words, 0, NULL, &watch);
	status = open_and_show(&watch);
	target_close(&watch.target);
	return status;
}
