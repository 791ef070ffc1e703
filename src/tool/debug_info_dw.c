/* SPDX-License-Identifier: MIT */
/* debug_info_dw.c - with elfutils' libdw; the contract is in debug_info.h */
#include "debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolize.h"

#define PAGE ((uint64_t)4096) /* what the library rounds a segment to */
#define PATH_MOST 128         /* scopes in one another: what is inlined, its blocks, namespaces */

const bool symbolize_has_lines = true;

struct debug_info {
	Dwfl_Callbacks callbacks;
	Dwfl *dwfl;
	Dwfl_Module *module;
	char *debug_path; /* the callbacks have its address */
	char build_id[2 * 64 + 1];
};

static void read_build_id(struct debug_info *info)
{
	const unsigned char *bytes;
	GElf_Addr where;
	int size = dwfl_module_build_id(info->module, &bytes, &where);

	for (int i = 0; i < size && i < 64; i++)
		snprintf(info->build_id + 2 * (size_t)i, 3, "%02x", bytes[i]);
}

struct debug_info *debug_info_open(const char *path, const char *debug_path)
{
	struct debug_info *info = calloc(1, sizeof(*info));
	GElf_Addr bias;

	if (!info)
		return NULL;
	/* "" and ".debug": beside the file, and in a directory beside it. */
	if (asprintf(&info->debug_path, ":.debug:%s", debug_path) < 0)
		info->debug_path = NULL;
	info->callbacks = (Dwfl_Callbacks){
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &info->debug_path,
	};
	info->dwfl = info->debug_path ? dwfl_begin(&info->callbacks) : NULL;
	if (info->dwfl) {
		dwfl_report_begin(info->dwfl);
		info->module = dwfl_report_offline(info->dwfl, path, path, -1);
		dwfl_report_end(info->dwfl, NULL, NULL);
	}
	if (!info->module || !dwfl_module_getelf(info->module, &bias)) {
		debug_info_close(info);
		return NULL;
	}
	read_build_id(info);
	return info;
}

void debug_info_close(struct debug_info *info)
{
	if (info->dwfl)
		dwfl_end(info->dwfl);
	free(info->debug_path);
	free(info);
}

const char *debug_info_build_id(const struct debug_info *info)
{
	return info->build_id;
}

bool debug_info_has_lines(struct debug_info *info)
{
	Dwarf_Addr bias;

	return dwfl_module_getdwarf(info->module, &bias) != NULL;
}

/* The address in the file's own terms, from the executable segment that was mapped at @start: the
 * one of that size, else the first. */
static bool to_file(struct debug_info *info, uint64_t *address, uint64_t start, uint64_t size)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(info->module, &bias);
	size_t count = 0;
	bool found = false;
	uint64_t first = 0;

	if (!elf || elf_getphdrnum(elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;
		uint64_t begin, end;

		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    !(header.p_flags & PF_X))
			continue;
		begin = header.p_vaddr & ~(PAGE - 1);
		end = (header.p_vaddr + header.p_memsz + PAGE - 1) & ~(PAGE - 1);
		if (!found || end - begin == size)
			first = begin;
		found = true;
		if (end - begin == size)
			break;
	}
	*address = *address - start + first + bias;
	return found;
}

static const char *name_of(Dwarf_Die *die, unsigned which)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(die, which, &attribute));
}

static void set_function(struct debug_line *line, Dwarf_Die *die)
{
	line->linkage_name = name_of(die, DW_AT_linkage_name);
	if (!line->linkage_name)
		line->linkage_name = name_of(die, DW_AT_MIPS_linkage_name);
	line->name = dwarf_diename(die);
}

static unsigned number_of(Dwarf_Die *die, unsigned which)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value = 0;

	dwarf_formudata(dwarf_attr(die, which, &attribute), &value);
	return (unsigned)value;
}

/* Where an inlined function was called: the place in the function around it. */
static void set_call(struct debug_line *line, Dwarf_Die *die, Dwarf_Die *unit)
{
	unsigned file = number_of(die, DW_AT_call_file);
	Dwarf_Files *files;
	size_t count;

	/* The number 0 is a file as well, since DWARF 5. */
	if (dwarf_hasattr(die, DW_AT_call_file) && dwarf_getsrcfiles(unit, &files, &count) == 0 &&
	    file < count)
		line->file = dwarf_filesrc(files, file, NULL, NULL);
	line->line = number_of(die, DW_AT_call_line);
	line->column = number_of(die, DW_AT_call_column);
}

static bool has_code(Dwarf_Die *die, Dwarf_Addr address)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
		return dwarf_haspc(die, address) > 0;
	default:
		return false;
	}
}

/* May functions stand in it that are not part of its code?  @all: also those of the classes in a function. */
static bool may_hold(Dwarf_Die *die, bool all)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return true;
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
		return all;
	default:
		return false;
	}
}

/*
 * The way from the unit to the innermost scope with the address: how many of @path.  Not libdw's
 * dwarf_getscopes(): that finds nothing where what was inlined is described in another unit, as after
 * link-time optimization.
 */
static size_t find_path(Dwarf_Die *unit, Dwarf_Addr address, bool all, Dwarf_Die path[PATH_MOST])
{
	size_t depth = 0;

	if (dwarf_child(unit, &path[0]) != 0)
		return 0;
	for (;;) {
		bool here = has_code(&path[depth], address);

		if ((here || may_hold(&path[depth], all)) && depth + 1 < PATH_MOST &&
		    dwarf_child(&path[depth], &path[depth + 1]) == 0) {
			depth++;
			continue;
		}
		if (here)
			return depth + 1;
		while (dwarf_siblingof(&path[depth], &path[depth]) != 0) {
			if (depth == 0)
				return 0;
			if (has_code(&path[--depth], address))
				return depth + 1;
		}
	}
}

/* The functions around @address, innermost first; the first of @lines has its place already. */
static size_t find_functions(struct debug_line *lines, Dwarf_Die *unit, Dwarf_Addr address)
{
	Dwarf_Die path[PATH_MOST];
	size_t depth = find_path(unit, address, false, path), found = 0;

	if (!depth)
		depth = find_path(unit, address, true, path);
	while (depth > 0 && found < DEBUG_INFO_DEEPEST) {
		Dwarf_Die *die = &path[--depth];
		int tag = dwarf_tag(die);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		set_function(&lines[found++], die);
		if (tag == DW_TAG_subprogram)
			break;
		if (found < DEBUG_INFO_DEEPEST)
			set_call(&lines[found], die, unit);
	}
	return found;
}

/* The unit that has the address.  clang writes no table of addresses (.debug_aranges), without which
 * libdw's own look-up finds nothing: then each unit is asked. */
static Dwarf_Die *find_unit(struct debug_info *info, Dwarf_Addr address, Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(info->module, address, bias);

	if (unit)
		return unit;
	while ((unit = dwfl_module_nextcu(info->module, unit, bias)))
		if (dwarf_haspc(unit, address - *bias) > 0)
			return unit;
	return NULL;
}

/* What the unit says about functions: with -gsplit-dwarf it is in a file of its own (.dwo). */
static Dwarf_Die split_unit(Dwarf_Die *unit)
{
	Dwarf_Die split;
	uint8_t type;

	if (dwarf_cu_info(unit->cu, NULL, &type, NULL, &split, NULL, NULL, NULL) == 0 &&
	    type == DW_UT_skeleton && dwarf_tag(&split) != DW_TAG_invalid)
		return split;
	return *unit;
}

static bool set_place(struct debug_line *place, Dwarf_Die *unit, Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number = 0, column = 0;

	if (!line)
		return false;
	place->file = dwarf_linesrc(line, NULL, NULL);
	dwarf_lineno(line, &number);
	dwarf_linecol(line, &column);
	place->line = (unsigned)number;
	place->column = (unsigned)column;
	return true;
}

size_t debug_info_find(struct debug_info *info, uint64_t address, uint64_t start, uint64_t size,
		       struct debug_line lines[DEBUG_INFO_DEEPEST])
{
	Dwarf_Addr bias = 0;
	Dwarf_Attribute directory;
	Dwarf_Die *unit, functions;
	bool known;
	size_t count;

	memset(lines, 0, DEBUG_INFO_DEEPEST * sizeof(*lines));
	if (!to_file(info, &address, start, size))
		return 0;
	unit = find_unit(info, address, &bias);
	if (!unit)
		return 0;
	known = set_place(&lines[0], unit, address - bias);
	functions = split_unit(unit);
	count = find_functions(lines, &functions, address - bias);
	if (!count)
		count = known;
	for (size_t i = 0; i < count; i++)
		lines[i].directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &directory));
	return count;
}
