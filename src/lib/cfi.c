/* SPDX-License-Identifier: MIT */
/*
 * cfi.c - DWARF call frame information for one pc; the contract is in cfi.h
 *
 * PT_GNU_EH_FRAME of the module holds a sorted table of functions, which leads to the function's FDE;
 * the FDE names its CIE; the instructions of CIE and FDE up to the pc make the rule (Linux Standard
 * Base, "Exception Frames"; DWARF 5, 6.4).  Only the encodings that linkers write are read.
 */
#include "cfi.h"

#include <link.h>
#include <stddef.h>
#include <string.h>

#include "arch.h"
#include "unwind.h"

#define ENCODING_TABLE 0x3b /* relative to the table's section, 4 bytes, signed */
#define ENCODING_COUNT 0x03 /* 4 bytes */
#define ENCODING_PC 0x1b    /* relative to the word itself, 4 bytes, signed */
#define REMEMBERED 8

/* What is known of a register of the caller. */
enum saved { SAME, AT_CFA, UNDEFINED, UNKNOWN };

struct row {
	bool cfa_known;
	uint64_t cfa_register;
	int64_t cfa_at;
	enum saved pointer, pc, stack; /* frame pointer, return address, stack pointer */
	int64_t pointer_at, pc_at;
};

struct machine {
	const uint8_t *at, *end;
	uintptr_t location, pc; /* the row is for `location` on; the one wanted is that of `pc` */
	uint64_t code_factor, pc_register;
	int64_t data_factor;
	struct row row, first, remembered[REMEMBERED];
	unsigned depth;
	bool failed;
};

struct table {
	uintptr_t pc;
	const uint8_t *header; /* contents of PT_GNU_EH_FRAME, or NULL */
};

static uint64_t fixed(struct machine *m, unsigned size)
{
	uint64_t value = 0;

	if ((size_t)(m->end - m->at) < size) {
		m->failed = true;
		return 0;
	}
	memcpy(&value, m->at, size);
	m->at += size;
	return value;
}

static uint64_t leb(struct machine *m, bool is_signed)
{
	uint64_t value = 0, byte;
	unsigned shift = 0;

	do {
		byte = fixed(m, 1);
		if (shift < 64)
			value |= (byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && !m->failed);
	if (is_signed && shift < 64 && byte & 0x40)
		value |= ~(uint64_t)0 << shift;
	return value;
}

static void skip(struct machine *m, uint64_t size)
{
	if ((uint64_t)(m->end - m->at) < size)
		m->failed = true;
	else
		m->at += size;
}

static void set_register(struct machine *m, uint64_t number, enum saved saved, int64_t at)
{
	if (number == ARCH_DWARF_FRAME_POINTER) {
		m->row.pointer = saved;
		m->row.pointer_at = at;
	} else if (number == m->pc_register) {
		m->row.pc = saved;
		m->row.pc_at = at;
	} else if (number == ARCH_DWARF_STACK_POINTER) {
		m->row.stack = saved;
	}
}

static void restore_register(struct machine *m, uint64_t number)
{
	if (number == ARCH_DWARF_FRAME_POINTER)
		set_register(m, number, m->first.pointer, m->first.pointer_at);
	else if (number == m->pc_register)
		set_register(m, number, m->first.pc, m->first.pc_at);
	else
		set_register(m, number, m->first.stack, 0);
}

static void set_cfa(struct machine *m, bool known, uint64_t number, int64_t at)
{
	m->row.cfa_known = known;
	m->row.cfa_register = number;
	m->row.cfa_at = at;
}

/* Instructions on the state as a whole and on the CFA; false if it is none of them. */
static bool step_cfa(struct machine *m, uint8_t code)
{
	uint64_t number;

	switch (code) {
	case 0x0a: /* remember_state */
		m->failed |= m->depth == REMEMBERED;
		if (!m->failed)
			m->remembered[m->depth++] = m->row;
		return true;
	case 0x0b: /* restore_state */
		m->failed |= !m->depth;
		if (!m->failed)
			m->row = m->remembered[--m->depth];
		return true;
	case 0x0c: /* def_cfa */
	case 0x12: /* def_cfa_sf */
		number = leb(m, false);
		set_cfa(m, true, number,
			code == 0x0c ? (int64_t)leb(m, false)
				     : (int64_t)leb(m, true) * m->data_factor);
		return true;
	case 0x0d: /* def_cfa_register */
		m->row.cfa_register = leb(m, false);
		return true;
	case 0x0e: /* def_cfa_offset */
		m->row.cfa_at = (int64_t)leb(m, false);
		return true;
	case 0x13: /* def_cfa_offset_sf */
		m->row.cfa_at = (int64_t)leb(m, true) * m->data_factor;
		return true;
	case 0x0f: /* def_cfa_expression */
		skip(m, leb(m, false));
		set_cfa(m, false, 0, 0);
		return true;
	default:
		return false;
	}
}

/* Instructions on one register. */
static void step_register(struct machine *m, uint8_t code)
{
	uint64_t number = leb(m, false);

	switch (code) {
	case 0x05: /* offset_extended */
		set_register(m, number, AT_CFA, (int64_t)leb(m, false) * m->data_factor);
		break;
	case 0x11: /* offset_extended_sf */
		set_register(m, number, AT_CFA, (int64_t)leb(m, true) * m->data_factor);
		break;
	case 0x06: /* restore_extended */
		restore_register(m, number);
		break;
	case 0x07: /* undefined */
		set_register(m, number, UNDEFINED, 0);
		break;
	case 0x08: /* same_value */
		set_register(m, number, SAME, 0);
		break;
	case 0x09: /* register */
	case 0x14: /* val_offset */
	case 0x15: /* val_offset_sf */
		leb(m, false);
		set_register(m, number, UNKNOWN, 0);
		break;
	case 0x10: /* expression */
	case 0x16: /* val_expression */
		skip(m, leb(m, false));
		set_register(m, number, UNKNOWN, 0);
		break;
	default:
		m->failed = true;
	}
}

static void advance(struct machine *m, uint64_t delta)
{
	uintptr_t next = m->location + delta * m->code_factor;

	if (next > m->pc)
		m->at = m->end; /* the row is the one that is wanted */
	m->location = next;
}

static void run(struct machine *m)
{
	while (m->at < m->end && !m->failed) {
		uint8_t code = (uint8_t)fixed(m, 1);

		if (code >> 6 == 1)
			advance(m, code & 0x3f);
		else if (code >> 6 == 2)
			set_register(m, code & 0x3f, AT_CFA,
				     (int64_t)leb(m, false) * m->data_factor);
		else if (code >> 6 == 3)
			restore_register(m, code & 0x3f);
		else if (code >= 2 && code <= 4)
			advance(m, fixed(m, 1u << (code - 2)));
		else if (code == 0x2e) /* GNU_args_size: for landing pads */
			leb(m, false);
		else if (code != 0 && !step_cfa(m, code))
			step_register(m, code);
	}
}

/* Reads the CIE up to its instructions; false if it is not one that we understand. */
static bool read_cie(struct machine *m, const uint8_t *cie)
{
	uint32_t length;
	const char *letters;
	unsigned version;

	memcpy(&length, cie, 4);
	*m = (struct machine){ .at = cie + 8, .end = cie + 4 + length, .pc = m->pc };
	if (length < 8 || length > 65536)
		return false;
	version = (unsigned)fixed(m, 1);
	letters = (const char *)m->at;
	skip(m, strnlen(letters, (size_t)(m->end - m->at)) + 1);
	if (m->failed || (version != 1 && version != 3) || letters[0] != 'z')
		return false;
	m->code_factor = leb(m, false);
	m->data_factor = (int64_t)leb(m, true);
	m->pc_register = version == 1 ? fixed(m, 1) : leb(m, false);
	leb(m, false);
	for (letters++; *letters; letters++) {
		uint8_t encoding = *letters == 'S' ? 0 : (uint8_t)fixed(m, 1);

		if (*letters == 'P') /* the personality: 4 bytes, or a whole address */
			skip(m, (encoding & 0xf) == 0xb || (encoding & 0xf) == 3 ? 4 : 8);
		else if (*letters == 'S' || (*letters != 'L' && *letters != 'R') ||
			 (*letters == 'R' && encoding != ENCODING_PC))
			return false;
	}
	return !m->failed;
}

static struct frame_rule rule_of(const struct machine *m)
{
	const struct row *row = &m->row;
	struct frame_rule rule = { .kind = FRAME_OTHER, .cfa_at = (int32_t)row->cfa_at };

	if (m->failed)
		return rule;
	if (row->pc == UNDEFINED) {
		rule.kind = FRAME_LAST;
		return rule;
	}
	if (!row->cfa_known || row->cfa_at != rule.cfa_at || row->pc != AT_CFA ||
	    row->pc_at != -8 || row->stack != SAME)
		return rule;
	rule.by_pointer = row->cfa_register == ARCH_DWARF_FRAME_POINTER;
	if (!rule.by_pointer && row->cfa_register != ARCH_DWARF_STACK_POINTER)
		return rule;
	if (row->pointer == SAME) {
		rule.pointer = POINTER_SAME;
	} else if (row->pointer == AT_CFA && row->pointer_at % 8 == 0 && row->pointer_at < 0 &&
		   row->pointer_at >= -1024) {
		rule.pointer = POINTER_SAVED;
		rule.pointer_at = (int8_t)(row->pointer_at / 8);
	} else {
		rule.pointer = POINTER_LOST;
	}
	rule.kind = FRAME_SIMPLE;
	return rule;
}

/* @fde is that of the last function which begins at or below @pc. */
static struct frame_rule run_fde(const uint8_t *fde, uintptr_t pc)
{
	struct machine m = { .pc = pc };
	uint32_t length, back, range;
	int32_t begin;
	uintptr_t start;

	memcpy(&length, fde, 4);
	memcpy(&back, fde + 4, 4);
	if (length < 16 || length > (1u << 24) || !back || !read_cie(&m, fde + 4 - back))
		return (struct frame_rule){ .kind = FRAME_OTHER };
	memcpy(&begin, fde + 8, 4);
	memcpy(&range, fde + 12, 4);
	start = (uintptr_t)(fde + 8) + (uintptr_t)(intptr_t)begin;
	if (pc - start >= range)
		return (struct frame_rule){ .kind = FRAME_OTHER };
	m.location = start;
	run(&m);
	m.first = m.row;
	m.depth = 0;
	m.location = start;
	m.at = fde + 16;
	m.end = fde + 4 + length;
	skip(&m, leb(&m, false)); /* the augmentation */
	run(&m);
	return rule_of(&m);
}

static int find_table(struct dl_phdr_info *info, size_t size, void *context)
{
	struct table *table = context;
	const uint8_t *header = NULL;
	bool here = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		here |= segment->p_type == PT_LOAD && table->pc - start < segment->p_memsz;
		if (segment->p_type == PT_GNU_EH_FRAME)
			header = (const uint8_t *)start;
	}
	if (here)
		table->header = header;
	return here;
}

struct frame_rule cfi_rule(uintptr_t pc)
{
	struct table table = { .pc = pc - 1 };

	unwind_iterate(find_table, &table);
	return cfi_rule_in(table.header, pc);
}

struct frame_rule cfi_rule_in(const uint8_t *header, uintptr_t pc)
{
	/* A call may be the last instruction of a function. */
	const struct table table = { .pc = pc - 1, .header = header };
	uint32_t low = 0, high;
	int32_t row[2];

	if (!table.header || table.header[0] != 1 || table.header[2] != ENCODING_COUNT ||
	    table.header[3] != ENCODING_TABLE || (table.header[1] & 0xf) != 0xb)
		return (struct frame_rule){ .kind = FRAME_OTHER };
	memcpy(&high, table.header + 8, 4);
	while (low <
	       high) { /* rows below `low` begin at or below the pc, those from `high` on above */
		uint32_t middle = low + (high - low) / 2;

		memcpy(row, table.header + 12 + (size_t)middle * 8, 8);
		if ((uintptr_t)table.header + (uintptr_t)(intptr_t)row[0] <= table.pc)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return (struct frame_rule){ .kind = FRAME_OTHER };
	memcpy(row, table.header + 12 + (size_t)(low - 1) * 8, 8);
	return run_fde(table.header + row[1], table.pc);
}
