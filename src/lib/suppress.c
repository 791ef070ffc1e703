/* SPDX-License-Identifier: MIT */
/*
 * suppress.c - the contract is in suppress.h
 *
 * Objects are many and traces few: the rule of a trace is looked for once and kept, in a hash table
 * with open addressing that is left as it is when it is full.
 */
#include "suppress.h"

#include <string.h>

#include "demangle.h"
#include "pool.h"
#include "suppression.h"
#include "suppression_rule.h"
#include "symbol.h"
#include "trace.h"

#define SLOTS 65536u
#define NAME 1024

struct slot {
	uint32_t trace; /* or 0: free */
	uint32_t rule;
};

struct use {
	size_t objects, bytes;
};

static struct {
	struct slot *slots; /* SLOTS of them */
	struct use *uses;   /* one for each of `count` rules */
	size_t count, taken;
} suppress;

bool suppress_begin(void)
{
	suppress_end();
	suppress.count = suppression_count();
	if (!suppress.count)
		return false;
	suppress.uses = pool_map(suppress.count * sizeof(struct use), 4096);
	suppress.slots = pool_map(SLOTS * sizeof(struct slot), 4096);
	if (!suppress.uses || !suppress.slots)
		suppress_end();
	return suppress.count != 0;
}

void suppress_end(void)
{
	if (suppress.uses)
		pool_unmap(suppress.uses, suppress.count * sizeof(struct use), 4096);
	if (suppress.slots)
		pool_unmap(suppress.slots, SLOTS * sizeof(struct slot), 4096);
	memset(&suppress, 0, sizeof(suppress));
}

static bool fits(const char *pattern, const struct symbol *symbol, const char *readable)
{
	return (symbol->name && suppression_matches(pattern, symbol->name)) ||
	       (*readable && suppression_matches(pattern, readable)) ||
	       (symbol->in && suppression_matches(pattern, symbol->in->path));
}

static uint32_t find_rule(const struct object *object)
{
	const struct trace *trace = trace_get(object->trace);
	uint32_t best = SUPPRESS_NONE;

	for (unsigned i = 0; trace && i < trace->count; i++) {
		struct symbol symbol = symbol_find(trace->pc[i], object->born_ms);
		char readable[NAME] = "";

		if (symbol.name)
			demangle(symbol.name, readable, sizeof(readable));
		for (uint32_t rule = 0; rule < suppress.count && rule < best; rule++)
			if (fits(suppression_pattern(rule), &symbol, readable))
				best = rule;
	}
	return best;
}

uint32_t suppress_rule_of(const struct object *object)
{
	size_t at = (size_t)object->trace * 2654435761u % SLOTS;
	uint32_t rule;

	while (suppress.slots[at].trace && suppress.slots[at].trace != object->trace)
		at = (at + 1) % SLOTS;
	if (suppress.slots[at].trace)
		return suppress.slots[at].rule;
	rule = find_rule(object);
	if (object->trace && suppress.taken < SLOTS / 2) {
		suppress.slots[at] = (struct slot){ object->trace, rule };
		suppress.taken++;
	}
	return rule;
}

void suppress_count(uint32_t rule, size_t bytes)
{
	suppress.uses[rule].objects++;
	suppress.uses[rule].bytes += bytes;
}

void suppress_print(struct print *out)
{
	for (size_t i = 0; i < suppress.count; i++) {
		const struct use *use = &suppress.uses[i];

		if (!use->objects)
			continue;
		print(out, "# suppression: %zu object%s, %zu byte%s: leak:", use->objects,
		      plural(use->objects), use->bytes, plural(use->bytes));
		print_name(out, suppression_pattern(i));
		print(out, "\n");
	}
}
