/* SPDX-License-Identifier: MIT */
/* symbolize.c - the contract is in symbolize.h */
#include "symbolize.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "cxx_name.h"
#include "debug_info.h"
#include "sites.h"

#define DEBUG_DIRECTORY "/usr/lib/debug"

/* A file that was loaded in some program: found by path and build id. */
struct module_file {
	struct module_file *next;
	const char *path;        /* in the program */
	const char *build_id;    /* or NULL */
	struct debug_info *info; /* or NULL: @problem says why */
	const char *problem;     /* or NULL */
};

struct symbolizer {
	struct symbolize_options options;
	struct arena *arena;
	struct module_file *files;
	const char *debug_path; /* directories with ':' between them */
};

static const char *join(struct arena *arena, const char *a, const char *b, const char *c)
{
	char *text = arena_alloc(arena, strlen(a) + strlen(b) + strlen(c) + 1);

	if (text)
		stpcpy(stpcpy(stpcpy(text, a), b), c);
	return text;
}

static const char *make_debug_path(struct symbolizer *symbolizer)
{
	const char *const *directory = symbolizer->options.debug_dirs;
	const char *path = NULL;

	if (!directory || !*directory)
		return join(symbolizer->arena, symbolizer->options.sysroot, DEBUG_DIRECTORY, "");
	for (; *directory; directory++) {
		/* For libdw what is relative is so to each program's own directory. */
		char *whole = realpath(*directory, NULL);
		const char *one = whole ? whole : *directory;

		path = join(symbolizer->arena, path ? path : "", path ? ":" : "", one);
		free(whole);
	}
	return path;
}

struct symbolizer *symbolizer_new(const struct symbolize_options *options)
{
	struct symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));

	if (!symbolizer)
		return NULL;
	symbolizer->options = *options;
	if (!options->sysroot)
		symbolizer->options.sysroot = "";
	symbolizer->arena = arena_new();
	if (symbolizer->arena)
		symbolizer->debug_path = make_debug_path(symbolizer);
	if (!symbolizer->debug_path) {
		symbolizer_free(symbolizer);
		return NULL;
	}
	return symbolizer;
}

void symbolizer_free(struct symbolizer *symbolizer)
{
	if (!symbolizer)
		return;
	for (struct module_file *file = symbolizer->files; file; file = file->next)
		if (file->info)
			debug_info_close(file->info);
	arena_free(symbolizer->arena);
	free(symbolizer);
}

/*
 * The file of a module.
 */

/* DIRECTORY/.build-id/ab/cdef.debug, for a program that is not here itself. */
static struct debug_info *open_by_build_id(struct symbolizer *symbolizer, const char *build_id)
{
	const char *directory = symbolizer->debug_path;
	char head[] = { build_id[0], build_id[1], '/', 0 };

	while (strlen(build_id) > 2 && *directory) {
		size_t length = strcspn(directory, ":");
		const char *base = arena_text(symbolizer->arena, directory, length);
		const char *name = join(symbolizer->arena, head, build_id + 2, ".debug");
		const char *path = base && name ? join(symbolizer->arena, base, "/.build-id/", name)
						: NULL;
		struct debug_info *info = path ? debug_info_open(path, symbolizer->debug_path)
					       : NULL;

		if (info)
			return info;
		directory += length + (directory[length] == ':');
	}
	return NULL;
}

static bool is_loaded_one(const struct module_file *file)
{
	const char *here = debug_info_build_id(file->info);

	/* The report keeps the first 20 bytes of a build id. */
	return file->build_id ? strncmp(here, file->build_id, strlen(file->build_id)) == 0 : !*here;
}

static void open_file(struct symbolizer *symbolizer, struct module_file *file, bool deleted)
{
	const char *path = join(symbolizer->arena, symbolizer->options.sysroot, file->path, "");

	if (symbolizer->options.names_only || !symbolize_has_lines || !path || *file->path == '[')
		return;
	file->info = debug_info_open(path, symbolizer->debug_path);
	if (!file->info)
		file->problem = "no ELF file there: names only";
	else if (!is_loaded_one(file) || (deleted && !file->build_id))
		file->problem = "not the file that was loaded (another build id): names only";
	if (!file->problem)
		return;
	if (file->info)
		debug_info_close(file->info);
	file->info = file->build_id ? open_by_build_id(symbolizer, file->build_id) : NULL;
	if (file->info && is_loaded_one(file)) {
		file->problem = NULL;
	} else if (file->info) {
		debug_info_close(file->info);
		file->info = NULL;
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static struct module_file *find_file(struct symbolizer *symbolizer,
				     const struct report_module *module)
{
	struct module_file *file = symbolizer->files;

	while (file && (!same_text(file->path, module->path) ||
			!same_text(file->build_id, module->build_id)))
		file = file->next;
	if (file)
		return file;
	file = arena_alloc(symbolizer->arena, sizeof(*file));
	if (!file)
		return NULL;
	/* The report may be gone before us (cmd_watch.c). */
	file->path = arena_text(symbolizer->arena, module->path, strlen(module->path));
	if (module->build_id)
		file->build_id = arena_text(symbolizer->arena, module->build_id,
					    strlen(module->build_id));
	if (!file->path || (module->build_id && !file->build_id))
		return NULL;
	file->next = symbolizer->files;
	symbolizer->files = file;
	open_file(symbolizer, file, module->deleted);
	return file;
}

/*
 * Names and places.
 */

const char *symbolize_name(struct symbolizer *symbolizer, const char *name)
{
	char *bare = strndup(name, site_name_length(name));
	char *text = bare ? cxx_name(bare) : NULL;
	const char *kept = text ? arena_text(symbolizer->arena, text, strlen(text)) : name;

	free(text);
	free(bare);
	return kept ? kept : name;
}

/* "./src/../main.c" in "/srv/build": one path without "." and "..", as text. */
static char *tidy_path(struct arena *arena, const char *directory, const char *file)
{
	const char *path = *file == '/' ? file : join(arena, directory ? directory : "", "/", file);
	char *result = path ? arena_alloc(arena, strlen(path) + 2) : NULL, *to = result;

	if (!result)
		return NULL;
	while (*path) {
		size_t length;

		path += strspn(path, "/");
		length = strcspn(path, "/");
		if (length == 2 && strncmp(path, "..", 2) == 0 && to > result) {
			while (*--to != '/')
				;
		} else if (length && !(length == 1 && *path == '.')) {
			*to++ = '/';
			to = mempcpy(to, path, length);
		}
		path += length;
	}
	*to = 0;
	return result;
}

static void place(struct symbolizer *symbolizer, struct source_line *line,
		  const struct debug_line *debug)
{
	const char *here;

	line->line = debug->line;
	line->column = debug->column;
	if (!debug->file)
		return;
	if (*debug->file != '/' && !debug->directory)
		line->file = arena_text(symbolizer->arena, debug->file, strlen(debug->file));
	else
		line->file = tidy_path(symbolizer->arena, debug->directory, debug->file);
	here = line->file ? join(symbolizer->arena, symbolizer->options.sysroot, line->file, "")
			  : NULL;
	if (here && access(here, R_OK) == 0)
		line->path = here;
	else if (line->file && access(line->file, R_OK) == 0)
		line->path = line->file;
}

static const char *function_of(struct symbolizer *symbolizer, const struct debug_line *debug)
{
	const char *name = debug->linkage_name ? debug->linkage_name : debug->name;
	const char *shown = name ? symbolize_name(symbolizer, name) : NULL;

	/* Without a demangler the short name is the better one. */
	return shown && shown == debug->linkage_name && debug->name ? debug->name : shown;
}

size_t symbolize(struct symbolizer *symbolizer, const struct frame *frame,
		 const struct source_line **result)
{
	struct module_file *file = frame->in ? find_file(symbolizer, frame->in) : NULL;
	struct debug_line debug[DEBUG_INFO_DEEPEST];
	struct source_line *lines;
	size_t count = 0;

	if (file && file->info)
		count = debug_info_find(file->info, frame->address - 1, frame->in->start,
					frame->in->end - frame->in->start, debug);
	lines = arena_alloc(symbolizer->arena, (count ? count : 1) * sizeof(*lines));
	if (!lines)
		return 0;
	for (size_t i = 0; i < count; i++) {
		place(symbolizer, &lines[i], &debug[i]);
		lines[i].function = function_of(symbolizer, &debug[i]);
		lines[i].inlined = i + 1 < count;
	}
	count = count ? count : 1;
	if (!lines[count - 1].function && frame->name)
		lines[count - 1].function = symbolize_name(symbolizer, frame->name);
	*result = lines;
	return count;
}

void symbolizer_notes(const struct symbolizer *symbolizer, FILE *out)
{
	if (!symbolize_has_lines && !symbolizer->options.names_only)
		fprintf(out, "leakscan: built without libdw: names only, no files and lines\n");
	for (const struct module_file *file = symbolizer->files; file; file = file->next)
		if (file->problem)
			fprintf(out, "leakscan: %s%s: %s\n", symbolizer->options.sysroot,
				file->path, file->problem);
}
