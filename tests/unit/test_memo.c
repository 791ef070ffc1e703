/* SPDX-License-Identifier: MIT */
/*
 * test_memo.c - a chain is found again when all its words are as they were, and only then
 *
 * The stack is an array.  As in a true one, the words before it say where the next word stands: a word's
 * value tells the distance to the next, and whether there is one.
 */
#include "check.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "arch.h"
#include "memo.h"
#include "rules.h"
#include "self.h"

enum { DEEP = 20, KINDS = 4, STEPS = 2000000 };

static uintptr_t stack[4 * CHAIN_WORDS];

static uint32_t next_random(void)
{
	static uint32_t state = 4711;

	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

/* The chain on the stack as it is. */
static struct chain chain_now(void)
{
	struct chain chain = { .code = rules_code() };
	const uintptr_t *word = &stack[1];

	while (chain.word_count < DEEP) {
		chain.words[chain.word_count++] = (struct chain_word){ (uintptr_t)word, *word };
		if (*word == KINDS)
			break;
		word += *word;
	}
	return chain;
}

/* A number for each chain: its words, which are few and small. */
static uint32_t trace_of(const struct chain *chain)
{
	uint32_t number = 1;

	for (unsigned i = 0; i < chain->word_count; i++)
		number = number * 31 + (uint32_t)chain->words[i].value;
	return number | 1;
}

static uintptr_t hook_frame, hook_pointer;

static bool begin(void)
{
	self.inside = true;
	self.entered = (uintptr_t)&stack[0];
	for (size_t i = 0; i < sizeof(stack) / sizeof(stack[0]); i++)
		stack[i] = 1;
	return arch_hook_frame(self.entered, &hook_frame, &hook_pointer);
}

static void one_chain_is_found_until_a_word_changes(void)
{
	if (!begin())
		return;
	struct chain chain = chain_now();

	CHECK(memo_find(DEEP) == 0);
	memo_keep(&chain, DEEP, 7);
	CHECK(memo_find(DEEP) == 7);
	for (unsigned i = 0; i < chain.word_count; i++) {
		uintptr_t *word = (uintptr_t *)chain.words[i].at;

		*word = 2;
		CHECK(memo_find(DEEP) == 0);
		*word = 1;
	}
	CHECK(memo_find(DEEP) == 7);
}

/* The frames that were there when the chain was kept may be gone with the page they were in. */
static void a_page_is_read_when_the_words_before_it_are_equal(void)
{
	enum { PAGE = 4096, NEAR = 3, WORDS = 5 };
	uintptr_t *pages = mmap(NULL, 2 * (size_t)PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t *border = pages + PAGE / sizeof(*pages);
	struct chain chain = { .code = rules_code() };

	CHECK(pages != MAP_FAILED);
	if (!begin() || pages == MAP_FAILED)
		return;
	self.entered = (uintptr_t)(border - NEAR - 1);
	for (int i = 0; i < WORDS; i++)
		chain.words[chain.word_count++] = (struct chain_word){
			(uintptr_t)(border - NEAR + i), 0
		};
	memo_keep(&chain, DEEP, 7);
	CHECK(memo_find(DEEP) == 7);
	border[-1] = 1;
	CHECK(mprotect(border, PAGE, PROT_NONE) == 0);
	CHECK(memo_find(DEEP) == 0);
	munmap(pages, 2 * (size_t)PAGE);
}

static void another_depth_or_other_code_is_another_chain(void)
{
	if (!begin())
		return;
	struct chain chain = chain_now();

	memo_keep(&chain, DEEP, 7);
	CHECK(memo_find(DEEP) == 7);
	CHECK(memo_find(DEEP - 1) == 0);
	rules_code_goes();
	CHECK(memo_find(DEEP) == 0);
	rules_code_gone();
	CHECK(memo_find(DEEP) == 0);
}

/* Changes a few words at any depth, seldom those that are near. */
static void change_stack(unsigned kinds)
{
	for (unsigned n = next_random() % 3; n; n--)
		stack[1 + next_random() % (2 * DEEP)] = 1 + next_random() % kinds;
}

static unsigned found_among_random(unsigned kinds)
{
	unsigned found = 0;

	for (unsigned step = 0; step < STEPS; step++) {
		change_stack(kinds);
		struct chain chain = chain_now();
		uint32_t trace = memo_find(DEEP);

		CHECK(trace == 0 || trace == trace_of(&chain));
		found += trace != 0;
		if (!trace)
			memo_keep(&chain, DEEP, trace_of(&chain));
		CHECK(memo_find(DEEP) == trace_of(&chain));
	}
	return found;
}

static void random_chains_are_told_apart(void)
{
	if (!begin())
		return;
	CHECK(found_among_random(KINDS) > STEPS / 4);
}

static void a_few_chains_by_turns_are_all_found(void)
{
	unsigned missed = 0;

	if (!begin())
		return;
	for (unsigned step = 0; step < 1000; step++) {
		stack[DEEP / 2] = 1 + step % 3;
		for (unsigned i = 1; i < 4; i++)
			stack[DEEP / 2 + i] = 1 + step / 3 % 3;
		struct chain chain = chain_now();

		if (memo_find(DEEP))
			continue;
		missed++;
		memo_keep(&chain, DEEP, trace_of(&chain));
	}
	CHECK(missed <= 9);
}

RUN({ "one chain is found until a word changes", one_chain_is_found_until_a_word_changes },
    { "a page is read when the words before it are equal",
      a_page_is_read_when_the_words_before_it_are_equal },
    { "another depth, or other code, is another chain",
      another_depth_or_other_code_is_another_chain },
    { "random chains are told apart", random_chains_are_told_apart },
    { "a few chains by turns are all found", a_few_chains_by_turns_are_all_found })
