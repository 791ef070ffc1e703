/* SPDX-License-Identifier: MIT */
/* object_case.h - invented addresses for the tests of the object tree, which never touches a block; each test
 * has a part of the address space of its own, and leaves it empty */
#ifndef OBJECT_CASE_H
#define OBJECT_CASE_H

#include "object.h"

enum { PAGE = 4096, KIB = 1024, MIB = 1024 * 1024 };

/* A part of the address space, 64 GiB, that no other test uses. */
#define PART(number) ((uintptr_t)(number) << 36)

static inline void create(uintptr_t start, size_t size)
{
	object_create(&(struct object){
		.start = start, .size = size, .trace = 7, .born_ms = 11, .who = 13 });
}

/* Start of the object that contains the address, or 0. */
static inline uintptr_t found_at(uintptr_t address)
{
	struct object found;

	return object_find(address, &found) ? found.start : 0;
}

#endif
