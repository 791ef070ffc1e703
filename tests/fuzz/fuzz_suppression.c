/* SPDX-License-Identifier: MIT */
/*
 * fuzz_suppression.c - any bytes as a file of suppressions, and as what its rules are compared with
 *
 * What lies behind the last 0 of the input is a name: it is read as a mangled one, and compared with
 * each rule.  A rule fits its own pattern's text when it has none of the characters with a meaning.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "demangle.h"
#include "print.h"
#include "suppression.h"
#include "suppression_rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = memrchr(data, 0, size);
	size_t length = zero ? (size_t)(zero - data) : size, rest = size - length;
	char *name = calloc(1, rest + 1), readable[64];

	if (rest)
		memcpy(name, data + length + 1, rest - 1);
	print_set_quiet(true);
	suppression_read_text("input", (const char *)data, length);
	demangle(name, readable, sizeof(readable));
	if (strlen(readable) >= sizeof(readable))
		abort();
	for (size_t i = 0; i < suppression_count(); i++) {
		const char *pattern = suppression_pattern(i);

		suppression_matches(pattern, name);
		suppression_matches(pattern, readable);
		if (!strpbrk(pattern, "^$*") && !suppression_matches(pattern, pattern))
			abort();
	}
	suppression_forget();
	free(name);
	return 0;
}
