/* SPDX-License-Identifier: MIT */
/* test_maps.c - the map of this process against mappings made here, and against sscanf */
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps.h"

#define PAGE ((size_t)4096)

static struct maps read_maps(void)
{
	struct maps maps;

	CHECK(maps_read(&maps) == 0);
	return maps;
}

static char *map_pages(size_t pages, int protection)
{
	char *start = mmap(NULL, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED)
		exit(2);
	return start;
}

/* Five pages of which the second and the fourth are not mapped. */
static char *map_with_holes(void)
{
	char *start = map_pages(5, PROT_READ | PROT_WRITE);

	munmap(start + PAGE, PAGE);
	munmap(start + 3 * PAGE, PAGE);
	return start;
}

static void an_address_finds_its_mapping(void)
{
	char *middle = map_with_holes() + 2 * PAGE;
	struct maps maps = read_maps();
	const struct mapping *mapping = maps_find(&maps, (uintptr_t)middle);

	CHECK(mapping != NULL);
	if (mapping) {
		CHECK(mapping->start == (uintptr_t)middle);
		CHECK(mapping->end == (uintptr_t)middle + PAGE);
		CHECK(mapping->flags == (MAPPING_READ | MAPPING_WRITE));
		CHECK(mapping->path[0] == 0);
		CHECK(mapping->inode == 0);
	}
	CHECK(maps_find(&maps, (uintptr_t)middle + PAGE - 1) == mapping);
	CHECK(maps_find(&maps, (uintptr_t)middle + PAGE) == NULL);
	CHECK(maps_find(&maps, (uintptr_t)middle - 1) == NULL);
	CHECK(maps_find(&maps, 0) == NULL);
	munmap(middle - 2 * PAGE, 5 * PAGE);
	maps_free(&maps);
}

static void the_first_mapping_above_an_address(void)
{
	char *middle = map_with_holes() + 2 * PAGE;
	struct maps maps = read_maps();
	size_t at = maps_lower(&maps, (uintptr_t)middle - 1);

	CHECK(at < maps.count && maps.mappings[at].start == (uintptr_t)middle);
	CHECK(maps_lower(&maps, (uintptr_t)middle + PAGE - 1) == at);
	CHECK(maps_lower(&maps, (uintptr_t)middle + PAGE) == at + 1);
	CHECK(maps_lower(&maps, 0) == 0);
	CHECK(maps_lower(&maps, UINTPTR_MAX) == maps.count);
	munmap(middle - 2 * PAGE, 5 * PAGE);
	maps_free(&maps);
}

static void protections_and_sharing(void)
{
	char *none = map_pages(1, PROT_NONE);
	char *code = map_pages(1, PROT_READ | PROT_EXEC);
	char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct maps maps = read_maps();
	const struct mapping *mapping = maps_find(&maps, (uintptr_t)none);

	CHECK(mapping && mapping->flags == 0);
	mapping = maps_find(&maps, (uintptr_t)code);
	CHECK(mapping && mapping->flags == (MAPPING_READ | MAPPING_EXEC));
	mapping = maps_find(&maps, (uintptr_t)shared);
	CHECK(mapping && (mapping->flags & MAPPING_SHARED));
	munmap(none, PAGE);
	munmap(code, PAGE);
	munmap(shared, PAGE);
	maps_free(&maps);
}

/* Spaces stand in the path as they are; a removed file has the kernel's mark at its end. */
static void a_file_has_path_offset_and_inode(void)
{
	char path[] = "/tmp/leakscan maps XXXXXX", removed[64];
	int fd = mkstemp(path);
	struct stat status;
	char *start;

	if (fd < 0 || ftruncate(fd, 2 * (off_t)PAGE) < 0 || fstat(fd, &status) < 0)
		exit(2);
	start = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, (off_t)PAGE);

	struct maps maps = read_maps();
	const struct mapping *mapping = maps_find(&maps, (uintptr_t)start);

	CHECK(mapping && strcmp(mapping->path, path) == 0);
	CHECK(mapping && mapping->flags == (MAPPING_READ | MAPPING_FILE));
	CHECK(mapping && mapping->offset == PAGE);
	CHECK(mapping && mapping->inode == status.st_ino);
	maps_free(&maps);

	unlink(path);
	maps = read_maps();
	mapping = maps_find(&maps, (uintptr_t)start);
	snprintf(removed, sizeof(removed), "%s (deleted)", path);
	CHECK(mapping && strcmp(mapping->path, removed) == 0);
	maps_free(&maps);
	munmap(start, PAGE);
	close(fd);
}

static void stack_and_vdso_have_names(void)
{
	struct maps maps = read_maps();
	const struct mapping *mapping = maps_find(&maps, (uintptr_t)&maps);
	bool vdso = false;

	CHECK(mapping && strcmp(mapping->path, "[stack]") == 0);
	CHECK(mapping && !(mapping->flags & MAPPING_FILE));
	for (size_t i = 0; i < maps.count; i++)
		vdso |= strcmp(maps.mappings[i].path, "[vdso]") == 0;
	CHECK(vdso);
	maps_free(&maps);
}

/* More lines than the first buffer holds: every other page of a region has another protection. */
static void a_long_map_is_read_whole(void)
{
	const size_t pages = 8000;
	char *start = map_pages(pages, PROT_READ);
	size_t wrong = 0;

	for (size_t i = 0; i < pages; i += 2)
		mprotect(start + i * PAGE, PAGE, PROT_NONE);

	struct maps maps = read_maps();

	CHECK(maps.count >= pages - 2);
	for (size_t i = 1; i + 1 < pages; i++) {
		const struct mapping *mapping = maps_find(&maps, (uintptr_t)start + i * PAGE);

		wrong += !mapping || mapping->start != (uintptr_t)start + i * PAGE ||
			 mapping->flags != (i % 2 ? MAPPING_READ : 0);
	}
	CHECK(wrong == 0);
	for (size_t i = 1; i < maps.count; i++)
		wrong += maps.mappings[i].start < maps.mappings[i - 1].end;
	CHECK(wrong == 0);
	munmap(start, pages * PAGE);
	maps_free(&maps);
}

static unsigned flags_of(const char *letters, const char *path)
{
	return (letters[0] == 'r' ? MAPPING_READ : 0u) | (letters[1] == 'w' ? MAPPING_WRITE : 0u) |
	       (letters[2] == 'x' ? MAPPING_EXEC : 0u) | (letters[3] == 's' ? MAPPING_SHARED : 0u) |
	       (path[0] == '/' ? MAPPING_FILE : 0u);
}

/* Anonymous memory comes and goes while the test reads; what is a file's stays. */
static void agrees_with_sscanf(void)
{
	struct maps maps = read_maps();
	FILE *file = fopen("/proc/self/maps", "re");
	char line[5000];
	size_t compared = 0;

	while (file && fgets(line, sizeof(line), file)) {
		unsigned long start, end, offset, inode;
		char letters[5], path[4097] = "";
		const struct mapping *mapping;

		/* NOLINTNEXTLINE(cert-err34-c): the kernel's numbers are numbers */
		sscanf(line, "%lx-%lx %4s %lx %*s %lu %4096[^\n]", &start, &end, letters, &offset,
		       &inode, path);
		if (path[0] != '/')
			continue;
		mapping = maps_find(&maps, start);
		compared++;
		CHECK(mapping && mapping->start == start && mapping->end == end &&
		      mapping->offset == offset && mapping->inode == inode &&
		      mapping->flags == flags_of(letters, path) &&
		      strcmp(mapping->path, path) == 0);
	}
	CHECK(compared >= 8); /* the program, libc and ld.so have four or more each */
	if (file)
		fclose(file);
	maps_free(&maps);
}

RUN({ "an address finds its mapping", an_address_finds_its_mapping },
    { "the first mapping above an address", the_first_mapping_above_an_address },
    { "protections and sharing", protections_and_sharing },
    { "a file has path, offset and inode", a_file_has_path_offset_and_inode },
    { "stack and vdso have names", stack_and_vdso_have_names },
    { "a long map is read whole", a_long_map_is_read_whole },
    { "agrees with sscanf", agrees_with_sscanf })
