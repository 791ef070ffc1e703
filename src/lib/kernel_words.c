/* SPDX-License-Identifier: MIT */
/*
 * kernel_words.c - pointers that only the kernel holds; the contract is in roots.h
 *
 * epoll: /proc/self/fdinfo/N of an epoll descriptor has a line "tfd: 5 events: 19 data: 55d0c8a012a0"
 * for each registration.  Timers: /proc/self/timers has "signal: 10/000055d0c8a012a0".
 */
#include <fcntl.h>
#include <string.h>

#include "os.h"
#include "pool.h"
#include "print.h"
#include "roots.h"

#define MOST_EPOLLS 4096
#define TEXT_SIZE (64u << 10)

static int epolls[MOST_EPOLLS];
static unsigned epoll_count;

static void add_word(struct kernel_words *kernel, uintptr_t word)
{
	if (kernel->count == kernel->size) {
		size_t size = kernel->size ? 2 * kernel->size : 512;
		uintptr_t *words = pool_map(size * sizeof(*words), size * sizeof(*words));

		if (!words) {
			kernel->incomplete = true;
			return;
		}
		if (kernel->count)
			memcpy(words, kernel->words, kernel->count * sizeof(*words));
		roots_free_kernel(kernel);
		kernel->words = words;
		kernel->size = size;
	}
	kernel->words[kernel->count++] = word;
}

void roots_free_kernel(struct kernel_words *kernel)
{
	pool_unmap(kernel->words, kernel->size * sizeof(uintptr_t),
		   kernel->size * sizeof(uintptr_t));
	kernel->words = NULL;
	kernel->size = 0;
}

static bool see_descriptor(void *context, int fd)
{
	struct kernel_words *kernel = context;
	char path[64], target[64];
	struct print out = PRINT_TO(-1, path);

	print(&out, "/proc/thread-self/fd/%d", fd);
	if (os_readlink(path, target, sizeof(target)) > 0 &&
	    !strcmp(target, "anon_inode:[eventpoll]")) {
		if (epoll_count < MOST_EPOLLS)
			epolls[epoll_count++] = fd;
		else
			kernel->incomplete = true;
	}
	return true;
}

void roots_find_epoll(struct kernel_words *kernel)
{
	memset(kernel, 0, sizeof(*kernel));
	epoll_count = 0;
	os_each_number("/proc/thread-self/fd", see_descriptor, kernel);
}

static uintptr_t read_hex(const char *text)
{
	uintptr_t value = 0;

	while (*text == ' ')
		text++;
	if (text[0] == '0' && text[1] == 'x')
		text += 2;
	for (;; text++) {
		if (*text >= '0' && *text <= '9')
			value = value << 4 | (uintptr_t)(*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			value = value << 4 | (uintptr_t)(*text - 'a' + 10);
		else
			return value;
	}
}

/* Takes the hexadecimal word behind @key (and behind @mark, if it is not 0) of every line. */
static void take_words(struct kernel_words *kernel, char *line, const char *key, char mark)
{
	for (char *end; *line; line = end) {
		char *found;

		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		else
			end = line + strlen(line);
		found = strstr(line, key);
		if (found && mark)
			found = strchr(found, mark);
		if (found)
			add_word(kernel, read_hex(found + (mark ? 1 : strlen(key))));
	}
}

/* Reads a file of any length in pieces that end at a line. */
static void read_lines(struct kernel_words *kernel, const char *path, const char *key, char mark)
{
	char *text = pool_map(TEXT_SIZE, TEXT_SIZE);
	int fd = text ? os_open(path, O_RDONLY, 0) : -1;
	size_t used = 0;
	ssize_t got;

	while (fd >= 0 && (got = os_read(fd, text + used, TEXT_SIZE - 1 - used)) > 0) {
		used += (size_t)got;
		text[used] = 0;
		char *last = strrchr(text, '\n');

		if (!last)
			break;
		size_t rest = used - (size_t)(last + 1 - text);

		*last = 0;
		take_words(kernel, text, key, mark);
		memmove(text, last + 1, rest);
		used = rest;
	}
	if (fd >= 0)
		os_close(fd);
	pool_unmap(text, TEXT_SIZE, TEXT_SIZE);
}

void roots_read_kernel(struct kernel_words *kernel)
{
	for (unsigned i = 0; i < epoll_count; i++) {
		char path[64];
		struct print out = PRINT_TO(-1, path);

		print(&out, "/proc/thread-self/fdinfo/%d", epolls[i]);
		read_lines(kernel, path, "data:", 0);
	}
	read_lines(kernel, "/proc/self/timers", "signal:", '/');
}
