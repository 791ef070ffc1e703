/* SPDX-License-Identifier: MIT */
/*
 * Blocks that two threads pass to each other, through a ring without locks and through a list
 * under a mutex, while 20 scans are made: none of them is ever out of sight.
 *
 * EXPECT every scan: nothing
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>

#define SLOTS 64
#define MOST_LISTED 1000 /* a longer list makes longer scans, in which it grows more */

struct node {
	struct node *next;
	void *payload;
};

static struct node *_Atomic ring[SLOTS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct node *list;
static unsigned listed;
static atomic_bool stop;

static void destroy(struct node *node)
{
	if (node)
		free(node->payload);
	free(node);
}

/* Puts a new node at a random place, and takes away the one that was there. */
static void step(uint64_t *random)
{
	struct node *node = malloc(sizeof(*node)), *old;

	*random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	node->payload = malloc(16 + (*random >> 33) % 500);
	node->next = NULL;
	destroy(atomic_exchange(&ring[*random >> 58], node));
	old = atomic_exchange(&ring[*random >> 52 & 63], NULL);
	pthread_mutex_lock(&mutex);
	if (old) {
		old->next = list;
		list = old;
		listed++;
	}
	if (list && (listed > MOST_LISTED || *random >> 40 & 1)) {
		old = list;
		list = old->next;
		listed--;
	} else {
		old = NULL;
	}
	pthread_mutex_unlock(&mutex);
	destroy(old);
}

static void *run(void *seed)
{
	uint64_t random = *(uint64_t *)seed;

	while (!stop)
		step(&random);
	return NULL;
}

int main(void)
{
	uint64_t seeds[2] = { 1, 2 };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, run, &seeds[i]) == 0);
	for (unsigned number = 1; number <= 20; number++)
		scan(number);
	stop = true;
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	leak_control();
	clear_registers();
}
