/* SPDX-License-Identifier: MIT */
/*
 * test_arch.c - which system call code makes: forms that compilers use, forms that say nothing, and
 * all of libc's own calls
 */
#include "check.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "arch_call.h"

#if defined(__x86_64__)

/* The number in code given as hexadecimal text, without the call itself. */
static long number_of(const char *text)
{
	uint8_t code[64];
	size_t size = 0;
	char *end;

	for (;; size++, text = end) {
		unsigned long byte = strtoul(text, &end, 16);

		if (end == text)
			break;
		code[size] = (uint8_t)byte;
	}
	code[size] = 0x0f;
	code[size + 1] = 0x05;
	return arch_call_number(code, size + 2);
}

static void a_number_right_before_the_call(void)
{
	CHECK(number_of("b8 2d 00 00 00") == 0x2d);
	CHECK(number_of("90 90 b8 b9 01 00 00") == 0x1b9);
	CHECK(number_of("48 c7 c0 0f 00 00 00") == 15);
	CHECK(number_of("74 13 31 c0") == 0);
	CHECK(number_of("74 13 33 c0") == 0);
}

static void moves_in_between(void)
{
	/* mov 8(%rsp),%edi; mov 16(%rsp),%rsi */
	CHECK(number_of("b8 2c 00 00 00 8b 7c 24 08 48 8b 74 24 10") == 0x2c);
	/* xor $0x81,%sil; and $0x80,%esi; xor %edx,%edx */
	CHECK(number_of("b8 ca 00 00 00 40 80 f6 81") == 0xca);
	CHECK(number_of("b8 ca 00 00 00 81 e6 80 00 00 00 31 d2") == 0xca);
	/* mov $8,%edx; mov $7,%r10d */
	CHECK(number_of("b8 21 01 00 00 ba 08 00 00 00 41 ba 07 00 00 00") == 0x121);
	/* lea (%rip),%rsi; movl $2,60(%rsp); cmovbe %r8,%rsi; sub $8,%rsp; mov %fs:(%r10),%ebp */
	CHECK(number_of("31 c0 48 8d 35 11 22 33 44 c7 44 24 3c 02 00 00 00") == 0);
	CHECK(number_of("31 c0 49 0f 46 f0 48 83 ec 08 64 41 8b 2a") == 0);
}

static void what_says_nothing(void)
{
	CHECK(number_of("") == -1);
	CHECK(number_of("90 90 90 90 90 90 90") == -1);
	CHECK(number_of("44 89 c0") == -1);          /* mov %r8d,%eax */
	CHECK(number_of("45 31 c0") == -1);          /* xor %r8d,%r8d */
	CHECK(number_of("41 b8 08 00 00 00") == -1); /* mov $8,%r8d */
	CHECK(number_of("b8 08 00 01 00") == -1);    /* no such call */
	CHECK(number_of("b8 08 04 00 00") == -1);
	CHECK(number_of("b8 08 00 00 00 8b 45 08") == -1); /* and another number in eax */
	CHECK(number_of("b8 08 00 00 00 b8 00 00 10 00") == -1);
	CHECK(number_of("b8 08 00 00 00 83 c0 01") == -1); /* add $1,%eax */
	CHECK(number_of("b8 08 00 00 00 80 c4 01") == -1); /* add $1,%ah */
	CHECK(number_of("b8 08 00 00 00 ff d2") == -1);    /* call *%rdx */
	CHECK(number_of("b8 08 00 00 00 8b 7c 24") == -1); /* an operand with its end missing */
	CHECK(number_of("b8 08 00 00 00 90") == -1);
}

static void the_last_number_counts(void)
{
	CHECK(number_of("b8 01 00 00 00 b8 02 00 00 00") == 2);
	CHECK(number_of("b8 01 00 00 00 31 c0 31 ff") == 0);
}

static const struct {
	const char *name;
	long number;
} wrappers[] = {
	{ "read", SYS_read },
	{ "write", SYS_write },
	{ "readv", SYS_readv },
	{ "writev", SYS_writev },
	{ "open", SYS_openat },
	{ "accept", SYS_accept },
	{ "accept4", SYS_accept4 },
	{ "connect", SYS_connect },
	{ "recv", SYS_recvfrom },
	{ "recvfrom", SYS_recvfrom },
	{ "recvmsg", SYS_recvmsg },
	{ "send", SYS_sendto },
	{ "sendto", SYS_sendto },
	{ "sendmsg", SYS_sendmsg },
	{ "wait4", SYS_wait4 },
	{ "waitid", SYS_waitid },
	{ "flock", SYS_flock },
	{ "poll", SYS_poll },
	{ "epoll_wait", SYS_epoll_wait },
	{ "pause", SYS_pause },
	{ "getrandom", SYS_getrandom },
	{ "splice", SYS_splice },
	{ "msgrcv", SYS_msgrcv },
};

/* Every call in the code of that function of libc's; those that are told must be right. */
static unsigned calls_of(void *libc, const char *name, long number)
{
	const uint8_t *code = (const uint8_t *)dlsym(libc, name);
	const ElfW(Sym) *symbol = NULL;
	unsigned told = 0;
	Dl_info info;

	if (!code || !dladdr1(code, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return 0;
	for (size_t i = 2; i <= symbol->st_size; i++) {
		size_t size = i < ARCH_CALL_CODE ? i : ARCH_CALL_CODE;

		if (code[i - 2] != 0x0f || code[i - 1] != 0x05)
			continue;
		long found = arch_call_number(code + i - size, size);

		if (found >= 0 && found != number)
			printf("%s: %ld, not %ld\n", name, found, number);
		CHECK(found < 0 || found == number);
		told += found == number;
	}
	if (!told)
		printf("%s is not understood\n", name);
	return told;
}

static void the_calls_of_libc(void)
{
	void *libc;

	/* Since then none of them is in these functions: guest_sleep and its like see those. */
	if (strverscmp(gnu_get_libc_version(), "2.41") >= 0)
		return;
	/* Not RTLD_DEFAULT: a sanitizer has functions of these names. */
	libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	CHECK(libc);
	for (size_t i = 0; libc && i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		CHECK(calls_of(libc, wrappers[i].name, wrappers[i].number) > 0);
}

/* Whatever stands there, nothing behind either end is looked at. */
static void garbage_is_no_fault(void)
{
	static const uint8_t pieces[] = { 0xb8, 0x31, 0xc0, 0x48, 0x41, 0x64, 0x8b, 0x7c, 0x24,
					  0x0f, 0x46, 0x80, 0x81, 0xc7, 0x00, 0x05, 0x40, 0x33 };
	uint8_t *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
	uint64_t state = 1;

	CHECK(pages != MAP_FAILED && munmap(pages, 4096) == 0 &&
	      munmap(pages + 2 * 4096, 4096) == 0);
	for (unsigned step = 0; step < 100000; step++) {
		size_t size = 2 + step % (ARCH_CALL_CODE - 1);
		uint8_t *code = step % 2 ? pages + 4096 : pages + 2 * 4096 - size;

		for (size_t i = 0; i < size; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			code[i] = pieces[(state >> 40) % sizeof(pieces)];
		}
		code[size - 2] = 0x0f;
		code[size - 1] = 0x05;
		CHECK(arch_call_number(code, size) < 1024);
	}
	munmap(pages + 4096, 4096);
}

#else /* no processor of which the number is read from code */

static void a_number_right_before_the_call(void)
{
	CHECK(arch_call_number(NULL, 0) == -1);
}

#define moves_in_between a_number_right_before_the_call
#define what_says_nothing a_number_right_before_the_call
#define the_last_number_counts a_number_right_before_the_call
#define the_calls_of_libc a_number_right_before_the_call
#define garbage_is_no_fault a_number_right_before_the_call

#endif

RUN({ "a number right before the call", a_number_right_before_the_call },
    { "moves in between", moves_in_between }, { "what says nothing", what_says_nothing },
    { "the last number counts", the_last_number_counts },
    { "the calls of libc", the_calls_of_libc }, { "garbage is no fault", garbage_is_no_fault })
