/* SPDX-License-Identifier: MIT */
/*
 * modules.h - every piece of code that is or was loaded
 *
 * Owns     the table of code segments: path, build id, range, the interval of time.
 * For      symbol.c and report.c; the hook of dlclose notes what is about to go.
 * Never    resolves a name.
 *
 * modules_note() walks the loader's list by dl_iterate_phdr(): in the program's threads only.  The
 * hook of dlclose calls it before the real call, so that nothing goes unseen, and after it, so that
 * the end is noted on time; when nothing was loaded or unloaded in between it costs almost nothing.
 * modules_note_maps() takes what the memory map shows: in a snapshot or the stopped world, where
 * the loader's lock may be held for ever.
 *
 * A beginning is noted late (at the next dlclose or scan), an end on time.
 */
#ifndef MODULES_H
#define MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

#define MODULES_FOREVER UINT32_MAX
#define MODULES_BUILD_ID 20 /* bytes kept of a build id */

/* One executable segment of a module.  Entries are never removed. */
struct module {
	uintptr_t start, end;             /* [start, end), the executable mapping */
	uint64_t offset;                  /* of `start` in the file */
	uintptr_t image_start, image_end; /* all segments of the module; 0, 0: not known */
	const char *path;      /* absolute, as the kernel or the loader names it; "[vdso]" */
	uint32_t index;        /* modules_at(index) is this entry */
	uint32_t loaded_ms;    /* first seen, since the library was loaded */
	uint32_t unloaded_ms;  /* seen to be gone, or MODULES_FOREVER */
	uint32_t seen;         /* number of the pass that saw it last; of modules.c alone */
	bool by_loader;        /* in the loader's list; of modules.c alone */
	bool program;          /* the program itself: /proc/self/exe */
	bool deleted;          /* the file at `path` is no longer the one that is mapped */
	uint8_t build_id_size; /* 0: none */
	uint8_t build_id[MODULES_BUILD_ID];
};

/* Notes what is loaded now; what is no longer there ends at @now_ms.  modules_lock. */
void modules_note(uint32_t now_ms);
void modules_note_maps(const struct maps *maps, uint32_t now_ms);

/* The module that had code at @pc at @when_ms; failing that, one that ever had; or NULL. */
const struct module *modules_find(uintptr_t pc, uint32_t when_ms);
/* The module loaded now whose segments, code or data, enclose @address, or NULL. */
const struct module *modules_find_data(uintptr_t address);

size_t modules_count(void);
const struct module *modules_at(size_t index);

/* Looks through the ELF notes of a PT_NOTE segment for the build id: the number of bytes put in
 * @id (at most MODULES_BUILD_ID), or 0.  @alignment is the segment's. */
size_t modules_build_id(const uint8_t *notes, size_t size, size_t alignment, uint8_t *id);

#endif
