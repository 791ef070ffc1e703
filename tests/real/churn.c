/* SPDX-License-Identifier: MIT */
/*
 * churn.c - a program of our own for the tests of allocators and of the command
 *
 *   churn          threads that allocate and free, always in the same way; prints a checksum
 *   churn wait     then waits for the end of its standard input
 *
 * lose() loses 3 blocks of 777 bytes.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define STEPS 20000
#define BLOCKS 256

struct block {
	unsigned char *bytes;
	size_t size;
};

struct worker {
	pthread_t thread;
	uint32_t seed;
	uint32_t sum;
	struct block blocks[BLOCKS];
};

static struct worker workers[THREADS];

/* Marsaglia's xorshift. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void *or_die(void *block)
{
	if (!block)
		abort();
	return block;
}

/* Each block is full of one byte: adds up what is still there. */
static uint32_t sum_of(const struct block *block)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < block->size; i++)
		sum = sum * 31 + block->bytes[i];
	return sum;
}

static void *churn(void *argument)
{
	struct worker *worker = argument;

	for (int step = 0; step < STEPS; step++) {
		uint32_t random = next_random(&worker->seed);
		struct block *block = &worker->blocks[random % BLOCKS];
		size_t size = random >> 8 & (random & 0x80000000 ? 0xfff : 0x7f);

		worker->sum += sum_of(block);
		if (random & 0x40000000) {
			block->bytes = or_die(realloc(block->bytes, size + 1));
		} else {
			free(block->bytes);
			block->bytes = or_die(malloc(size + 1));
		}
		block->size = size + 1;
		memset(block->bytes, (int)(random & 0xff), block->size);
	}
	return NULL;
}

__attribute__((noinline)) static void lose(void)
{
	/* volatile: a loop that the compiler unrolls is three places, and each has its own trace */
	for (volatile int i = 0; i < 3; i++) {
		char *volatile block = or_die(malloc(777));

		memset(block, 'x', 777);
		block = NULL;
	}
}

/* Far down the stack, so that no frame of a later call lies over what is left of it there. */
__attribute__((noinline)) static void lose_far_down(void)
{
	volatile char room[8192];

	room[0] = 0;
	lose();
	room[sizeof(room) - 1] = room[0];
}

int main(int argc, char **argv)
{
	/* One from malloc would not be written up to its end; there a freed block's list pointers
	 * stay, and with one byte of ours in it such a word has pointed into what lose() lost. */
	static char output[64];
	uint32_t sum = 0;
	char byte;

	setvbuf(stdout, output, _IOFBF, sizeof(output));
	lose_far_down();
	for (uint32_t i = 0; i < THREADS; i++) {
		workers[i].seed = 2463534242u + i;
		if (pthread_create(&workers[i].thread, NULL, churn, &workers[i]) != 0)
			abort();
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		sum += workers[i].sum;
	}
	printf("%08x\n", sum);
	fflush(stdout);
	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		while (read(STDIN_FILENO, &byte, 1) > 0)
			;
	return EXIT_SUCCESS;
}
