/* SPDX-License-Identifier: MIT */
/*
 * server.c - a service that leaks with each bad request, to be scanned while it runs
 *
 *   LD_PRELOAD=build/libleakscan.so build/examples/server
 *
 * A line on stdin is a request: "set KEY VALUE", "get KEY" or anything else, which is an error.  Type
 * a few of each, then from another terminal, as often as you like,
 *
 *   kill -USR1 $(pidof server)        or        build/leakscan scan $(pidof server)
 *
 * and read leakscan.PID.txt, in the directory where the server was started.  The server runs on.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request {
	char *verb;
	char *key;
	char *value;
};

struct entry {
	struct entry *next;
	char *key;
	char *value;
};

static struct entry *entries;

/* A copy of the next word of @line, NULL at its end; @line moves behind it. */
static char *next_word(char **line)
{
	char *word = strtok_r(NULL, " \n", line);

	return word ? strdup(word) : NULL;
}

static struct request *request_parse(char *line)
{
	struct request *request = calloc(1, sizeof(*request));
	char *rest = line;

	if (!request)
		return NULL;
	request->verb = next_word(&rest);
	request->key = next_word(&rest);
	request->value = next_word(&rest);
	return request;
}

static void request_free(struct request *request)
{
	free(request->verb);
	free(request->key);
	free(request->value);
	free(request);
}

static struct entry *find(const char *key)
{
	struct entry *entry = entries;

	while (entry && strcmp(entry->key, key) != 0)
		entry = entry->next;
	return entry;
}

/* Takes key and value out of the request. */
static bool set(struct request *request)
{
	struct entry *entry = find(request->key);

	if (!entry) {
		entry = calloc(1, sizeof(*entry));
		if (!entry)
			return false;
		entry->key = request->key;
		request->key = NULL;
		entry->next = entries;
		entries = entry;
	}
	free(entry->value);
	entry->value = request->value;
	request->value = NULL;
	return true;
}

static void handle(char *line)
{
	struct request *request = request_parse(line);
	const char *verb = request && request->verb ? request->verb : "";

	if (strcmp(verb, "set") == 0 && request->value) {
		puts(set(request) ? "ok" : "no memory");
	} else if (strcmp(verb, "get") == 0 && request->key) {
		const struct entry *entry = find(request->key);

		puts(entry ? entry->value : "nothing");
	} else {
		puts("error"); /* NOLINT(clang-analyzer-unix.Malloc) */
		return;        /* the bug: the request and its words are lost */
	}
	request_free(request);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (getline(&line, &size, stdin) > 0)
		handle(line);
	free(line);
	return EXIT_SUCCESS;
}
