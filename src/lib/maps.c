/* SPDX-License-Identifier: MIT */
/*
 * maps.c - reads and parses /proc/self/maps; the contract is in maps.h
 *
 * The text is read into memory of the pool.  Does it not fit, then more memory is taken, which
 * itself changes the map, so the file is read again from its start.  What is parsed was therefore
 * read in one go; only the array is mapped later, and that is ours (pool_each_range() names it).
 *
 * Locking            none: the caller owns the struct maps.
 */
#include "maps.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os.h"
#include "pool.h"
#include "sorted.h"

#define TEXT_FIRST (64u << 10) /* room for about 600 lines */
#define TEXT_MOST ((size_t)1 << 30)

/* Reads the file into @text: its length, or -EFBIG when @size bytes do not hold it. */
static ssize_t read_text(char *text, size_t size)
{
	int fd = os_open("/proc/thread-self/maps", O_RDONLY | O_CLOEXEC, 0);
	size_t used = 0;
	ssize_t got;

	if (fd < 0)
		return fd;
	while (used < size) {
		got = os_read(fd, text + used, size - used);
		if (got <= 0) {
			os_close(fd);
			return got < 0 ? got : (ssize_t)used;
		}
		used += (size_t)got;
	}
	os_close(fd);
	return -EFBIG;
}

/* A number in base 16 or 10 at *@text, which is moved behind it; stops at any other character. */
static uint64_t take_number(const char **text, unsigned base)
{
	uint64_t value = 0;

	for (;; (*text)++) {
		unsigned digit = (unsigned char)**text;

		if (digit - '0' < 10)
			digit -= '0';
		else if (base == 16 && digit - 'a' < 6)
			digit -= 'a' - 10;
		else
			return value;
		value = value * base + digit;
	}
}

static bool take(const char **text, char expected)
{
	if (**text != expected)
		return false;
	(*text)++;
	return true;
}

static bool take_flags(const char **text, unsigned *flags)
{
	const char *letters = *text;

	for (int i = 0; i < 4; i++)
		if (letters[i] == 0)
			return false;
	*flags = (letters[0] == 'r' ? MAPPING_READ : 0u) |
		 (letters[1] == 'w' ? MAPPING_WRITE : 0u) |
		 (letters[2] == 'x' ? MAPPING_EXEC : 0u) |
		 (letters[3] == 's' ? MAPPING_SHARED : 0u);
	*text += 4;
	return true;
}

/* One line, 0-terminated: "start-end perms offset major:minor inode   path". */
static bool parse_line(const char *line, struct mapping *mapping)
{
	mapping->start = take_number(&line, 16);
	if (!take(&line, '-'))
		return false;
	mapping->end = take_number(&line, 16);
	if (!take(&line, ' ') || !take_flags(&line, &mapping->flags) || !take(&line, ' '))
		return false;
	mapping->offset = take_number(&line, 16);
	if (!take(&line, ' '))
		return false;
	take_number(&line, 16);
	if (!take(&line, ':'))
		return false;
	take_number(&line, 16);
	if (!take(&line, ' '))
		return false;
	mapping->inode = take_number(&line, 10);
	while (take(&line, ' '))
		;
	mapping->path = line;
	if (*line == '/')
		mapping->flags |= MAPPING_FILE;
	return mapping->start < mapping->end;
}

static size_t count_lines(const char *text, size_t length)
{
	size_t lines = 1;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

/* The text is 0-terminated; a line that is not as it should be is left out. */
static void parse(struct maps *maps, size_t length)
{
	char *end = maps->text + length;

	for (char *line = maps->text; line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));

		if (!newline)
			newline = end;
		*newline = 0;
		if (parse_line(line, &maps->mappings[maps->count]))
			maps->count++;
		line = newline + 1;
	}
}

int maps_read(struct maps *maps)
{
	ssize_t length = -EFBIG;

	*maps = (struct maps){ 0 };
	for (size_t size = TEXT_FIRST; length == -EFBIG && size <= TEXT_MOST; size *= 2) {
		maps_free(maps);
		maps->text = pool_alloc(size);
		if (!maps->text)
			return -ENOMEM;
		maps->text_bytes = size;
		length = read_text(maps->text, size - 1);
	}
	if (length >= 0) {
		maps->bytes = count_lines(maps->text, (size_t)length) * sizeof(struct mapping);
		maps->mappings = pool_alloc(maps->bytes);
		if (maps->mappings) {
			parse(maps, (size_t)length);
			return 0;
		}
		maps->bytes = 0;
		length = -ENOMEM;
	}
	maps_free(maps);
	return (int)length;
}

void maps_free(struct maps *maps)
{
	if (maps->mappings)
		pool_free(maps->mappings, maps->bytes);
	if (maps->text)
		pool_free(maps->text, maps->text_bytes);
	*maps = (struct maps){ 0 };
}

size_t maps_lower(const struct maps *maps, uintptr_t address)
{
	return SORTED_UP_TO(maps->mappings, maps->count, end, address);
}

const struct mapping *maps_find(const struct maps *maps, uintptr_t address)
{
	size_t at = maps_lower(maps, address);

	if (at < maps->count && maps->mappings[at].start <= address)
		return &maps->mappings[at];
	return NULL;
}
