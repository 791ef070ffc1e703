/* SPDX-License-Identifier: MIT */
/* carry.c - the contract is in carry.h */
#include "carry.h"

#include "pool.h"

static void drop(void **pages, size_t *bytes)
{
	pool_unmap(*pages, *bytes, *bytes);
	*pages = NULL;
	*bytes = 0;
}

bool carry_begin(struct carry *carry, size_t bytes)
{
	drop(&carry->next, &carry->next_bytes);
	carry->next = pool_map_shared(bytes, bytes);
	if (carry->next)
		carry->next_bytes = bytes;
	return carry->next;
}

void carry_end(struct carry *carry, bool keep)
{
	if (keep && carry->next) {
		drop(&carry->last, &carry->last_bytes);
		carry->last = carry->next;
		carry->last_bytes = carry->next_bytes;
		carry->next = NULL;
		carry->next_bytes = 0;
	}
	drop(&carry->next, &carry->next_bytes);
}

void carry_forget(struct carry *carry)
{
	drop(&carry->last, &carry->last_bytes);
	drop(&carry->next, &carry->next_bytes);
}
