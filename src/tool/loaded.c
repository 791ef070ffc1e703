/* SPDX-License-Identifier: MIT */
/* loaded.c - the contract is in loaded.h */
#include "loaded.h"

#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "command_table.h"

#define NAME "/libleakscan.so"
#define MOST_SEGMENTS 64
#define MOST_NOTES 4096u /* bytes of them */

/* A file that is mapped from its beginning; offsets in it are offsets from there, in the first segment. */
struct image {
	pid_t pid;
	uintptr_t start;
	unsigned long inode;
	char *path;
	int file; /* read instead of the memory, or -1 */
};

/* One line of maps. */
struct line {
	uintptr_t start;
	unsigned long offset, inode;
	char executable;
	const char *path;
};

static bool read_image(const struct image *image, size_t offset, void *to, size_t size)
{
	struct iovec here = { to, size }, there = { (void *)(image->start + offset), size };

	if (image->file >= 0)
		return pread(image->file, to, size, (off_t)offset) == (ssize_t)size;
	return process_vm_readv(image->pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

static size_t round_up(size_t size, size_t align)
{
	return (size + align - 1) & ~(align - 1);
}

static bool is_ours(const ElfW(Nhdr) * note, const char *name)
{
	return note->n_namesz == sizeof(COMMAND_NOTE) &&
	       memcmp(name, COMMAND_NOTE, sizeof(COMMAND_NOTE)) == 0;
}

static bool has_note(const struct image *image, const ElfW(Phdr) * segment)
{
	size_t size = segment->p_filesz < MOST_NOTES ? segment->p_filesz : MOST_NOTES;
	size_t align = segment->p_align == 8 ? 8 : 4, at = 0;
	char notes[MOST_NOTES];
	ElfW(Nhdr) note;

	if (!read_image(image, segment->p_offset, notes, size))
		return false;
	while (at + sizeof(note) <= size) {
		memcpy(&note, notes + at, sizeof(note));
		at += sizeof(note);
		if (note.n_namesz > size - at)
			return false;
		if (is_ours(&note, notes + at))
			return true;
		at += round_up(note.n_namesz, align);
		at += round_up(note.n_descsz, align);
	}
	return false;
}

/* 1: it is the library; 0: it is not; -1: it cannot be read. */
static int look_into(const struct image *image)
{
	ElfW(Phdr) segments[MOST_SEGMENTS];
	ElfW(Ehdr) head;

	if (!read_image(image, 0, &head, sizeof(head)))
		return -1;
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_phentsize != sizeof(segments[0]) ||
	    head.e_phnum > MOST_SEGMENTS ||
	    !read_image(image, head.e_phoff, segments, head.e_phnum * sizeof(segments[0])))
		return 0;
	for (unsigned i = 0; i < head.e_phnum; i++)
		if (segments[i].p_type == PT_NOTE && has_note(image, &segments[i]))
			return 1;
	return 0;
}

/* Opens the file, if that is the one that is mapped. */
static bool open_image(const struct process *process, struct image *image)
{
	struct stat status;

	image->file = process_open_file(process, image->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (image->file < 0)
		return false;
	if (fstat(image->file, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_ino == image->inode)
		return true;
	close(image->file);
	image->file = -1;
	return false;
}

static bool is_library(const struct process *process, struct image *image)
{
	int found = look_into(image);

	if (found < 0 && open_image(process, image)) {
		found = look_into(image);
		close(image->file);
		image->file = -1;
	}
	return found < 0 ? strstr(image->path, NAME) != NULL : found;
}

static bool read_line(char *text, struct line *line)
{
	char executable[2];
	int path = 0;

	text[strcspn(text, "\n")] = '\0';
	if (sscanf(text, "%lx-%*x %*c%*c%1s%*c %lx %*x:%*x %lu %n", &line->start, executable,
		   &line->offset, &line->inode, &path) != 4 ||
	    !path)
		return false;
	line->executable = executable[0];
	line->path = text + path;
	return line->inode && line->path[0] == '/';
}

/* Is the line of the same file as the one that was mapped from its beginning? */
static bool is_of(const struct line *line, const struct image *image)
{
	return image->path && line->inode == image->inode && strcmp(line->path, image->path) == 0;
}

bool loaded_find(const struct process *process, FILE *maps)
{
	struct image image = { .pid = process->pid, .file = -1 };
	struct line line;
	char *text = NULL;
	size_t size = 0;
	bool found = false;

	while (!found && getline(&text, &size, maps) >= 0) {
		if (!read_line(text, &line))
			continue;
		if (line.offset == 0) {
			free(image.path);
			image.path = strdup(line.path);
			image.start = line.start;
			image.inode = line.inode;
		}
		if (line.executable == 'x' && is_of(&line, &image))
			found = is_library(process, &image);
	}
	free(image.path);
	free(text);
	return found;
}
