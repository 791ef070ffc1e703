/* SPDX-License-Identifier: MIT */
/* signal_name.c - the table of names; the contract is in signal_name.h */
#include "signal_name.h"

#include <signal.h>

#include "print.h"

/* By name as kill(1) knows them; the real-time ones are counted from SIGRTMIN or SIGRTMAX. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP },   { "INT", SIGINT },     { "QUIT", SIGQUIT },
	{ "ILL", SIGILL },   { "TRAP", SIGTRAP },   { "ABRT", SIGABRT },
	{ "BUS", SIGBUS },   { "FPE", SIGFPE },     { "USR1", SIGUSR1 },
	{ "SEGV", SIGSEGV }, { "USR2", SIGUSR2 },   { "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM }, { "TERM", SIGTERM },   { "STKFLT", SIGSTKFLT },
	{ "CHLD", SIGCHLD }, { "CONT", SIGCONT },   { "TSTP", SIGTSTP },
	{ "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },   { "URG", SIGURG },
	{ "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },   { "VTALRM", SIGVTALRM },
	{ "PROF", SIGPROF }, { "WINCH", SIGWINCH }, { "IO", SIGIO },
	{ "PWR", SIGPWR },   { "SYS", SIGSYS },
};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* "RTMIN", "RTMIN+2", "RTMAX-3": @sign is what may follow @base. */
static bool read_offset(struct span value, const char *sign, int base, long *number)
{
	long offset = 0;

	if (value.length > 0 && !(span_skip(&value, sign) && span_number(value, &offset)))
		return false;
	if (offset > SIGRTMAX - SIGRTMIN)
		return false;
	*number = *sign == '+' ? base + offset : base - offset;
	return true;
}

static bool read_signal_name(struct span value, long *number)
{
	span_skip(&value, "SIG");
	if (span_skip(&value, "RTMIN"))
		return read_offset(value, "+", SIGRTMIN, number);
	if (span_skip(&value, "RTMAX"))
		return read_offset(value, "-", SIGRTMAX, number);
	for (size_t i = 0; i < SIGNALS; i++) {
		if (span_is(value, signals[i].name)) {
			*number = signals[i].number;
			return true;
		}
	}
	return false;
}

bool signal_name_read(struct span value, long *number)
{
	if (!span_number(value, number) && !read_signal_name(value, number))
		return false;
	if (*number == SIGKILL || *number == SIGSTOP)
		return false;
	return (*number > 0 && *number < __SIGRTMIN) ||
	       (*number >= SIGRTMIN && *number <= SIGRTMAX);
}

void signal_name_print(struct print *out, long number)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		if (signals[i].number == number) {
			print(out, "SIG%s", signals[i].name);
			return;
		}
	}
	print(out, "%ld", number);
}
