/* SPDX-License-Identifier: MIT */
/*
 * cxx_type.c - the contract is in cxx_type.h
 *
 * The Itanium C++ ABI, 2.5.3 and 2.9: a word of an object points to the first function of a vtable.
 * Before it stand the distance to the whole object, which is not positive, and its type_info:
 *
 *   object: vptr ---> [ distance | type_info | functions... ]       in a module's data
 *                                      |
 *                                      +---> [ vptr | name ]        "N3net7SessionE"
 *
 * That needs no symbols.  Of a class built without type_infos there is the name of the vtable.
 */
#include "cxx_type.h"

#include <string.h>

#include "demangle.h"
#include "modules.h"
#include "os.h"
#include "print.h"
#include "symbol.h"

#define WORDS 32u /* of a block that are looked at */
#define NAME 512u /* of a class, mangled */
#define WORD sizeof(uintptr_t)

static bool read_words(uintptr_t address, uintptr_t *words, size_t count)
{
	return address % WORD == 0 &&
	       os_read_memory(address, words, count * WORD) == (ssize_t)(count * WORD);
}

/* A type's name: letters, digits and underscores, and a '*' in front of one that is not unique. */
static bool is_type_name(const char *name)
{
	return *name && strchr("NSZ123456789", *name) &&
	       name[strspn(name, "_.$0123456789abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == 0;
}

static bool name_by_type_info(uintptr_t type_info, char *name)
{
	uintptr_t words[2];
	ssize_t got;

	if (!modules_find_data(type_info) || !read_words(type_info, words, 2) ||
	    !modules_find_data(words[0]) || !modules_find_data(words[1]))
		return false;
	got = os_read_memory(words[1], name, NAME - 1);
	if (got <= 1)
		return false;
	name[got] = 0;
	if (*name == '*')
		memmove(name, name + 1, (size_t)got);
	return strlen(name) < NAME - 1 && is_type_name(name);
}

static bool name_by_symbol(uintptr_t vtable, char *name)
{
	struct symbol symbol = symbol_find_data(vtable);
	struct print out = { .fd = -1, .size = NAME, .buffer = name };

	if (!symbol.name || strncmp(symbol.name, "_ZTV", 4) != 0 || symbol.offset < 2 * WORD)
		return false;
	print(&out, "%s", symbol.name + 4);
	return is_type_name(name);
}

/* @word stands @offset bytes into a block. */
static bool name_of_vtable(uintptr_t word, size_t offset, char *name)
{
	uintptr_t before[2];

	if (!modules_find_data(word) || !read_words(word - 2 * WORD, before, 2))
		return false;
	/* The object that the vtable is of begins in the block. */
	if (-before[0] > offset)
		return false;
	if (before[1])
		return name_by_type_info(before[1], name);
	return name_by_symbol(word, name);
}

static void put_class(const char *name, char *text, size_t text_size)
{
	char mangled[NAME + 2];
	struct print to_mangled = PRINT_TO(-1, mangled);
	struct print out = { .fd = -1, .size = text_size, .buffer = text };

	print(&to_mangled, "_Z%s", name);
	if (demangle(mangled, text, text_size) != DEMANGLED_WHOLE)
		print(&out, "%s", mangled);
}

bool cxx_type_of(uintptr_t start, size_t size, char *text, size_t text_size, size_t *offset)
{
	uintptr_t words[WORDS];
	char name[NAME];
	size_t count = size / WORD < WORDS ? size / WORD : WORDS;

	if (!count || !read_words(start, words, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!name_of_vtable(words[i], i * WORD, name))
			continue;
		put_class(name, text, text_size);
		*offset = i * WORD;
		return true;
	}
	return false;
}
