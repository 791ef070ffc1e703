/* SPDX-License-Identifier: MIT */
/* describe.c - the contract is in describe.h */
#include "describe.h"

#include "os.h"
#include "symbol.h"
#include "threads.h"
#include "trace.h"

#define BYTES 32u /* as in a report */
#define ROW 16u

/* A name that the program chose: it must not begin a line of its own. */
static void print_name(struct print *out, const char *name)
{
	for (; *name; name++)
		print(out, "%c", (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
}

void describe_object(struct print *out, const struct object *object)
{
	print(out, "object 0x%lx (size %zu)", (unsigned long)object->start, object->size);
}

static void print_frame(struct print *out, uintptr_t pc, uint32_t when_ms)
{
	struct symbol symbol = symbol_find(pc, when_ms);

	print(out, "    [<%016lx>] ", (unsigned long)pc);
	if (symbol.name)
		print(out, "%s+0x%zx/0x%zx", symbol.name, symbol.offset, symbol.length);
	else
		print(out, "0x%lx", (unsigned long)(symbol.in ? symbol.offset : pc));
	if (symbol.module) {
		print(out, " [");
		print_name(out, symbol.module);
		print(out, "]");
	}
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

void describe_bytes(struct print *out, const struct object *object)
{
	size_t size = object->size < BYTES ? object->size : BYTES;
	uint8_t bytes[BYTES];
	ssize_t got = size ? os_read_memory(object->start, bytes, size) : 0;

	if (got < 0) {
		print(out, "  hex dump: not readable\n");
		return;
	}
	print(out, "  hex dump (first %zd bytes):\n", got);
	for (size_t row = 0; row < (size_t)got; row += ROW) {
		print(out, "    ");
		for (size_t i = row; i < row + ROW; i++) {
			if (i < (size_t)got)
				print(out, "%02x ", bytes[i]);
			else
				print(out, "   ");
		}
		print(out, " ");
		for (size_t i = row; i < row + ROW && i < (size_t)got; i++)
			print(out, "%c", bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.');
		print(out, "\n");
	}
}

void describe_birth(struct print *out, const struct object *object, uint32_t now_ms)
{
	uint32_t age_ms = now_ms > object->born_ms ? now_ms - object->born_ms : 0;

	print(out, "comm \"");
	print_name(out, threads_who_name(object->who));
	print(out, "\", pid %u, jiffies %u (age %u.%03us)", threads_who_tid(object->who),
	      object->born_ms, age_ms / 1000, age_ms % 1000);
}
