/* SPDX-License-Identifier: MIT */
/*
 * symbol.h - address to "function+0xoffset/0xlength [module]", as the kernel's %pS
 *
 * Owns     the symbol tables read so far.
 * For      report.c, in a snapshot or the stopped world only.
 * Never    runs in a hook; trusts a file: every offset and count read from one is checked.
 *
 * Names come from .symtab, else .dynsym, of the module's file (64-bit ELF).  A file that is gone,
 * changed (another build id) or not ELF gives no name, not an error.  A name that is not sure (the
 * address is behind the end of the function before it) is not given either.
 */
#ifndef SYMBOL_H
#define SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modules.h"

struct symbol {
	const char *name;        /* or NULL: not known; valid until symbol_forget() */
	size_t offset;           /* of the address in it; without a name: in the module's file */
	size_t length;           /* of the function; 0 without a name */
	const char *module;      /* base name of the module's path, or NULL: not known */
	const struct module *in; /* the module, or NULL */
	bool entry;              /* in the first bytes of a program, which run before main() */
};

/* @pc is a return address: the call is looked up (pc - 1), the offset counts to pc.  @when_ms is
 * the time at which the address was taken, on the library's clock. */
struct symbol symbol_find(uintptr_t pc, uint32_t when_ms);
/* An address of data: "g_sessions+0x48 [server]".  Without a name the offset is that from the
 * start of the module's image. */
struct symbol symbol_find_data(uintptr_t address);
void symbol_forget(void);

#endif
