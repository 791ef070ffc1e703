/* SPDX-License-Identifier: MIT */
/*
 * Threads take nodes from the heads of lists and put them to the ends of others without pause; for
 * moments only a register refers to a node, and behind it to its payload.  No live block is ever
 * reported, and the lost one is found.  VICTIM_SECONDS in the environment makes it longer.
 *
 * OPTIONS mode=live:min_age=20
 * OPTIONS without report
 * OPTIONS once
 * EXPECT exit: size 21 in leak_control
 */
#include "victim.h"

#include <stdatomic.h>

enum { QUEUES = 4, NODES = 2000, MOVERS = 3 };

struct node {
	struct node *next, *prev;
	char *payload;
};

/* A ring with a head that carries nothing. */
static struct queue {
	pthread_mutex_t mutex;
	struct node head;
} queues[QUEUES];

static _Atomic bool over;
static _Atomic unsigned long moves;

static struct node *take(struct queue *queue)
{
	struct node *node;

	pthread_mutex_lock(&queue->mutex);
	node = queue->head.next;
	if (node == &queue->head) {
		node = NULL;
	} else {
		node->next->prev = node->prev;
		node->prev->next = node->next;
		node->next = node->prev = NULL;
	}
	pthread_mutex_unlock(&queue->mutex);
	return node;
}

static void put(struct queue *queue, struct node *node)
{
	pthread_mutex_lock(&queue->mutex);
	node->prev = queue->head.prev;
	node->next = &queue->head;
	node->prev->next = node->next->prev = node;
	pthread_mutex_unlock(&queue->mutex);
}

static void *move(void *first)
{
	for (uintptr_t i = (uintptr_t)first; !over; i++) {
		struct node *node = take(&queues[i % QUEUES]);

		if (node)
			put(&queues[i * 7 / 3 % QUEUES], node);
		moves++;
	}
	return NULL;
}

static void make_nodes(void)
{
	for (int i = 0; i < QUEUES; i++) {
		pthread_mutex_init(&queues[i].mutex, NULL);
		queues[i].head.next = queues[i].head.prev = &queues[i].head;
	}
	for (int i = 0; i < NODES; i++) {
		struct node *node = malloc(sizeof(*node));

		CHECK(node && (node->payload = calloc(1, 40)));
		put(&queues[i % QUEUES], node);
	}
}

static long seconds(void)
{
	const char *text = getenv("VICTIM_SECONDS");

	return text ? strtol(text, NULL, 10) : 0;
}

int main(void)
{
	time_t end = time(NULL) + seconds();
	pthread_t movers[MOVERS];
	long found = 0;
	unsigned number = 0;

	make_nodes();
	leak_control();
	for (uintptr_t i = 0; i < MOVERS; i++)
		CHECK(pthread_create(&movers[i], NULL, move, (void *)i) == 0);
	sleep_ms(25);
	while (time(NULL) < end || number < 20)
		found += scan(++number);
	CHECK(found <= 1); /* the lost one */
	over = true;
	for (int i = 0; i < MOVERS; i++)
		CHECK(pthread_join(movers[i], NULL) == 0);
	found += scan(++number);
	found += scan(++number);
	CHECK(found == 1 && moves > NODES);
	return 0;
}
