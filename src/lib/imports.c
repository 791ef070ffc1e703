/* SPDX-License-Identifier: MIT */
/* imports.c - the contract is in imports.h */
#include "imports.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "os.h"

/* What the dynamic section of a loaded object says of its imports. */
struct imports {
	uintptr_t base;
	const ElfW(Sym) * symbols;
	const char *strings;
	uintptr_t tables[2];      /* relocations: DT_RELA, DT_JMPREL */
	size_t sizes[2];          /* bytes */
	uintptr_t open, open_end; /* pages that have been made writable last */
};

/* The table may have been made read-only after relocation. */
static bool make_writable(struct imports *imports, uintptr_t start, uintptr_t end)
{
	start &= ~(uintptr_t)4095;
	end = (end + 4095) & ~(uintptr_t)4095;
	if (start >= imports->open && end <= imports->open_end)
		return true;
	if (os_syscall(SYS_mprotect, (long)start, (long)(end - start), PROT_READ | PROT_WRITE, 0, 0,
		       0) != 0)
		return false;
	imports->open = start;
	imports->open_end = end;
	return true;
}

static void point_slot(struct imports *imports, void **slot, void *ours)
{
	if (*slot != ours && make_writable(imports, (uintptr_t)slot, (uintptr_t)(slot + 1)))
		*slot = ours;
}

static void point_all(struct imports *imports, const struct import *rows, size_t count)
{
	for (int table = 0; table < 2; table++) {
		const ElfW(Rela) *rela = (const ElfW(Rela) *)imports->tables[table];

		for (size_t i = 0; rela && i < imports->sizes[table] / sizeof(*rela); i++) {
			unsigned long index = ELF64_R_SYM(rela[i].r_info);
			const char *name = imports->strings + imports->symbols[index].st_name;

			if (!index)
				continue;
			for (size_t k = 0; k < count; k++)
				if (!strcmp(name, rows[k].symbol))
					point_slot(imports,
						   (void **)(imports->base + rela[i].r_offset),
						   rows[k].ours);
		}
	}
}

static void read_dynamic(const ElfW(Dyn) * dynamic, struct imports *imports)
{
	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		uintptr_t address = dynamic->d_un.d_ptr;

		/* The loader has added the base where it may write the section. */
		if (address < imports->base)
			address += imports->base;
		switch (dynamic->d_tag) {
		case DT_SYMTAB:
			imports->symbols = (const ElfW(Sym) *)address;
			break;
		case DT_STRTAB:
			imports->strings = (const char *)address;
			break;
		case DT_RELA:
			imports->tables[0] = address;
			break;
		case DT_JMPREL:
			imports->tables[1] = address;
			break;
		case DT_RELASZ:
			imports->sizes[0] = dynamic->d_un.d_val;
			break;
		case DT_PLTRELSZ:
			imports->sizes[1] = dynamic->d_un.d_val;
			break;
		default:
			break;
		}
	}
}

void imports_point(const struct dl_phdr_info *info, const struct import *rows, size_t count)
{
	struct imports imports = { .base = info->dlpi_addr };

	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			read_dynamic(
				(const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr),
				&imports);
	if (imports.symbols && imports.strings)
		point_all(&imports, rows, count);
}
