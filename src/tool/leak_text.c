/* SPDX-License-Identifier: MIT */
/* leak_text.c - the contract is in leak_text.h */
#include "leak_text.h"

#include <inttypes.h>
#include <stdlib.h>

void leak_text_write(FILE *out, const struct leak *leak, const char *before, const char *after)
{
	if (leak->type)
		fprintf(out, "%stype %s%s", before, leak->type, after);
	if (leak->cycle)
		fprintf(out, "%scycle of %" PRIu64 " object%s%s%s%s", before, leak->cycle,
			leak->cycle == 1 ? "" : "s", leak->chain ? ": " : "",
			leak->chain ? leak->chain : "", after);
	if (leak->story)
		fprintf(out, "%s%s%s", before, leak->story, after);
	if (leak->held_by)
		fprintf(out, "%sheld only by %s%s", before, leak->held_by, after);
	if (leak->mapping)
		fprintf(out, "%sa mapping of the program's own%s", before, after);
	if (leak->doubtful)
		fprintf(out, "%sdoubtful: a block that was not recorded may refer to it%s", before,
			after);
}

char *leak_text(const struct leak *leak, const char *before, const char *after)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	leak_text_write(out, leak, before, after);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
