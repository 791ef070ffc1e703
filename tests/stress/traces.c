/* SPDX-License-Identifier: MIT */
/*
 * traces.c - allocations at the ends of random call trees, for the comparison of traces
 *
 *   traces COUNT
 *
 * Two threads make COUNT allocations each, through frames of every kind that a compiler makes: plain
 * ones, with registers saved, alloca(), variable-length arrays, locals of large alignment, tail calls,
 * from signal handlers, on coroutines' stacks (mapped anew at the same place now and then), and
 * longjmp() back through them.  Run by traces.sh under the library with check_traces=1.
 */
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define NOINLINE __attribute__((noinline))

enum { COROUTINE_STACK = 128 << 10, DEEPEST = 24 };

struct tree {
	pthread_t thread;
	unsigned long left;
	uint64_t seed;
	unsigned depth, nested; /* in a signal handler or on a coroutine */
	jmp_buf back;
	ucontext_t caller, coroutine;
	void *stack;
};

static _Thread_local struct tree *mine;

static void grow(struct tree *tree);

static inline void opaque(const volatile void *pointer)
{
	__asm__ volatile("" : : "r"(pointer) : "memory");
}

static unsigned pick(struct tree *tree, unsigned below)
{
	tree->seed = tree->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(tree->seed >> 33) % below;
}

/* Few values, so that the same way is taken again and the memo has something to remember. */
static size_t some_size(struct tree *tree)
{
	return 16 + pick(tree, 3) * 200;
}

NOINLINE static void allocate(struct tree *tree)
{
	for (unsigned i = pick(tree, 4) + 1; i && tree->left; i--, tree->left--) {
		void *block = pick(tree, 4) ? malloc(40) : calloc(2, 20);

		opaque(block);
		block = realloc(block, 100);
		opaque(block);
		free(block);
	}
}

NOINLINE static void plain(struct tree *tree)
{
	grow(tree);
	opaque(tree);
}

NOINLINE static void with_registers(struct tree *tree)
{
	unsigned long a = tree->seed, b = a * 3, c = a ^ 5, d = a + 7, e = a >> 3;

	grow(tree);
	tree->seed ^= (a + b + c + d + e) & 0; /* alive across the call */
	opaque(&tree->seed);
	__asm__ volatile("" : : "r"(a), "r"(b), "r"(c), "r"(d), "r"(e));
}

NOINLINE static void with_alloca(struct tree *tree)
{
	char *room = alloca(some_size(tree));

	opaque(room);
	grow(tree);
	opaque(room);
}

NOINLINE static void with_array(struct tree *tree)
{
	size_t size = some_size(tree);
	char array[size];

	memset(array, 1, size);
	opaque(array);
	grow(tree);
	opaque(array);
}

NOINLINE static void with_alignment(struct tree *tree)
{
	_Alignas(128) char local[128];

	opaque(local);
	grow(tree);
	opaque(local);
}

NOINLINE static void with_both(struct tree *tree)
{
	_Alignas(64) char local[64];
	char *room = alloca(some_size(tree));

	opaque(local);
	opaque(room);
	grow(tree);
	opaque(local);
}

NOINLINE static void by_tail_call(struct tree *tree)
{
	void (*volatile next)(struct tree *) = pick(tree, 2) ? with_registers : plain;

	next(tree);
}

static void on_signal(int number)
{
	(void)number;
	grow(mine);
	opaque(mine);
}

NOINLINE static void by_signal(struct tree *tree)
{
	if (!tree->nested) {
		tree->nested = 1;
		raise(SIGUSR2);
		tree->nested = 0;
	}
	opaque(tree);
}

static void in_coroutine(void)
{
	grow(mine);
	swapcontext(&mine->coroutine, &mine->caller);
}

NOINLINE static void by_coroutine(struct tree *tree)
{
	if (tree->nested)
		return;
	tree->nested = 1;
	if (pick(tree, 8) == 0)
		mmap(tree->stack, COROUTINE_STACK, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	getcontext(&tree->coroutine);
	tree->coroutine.uc_stack.ss_sp = tree->stack;
	tree->coroutine.uc_stack.ss_size = COROUTINE_STACK;
	makecontext(&tree->coroutine, in_coroutine, 0);
	swapcontext(&tree->caller, &tree->coroutine);
	tree->nested = 0;
}

static void (*const ways[])(struct tree *) = {
	plain,     with_registers, with_alloca, with_array, with_alignment,
	with_both, by_tail_call,   plain,       plain,      with_registers,
	allocate,  allocate,       allocate,    by_signal,  by_coroutine,
};

static void grow(struct tree *tree)
{
	if (++tree->depth > DEEPEST)
		allocate(tree);
	for (unsigned i = pick(tree, 3) + 1; i && tree->left && tree->depth <= DEEPEST; i--)
		ways[pick(tree, sizeof(ways) / sizeof(ways[0]))](tree);
	tree->depth--;
	if (!tree->nested && pick(tree, 50) == 0)
		longjmp(tree->back, 1);
	opaque(tree);
}

static void *work(void *argument)
{
	struct tree *tree = argument;

	mine = tree;
	tree->stack = mmap(NULL, COROUTINE_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	while (tree->left) {
		setjmp(tree->back);
		tree->depth = 0;
		grow(tree);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct tree trees[2];
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (!count) {
		fprintf(stderr, "usage: traces COUNT\n");
		return 2;
	}
	signal(SIGUSR2, on_signal);
	for (unsigned i = 0; i < 2; i++) {
		trees[i].left = count;
		trees[i].seed = 20231 + i;
		if (pthread_create(&trees[i].thread, NULL, work, &trees[i]))
			return 1;
	}
	for (unsigned i = 0; i < 2; i++)
		pthread_join(trees[i].thread, NULL);
	return 0;
}
