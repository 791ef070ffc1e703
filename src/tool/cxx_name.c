/* SPDX-License-Identifier: MIT */
/* cxx_name.c - the contract is in cxx_name.h */
#include "cxx_name.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HASH 19 /* bytes of "::h0123456789abcdef" */

typedef char *demangler(const char *name, char *buffer, size_t *size, int *status);

static demangler *find_demangler(void)
{
	static demangler *found;
	static bool looked;

	if (!looked) {
		void *library = dlopen("libstdc++.so.6", RTLD_LAZY);
		void *function = library ? dlsym(library, "__cxa_demangle") : NULL;

		looked = true;
		memcpy(&found, &function, sizeof(found));
	}
	return found;
}

/* Rust's own escapes, behind a name in C++'s form. */
static void unescape_rust(char *name)
{
	static const struct {
		const char *escape, *text;
	} escapes[] = {
		{ "$LT$", "<" },  { "$GT$", ">" },  { "$RF$", "&" },  { "$BP$", "*" },
		{ "$LP$", "(" },  { "$RP$", ")" },  { "$C$", "," },   { "$SP$", "@" },
		{ "$u20$", " " }, { "$u5b$", "[" }, { "$u5d$", "]" }, { "$u7b$", "{" },
		{ "$u7d$", "}" }, { "$u27$", "'" }, { "..", "::" },
	};
	char *to = name;

	while (*name) {
		size_t i = 0;

		while (i < sizeof(escapes) / sizeof(escapes[0]) &&
		       strncmp(name, escapes[i].escape, strlen(escapes[i].escape)) != 0)
			i++;
		if (i == sizeof(escapes) / sizeof(escapes[0])) {
			*to++ = *name++;
			continue;
		}
		name += strlen(escapes[i].escape);
		to = stpcpy(to, escapes[i].text); /* never longer than the escape */
	}
	*to = 0;
}

static bool is_rust(const char *name, size_t length)
{
	return length > HASH && strncmp(name + length - HASH, "::h", 3) == 0 &&
	       strspn(name + length - 16, "0123456789abcdef") == 16;
}

char *cxx_name(const char *name)
{
	demangler *function;
	char *result;
	size_t length;
	int status;

	if (strncmp(name, "_Z", 2) != 0)
		return NULL;
	function = find_demangler();
	result = function ? function(name, NULL, NULL, &status) : NULL;
	if (!result)
		return NULL;
	length = strlen(result);
	if (is_rust(result, length)) {
		result[length - HASH] = 0;
		unescape_rust(result);
	}
	return result;
}
