/* SPDX-License-Identifier: MIT */
/*
 * symbol_table.c - reads ELF files; the contract is in symbol_table.h
 *
 * Life of a symbol_file
 *   symbol_file_open()   headers and build id checked, symbols counted, then kept and sorted
 *   symbol_file_name()   one name read, and kept until the end
 *   symbol_file_rest()   descriptor closed: a report may need hundreds of files
 *
 * Locking            none: a snapshot or the stopped world has one thread.
 */
#include "symbol_table.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "os.h"
#include "pool.h"
#include "sort.h"

#define HEADERS 128        /* program headers looked at */
#define SECTIONS 65535     /* section headers looked at */
#define SYMBOLS (1u << 24) /* symbols looked at */
#define BATCH 128          /* of them, read at once */
#define NOTES 1024         /* bytes of a note segment looked at */
#define NAME 4096          /* longest name; the rest is cut */

/* The text of a name. */
struct symbol_name {
	struct symbol_name *next;
	size_t bytes; /* of the allocation */
	char text[];
};

static bool read_at(const struct symbol_file *file, uint64_t offset, void *buffer, size_t size)
{
	return offset <= file->size && size <= file->size - offset &&
	       os_pread(file->fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

static bool entry_before(const void *first, const void *second)
{
	const struct symbol_entry *a = first, *b = second;

	if (a->value != b->value)
		return a->value < b->value;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->name.offset < b->name.offset;
}

/*
 * Reading a file.
 */

static struct symbol_table *table_of(struct symbol_file *file, const Elf64_Sym *symbol)
{
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_name == 0)
		return NULL;
	switch (ELF64_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		return &file->functions;
	case STT_OBJECT:
	case STT_COMMON:
		return &file->data;
	default:
		return NULL;
	}
}

static void count_symbol(struct symbol_file *file, const Elf64_Sym *symbol)
{
	struct symbol_table *table = table_of(file, symbol);

	if (table)
		table->size++;
}

static void keep_symbol(struct symbol_file *file, const Elf64_Sym *symbol)
{
	struct symbol_table *table = table_of(file, symbol);
	unsigned binding = ELF64_ST_BIND(symbol->st_info);

	if (!table || !table->entries || table->count == table->size)
		return;
	table->entries[table->count++] = (struct symbol_entry){
		.value = symbol->st_value,
		.size = symbol->st_size >> 48 ? 0 : symbol->st_size,
		.rank = binding == STB_LOCAL  ? 2
			: binding == STB_WEAK ? 1
					      : 0,
		.name.offset = symbol->st_name,
	};
}

static void each_symbol(struct symbol_file *file,
			void (*see)(struct symbol_file *, const Elf64_Sym *))
{
	Elf64_Sym batch[BATCH];
	uint64_t left = file->symbols_size / sizeof(batch[0]);
	uint64_t offset = file->symbols_offset;

	if (left > SYMBOLS)
		left = SYMBOLS;
	while (left > 0) {
		size_t number = left < BATCH ? left : BATCH;

		if (!read_at(file, offset, batch, number * sizeof(batch[0])))
			return;
		for (size_t i = 0; i < number; i++)
			see(file, &batch[i]);
		offset += number * sizeof(batch[0]);
		left -= number;
	}
}

static void make_tables(struct symbol_file *file)
{
	struct symbol_table *tables[] = { &file->functions, &file->data };

	each_symbol(file, count_symbol);
	for (int i = 0; i < 2; i++)
		if (tables[i]->size)
			tables[i]->entries = pool_alloc(tables[i]->size *
							sizeof(struct symbol_entry));
	each_symbol(file, keep_symbol);
	for (int i = 0; i < 2; i++)
		sort(tables[i]->entries, tables[i]->count, sizeof(struct symbol_entry),
		     entry_before);
}

/* Finds .symtab, else .dynsym, and its strings. */
static bool find_symbols(struct symbol_file *file, const Elf64_Ehdr *header)
{
	Elf64_Shdr section, symbols = { 0 };
	size_t number = header->e_shnum;

	if (header->e_shoff == 0 || header->e_shentsize != sizeof(section) ||
	    !read_at(file, header->e_shoff, &section, sizeof(section)))
		return false;
	if (number == 0) /* more than fit into e_shnum */
		number = section.sh_size < SECTIONS ? section.sh_size : SECTIONS;
	for (size_t i = 0; i < number && symbols.sh_type != SHT_SYMTAB; i++) {
		if (!read_at(file, header->e_shoff + i * sizeof(section), &section,
			     sizeof(section)))
			break;
		if (section.sh_type == SHT_SYMTAB || section.sh_type == SHT_DYNSYM)
			symbols = section;
	}
	if (symbols.sh_type == SHT_NULL || symbols.sh_link >= number ||
	    !read_at(file, header->e_shoff + symbols.sh_link * sizeof(section), &section,
		     sizeof(section)) ||
	    section.sh_type != SHT_STRTAB)
		return false;
	file->symbols_offset = symbols.sh_offset;
	file->symbols_size = symbols.sh_size;
	file->strings_offset = section.sh_offset;
	file->strings_size = section.sh_size;
	return true;
}

static void note_segment(struct symbol_file *file, const Elf64_Phdr *header)
{
	if (file->segment_count == SYMBOL_SEGMENTS)
		return;
	file->segments[file->segment_count++] = (struct symbol_segment){
		.address = header->p_vaddr,
		.offset = header->p_offset,
		.file_size = header->p_filesz,
		.memory_size = header->p_memsz,
		.code = header->p_flags & PF_X,
	};
}

/* Reads the program headers; false when the file is not the one that was loaded. */
static bool check_segments(struct symbol_file *file, const Elf64_Ehdr *header)
{
	const struct module *module = file->module;
	uint8_t notes[NOTES], id[MODULES_BUILD_ID];
	size_t id_size = 0;

	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > HEADERS)
		return false;
	for (size_t i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr segment;

		if (!read_at(file, header->e_phoff + i * sizeof(segment), &segment,
			     sizeof(segment)))
			return false;
		file->executable |= segment.p_type == PT_INTERP;
		if (segment.p_type == PT_LOAD)
			note_segment(file, &segment);
		if (segment.p_type == PT_NOTE && !id_size) {
			size_t size = segment.p_filesz < NOTES ? segment.p_filesz : NOTES;

			if (read_at(file, segment.p_offset, notes, size))
				id_size = modules_build_id(notes, size, segment.p_align, id);
		}
	}
	if (id_size && module->build_id_size)
		return id_size == module->build_id_size && !memcmp(id, module->build_id, id_size);
	return !module->deleted || module->program;
}

static bool read_header(struct symbol_file *file, Elf64_Ehdr *header)
{
	return read_at(file, 0, header, sizeof(*header)) &&
	       memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB;
}

/* The program's own file can be read by the kernel's link even when its name is gone. */
static bool open_file(struct symbol_file *file)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	const struct module *module = file->module;
	struct stat status;

	file->fd = -1;
	if (module->program)
		file->fd = os_open("/proc/self/exe", flags, 0);
	if (file->fd < 0 && file->fd != -EMFILE && module->path[0] == '/')
		file->fd = os_open(module->path, flags, 0);
	if (file->fd < 0)
		return false;
	if (os_syscall(SYS_fstat, file->fd, (long)&status, 0, 0, 0, 0) == 0 &&
	    S_ISREG(status.st_mode) &&
	    (!file->usable ||
	     (file->inode == status.st_ino && file->size == (uint64_t)status.st_size))) {
		file->inode = status.st_ino;
		file->size = (uint64_t)status.st_size;
		return true;
	}
	symbol_file_rest(file);
	return false;
}

struct symbol_file *symbol_file_open(const struct module *module)
{
	struct symbol_file *file = pool_alloc(sizeof(*file));
	Elf64_Ehdr header;

	if (!file)
		return NULL;
	file->module = module;
	if (!open_file(file))
		return file;
	file->usable = read_header(file, &header) && check_segments(file, &header);
	if (file->usable) {
		file->entry = header.e_entry;
		if (find_symbols(file, &header))
			make_tables(file);
	} else {
		symbol_file_rest(file);
	}
	return file;
}

void symbol_file_rest(struct symbol_file *file)
{
	if (file->fd >= 0)
		os_close(file->fd);
	file->fd = -1;
}

static void free_table(struct symbol_table *table)
{
	if (table->entries)
		pool_free(table->entries, table->size * sizeof(struct symbol_entry));
}

void symbol_file_free(struct symbol_file *file)
{
	symbol_file_rest(file);
	free_table(&file->functions);
	free_table(&file->data);
	while (file->names) {
		struct symbol_name *name = file->names;

		file->names = name->next;
		pool_free(name, name->bytes);
	}
	pool_free(file, sizeof(*file));
}

/* Length of the text in @buffer up to a 0 or @size; what would break a line becomes a '?'. */
static size_t clean(char *buffer, size_t size)
{
	size_t length = 0;

	for (; length < size && buffer[length] != 0; length++)
		if ((unsigned char)buffer[length] < ' ' || buffer[length] == 0x7f)
			buffer[length] = '?';
	return length;
}

const char *symbol_file_name(struct symbol_file *file, struct symbol_entry *entry)
{
	char buffer[NAME];
	struct symbol_name *name;
	uint64_t offset, left;
	size_t length;
	ssize_t got;

	if (entry->is_text)
		return entry->name.text;
	offset = file->strings_offset + entry->name.offset;
	left = file->strings_size - entry->name.offset;
	if (entry->name.offset >= file->strings_size || offset > file->size ||
	    (file->fd < 0 && !open_file(file)))
		return NULL;
	got = os_pread(file->fd, buffer, left < sizeof(buffer) ? left : sizeof(buffer),
		       (off_t)offset);
	length = got > 0 ? clean(buffer, (size_t)got) : 0;
	name = length ? pool_alloc(sizeof(*name) + length + 1) : NULL;
	if (!name)
		return NULL;
	name->bytes = sizeof(*name) + length + 1;
	memcpy(name->text, buffer, length);
	name->next = file->names;
	file->names = name;
	entry->name.text = name->text;
	entry->is_text = true;
	return name->text;
}
