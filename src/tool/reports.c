/* SPDX-License-Identifier: MIT */
/* reports.c - the contract is in reports.h */
#include "reports.h"

#include <stdlib.h>
#include <string.h>

/* The pattern for glob() that all reports of that name match; to be freed. */
static char *make_pattern(const char *name)
{
	char *pattern = malloc(2 * strlen(name) + 1), *at = pattern;

	for (; pattern && *name; name++) {
		if (name[0] == '%' && name[1] && strchr("pent", name[1])) {
			*at++ = '*';
			name++;
			continue;
		}
		if (strchr("*?[\\", *name))
			*at++ = '\\';
		*at++ = *name;
	}
	if (pattern)
		*at = 0;
	return pattern;
}

bool reports_list(struct reports *reports, const char *name)
{
	char *pattern = make_pattern(name);
	int error = pattern ? glob(pattern, 0, NULL, &reports->files) : GLOB_NOSPACE;

	free(pattern);
	reports->states = NULL;
	if (error)
		reports->files = (glob_t){ 0 };
	if (error == GLOB_NOSPACE)
		return false;
	reports->states = calloc(reports->files.gl_pathc + 1, sizeof(*reports->states));
	if (!reports->states)
		return false;
	for (size_t i = 0; i < reports->files.gl_pathc; i++)
		if (stat(reports->files.gl_pathv[i], &reports->states[i]) != 0)
			reports->states[i] = (struct stat){ 0 };
	return true;
}

static int compare_paths(const void *path, const void *element)
{
	return strcmp(path, *(char *const *)element);
}

/* A report is written beside and renamed: the next one is another file with another time. */
bool reports_is_new(const struct reports *now, size_t index, const struct reports *before)
{
	const struct stat *state = &now->states[index], *old;
	char **found = NULL;

	if (before->files.gl_pathc)
		found = bsearch(now->files.gl_pathv[index], before->files.gl_pathv,
				before->files.gl_pathc, sizeof(*found), compare_paths);
	if (!found)
		return true;
	old = &before->states[found - before->files.gl_pathv];
	return state->st_ino != old->st_ino || state->st_mtim.tv_sec != old->st_mtim.tv_sec ||
	       state->st_mtim.tv_nsec != old->st_mtim.tv_nsec;
}

void reports_free(struct reports *reports)
{
	if (reports->files.gl_pathv)
		globfree(&reports->files);
	free(reports->states);
}
