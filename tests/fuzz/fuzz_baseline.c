/* SPDX-License-Identifier: MIT */
/*
 * fuzz_baseline.c - any bytes as a baseline
 *
 * In what is read as one, no site stands twice and each has a name.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "baseline.h"
#include "cxx_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The one of the C++ library is not what is tried here. */
char *cxx_name(const char *name)
{
	(void)name;
	return NULL;
}

static void check(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->count; i++) {
		if (!*baseline->sites[i].where)
			abort();
		for (size_t j = 0; j < i; j++)
			if (baseline->sites[i].fingerprint == baseline->sites[j].fingerprint)
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	FILE *stream = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct baseline baseline;

	if (!nowhere)
		stderr = nowhere = fopen("/dev/null", "w");
	if (!stream)
		return 0;
	if (baseline_read_stream(&baseline, "input", stream))
		check(&baseline);
	baseline_free(&baseline);
	fclose(stream);
	return 0;
}
