/* SPDX-License-Identifier: MIT */
/* memo.c - the contract is in memo.h */
#include "memo.h"

#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "pool.h"
#include "unwind.h"

#if defined(__x86_64__)
enum { KNOWN = 1, REG_FP = 6, REG_SP = 7, REG_RA = 16 };
#else
enum { KNOWN = 0, REG_FP = -1, REG_SP = -2, REG_RA = -3 };
#endif

#define WORD sizeof(uintptr_t)

/* --- the rule of a frame --- */

enum cfa { CFA_UNKNOWN, CFA_SP, CFA_FP, CFA_AT_FP, CFA_NONE };
enum saved { SAVED_NOT, SAVED_AT_CFA, SAVED_AT_FP, SAVED_OTHERWISE };

/* How to get from a frame to its caller, for one pc. */
struct rule {
	uint32_t generation;
	uint32_t cfa : 3;       /* enum cfa: rsp + words, rbp + words, what is at rbp + words; none: the end */
	uint32_t fp : 2;        /* enum saved: the caller's rbp is in rbp, at cfa + words, at rbp + words */
	int32_t fp_words : 8;
	int32_t words : 19;
};
_Static_assert(sizeof(struct rule) == 8, "a rule is one atomic word");

/* What the instructions of .eh_frame have established. */
struct row {
	enum cfa cfa;
	int64_t offset;         /* of the CFA, bytes */
	enum saved fp;
	int64_t fp_offset;
	bool ra_usual, ra_none; /* the return address is at cfa - 8; there is none */
	bool strange;           /* something that is not followed here */
};

#define REMEMBERED 4

struct reader {
	uintptr_t pc;           /* the row wanted is the one of the instruction before it */
	uintptr_t location;
	uint64_t code_align;
	int64_t data_align;
	const uint8_t *at, *end;
	struct row row, initial, remembered[REMEMBERED];
	unsigned depth;
};

static uint64_t read_uleb(const uint8_t **at)
{
	uint64_t value = 0;
	uint8_t byte;

	for (unsigned shift = 0;; shift += 7) {
		byte = *(*at)++;
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
}

static int64_t read_sleb(const uint8_t **at)
{
	const uint8_t *start = *at;
	uint64_t value = read_uleb(at);
	unsigned bits = (unsigned)(*at - start) * 7;

	if (bits < 64 && (*at)[-1] & 0x40)
		value |= ~(uint64_t)0 << bits;
	return (int64_t)value;
}

static uint64_t read_fixed(const uint8_t **at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, *at, size); /* little-endian */
	*at += size;
	return value;
}

/* The operands of a call frame instruction (DWARF 5, 6.4.2), in the order they stand: a letter for
 * register, unsigned, signed, expression; a digit for a number of bytes. */
static const char *const operands[0x17] = {
	"",  NULL, "1",  "2",  "4", "ru", "r",  "r",  "r",  "ru", "", "",
	"ru", "r", "u", "e",  "re", "rs", "rs", "s", "ru", "rs", "re",
};

struct instruction {
	unsigned code;
	uint64_t reg;
	int64_t value;
	const uint8_t *expression; /* @value bytes */
};

enum code {
	OFFSET = 0x05, RESTORE, UNDEFINED, SAME_VALUE, REGISTER, REMEMBER, RESTORE_STATE,
	DEF_CFA, DEF_CFA_REGISTER, DEF_CFA_OFFSET, DEF_CFA_EXPRESSION, EXPRESSION, OFFSET_SF,
	DEF_CFA_SF, DEF_CFA_OFFSET_SF, VAL_OFFSET, VAL_OFFSET_SF, VAL_EXPRESSION,
	ARGS_SIZE = 0x2e,
};
