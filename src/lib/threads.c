/* SPDX-License-Identifier: MIT */
/* threads.c - names and stacks of the threads; the contract is in threads.h */
#include "threads.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lock.h"
#include "os.h"
#include "parting.h"
#include "range_set.h"
#include "self.h"

#define NAMES 1024u
#define NAME_SIZE 16u
#define TID_BITS 22u
#define DETACHED UINTPTR_MAX

/* The stacks that threads of libc's have or had. */
static struct range_set stacks;
/* By stack, the thread that has started on it last. */
static struct range_set owners;
/* By thread, what it has returned and nobody has taken, or DETACHED; by place, what is pending. */
static struct range_set results;
static struct lock threads_lock;

/* A hash table with open addressing; a name never changes once it is there.  Index 0 is "?". */
static char names[NAMES][NAME_SIZE] = { "?" };

static unsigned name_index_locked(const char *name)
{
	unsigned hash = 5381, probe;

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	for (unsigned i = 0; i < 32; i++) {
		probe = (hash + i) % NAMES;
		if (probe == 0)
			continue;
		if (!names[probe][0])
			memcpy(names[probe], name, NAME_SIZE);
		if (!strncmp(names[probe], name, NAME_SIZE))
			return probe;
	}
	return 0;
}

static uint32_t ask_who(void)
{
	char name[NAME_SIZE] = "";
	unsigned index = 0;

	os_syscall(SYS_prctl, PR_GET_NAME, (long)name, 0, 0, 0, 0);
	name[NAME_SIZE - 1] = 0;
	if (name[0] && lock_acquire(&threads_lock, RANK_THREADS)) {
		index = name_index_locked(name);
		lock_release(&threads_lock, RANK_THREADS);
	}
	return index << TID_BITS | (self_tid() & ((1u << TID_BITS) - 1));
}

uint32_t threads_ask_who(uint32_t now_ms)
{
	self.who = ask_who();
	self.who_ms = now_ms;
	return self.who;
}

unsigned threads_who_tid(uint32_t who)
{
	return who & ((1u << TID_BITS) - 1);
}

const char *threads_who_name(uint32_t who)
{
	return names[who >> TID_BITS];
}

void threads_note_stack(uintptr_t start, uintptr_t end, uintptr_t thread_pointer)
{
	parting_await(start, end);
	/* libc hands the stacks of ended threads out again. */
	if (!range_set_has(&stacks, start, end, thread_pointer))
		range_set_add(&stacks, start, end, thread_pointer);
	range_set_add(&owners, start, end, self_tid());
}

void threads_forget_stacks(uintptr_t start, uintptr_t end)
{
	range_set_cut(&stacks, start, end);
	range_set_cut(&owners, start, end);
}

bool threads_stack_of(uintptr_t address, uintptr_t *start, uintptr_t *end)
{
	struct range stack;
	bool there = range_set_find(&stacks, address, &stack);

	if (there) {
		*start = stack.node.start;
		*end = stack.node.end;
	}
	return there;
}

bool threads_has_stack(uintptr_t start, uintptr_t end)
{
	struct range stack;

	return range_set_find(&stacks, start, &stack) && end <= stack.node.end;
}

int threads_owner_of(uintptr_t address)
{
	struct range owner;

	return range_set_find(&owners, address, &owner) ? (int)owner.value : 0;
}

void threads_each_stack(void (*see)(void *, uintptr_t, uintptr_t, uintptr_t), void *context)
{
	struct range stack;

	for (uintptr_t at = 0; range_set_from(&stacks, at, &stack); at = stack.node.end)
		see(context, stack.node.start, stack.node.end, stack.value);
}

void threads_note_result(uintptr_t thread, const void *result)
{
	if (range_set_has(&results, thread, thread + 1, DETACHED))
		threads_forget_result(thread);
	else if (result)
		range_set_add(&results, thread, thread + 1, (uintptr_t)result);
}

void threads_forget_result(uintptr_t thread)
{
	range_set_cut(&results, thread, thread + 1);
}

void threads_note_detached(uintptr_t thread)
{
	range_set_add(&results, thread, thread + 1, DETACHED);
}

void threads_note_pending(const void *place, uintptr_t word)
{
	range_set_add(&results, (uintptr_t)place, (uintptr_t)place + 1, word);
}

void threads_forget_pending(const void *place)
{
	threads_forget_result((uintptr_t)place);
}

void threads_each_result(void (*see)(void *, uintptr_t), void *context)
{
	struct range result;

	for (uintptr_t at = 0; range_set_from(&results, at, &result); at = result.node.end)
		if (result.value != DETACHED)
			see(context, result.value);
}
