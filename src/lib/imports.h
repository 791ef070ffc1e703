/* SPDX-License-Identifier: MIT */
/*
 * imports.h - what a loaded object calls through its import table
 *
 * Owns     nothing.
 * For      unwind.c, at the start.
 * Never    touches another object's table than the one it is given; allocates.
 */
#ifndef IMPORTS_H
#define IMPORTS_H

#include <link.h>
#include <stddef.h>

struct import {
	const char *symbol;
	void *ours; /* what is to be called instead */
};

/* Points the slots of these symbols, in the object's tables, at ours. */
void imports_point(const struct dl_phdr_info *info, const struct import *rows, size_t count);

#endif
