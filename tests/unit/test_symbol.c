/* SPDX-License-Identifier: MIT */
/*
 * test_symbol.c - names of this program's and libc's functions, and files that lie
 *
 * The files that lie are copies of this program, mapped here as the loader would do it and then
 * changed; names are asked for through the table of modules, as the report does.
 */
#include "check.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules.h"
#include "symbol.h"

#define PAGE ((size_t)4096)
#define NOINLINE __attribute__((noinline))

static volatile int sink;
int test_symbol_table[8] = { 1 };

NOINLINE static void a_function(void)
{
	sink = sink + 1;
}

/* One function under three names; in the file the one used here is called _global_name. */
NOINLINE void global_name(void) __asm__("_global_name");
void longer_name(void) __asm__("__global_name") __attribute__((alias("_global_name")));
static void local_name(void) __attribute__((alias("_global_name"), used));

void global_name(void)
{
	sink = sink + 2;
}

/* The address behind a call in this function, as a trace holds it. */
NOINLINE static uintptr_t return_address(void)
{
	return (uintptr_t)__builtin_return_address(0);
}

static void note_maps(uint32_t now_ms)
{
	struct maps maps;

	CHECK(maps_read(&maps) == 0);
	modules_note_maps(&maps, now_ms);
	maps_free(&maps);
}

static bool named(struct symbol symbol, const char *name)
{
	if (symbol.name && strcmp(symbol.name, name) == 0)
		return true;
	printf("%s instead of %s\n", symbol.name ? symbol.name : "nothing", name);
	return false;
}

static void a_function_of_this_program(void)
{
	modules_note(0);

	uintptr_t here = return_address();
	struct symbol symbol = symbol_find(here, 0);

	CHECK(named(symbol, "a_function_of_this_program"));
	CHECK(symbol.offset == here - (uintptr_t)a_function_of_this_program);
	CHECK(symbol.offset < symbol.length);
	CHECK(symbol.module && strcmp(symbol.module, "test_symbol") == 0);
	CHECK(symbol.in && symbol.in->program && !symbol.in->deleted);
	CHECK(named(symbol_find((uintptr_t)a_function + 1, 0), "a_function"));
}

/* A call that never returns may be a function's last instruction. */
static void the_address_behind_a_function_is_still_its_own(void)
{
	struct symbol symbol = symbol_find((uintptr_t)a_function + 1, 0);
	uintptr_t end = (uintptr_t)a_function + symbol.length;

	symbol = symbol_find(end, 0);
	CHECK(named(symbol, "a_function"));
	CHECK(symbol.offset == symbol.length);
}

static void a_global_name_wins_and_the_plain_one(void)
{
	CHECK(named(symbol_find((uintptr_t)global_name + 1, 0), "_global_name"));
	(void)local_name;
}

static void data_has_names(void)
{
	struct symbol symbol = symbol_find_data((uintptr_t)&test_symbol_table[2]);

	CHECK(named(symbol, "test_symbol_table"));
	CHECK(symbol.offset == 2 * sizeof(int));
	CHECK(symbol.length >= sizeof(test_symbol_table)); /* the sanitizer pads it */
	CHECK(symbol.module && strcmp(symbol.module, "test_symbol") == 0);
	CHECK(named(symbol_find_data((uintptr_t)&sink), "sink")); /* .bss */

	int *block = malloc(sizeof(*block));

	CHECK(symbol_find_data((uintptr_t)block).module == NULL);
	free(block);
}

static void the_stack_is_in_no_module(void)
{
	struct symbol symbol = symbol_find((uintptr_t)&symbol, 0);

	CHECK(!symbol.name && !symbol.module && !symbol.in);
	symbol = symbol_find_data((uintptr_t)&symbol);
	CHECK(!symbol.name && !symbol.module && !symbol.in);
}

static void *of_libc(const char *name)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);

	return libc ? dlsym(libc, name) : NULL;
}

static void malloc_is_called_malloc(void)
{
	struct symbol symbol = symbol_find((uintptr_t)of_libc("malloc") + 1, 0);

	CHECK(named(symbol, "malloc"));
	CHECK(symbol.offset == 1);
	CHECK(symbol.module && strncmp(symbol.module, "libc", 4) == 0);
}

/* Where both give a name they mean the same function; nearly always both do. */
static void agrees_with_dladdr(void)
{
	const struct module *libc = modules_find((uintptr_t)of_libc("malloc"), 0);
	unsigned both = 0, differ = 0;

	srand(1);
	for (int i = 0; libc && i < 5000; i++) {
		uintptr_t pc = libc->start + 1 + (size_t)rand() % (libc->end - libc->start - 1);
		struct symbol symbol = symbol_find(pc, 0);
		Dl_info info;

		if (!symbol.name || !dladdr((void *)(pc - 1), &info) || !info.dli_sname)
			continue;
		both++;
		differ += pc - symbol.offset < (uintptr_t)info.dli_saddr;
	}
	CHECK(both > 1000);
	CHECK(differ == 0);
}

static void the_map_shows_the_same_modules(void)
{
	size_t count = modules_count();
	const struct module *module;

	note_maps(5);
	for (size_t i = 0; i < count; i++)
		CHECK(modules_at(i)->unloaded_ms == MODULES_FOREVER);
	CHECK(modules_count() == count);
	module = modules_find((uintptr_t)a_function, 5);
	CHECK(module && module->path[0] == '/' && module->index < count);
}

/* In libc6, and nobody links with it. */
#define RARE "libBrokenLocale.so.1"

static void an_unloaded_library_keeps_its_names(void)
{
	void *library = dlopen(RARE, RTLD_NOW);
	uintptr_t pc = library ? (uintptr_t)dlsym(library, "__ctype_get_mb_cur_max") + 1 : 0;
	const struct module *module;
	size_t count;

	if (!pc)
		return; /* not glibc's packaging */
	modules_note(20);
	module = modules_find(pc, 20);
	CHECK(module && module->loaded_ms == 20 && module->unloaded_ms == MODULES_FOREVER);
	CHECK(module && strstr(module->path, "libBrokenLocale"));
	dlclose(library);
	modules_note(30);
	CHECK(module && module->unloaded_ms == 30);
	CHECK(modules_find(pc, 25) == module);
	CHECK(modules_find(pc, 90) == module); /* nobody else was ever there */
	CHECK(modules_find_data(pc) == NULL);
	CHECK(named(symbol_find(pc, 25), "__ctype_get_mb_cur_max"));

	count = modules_count();
	library = dlopen(RARE, RTLD_NOW);
	modules_note(40);
	if ((uintptr_t)dlsym(library, "__ctype_get_mb_cur_max") + 1 == pc) {
		CHECK(modules_count() == count);
		CHECK(module && module->unloaded_ms == MODULES_FOREVER);
	}
	dlclose(library);
	modules_note(50);
	modules_note(60); /* nothing has changed */
	CHECK(module && module->unloaded_ms == 50);
}

/*
 * A copy of this program, mapped once more.
 */

static struct {
	char directory[64], path[80];
	uint8_t *bytes; /* what the copy was at first */
	size_t size;
	uintptr_t bias;
	int fd;
} copy;

static const ElfW(Phdr) * program_headers(const ElfW(Ehdr) * *header)
{
	*header = (const ElfW(Ehdr) *)copy.bytes;
	return (const ElfW(Phdr) *)(copy.bytes + (*header)->e_phoff);
}

static void map_copy(void)
{
	const ElfW(Ehdr) * header;
	const ElfW(Phdr) *headers = program_headers(&header);
	uintptr_t end = 0;

	for (size_t i = 0; i < header->e_phnum; i++)
		if (headers[i].p_type == PT_LOAD)
			end = headers[i].p_vaddr + headers[i].p_memsz;
	copy.bias = (uintptr_t)mmap(NULL, end + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				    0);
	for (size_t i = 0; i < header->e_phnum; i++) {
		size_t before = headers[i].p_vaddr % PAGE;
		unsigned flags = headers[i].p_flags;

		if (headers[i].p_type != PT_LOAD)
			continue;
		(void)mmap((void *)(copy.bias + headers[i].p_vaddr - before),
			   headers[i].p_filesz + before,
			   (flags & PF_R ? PROT_READ : 0) | (flags & PF_X ? PROT_EXEC : 0),
			   MAP_PRIVATE | MAP_FIXED, copy.fd, (off_t)(headers[i].p_offset - before));
	}
}

static void remove_copy(void)
{
	unlink(copy.path);
	rmdir(copy.directory);
}

static void make_copy(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	copy.size = (size_t)lseek(fd, 0, SEEK_END);
	copy.bytes = malloc(copy.size);
	strcpy(copy.directory, "/tmp/leakscan-symbol-XXXXXX");
	if (!copy.bytes || pread(fd, copy.bytes, copy.size, 0) != (ssize_t)copy.size ||
	    !mkdtemp(copy.directory))
		exit(2);
	close(fd);
	snprintf(copy.path, sizeof(copy.path), "%s/copy", copy.directory);
	copy.fd = open(copy.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	atexit(remove_copy);
	if (write(copy.fd, copy.bytes, copy.size) != (ssize_t)copy.size)
		exit(2);
	map_copy();
	note_maps(70);
}

static void restore_copy(void)
{
	if (ftruncate(copy.fd, (off_t)copy.size) < 0 ||
	    pwrite(copy.fd, copy.bytes, copy.size, 0) != (ssize_t)copy.size)
		exit(2);
	symbol_forget();
}

/* An address of this program, in the copy. */
static uintptr_t in_copy(const void *address)
{
	return (uintptr_t)address - modules_at(0)->image_start + copy.bias;
}

static void the_copy_has_the_same_names(void)
{
	struct symbol symbol;

	make_copy();
	symbol = symbol_find(in_copy((const void *)a_function) + 1, 70);
	CHECK(named(symbol, "a_function"));
	CHECK(symbol.module && strcmp(symbol.module, "copy") == 0);
	CHECK(symbol.in && !symbol.in->program && symbol.in->loaded_ms == 70);
	CHECK(named(symbol_find_data(in_copy(test_symbol_table)), "test_symbol_table"));
}

static void ask_all_over_the_copy(void)
{
	const ElfW(Ehdr) * header;
	const ElfW(Phdr) *headers = program_headers(&header);
	size_t length = 0;

	for (size_t i = 0; i < header->e_phnum; i++) {
		uintptr_t start = copy.bias + headers[i].p_vaddr;

		if (headers[i].p_type != PT_LOAD)
			continue;
		for (size_t at = 0; at < headers[i].p_memsz; at += headers[i].p_memsz / 64 + 1) {
			struct symbol symbol = symbol_find(start + at, 80);

			length += symbol.name ? strlen(symbol.name) : 0;
			symbol = symbol_find_data(start + at);
			length += symbol.name ? strlen(symbol.name) : 0;
		}
	}
	CHECK(length < (size_t)1 << 40); /* what counts is to have come here */
}

/* A place in the headers, the section table or the symbols, in turn; else anywhere. */
static size_t place_to_break(int round)
{
	const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)copy.bytes;
	size_t random = (size_t)rand();

	switch (round % 4) {
	case 0:
		return random % (sizeof(*header) + header->e_phnum * sizeof(ElfW(Phdr)));
	case 1:
		return header->e_shoff + random % (header->e_shnum * sizeof(ElfW(Shdr)));
	case 2:
		return copy.size - 1 - random % (copy.size / 3);
	default:
		return random % copy.size;
	}
}

static void a_corrupt_file_gives_no_crash(void)
{
	srand(2);
	for (int round = 0; round < 600; round++) {
		for (int i = 0; i < 1 + round % 3; i++) {
			static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
			uint8_t bytes[8];
			size_t length = 1 + (size_t)rand() % sizeof(bytes);
			size_t at = place_to_break(round);

			memset(bytes, rand() % 2 ? rand() : values[rand() % 5], sizeof(bytes));
			if (at + length > copy.size)
				length = copy.size - at;
			if (pwrite(copy.fd, bytes, length, (off_t)at) != (ssize_t)length)
				exit(2);
		}
		if (round % 8 == 0)
			note_maps(80); /* reads the headers in memory, which are the file's */
		ask_all_over_the_copy();
		restore_copy();
	}
	note_maps(90);
	CHECK(named(symbol_find(in_copy((const void *)a_function) + 1, 90), "a_function"));
}

static void a_short_file_gives_no_crash(void)
{
	srand(3);
	for (int round = 0; round < 100; round++) {
		size_t size = round < 50 ? (size_t)round * 16 : (size_t)rand() % copy.size;

		if (ftruncate(copy.fd, (off_t)size) < 0)
			exit(2);
		if (round % 8 == 0)
			note_maps(100);
		ask_all_over_the_copy();
		restore_copy();
	}
	note_maps(110);
	CHECK(named(symbol_find(in_copy((const void *)a_function) + 1, 110), "a_function"));
}

/* A file that is shortened after its symbols were read and before a name is. */
static void a_file_that_shrinks_gives_no_name(void)
{
	struct symbol symbol = symbol_find(in_copy((const void *)a_function) + 1, 110);

	CHECK(named(symbol, "a_function"));
	if (ftruncate(copy.fd, 100) < 0)
		exit(2);
	symbol = symbol_find(in_copy((const void *)a_function) + 1, 110);
	CHECK(named(symbol, "a_function")); /* read already */
	symbol = symbol_find(in_copy((const void *)ask_all_over_the_copy) + 1, 110);
	CHECK(symbol.name == NULL && symbol.module != NULL);
	restore_copy();
}

/* Where in the file the build id is, or 0. */
static size_t place_of_build_id(void)
{
	const struct module *program = modules_at(0);
	const uint8_t *id = NULL;

	if (program->build_id_size)
		id = memmem(copy.bytes, copy.size, program->build_id, program->build_id_size);
	return id ? (size_t)(id - copy.bytes) : 0;
}

static void another_build_id_gives_no_names(void)
{
	size_t at = place_of_build_id();
	uint8_t other = (uint8_t)(copy.bytes[at] + 1);
	struct symbol symbol;

	if (!at)
		return; /* this compiler makes none */
	if (pwrite(copy.fd, &other, 1, (off_t)at) != 1)
		exit(2);
	symbol = symbol_find(in_copy((const void *)a_function) + 1, 110);
	CHECK(symbol.name == NULL && symbol.module != NULL);
	restore_copy();
}

static void a_pipe_in_the_files_place_does_not_hang(void)
{
	char moved[96];
	struct symbol symbol;

	snprintf(moved, sizeof(moved), "%s.moved", copy.path);
	if (rename(copy.path, moved) < 0 || mkfifo(copy.path, 0600) < 0)
		exit(2);
	alarm(20);
	symbol = symbol_find(in_copy((const void *)a_function) + 1, 110);
	alarm(0);
	CHECK(symbol.name == NULL && symbol.module != NULL);
	CHECK(symbol.offset > 0);
	unlink(copy.path);
	rename(moved, copy.path);
	symbol_forget();
}

static void a_removed_file_is_marked(void)
{
	const struct module *module;

	unlink(copy.path);
	note_maps(120);
	module = modules_find(in_copy((const void *)a_function), 120);
	CHECK(module && module->deleted && strcmp(module->path, copy.path) == 0);
	CHECK(symbol_find(in_copy((const void *)a_function) + 1, 120).name == NULL);
	symbol_forget();
}

static void build_ids_are_found_among_notes(void)
{
	static const uint32_t notes[] = {
		4,          8,          5,
		0x00554e47, 1,          2, /* "GNU", another type */
		2,          3,          NT_GNU_BUILD_ID,
		0x41,       7, /* "A": another owner */
		4,          4,          NT_GNU_BUILD_ID,
		0x00554e47, 0x04030201,
	};
	uint8_t id[MODULES_BUILD_ID];

	CHECK(modules_build_id((const uint8_t *)notes, sizeof(notes), 4, id) == 4);
	CHECK(memcmp(id, "\1\2\3\4", 4) == 0);
	for (size_t size = 0; size < sizeof(notes); size++) {
		uint8_t *exact = malloc(size + 1); /* the sanitizer sees a byte too many */

		memcpy(exact, notes, size);
		CHECK(modules_build_id(exact, size, 4, id) == 0);
		free(exact);
	}
}

RUN({ "a function of this program", a_function_of_this_program },
    { "the address behind a function is still its own",
      the_address_behind_a_function_is_still_its_own },
    { "a global name wins, and the plain one", a_global_name_wins_and_the_plain_one },
    { "data has names", data_has_names },
    { "the stack is in no module", the_stack_is_in_no_module },
    { "malloc is called malloc", malloc_is_called_malloc },
    { "agrees with dladdr", agrees_with_dladdr },
    { "the map shows the same modules", the_map_shows_the_same_modules },
    { "an unloaded library keeps its names", an_unloaded_library_keeps_its_names },
    { "build ids are found among notes", build_ids_are_found_among_notes },
    { "the copy has the same names", the_copy_has_the_same_names },
    { "a corrupt file gives no crash", a_corrupt_file_gives_no_crash },
    { "a short file gives no crash", a_short_file_gives_no_crash },
    { "a file that shrinks gives no name", a_file_that_shrinks_gives_no_name },
    { "another build id gives no names", another_build_id_gives_no_names },
    { "a pipe in the file's place does not hang", a_pipe_in_the_files_place_does_not_hang },
    { "a removed file is marked", a_removed_file_is_marked })
