/* SPDX-License-Identifier: MIT */
/* test_cxx_type.c - vtables made by hand, in this program's data, and blocks that point to them */
#include "check.h"

#include <string.h>

#include "cxx_type.h"
#include "modules.h"

struct type_info {
	const void *vptr;
	const char *name;
};

struct vtable {
	intptr_t distance;
	const struct type_info *type;
	const void *functions[2];
};

static const char session_name[] = "N3net7SessionE", pool_name[] = "*4PoolIiE";
static const char strange_name[] = "no type", base_name[] = "4Base";
static struct type_info session_type = { session_name, session_name };
static struct type_info pool_type = { session_name, pool_name };
static struct type_info strange_type = { session_name, strange_name };
static struct type_info base_type = { NULL, base_name };
static struct vtable session = { 0, &session_type, { NULL, NULL } };
static struct vtable second = { -16, &session_type, { NULL, NULL } };
static struct vtable pool = { 0, &pool_type, { NULL, NULL } };
static struct vtable strange = { 0, &strange_type, { NULL, NULL } };
static struct vtable base = { 0, &base_type, { NULL, NULL } };

/* What an ABI without type_infos leaves of a class is its symbol. */
extern struct vtable bare __asm__("_ZTV4Bare");
__attribute__((used, visibility("default"))) struct vtable bare = { 0, NULL, { NULL, NULL } };

static bool is_type(const uintptr_t *block, size_t size, const char *type, size_t offset)
{
	char text[64];
	size_t at = 0;

	return cxx_type_of((uintptr_t)block, size, text, sizeof(text), &at) &&
	       strcmp(text, type) == 0 && at == offset;
}

static bool is_none(const uintptr_t *block, size_t size)
{
	char text[64];
	size_t at;

	return !cxx_type_of((uintptr_t)block, size, text, sizeof(text), &at);
}

static void a_vtable_names_its_class(void)
{
	uintptr_t block[4] = { (uintptr_t)session.functions };

	modules_note(0);
	CHECK(is_type(block, sizeof(block), "net::Session", 0));
	CHECK(is_type(block, 8, "net::Session", 0));
	block[0] = (uintptr_t)pool.functions;
	CHECK(is_type(block, sizeof(block), "_Z4PoolIiE", 0));
	block[0] = (uintptr_t)bare.functions;
	CHECK(is_type(block, sizeof(block), "Bare", 0));
}

static void a_vtable_may_stand_further_on(void)
{
	uintptr_t block[40] = { 1, 2, (uintptr_t)second.functions };

	CHECK(is_type(block, sizeof(block), "net::Session", 16));
	block[2] = 0;
	block[1] = (uintptr_t)second.functions; /* the object would begin before the block */
	CHECK(is_none(block, sizeof(block)));
	block[1] = 0;
	block[32] = (uintptr_t)session.functions;
	CHECK(is_none(block, sizeof(block)));
}

static void other_words_are_no_vtable(void)
{
	uintptr_t block[5] = { (uintptr_t)strange.functions, (uintptr_t)base.functions,
			       (uintptr_t)&session_type, 0x1000, (uintptr_t)&block };

	CHECK(is_none(block, sizeof(block)));
	CHECK(is_none(block, 7) && is_none(block, 0));
	CHECK(is_none((uintptr_t *)0x1000, 64));
	block[0] = (uintptr_t)session.functions + 1;
	CHECK(is_none(block, sizeof(block)));
}

RUN({ "a vtable names its class", a_vtable_names_its_class },
    { "a vtable may stand further on", a_vtable_may_stand_further_on },
    { "other words are no vtable", other_words_are_no_vtable })
