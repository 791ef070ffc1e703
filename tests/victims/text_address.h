/* SPDX-License-Identifier: MIT */
/*
 * text_address.h - a mapping whose address looks like a text, and that text
 *
 * Owns     both.
 * For      the victims suspicious_text, suspicious_start and suspicious_off.
 * Never    keeps the address otherwise.
 */
#ifndef TEXT_ADDRESS_H
#define TEXT_ADDRESS_H

#include "victim.h"

#include <sys/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Where the memory is that a text looks like an address of: "fedcba", the lowest byte first. */
#define PLACE UINT64_C(0x616263646000)

static volatile _Alignas(8) char name[16];

NOINLINE static void map_there(void)
{
	void *wanted = (void *)PLACE;
	void *mapping = mmap(wanted, 65536, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (mapping != wanted)
		skip("that address is not to be had");
}

NOINLINE static void write_name(void)
{
	memcpy((char *)name + 8, "fedcba\0", 8);
}

NOINLINE static void hold_by_text(void)
{
	map_there();
	write_name();
}

#endif
