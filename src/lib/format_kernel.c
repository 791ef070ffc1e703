/* SPDX-License-Identifier: MIT */
/* format_kernel.c - the contract is in format_kernel.h; print_unreferenced() is what it mirrors */
#include "format_kernel.h"

#include "describe.h"
#include "options.h"
#include "os.h"
#include "symbol.h"
#include "threads.h"
#include "trace.h"

struct kernel_text {
	struct print *out;
	uint32_t now_ms;
};

/* As %pS: a name, or nothing but the address. */
static void print_frame(struct print *out, uintptr_t pc, uint32_t born_ms)
{
	struct symbol symbol = symbol_find(pc, born_ms);

	print(out, "    [<%016lx>] ", (unsigned long)pc);
	if (symbol.name)
		describe_symbol(out, &symbol, pc);
	else
		print(out, "0x%lx", (unsigned long)pc);
	print(out, "\n");
}

static void print_object(void *context, const struct object *object)
{
	const struct kernel_text *text = context;
	const struct trace *trace = trace_get(object->trace);
	uint32_t age_ms = text->now_ms > object->born_ms ? text->now_ms - object->born_ms : 0;
	struct print *out = text->out;
	char byte;

	print(out, "unreferenced object 0x%lx (size %zu):\n  comm \"", (unsigned long)object->start,
	      object->size);
	print_name(out, threads_who_name(object->who));
	print(out, "\", pid %u, jiffies %u", threads_who_tid(object->who), object->born_ms);
	if (options.format == FORMAT_KMEMLEAK_5_10)
		print(out, " (age %u.%03us)", age_ms / 1000, age_ms % 1000);
	print(out, "\n");
	if (options.hex_dump && (!object->size || os_read_memory(object->start, &byte, 1) == 1))
		describe_bytes(out, object->start, object->size);
	print(out, "  backtrace:\n");
	for (unsigned i = 0; trace && i < trace->count; i++)
		print_frame(out, trace->pc[i], object->born_ms);
}

void format_kernel(struct print *out, const struct report_facts *facts,
		   const struct verdict *verdict)
{
	struct kernel_text text = { out, facts->now_ms };

	verdict_each_object(verdict, print_object, &text);
}
