/* SPDX-License-Identifier: MIT */
/*
 * symbol.c - looks addresses up; the contract is in symbol.h
 *
 * Address -> module, as it was at that time -> address in the file, by the segment from which the
 * module's code was mapped -> the symbol that contains it -> its name, read when it is needed.
 *
 *   files -> | file | -> | file | -> ...   most recently used first; the first HELD are open
 *
 * Locking            none: a snapshot or the stopped world has one thread.
 */
#include "symbol.h"

#include <errno.h>
#include <string.h>

#include "symbol_table.h"

#define HELD 8        /* files kept open, while there are descriptors */
#define BACK 64       /* addresses with symbols before the one asked for that may reach to it */
#define SAME 16       /* names of one address that are compared */
#define ENTRY_CODE 64 /* _start is shorter than this */
#define PAGE ((uint64_t)4096)

static struct symbol_file *files;
static size_t held = HELD;

/* Without a descriptor to be had the others give theirs back, and from then on one is held. */
static struct symbol_file *open_new(const struct module *module)
{
	struct symbol_file *file = symbol_file_open(module);

	if (!file || file->fd != -EMFILE || held == 1)
		return file;
	held = 1;
	for (struct symbol_file *other = files; other; other = other->next)
		symbol_file_rest(other);
	symbol_file_free(file);
	return symbol_file_open(module);
}

/* The file of a module, or NULL: no memory. */
static struct symbol_file *file_of(const struct module *module)
{
	struct symbol_file **link = &files, *file;
	size_t place = 0;

	for (; *link && (*link)->module != module; link = &(*link)->next)
		if (++place >= held)
			symbol_file_rest(*link);
	file = *link;
	if (file)
		*link = file->next;
	else
		file = open_new(module);
	if (file) {
		file->next = files;
		files = file;
	}
	return file;
}

/* Index of the first entry whose value is above @address, or with @equal not below it. */
static size_t first_above(const struct symbol_table *table, uint64_t address, bool equal)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t value = table->entries[middle].value;

		if (value > address || (equal && value == address))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Where a symbol without a size ends: at the next one, or with the segment. */
static uint64_t natural_end(const struct symbol_file *file, const struct symbol_table *table,
			    size_t next, uint64_t value)
{
	if (next < table->count)
		return table->entries[next].value;
	for (size_t i = 0; i < file->segment_count; i++) {
		const struct symbol_segment *segment = &file->segments[i];

		if (value - segment->address < segment->memory_size)
			return segment->address + segment->memory_size;
	}
	return value;
}

static uint64_t end_of(const struct symbol_entry *entry, uint64_t natural)
{
	return entry->size ? entry->value + entry->size : natural;
}

/* Of the symbols first..next-1, which all have one value: the best that contains @address.  The
 * ranks come in order; within a rank the fewest underscores in front win: malloc, not __malloc. */
static struct symbol_entry *best_of(struct symbol_file *file, struct symbol_table *table,
				    size_t first, size_t next, uint64_t address, uint64_t natural)
{
	struct symbol_entry *best = NULL;
	size_t fewest = SIZE_MAX;

	for (size_t i = first; i < next && i < first + SAME; i++) {
		struct symbol_entry *entry = &table->entries[i];
		const char *name;

		if (best && entry->rank > best->rank)
			break;
		if (address >= end_of(entry, natural))
			continue;
		name = symbol_file_name(file, entry);
		if (name && strspn(name, "_") < fewest) {
			fewest = strspn(name, "_");
			best = entry;
		}
	}
	return best;
}

/* Puts name, offset and length of the symbol that contains @address, the innermost if several. */
static void look_up(struct symbol *symbol, struct symbol_file *file, struct symbol_table *table,
		    uint64_t address)
{
	size_t next = first_above(table, address, false);

	for (size_t back = 0; back < BACK && next > 0; back++) {
		uint64_t value = table->entries[next - 1].value;
		uint64_t natural = natural_end(file, table, next, value);
		size_t first = first_above(table, value, true);
		struct symbol_entry *best = best_of(file, table, first, next, address, natural);

		if (best) {
			symbol->name = best->name.text;
			symbol->offset = address - value;
			symbol->length = end_of(best, natural) - value;
			return;
		}
		next = first;
	}
}

/* What has to be taken from an address of the module to have one of its file. */
static bool find_bias(const struct symbol_file *file, uint64_t *bias)
{
	const struct module *module = file->module;

	for (size_t i = 0; i < file->segment_count; i++) {
		const struct symbol_segment *segment = &file->segments[i];
		uint64_t first = segment->offset & ~(PAGE - 1);

		if (!segment->code || module->offset < first ||
		    module->offset - first >= segment->offset - first + segment->file_size)
			continue;
		*bias = module->start - (segment->address - segment->offset + module->offset);
		return true;
	}
	return false;
}

static struct symbol in_module(const struct module *module)
{
	const char *slash = module ? strrchr(module->path, '/') : NULL;

	return (struct symbol){
		.module = !module ? NULL
			  : slash ? slash + 1
				  : module->path,
		.in = module,
	};
}

struct symbol symbol_find(uintptr_t pc, uint32_t when_ms)
{
	const struct module *module = modules_find(pc - 1, when_ms);
	struct symbol symbol = in_module(module);
	struct symbol_file *file;
	uint64_t bias;

	if (!module)
		return symbol;
	symbol.offset = pc - module->start + module->offset;
	file = file_of(module);
	if (!file || !file->usable || !find_bias(file, &bias))
		return symbol;
	symbol.entry = file->executable && pc - bias - file->entry < ENTRY_CODE;
	look_up(&symbol, file, &file->functions, pc - 1 - bias);
	symbol.offset += symbol.name != NULL; /* it counts to pc */
	return symbol;
}

struct symbol symbol_find_data(uintptr_t address)
{
	const struct module *module = modules_find_data(address);
	struct symbol symbol = in_module(module);
	struct symbol_file *file;
	uint64_t bias;

	if (!module)
		return symbol;
	symbol.offset = address - module->image_start;
	file = file_of(module);
	if (file && file->usable && find_bias(file, &bias))
		look_up(&symbol, file, &file->data, address - bias);
	return symbol;
}

void symbol_forget(void)
{
	while (files) {
		struct symbol_file *file = files;

		files = file->next;
		symbol_file_free(file);
	}
}
