/* SPDX-License-Identifier: MIT */
/*
 * symbol_table.h - the symbols of one ELF file, sorted
 *
 * Owns     struct symbol_file: an open file, its segments, two sorted arrays of symbols.
 * For      symbol.c alone.
 * Never    believes a file: what is read is read at an offset that is checked, into memory of a
 *          size that is chosen here, and counts are bounded.  Never maps it: a file that somebody
 *          shortens while we look would be a SIGBUS, in the stopped world in the program itself.
 */
#ifndef SYMBOL_TABLE_H
#define SYMBOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modules.h"

#define SYMBOL_SEGMENTS 16 /* loadable segments of a file that are looked at */

struct symbol_entry {
	uint64_t value;
	uint64_t size : 48;   /* 0: unknown */
	uint64_t rank : 8;    /* 0: global, 1: weak, 2: local */
	uint64_t is_text : 1; /* the name has been read */
	union {
		uint64_t offset; /* in the string table */
		const char *text;
	} name;
};

struct symbol_table {
	struct symbol_entry *entries; /* `count` of them, by value, then rank; from the pool */
	size_t count, size;           /* size: of the array, in entries */
};

struct symbol_segment {
	uint64_t address, offset, file_size, memory_size;
	bool code;
};

struct symbol_file {
	struct symbol_file *next; /* of symbol.c */
	const struct module *module;
	int fd;      /* or negative: closed, see `usable`; -EMFILE: there was none to be had */
	bool usable; /* the file is the one that was loaded */
	uint64_t size, inode;
	bool executable; /* names an interpreter: a program, not a library */
	uint64_t entry;  /* e_entry: where a program begins */
	struct symbol_segment segments[SYMBOL_SEGMENTS];
	size_t segment_count;
	uint64_t symbols_offset, symbols_size; /* of the symbol section, bytes in the file */
	uint64_t strings_offset, strings_size; /* of its names */
	struct symbol_table functions, data;
	struct symbol_name *names; /* those that were asked for */
};

/* Reads the tables of @module's file, or finds that there are none; NULL: no memory. */
struct symbol_file *symbol_file_open(const struct module *module);
/* Gives the descriptor back; the next name that is not known yet opens the file again. */
void symbol_file_rest(struct symbol_file *file);
void symbol_file_free(struct symbol_file *file);

/* The name of an entry, 0-terminated and printable, until symbol_file_free(), or NULL. */
const char *symbol_file_name(struct symbol_file *file, struct symbol_entry *entry);

#endif
