/* SPDX-License-Identifier: MIT */
/* frames.c - the contract is in frames.h */
#include "frames.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "arch.h"
#include "cfi.h"
#include "modules.h"
#include "os.h"

#define MOST_SEGMENTS 32u

/* The table of unwind rules of a module, from the headers that stand at the start of its image. */
static const uint8_t *table_of(const struct module *module)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segments[MOST_SEGMENTS];
	uintptr_t image = module->image_start, first = UINTPTR_MAX, table = 0;
	ssize_t size;

	if (!image || os_read_memory(image, &header, sizeof(header)) != (ssize_t)sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phnum > MOST_SEGMENTS ||
	    header.e_phentsize != sizeof(segments[0]))
		return NULL;
	size = (ssize_t)(header.e_phnum * sizeof(segments[0]));
	if (os_read_memory(image + header.e_phoff, segments, (size_t)size) != size)
		return NULL;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		if (segments[i].p_type == PT_LOAD && segments[i].p_vaddr < first)
			first = segments[i].p_vaddr & ~(uintptr_t)4095;
		if (segments[i].p_type == PT_GNU_EH_FRAME)
			table = segments[i].p_vaddr;
	}
	return table && first < table ? (const uint8_t *)(image + table - first) : NULL;
}

void frames_begin(struct frames *frames, const struct stopped *thread, uintptr_t limit)
{
	*frames = (struct frames){
		.stack = thread->stack_pointer,
		.pointer = arch_registers_frame_pointer(thread->registers),
		.limit = limit,
		.next_pc = arch_registers_pc(thread->registers) + 1, /* no call leads on from it */
	};
}

/* Is there a word of the stack at this address? */
static bool is_word(const struct frames *frames, uintptr_t address)
{
	return address >= frames->stack && address % sizeof(uintptr_t) == 0 &&
	       address + sizeof(uintptr_t) <= frames->limit;
}

static uintptr_t word_at(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

bool frames_next(struct frames *frames)
{
	const struct module *module = modules_find(frames->next_pc - 1, MODULES_FOREVER - 1);
	const uint8_t *table = module ? table_of(module) : NULL;
	struct frame_rule rule = { .kind = FRAME_OTHER };
	uintptr_t end, saved;

	if (table)
		rule = cfi_rule_in(table, frames->next_pc);
	if (rule.kind != FRAME_SIMPLE)
		return false;
	end = (rule.by_pointer ? frames->pointer : frames->stack) +
	      (uintptr_t)(intptr_t)rule.cfa_at;
	saved = end + 8 * (uintptr_t)(intptr_t)rule.pointer_at;
	if (!is_word(frames, end - sizeof(uintptr_t)) ||
	    (rule.pointer == POINTER_SAVED && !is_word(frames, saved)))
		return false;
	frames->pc = frames->next_pc;
	frames->start = frames->stack;
	frames->end = end;
	frames->next_pc = word_at(end - sizeof(uintptr_t));
	if (rule.pointer != POINTER_SAME)
		frames->pointer = rule.pointer == POINTER_SAVED ? word_at(saved) : 0;
	frames->stack = end;
	return true;
}
