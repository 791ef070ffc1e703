/* SPDX-License-Identifier: MIT */
/* print.c - the formatter and the messages; the contract is in print.h */
#include "print.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "os.h"

#define MESSAGE_SIZE 1024
#define PREFIX "leakscan: "
#define DIGITS_SIZE 20 /* of the largest 64-bit number in decimal */

/* What stands between a % and the end of its conversion. */
struct directive {
	bool left;     /* flag - */
	bool zero;     /* flag 0 */
	char length;   /* 'l', 'z' or 0 */
	char kind;     /* the conversion itself; 0 at the end of the format */
	int precision; /* of %s; negative: none */
	size_t width;
};

/* Which file stderr is; all 0 when it is closed. */
struct identity {
	dev_t device;
	ino_t inode;
	mode_t type;
};

static bool quiet;
static bool remembered;
static struct identity first_stderr; /* valid when remembered */

void print_name(struct print *out, const char *name)
{
	for (; *name; name++)
		print(out, "%c", (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
}

const char *plural(size_t number)
{
	return number == 1 ? "" : "s";
}

const char *error_text(int error)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{ EACCES, ": Permission denied" },
		{ EAGAIN, ": Resource temporarily unavailable" },
		{ EDQUOT, ": Disk quota exceeded" },
		{ EEXIST, ": File exists" },
		{ EFBIG, ": File too large" },
		{ EINVAL, ": Invalid argument" },
		{ EIO, ": Input/output error" },
		{ EISDIR, ": Is a directory" },
		{ ELOOP, ": Too many levels of symbolic links" },
		{ EMFILE, ": Too many open files" },
		{ ENAMETOOLONG, ": File name too long" },
		{ ENFILE, ": Too many open files in system" },
		{ ENOENT, ": No such file or directory" },
		{ ENOMEM, ": Cannot allocate memory" },
		{ ENOSPC, ": No space left on device" },
		{ ENOSYS, ": Function not implemented" },
		{ ENOTDIR, ": Not a directory" },
		{ ENXIO, ": No such device or address" },
		{ EPERM, ": Operation not permitted" },
		{ EPIPE, ": Broken pipe" },
		{ EROFS, ": Read-only file system" },
		{ ETIMEDOUT, ": Connection timed out" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return texts[i].text;
	return "";
}

int print_flush(struct print *out)
{
	if (out->fd < 0)
		return out->error;
	if (out->used && !out->error)
		out->error = os_write_all(out->fd, out->buffer, out->used);
	out->used = 0;
	return out->error;
}

/* Adds what fits and ends it with a 0. */
static void keep_bytes(struct print *out, const char *text, size_t length)
{
	if (out->size == 0)
		return;
	size_t room = out->size - 1 - out->used;

	if (length > room)
		length = room;
	memcpy(out->buffer + out->used, text, length);
	out->used += length;
	out->buffer[out->used] = 0;
}

void print_bytes(struct print *out, const char *text, size_t length)
{
	if (out->fd < 0) {
		keep_bytes(out, text, length);
		return;
	}
	if (length > out->size - out->used)
		print_flush(out);
	if (out->error)
		return;
	if (length > out->size) {
		out->error = os_write_all(out->fd, text, length);
		return;
	}
	memcpy(out->buffer + out->used, text, length);
	out->used += length;
}

static void fill(struct print *out, char with, size_t count)
{
	while (count-- > 0)
		print_bytes(out, &with, 1);
}

/* Prefix and text, padded to the width; zeros go between the two. */
static void print_padded(struct print *out, const struct directive *how, const char *prefix,
			 const char *text, size_t length)
{
	size_t taken = strlen(prefix) + length;
	size_t pad = how->width > taken ? how->width - taken : 0;

	if (!how->left && !how->zero)
		fill(out, ' ', pad);
	print_bytes(out, prefix, strlen(prefix));
	if (!how->left && how->zero)
		fill(out, '0', pad);
	print_bytes(out, text, length);
	if (how->left)
		fill(out, ' ', pad);
}

static void print_number(struct print *out, const struct directive *how, const char *prefix,
			 uint64_t value, unsigned base)
{
	char digits[DIGITS_SIZE];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	print_padded(out, how, prefix, digits + at, sizeof(digits) - at);
}

static void print_string(struct print *out, const struct directive *how, const char *text)
{
	if (!text)
		text = "(null)";
	print_padded(out, how, "", text,
		     how->precision < 0 ? strlen(text) : strnlen(text, (size_t)how->precision));
}

static int64_t signed_argument(const struct directive *how, va_list *args)
{
	if (how->length == 'l')
		return va_arg(*args, long);
	if (how->length == 'z')
		return va_arg(*args, ssize_t);
	return va_arg(*args, int);
}

static uint64_t unsigned_argument(const struct directive *how, va_list *args)
{
	if (how->length == 'l')
		return va_arg(*args, unsigned long);
	if (how->length == 'z')
		return va_arg(*args, size_t);
	return va_arg(*args, unsigned);
}

/* Reads the directive at @at, behind its %; returns where the format goes on. */
static const char *read_directive(const char *at, struct directive *how, va_list *args)
{
	*how = (struct directive){ .precision = -1 };
	for (; *at == '0' || *at == '-'; at++) {
		if (*at == '0')
			how->zero = true;
		else
			how->left = true;
	}
	for (; *at >= '0' && *at <= '9'; at++)
		how->width = how->width * 10 + (size_t)(*at - '0');
	if (at[0] == '.' && at[1] == '*') {
		how->precision = va_arg(*args, int);
		at += 2;
	}
	if (*at == 'l' || *at == 'z')
		how->length = *at++;
	how->kind = *at;
	return *at ? at + 1 : at;
}

/* False for a conversion that is not known: its argument cannot be skipped either. */
static bool convert(struct print *out, const struct directive *how, va_list *args)
{
	int64_t number;
	char byte;

	switch (how->kind) {
	case 's':
		print_string(out, how, va_arg(*args, const char *));
		return true;
	case 'c':
		byte = (char)va_arg(*args, int);
		print_padded(out, how, "", &byte, 1);
		return true;
	case 'd':
		number = signed_argument(how, args);
		print_number(out, how, number < 0 ? "-" : "",
			     number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
		return true;
	case 'u':
		print_number(out, how, "", unsigned_argument(how, args), 10);
		return true;
	case 'x':
		print_number(out, how, "", unsigned_argument(how, args), 16);
		return true;
	case 'p':
		print_number(out, how, "0x", (uintptr_t)va_arg(*args, void *), 16);
		return true;
	case '%':
		print_bytes(out, "%", 1);
		return true;
	default:
		return false;
	}
}

/* From a directive that is not known on, the format itself is printed. */
static void print_arguments(struct print *out, const char *format, va_list *args)
{
	for (;;) {
		const char *percent = strchrnul(format, '%');
		struct directive how;

		print_bytes(out, format, (size_t)(percent - format));
		if (!*percent)
			return;
		format = read_directive(percent + 1, &how, args);
		if (!convert(out, &how, args)) {
			print_bytes(out, percent, strlen(percent));
			return;
		}
	}
}

void print(struct print *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_arguments(out, format, &args);
	va_end(args);
}

static struct identity identify_stderr(void)
{
	struct stat file;

	if (os_syscall(SYS_fstat, STDERR_FILENO, (long)&file, 0, 0, 0, 0) < 0)
		return (struct identity){ .type = 0 };
	return (struct identity){
		.device = file.st_dev,
		.inode = file.st_ino,
		.type = file.st_mode & S_IFMT,
	};
}

void print_remember_stderr(void)
{
	first_stderr = identify_stderr();
	remembered = true;
}

static bool stderr_is_the_same(void)
{
	if (!remembered)
		return true;
	struct identity now = identify_stderr();

	return now.type && now.device == first_stderr.device && now.inode == first_stderr.inode &&
	       now.type == first_stderr.type;
}

void print_set_quiet(bool on)
{
	quiet = on;
}

#define BIT(signal) ((uint64_t)1 << ((signal)-1))

/*
 * A write may raise a signal in the writing thread: SIGPIPE when the reader is gone, SIGXFSZ at the
 * limit of file sizes, SIGTTOU on a terminal that is another job's.  The program did not ask for
 * this write and must not die of it: they are blocked, and what the write raised is taken away.
 */
static void write_without_signals(const char *text, size_t length)
{
	uint64_t raised = BIT(SIGPIPE) | BIT(SIGXFSZ), blocked = raised | BIT(SIGTTOU);
	uint64_t before = 0, pending = 0;
	struct timespec now = { 0 };
	const long set_size = sizeof(blocked); /* the kernel's sigset_t */

	os_syscall(SYS_rt_sigprocmask, SIG_BLOCK, (long)&blocked, (long)&before, set_size, 0, 0);
	os_syscall(SYS_rt_sigpending, (long)&pending, set_size, 0, 0, 0, 0);
	raised &= ~pending;
	if (os_write_all(STDERR_FILENO, text, length) < 0)
		os_syscall(SYS_rt_sigtimedwait, (long)&raised, 0, (long)&now, set_size, 0, 0);
	os_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0, set_size, 0, 0);
}

void message(enum grade grade, const char *format, ...)
{
	char line[MESSAGE_SIZE];
	struct print out = PRINT_TO(-1, line);
	va_list args;

	(void)grade; /* quiet silences all of them */
	if (quiet || !stderr_is_the_same())
		return;
	print(&out, PREFIX);
	va_start(args, format);
	print_arguments(&out, format, &args);
	va_end(args);
	for (size_t i = 0; i < out.used; i++) {
		if ((unsigned char)line[i] < ' ')
			line[i] = '?'; /* a name with a newline in it: a message is one line */
	}
	line[out.used++] = '\n'; /* in the place of the final 0 */
	write_without_signals(line, out.used);
}
