/* SPDX-License-Identifier: MIT */
/*
 * modules.c - the table of modules; the contract is in modules.h
 *
 * A pass, over the loader's list or over the memory map, has a number.  Each segment it sees is
 * either known, then its entry gets the number of the pass, or becomes a new entry; at its end the
 * entries without the number are gone.  So a pass keeps nothing of its own, and two may overlap.
 *
 *   chunks -> | module | module | ... 64 |   a chunk and an entry, once there, stay where they are
 *
 * An entry is filled before `count` covers it: the table can be read at every instruction.
 *
 * Locking            loader's lock -> modules_lock -> pool_lock
 *   dl_iterate_phdr() calls us with the loader's lock held, so modules_lock is taken inside of it
 *   and never the other way round.
 */
#include "modules.h"

#include <elf.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "lock.h"
#include "os.h"
#include "pool.h"

#define PER_CHUNK 64
#define CHUNKS 1024
#define PAGE ((uintptr_t)4096)
#define HEADERS 32     /* program headers looked at in memory */
#define NOTES 1024     /* bytes of a note segment looked at */
#define HEADER_WALK 64 /* mappings between a module's first and its code */
#define DELETED " (deleted)"

static struct lock modules_lock;
static struct module *chunks[CHUNKS]; /* modules_lock */
static _Atomic size_t count;          /* grows under modules_lock; read without */
static uint32_t passes;               /* modules_lock */

/* What the loader had counted when its list was last walked to the end; modules_lock. */
static struct {
	unsigned long long adds, subs;
} walked;

/* A pass over the loader's list. */
struct walk {
	uint32_t now_ms, number;
	bool begun;
	bool incomplete; /* not every module could be noted, or none is new: nothing ends */
	unsigned long long adds, subs;
	struct maps maps; /* read when the loader's name of a module is not a path */
	bool maps_read;
};

size_t modules_count(void)
{
	return atomic_load_explicit(&count, memory_order_acquire);
}

const struct module *modules_at(size_t index)
{
	return &chunks[index / PER_CHUNK][index % PER_CHUNK];
}

size_t modules_build_id(const uint8_t *notes, size_t size, size_t alignment, uint8_t *id)
{
	size_t round = alignment == 8 ? 7 : 3;
	size_t at = 0;

	while (size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		size_t name, description;

		memcpy(&note, notes + at, sizeof(note));
		name = at + sizeof(note);
		description = (name + note.n_namesz + round) & ~round;
		if (description > size || note.n_descsz > size - description)
			return 0;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    memcmp(notes + name, "GNU", 4) == 0) {
			size = note.n_descsz < MODULES_BUILD_ID ? note.n_descsz : MODULES_BUILD_ID;
			memcpy(id, notes + description, size);
			return size;
		}
		at = (description + note.n_descsz + round) & ~round;
		if (at > size)
			return 0;
	}
	return 0;
}

/* Build id and extent of a module that is in memory, from its program headers. */
static void describe(struct module *module, const ElfW(Phdr) * headers, size_t number,
		     uintptr_t bias)
{
	uint8_t notes[NOTES];

	module->image_start = UINTPTR_MAX;
	for (size_t i = 0; i < number; i++) {
		const ElfW(Phdr) *header = &headers[i];
		uintptr_t start = bias + header->p_vaddr;
		uintptr_t end = start + header->p_memsz;

		if (header->p_type == PT_LOAD) {
			if (start < module->image_start)
				module->image_start = start;
			if (end > module->image_end)
				module->image_end = end;
		}
		if (header->p_type == PT_NOTE && !module->build_id_size) {
			size_t size = header->p_memsz < NOTES ? header->p_memsz : NOTES;
			ssize_t got = os_read_memory(start, notes, size);

			if (got > 0)
				module->build_id_size = (uint8_t)modules_build_id(
					notes, (size_t)got, header->p_align, module->build_id);
		}
	}
	if (module->image_end <= module->image_start)
		module->image_start = module->image_end = 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The loader says libx.so.1 where the kernel, behind the link, says libx.so.1.2. */
static bool names_agree(const char *a, const char *b)
{
	size_t length;

	a = base_name(a);
	b = base_name(b);
	length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
	return memcmp(a, b, length) == 0;
}

static bool same_module(const struct module *a, const struct module *b)
{
	if (a->start - a->offset != b->start - b->offset)
		return false;
	if (a->build_id_size && b->build_id_size)
		return a->build_id_size == b->build_id_size &&
		       memcmp(a->build_id, b->build_id, a->build_id_size) == 0;
	return names_agree(a->path, b->path);
}

/* The newest entry that shares addresses with @seen; all such that live end when it is another. */
static struct module *known_locked(const struct module *seen, uint32_t now_ms)
{
	struct module *newest = NULL;

	for (size_t i = modules_count(); i-- > 0;) {
		struct module *module = &chunks[i / PER_CHUNK][i % PER_CHUNK];

		if (module->start >= seen->end || seen->start >= module->end)
			continue;
		if (!newest && same_module(module, seen))
			return module;
		newest = module;
		if (module->unloaded_ms == MODULES_FOREVER)
			module->unloaded_ms = now_ms;
	}
	return NULL;
}

static bool add_locked(const struct module *seen, size_t path_length)
{
	size_t index = modules_count();
	struct module **chunk = &chunks[index / PER_CHUNK];
	struct module *module;
	char *path;

	if (index == (size_t)PER_CHUNK * CHUNKS)
		return false;
	if (!*chunk)
		*chunk = pool_alloc(PER_CHUNK * sizeof(struct module));
	path = pool_alloc(path_length + 1);
	if (!*chunk || !path) {
		if (path)
			pool_free(path, path_length + 1);
		return false;
	}
	memcpy(path, seen->path, path_length);
	module = &(*chunk)[index % PER_CHUNK];
	*module = *seen;
	module->path = path;
	module->index = (uint32_t)index;
	atomic_store_explicit(&count, index + 1, memory_order_release);
	return true;
}

/* One executable segment as it is now.  False when it could not be noted. */
static bool see(struct module *seen, uint32_t number, uint32_t now_ms)
{
	size_t length = strlen(seen->path);
	struct module *module;
	bool noted = true;

	if (length > strlen(DELETED) && !strcmp(seen->path + length - strlen(DELETED), DELETED)) {
		seen->deleted = true;
		length -= strlen(DELETED);
	}
	seen->seen = number;
	seen->loaded_ms = now_ms;
	seen->unloaded_ms = MODULES_FOREVER;
	if (!lock_acquire(&modules_lock, RANK_MODULES))
		return false;
	module = known_locked(seen, now_ms);
	if (module) {
		module->seen = number;
		module->unloaded_ms = MODULES_FOREVER;
		module->deleted |= seen->deleted;
		module->by_loader |= seen->by_loader;
	} else {
		noted = add_locked(seen, length);
	}
	lock_release(&modules_lock, RANK_MODULES);
	return noted;
}

/* The kernel's name of what is mapped at @address, for a module without a path of its own. */
static const char *mapped_path(struct walk *walk, uintptr_t address, const char *otherwise)
{
	const struct mapping *mapping;

	if (!walk->maps_read)
		walk->maps_read = maps_read(&walk->maps) == 0;
	mapping = walk->maps_read ? maps_find(&walk->maps, address) : NULL;
	return mapping && mapping->flags & MAPPING_FILE ? mapping->path : otherwise;
}

/* The loader's name "" is the program; when ld.so itself was called to run it, /proc/self/exe
 * is ld.so, and the map knows better. */
static void name_module(struct walk *walk, struct module *module, const char *name, char *buffer,
			size_t size)
{
	module->path = name;
	if (name[0] == 0) {
		ssize_t length = os_readlink("/proc/self/exe", buffer, size);

		module->program = length > 0 && strncmp(base_name(buffer), "ld", 2) != 0;
		module->path = module->program ? buffer : mapped_path(walk, module->start, "?");
	} else if (strncmp(name, "linux-vdso", 10) == 0) {
		module->path = "[vdso]";
	} else if (name[0] != '/') {
		module->path = mapped_path(walk, module->start, name);
	}
}

static bool begin_walk(struct walk *walk, const struct dl_phdr_info *info)
{
	walk->begun = true;
	walk->adds = info->dlpi_adds;
	walk->subs = info->dlpi_subs;
	walk->incomplete = !lock_acquire(&modules_lock, RANK_MODULES);
	if (walk->incomplete)
		return false;
	walk->incomplete = walk->adds == walked.adds && walk->subs == walked.subs;
	if (!walk->incomplete)
		walk->number = ++passes;
	lock_release(&modules_lock, RANK_MODULES);
	return !walk->incomplete;
}

static int see_loaded(struct dl_phdr_info *info, size_t size, void *context)
{
	struct walk *walk = context;
	struct module whole = { 0 };
	char buffer[1024];

	(void)size;
	if (!walk->begun && !begin_walk(walk, info))
		return 1;
	describe(&whole, info->dlpi_phdr, info->dlpi_phnum, info->dlpi_addr);
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;
		struct module module = whole;

		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X) || !header->p_memsz)
			continue;
		module.start = start & ~(PAGE - 1);
		module.end = (start + header->p_memsz + PAGE - 1) & ~(PAGE - 1);
		module.offset = header->p_offset & ~(uint64_t)(PAGE - 1);
		module.by_loader = true;
		name_module(walk, &module, info->dlpi_name ? info->dlpi_name : "", buffer,
			    sizeof(buffer));
		if (!see(&module, walk->number, walk->now_ms))
			walk->incomplete = true;
	}
	return 0;
}

/* Entries that the pass did not see are gone; the loader's list shows only its own. */
static void end_unseen_locked(uint32_t number, uint32_t now_ms, const struct maps *maps)
{
	for (size_t i = 0; i < modules_count(); i++) {
		struct module *module = &chunks[i / PER_CHUNK][i % PER_CHUNK];
		const struct mapping *mapping = maps ? maps_find(maps, module->start) : NULL;

		if (module->seen >= number || module->unloaded_ms != MODULES_FOREVER)
			continue;
		if (!maps && !module->by_loader)
			continue;
		/* Code that the program has moved to huge pages of its own has lost its path. */
		if (mapping && mapping->flags & MAPPING_EXEC && mapping->path[0] == 0)
			continue;
		module->unloaded_ms = now_ms;
	}
}

void modules_note(uint32_t now_ms)
{
	struct walk walk = { .now_ms = now_ms };

	dl_iterate_phdr(see_loaded, &walk);
	maps_free(&walk.maps);
	if (walk.incomplete || !lock_acquire(&modules_lock, RANK_MODULES))
		return;
	end_unseen_locked(walk.number, now_ms, NULL);
	walked.adds = walk.adds;
	walked.subs = walk.subs;
	lock_release(&modules_lock, RANK_MODULES);
}

/* Build id and extent from the ELF header at the start of the file's first mapping. */
static void describe_mapped(struct module *module, const struct maps *maps, size_t at)
{
	const struct mapping *code = &maps->mappings[at];
	ElfW(Phdr) headers[HEADERS];
	ElfW(Ehdr) header;

	for (size_t i = 0; i < HEADER_WALK && i <= at; i++) {
		const struct mapping *first = code - i;
		size_t size;

		if (first->offset != 0 || first->inode != code->inode ||
		    strcmp(first->path, code->path) != 0)
			continue;
		if (os_read_memory(first->start, &header, sizeof(header)) != sizeof(header) ||
		    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		    header.e_phentsize != sizeof(headers[0]) || header.e_phnum > HEADERS ||
		    header.e_phoff >= first->end - first->start)
			return;
		size = header.e_phnum * sizeof(headers[0]);
		if (os_read_memory(first->start + header.e_phoff, headers, size) != (ssize_t)size)
			return;
		for (size_t j = 0; j < header.e_phnum; j++) {
			if (headers[j].p_type != PT_LOAD || headers[j].p_offset >= PAGE)
				continue;
			describe(module, headers, header.e_phnum,
				 first->start - (headers[j].p_vaddr & ~(PAGE - 1)));
			return;
		}
		return;
	}
}

static void see_mapping(const struct maps *maps, size_t at, const char *exe, uint32_t number,
			uint32_t now_ms)
{
	const struct mapping *mapping = &maps->mappings[at];
	struct module module = {
		.start = mapping->start,
		.end = mapping->end,
		.offset = mapping->offset,
		.path = mapping->path,
		.program = strcmp(mapping->path, exe) == 0,
	};

	describe_mapped(&module, maps, at);
	see(&module, number, now_ms);
}

void modules_note_maps(const struct maps *maps, uint32_t now_ms)
{
	char exe[1024];
	uint32_t number;

	if (os_readlink("/proc/self/exe", exe, sizeof(exe)) < 0)
		exe[0] = 0;
	if (!lock_acquire(&modules_lock, RANK_MODULES))
		return;
	number = ++passes;
	lock_release(&modules_lock, RANK_MODULES);
	for (size_t i = 0; i < maps->count; i++) {
		const struct mapping *mapping = &maps->mappings[i];

		if (!(mapping->flags & MAPPING_EXEC))
			continue;
		if (mapping->flags & MAPPING_FILE || strcmp(mapping->path, "[vdso]") == 0)
			see_mapping(maps, i, exe, number, now_ms);
	}
	if (!lock_acquire(&modules_lock, RANK_MODULES))
		return;
	end_unseen_locked(number, now_ms, maps);
	lock_release(&modules_lock, RANK_MODULES);
}

/* Is @a a better guess than @b for something that was there at @when_ms?  Since a beginning is
 * noted late and an end on time, what was noted next counts before what had gone before. */
static bool better(const struct module *a, const struct module *b, uint32_t when_ms)
{
	bool a_late, b_late;

	if (!b)
		return true;
	a_late = a->loaded_ms > when_ms;
	b_late = b->loaded_ms > when_ms;
	if (!a_late && a->unloaded_ms >= when_ms)
		return b_late || b->unloaded_ms < when_ms || a->loaded_ms >= b->loaded_ms;
	if (!b_late && b->unloaded_ms >= when_ms)
		return false;
	if (a_late != b_late)
		return a_late;
	return a_late ? a->loaded_ms < b->loaded_ms : a->unloaded_ms > b->unloaded_ms;
}

const struct module *modules_find(uintptr_t pc, uint32_t when_ms)
{
	const struct module *best = NULL;

	for (size_t i = 0; i < modules_count(); i++) {
		const struct module *module = modules_at(i);

		if (pc >= module->start && pc < module->end && better(module, best, when_ms))
			best = module;
	}
	return best;
}

const struct module *modules_find_data(uintptr_t address)
{
	for (size_t i = modules_count(); i-- > 0;) {
		const struct module *module = modules_at(i);

		if (module->unloaded_ms == MODULES_FOREVER && address >= module->image_start &&
		    address < module->image_end)
			return module;
	}
	return NULL;
}
