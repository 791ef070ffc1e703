/* SPDX-License-Identifier: MIT */
/* debug_info_none.c - built without libdw: no file has any; the contract is in debug_info.h */
#include "debug_info.h"
#include "symbolize.h"

const bool symbolize_has_lines = false;

struct debug_info *debug_info_open(const char *path, const char *debug_path)
{
	(void)path;
	(void)debug_path;
	return NULL;
}

void debug_info_close(struct debug_info *info)
{
	(void)info;
}

const char *debug_info_build_id(const struct debug_info *info)
{
	(void)info;
	return "";
}

bool debug_info_has_lines(struct debug_info *info)
{
	(void)info;
	return false;
}

size_t debug_info_find(struct debug_info *info, uint64_t address, uint64_t start, uint64_t size,
		       struct debug_line lines[DEBUG_INFO_DEEPEST])
{
	(void)info;
	(void)address;
	(void)start;
	(void)size;
	(void)lines;
	return 0;
}
