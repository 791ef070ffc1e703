/* SPDX-License-Identifier: MIT */
/* describe.c - the contract is in describe.h */
#include "describe.h"

#include "options.h"
#include "os.h"
#include "symbol.h"
#include "threads.h"
#include "trace.h"

#define BYTES 32u /* kmemleak's HEX_MAX_LINES * HEX_ROW_SIZE */
#define ROW 16u

void describe_object(struct print *out, const struct object *object)
{
	print(out, "object 0x%lx (size %zu)", (unsigned long)object->start, object->size);
}

void describe_symbol(struct print *out, const struct symbol *symbol, uintptr_t pc)
{
	if (symbol->name)
		print(out, "%s+0x%zx/0x%zx", symbol->name, symbol->offset, symbol->length);
	else
		print(out, "0x%lx", symbol->in ? symbol->offset : pc);
	if (symbol->module) {
		print(out, " [");
		print_name(out, options.paths == PATHS_FULL && symbol->in ? symbol->in->path
									  : symbol->module);
		print(out, "]");
	}
}

static void print_frame(struct print *out, uintptr_t pc, uint32_t when_ms)
{
	struct symbol symbol = symbol_find(pc, when_ms);

	print(out, "    [<%016lx>] ", (unsigned long)pc);
	describe_symbol(out, &symbol, pc);
	print(out, "\n");
}

void describe_frames(struct print *out, const struct object *object, unsigned most)
{
	const struct trace *trace = trace_get(object->trace);

	if (!trace)
		print(out, "    (no trace: there was no memory for it)\n");
	for (unsigned i = 0; trace && i < trace->count && i < most; i++)
		print_frame(out, trace->pc[i], object->born_ms);
	if (trace && (trace->flags & TRACE_CUT) && trace->count <= most)
		print(out, "    ... (trace cut)\n");
}

/* One row as the kernel's print_hex_dump() has it: padded, so that the text is in its column. */
static void print_row(struct print *out, const uint8_t *bytes, size_t count)
{
	print(out, "    ");
	for (size_t i = 0; i < ROW; i++) {
		if (i < count)
			print(out, "%02x ", bytes[i]);
		else
			print(out, "   ");
	}
	print(out, " ");
	for (size_t i = 0; i < count; i++)
		print(out, "%c", bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.');
	print(out, "\n");
}

void describe_bytes(struct print *out, uintptr_t start, size_t size)
{
	uint8_t bytes[BYTES];
	ssize_t got;

	size = size < BYTES ? size : BYTES;
	got = size ? os_read_memory(start, bytes, size) : 0;
	if (got < 0) {
		print(out, "  hex dump: not readable\n");
		return;
	}
	print(out, "  hex dump (first %zd bytes):\n", got);
	for (size_t at = 0; at < (size_t)got; at += ROW)
		print_row(out, bytes + at, (size_t)got - at < ROW ? (size_t)got - at : ROW);
}

void describe_birth(struct print *out, const struct object *object, uint32_t now_ms)
{
	uint32_t age_ms = now_ms > object->born_ms ? now_ms - object->born_ms : 0;

	print(out, "comm \"");
	print_name(out, threads_who_name(object->who));
	print(out, "\", pid %u, jiffies %u (age %u.%03us)", threads_who_tid(object->who),
	      object->born_ms, age_ms / 1000, age_ms % 1000);
}
