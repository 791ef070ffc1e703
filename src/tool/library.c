/* SPDX-License-Identifier: MIT */
/* library.c - the contract is in library.h */
#include "library.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "libleakscan.so"

/* The path, if there is a library that can be read; or NULL. */
static char *usable(const char *directory, const char *rest)
{
	char *path, *real;

	if (asprintf(&path, "%s%s", directory, rest) < 0)
		return NULL;
	real = realpath(path, NULL);
	free(path);
	if (real && access(real, R_OK) != 0) {
		free(real);
		return NULL;
	}
	return real;
}

/* The directory of this executable, "" if unknown. */
static void own_directory(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	if (slash)
		*slash = 0;
}

/* LEAKSCAN_LIBRARY; beside the command (a build tree); ../lib; where it was meant to be installed. */
static char *find_library(void)
{
	const char *given = getenv("LEAKSCAN_LIBRARY");
	char own[PATH_MAX], *path;

	if (given && *given) {
		path = usable(given, "");
		if (!path)
			fprintf(stderr, "leakscan: LEAKSCAN_LIBRARY=%s: %s\n", given,
				strerror(errno));
		return path;
	}
	own_directory(own, sizeof(own));
	path = usable(own, "/" NAME);
	if (!path)
		path = usable(own, "/../lib/" NAME);
	if (!path)
		path = usable(LEAKSCAN_LIBDIR, "/" NAME);
	if (!path)
		fprintf(stderr,
			"leakscan: there is no " NAME " in %s, %s/../lib or " LEAKSCAN_LIBDIR
			"; LEAKSCAN_LIBRARY can name it\n",
			own, own);
	return path;
}

/* Sets the variable to @first, and behind it to what it was. */
static bool prepend(const char *variable, const char *first, const char *old)
{
	char *text;
	int error;

	if (!old || !*old)
		return setenv(variable, first, 1) == 0;
	if (asprintf(&text, "%s:%s", first, old) < 0)
		return false;
	error = setenv(variable, text, 1);
	free(text);
	return error == 0;
}

bool library_preload(void)
{
	char *path = find_library();
	bool done = false;

	if (path && strpbrk(path, " :"))
		fprintf(stderr,
			"leakscan: LD_PRELOAD cannot name a path with a space or a colon: %s\n",
			path);
	else if (path)
		done = prepend("LD_PRELOAD", path, getenv("LD_PRELOAD"));
	free(path);
	return done;
}

/* "key=value" with a backslash before each ':' of the value; to be freed. */
static char *make_item(const char *key, const char *value)
{
	char *item = malloc(strlen(key) + 1 + 2 * strlen(value) + 1);
	char *at;

	if (!item)
		return NULL;
	at = stpcpy(stpcpy(item, key), "=");
	for (; *value; value++) {
		if (*value == ':')
			*at++ = '\\';
		*at++ = *value;
	}
	*at = 0;
	return item;
}

bool library_add_option(const char *key, const char *value)
{
	const char *old = getenv("LEAKSCAN_OPTIONS");
	char *item = make_item(key, value);
	bool done;

	if (!item)
		return false;
	if (old && *old)
		done = prepend("LEAKSCAN_OPTIONS", old, item);
	else
		done = setenv("LEAKSCAN_OPTIONS", item, 1) == 0;
	free(item);
	return done;
}

/* Copies up to the next ':' that is not escaped, without the escapes; returns where it stopped. */
static const char *copy_item(const char *text, char *item)
{
	for (; *text && *text != ':'; text++) {
		if (text[0] == '\\' && text[1] == ':')
			text++;
		*item++ = *text;
	}
	*item = 0;
	return text;
}

char *library_option(const char *key)
{
	const char *text = getenv("LEAKSCAN_OPTIONS");
	size_t length = strlen(key);
	char *item, *found = NULL;

	if (!text)
		return NULL;
	item = malloc(strlen(text) + 1);
	while (item && *text) {
		text = copy_item(text, item);
		if (strncmp(item, key, length) == 0 && item[length] == '=') {
			free(found);
			found = strdup(item + length + 1);
		}
		text += *text == ':';
	}
	free(item);
	return found;
}
