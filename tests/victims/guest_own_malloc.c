/* SPDX-License-Identifier: MIT */
/*
 * A program with an allocator of its own, which maps memory while it holds a lock: it runs as
 * without us.  Its blocks are unknown, its mapping is held.
 *
 * EXPECT stdout "40 blocks\n"
 * EXPECT scan 1: nothing
 * EXPECT exit: mapping size 65536 in lose_mapping
 */
#include "victim.h"

#include <sys/mman.h>

#define REGION (UINT64_C(64) << 20)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
char *region;
static size_t used;

/* The size stands in the 16 bytes before the block. */
static void *take(size_t alignment, size_t size)
{
	uintptr_t block = 0;

	pthread_mutex_lock(&mutex);
	if (!region) {
		region = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0);
		if (region == MAP_FAILED)
			abort();
	}
	if (size < REGION - used - 2 * alignment) {
		block = ((uintptr_t)region + used + 16 + alignment - 1) & ~(alignment - 1);
		used = block + size - (uintptr_t)region;
		((size_t *)block)[-1] = size;
	}
	pthread_mutex_unlock(&mutex);
	return (void *)block;
}

void *malloc(size_t size)
{
	return take(16, size);
}

void *calloc(size_t count, size_t size)
{
	return take(16, count * size); /* fresh from the kernel */
}

void *realloc(void *block, size_t size)
{
	size_t old = block ? ((size_t *)block)[-1] : 0;
	char *moved = take(16, size);

	for (size_t i = 0; i < size && i < old; i++)
		moved[i] = ((char *)block)[i];
	return moved;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return take(alignment < 16 ? 16 : alignment, size);
}

void free(void *block)
{
	use(block);
}

NOINLINE static void lose_mapping(void)
{
	use(mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void *run(void *unused)
{
	for (int i = 0; i < 10; i++)
		use(malloc(100));
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	clear_registers();
	scan(1);
	printf("%d blocks\n", 40);
	fflush(stdout);
	lose_mapping();
	clear_registers();
}
