/* SPDX-License-Identifier: MIT */
/*
 * demangle.c - the contract is in demangle.h
 *
 * Terms are those of the Itanium C++ ABI, 5.1: <source-name> is a length and so many letters; a
 * <nested-name> is N, names, E.  Template arguments are passed over by counting what opens (I, N, L,
 * F, J, X) and what closes (E), which works since names, whose letters could be mistaken, come with
 * their length.
 */
#include "demangle.h"

#include <stdint.h>
#include <string.h>

#include "print.h"

struct demangler {
	const char *at;
	struct print out;
	size_t last_start, last_length; /* in `out`: the class that a constructor is named after */
	bool is_template;
};

static const struct {
	char code[3];
	const char *name;
} abbreviations[] = {
	{ "St", "std" },           { "Sa", "std::allocator" }, { "Sb", "std::basic_string" },
	{ "Ss", "std::string" },   { "Si", "std::istream" },   { "So", "std::ostream" },
	{ "Sd", "std::iostream" },
}, operators[] = {
	{ "nw", " new" },   { "na", " new[]" }, { "dl", " delete" }, { "da", " delete[]" },
	{ "pl", "+" },      { "mi", "-" },      { "ml", "*" },       { "dv", "/" },
	{ "rm", "%" },      { "an", "&" },      { "or", "|" },       { "eo", "^" },
	{ "aS", "=" },      { "pL", "+=" },     { "mI", "-=" },      { "mL", "*=" },
	{ "ls", "<<" },     { "rs", ">>" },     { "lS", "<<=" },     { "rS", ">>=" },
	{ "eq", "==" },     { "ne", "!=" },     { "lt", "<" },       { "gt", ">" },
	{ "le", "<=" },     { "ge", ">=" },     { "nt", "!" },       { "aa", "&&" },
	{ "oo", "||" },     { "pp", "++" },     { "mm", "--" },      { "cm", "," },
	{ "pm", "->*" },    { "pt", "->" },     { "cl", "()" },      { "ix", "[]" },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool skip(struct demangler *from, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(from->at, word, length) != 0)
		return false;
	from->at += length;
	return true;
}

/* The letters of a <source-name>; false if there are not so many. */
static bool take_name(struct demangler *from, const char **name, size_t *length)
{
	*length = 0;
	if (!is_digit(*from->at) || *from->at == '0')
		return false;
	while (is_digit(*from->at) && *length < 10000)
		*length = *length * 10 + (size_t)(*from->at++ - '0');
	*name = from->at;
	if (strnlen(from->at, *length) < *length)
		return false;
	from->at += *length;
	return true;
}

static void put(struct demangler *from, const char *name, size_t length)
{
	if (from->out.used)
		print(&from->out, "::");
	from->last_start = from->out.used;
	from->last_length = length;
	print_bytes(&from->out, name, length);
}

static bool put_name(struct demangler *from)
{
	const char *name;
	size_t length;

	if (!take_name(from, &name, &length))
		return false;
	if (length >= 10 && strncmp(name, "_GLOBAL__N", 10) == 0)
		put(from, "(anonymous namespace)", 21);
	else
		put(from, name, length);
	return true;
}

/* <substitution> with a number, or <template-param>: S_, S1_, T_, T0_. */
static bool skip_numbered(struct demangler *from)
{
	const char *at = from->at + 1;

	while (is_digit(*at) || (*at >= 'A' && *at <= 'Z'))
		at++;
	if (*at != '_')
		return false;
	from->at = at + 1;
	return true;
}

/* A literal of a builtin type has digits that are no length: Li42E. */
static bool skip_literal(struct demangler *from)
{
	const char *end;

	if (skip(from, "L_Z") || !(from->at[1] >= 'a' && from->at[1] <= 'z')) {
		from->at += *from->at == 'L';
		return false;
	}
	end = strchr(from->at, 'E');
	from->at = end ? end + 1 : from->at + strlen(from->at);
	return true;
}

/* One step over template arguments; what it opens or closes changes @depth. */
static bool skip_step(struct demangler *from, unsigned *depth)
{
	const char *name;
	size_t length;
	char c = *from->at;

	if (is_digit(c))
		return take_name(from, &name, &length);
	if (c == 'L') {
		*depth += !skip_literal(from);
		return true;
	}
	if ((c == 'S' || c == 'T') && skip_numbered(from))
		return true;
	if (c == 'A' && is_digit(from->at[1])) {
		from->at += strcspn(from->at, "_");
		return true;
	}
	if (c == 'S' || c == 'D') {
		*depth += c == 'D' && (from->at[1] | 0x20) == 't';
		from->at += from->at[1] ? 2 : 1;
		return true;
	}
	*depth += c && strchr("INFJX", c);
	*depth -= c == 'E';
	from->at += c != 0;
	return c != 0;
}

static bool skip_template(struct demangler *from)
{
	unsigned depth = 0;

	do {
		if (!skip_step(from, &depth))
			return false;
	} while (depth);
	print(&from->out, "<...>");
	from->is_template = true;
	return true;
}

static bool put_constructor(struct demangler *from)
{
	char name[256];
	size_t length = from->last_length;

	if (!is_digit(from->at[1]) || !length || length >= sizeof(name) ||
	    from->last_start + length > from->out.used)
		return false;
	memcpy(name, from->out.buffer + from->last_start, length);
	print(&from->out, *from->at == 'D' ? "::~" : "::");
	print_bytes(&from->out, name, length);
	from->at += 2;
	return true;
}

static bool put_operator(struct demangler *from)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!skip(from, operators[i].code))
			continue;
		print(&from->out, "%soperator%s", from->out.used ? "::" : "", operators[i].name);
		return true;
	}
	return false;
}

static bool put_abbreviation(struct demangler *from)
{
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(abbreviations[0]); i++) {
		const char *name = abbreviations[i].name;

		if (!skip(from, abbreviations[i].code))
			continue;
		put(from, name, strlen(name));
		if (strncmp(name, "std::", 5) == 0) {
			from->last_start += 5;
			from->last_length -= 5;
		}
		return true;
	}
	return false;
}

/* One component of a name. */
static bool put_component(struct demangler *from)
{
	char c = *from->at;

	skip(from, "L"); /* internal linkage */
	if (is_digit(*from->at))
		return put_name(from);
	if (c == 'S')
		return put_abbreviation(from);
	if (c == 'I')
		return from->out.used && skip_template(from);
	if (c == 'C' || c == 'D')
		return put_constructor(from);
	if (c == 'B') { /* an ABI tag */
		const char *name;
		size_t length;

		from->at++;
		return take_name(from, &name, &length);
	}
	return put_operator(from);
}

static bool put_nested(struct demangler *from)
{
	while (*from->at && strchr("rVKRO", *from->at))
		from->at++;
	while (!skip(from, "E"))
		if (!put_component(from))
			return false;
	return true;
}

enum demangled demangle(const char *mangled, char *text, size_t size)
{
	struct demangler from = { .at = mangled,
				  .out = { .fd = -1, .size = size, .buffer = text } };
	bool understood = skip(&from, "_Z");

	text[0] = 0;
	if (!understood)
		return DEMANGLED_NOT;
	skip(&from, "L");
	if (skip(&from, "N")) {
		understood = put_nested(&from);
	} else {
		if (skip(&from, "St"))
			put(&from, "std", 3);
		understood = put_component(&from);
		if (understood && *from.at == 'I')
			understood = skip_template(&from);
	}
	if (!understood || !from.out.used || from.out.used + 1 >= size) {
		text[0] = 0;
		return DEMANGLED_NOT;
	}
	return from.is_template ? DEMANGLED_TEMPLATE : DEMANGLED_WHOLE;
}
