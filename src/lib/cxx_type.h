/* SPDX-License-Identifier: MIT */
/*
 * cxx_type.h - the C++ class of a block
 *
 * Owns     nothing.
 * For      report_entry.c.
 * Never    trusts a word: what it leads to is read through the kernel.
 *
 * Snapshot or stopped world; the modules are those that modules_note_maps() has seen.
 */
#ifndef CXX_TYPE_H
#define CXX_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds the first word of the block that is the address of a vtable.  The class is put into @text as
 * one reads it ("net::Session"), or mangled ("_ZN3net4PoolIiEE") if it has more than a plain name;
 * the word's offset into *offset.
 */
bool cxx_type_of(uintptr_t start, size_t size, char *text, size_t text_size, size_t *offset);

#endif
