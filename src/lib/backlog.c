/* SPDX-License-Identifier: MIT */
/* backlog.c - the contract is in backlog.h */
#include "backlog.h"

#include <string.h>

#include "marks.h"
#include "os.h"
#include "pool.h"

#define CHUNK_WORDS 63u
#define OBJECTS_PER_WORD 4u
#define MOST_BUCKETS 2048u /* whose ends are in the cache, all of them */
#define LEAST_SHIFT 18u
#define HUGE_PAYS ((size_t)8 << 20)

struct backlog_chunk {
	struct backlog_chunk *next;
	uint64_t unused;
	struct waiting_word words[CHUNK_WORDS];
};

struct backlog_bucket {
	struct backlog_chunk *first, *last; /* NULL: empty */
	unsigned taken, put;                /* words of the first one; of the last one */
};

size_t backlog_least_objects = 16384, backlog_most_words = (size_t)4 << 20;

static size_t bucket_bytes(size_t buckets)
{
	return (buckets * sizeof(struct backlog_bucket) + 63) & ~(size_t)63;
}

static size_t bit_bytes(size_t buckets)
{
	return (buckets + 511) / 512 * 64;
}

static void allot(struct backlog *backlog, size_t chunks)
{
	size_t buckets = backlog->bucket_count;
	size_t before = bucket_bytes(buckets) + bit_bytes(buckets);
	char *memory;

	backlog->bytes = before + chunks * sizeof(struct backlog_chunk);
	memory = pool_map(backlog->bytes, backlog->bytes);
	if (!memory)
		return;
	if (backlog->bytes >= HUGE_PAYS)
		os_advise_huge(memory, backlog->bytes);
	backlog->buckets = (struct backlog_bucket *)memory;
	backlog->waiting = (uint64_t *)(memory + bucket_bytes(buckets));
	backlog->untouched = (struct backlog_chunk *)(memory + before);
	backlog->end = backlog->untouched + chunks;
}

void backlog_begin(struct backlog *backlog)
{
	size_t regions = 0, chunks, most = backlog_most_words / CHUNK_WORDS;

	*backlog = (struct backlog){ .shift = LEAST_SHIFT };
	if (marks.incomplete || marks.objects < backlog_least_objects)
		return;
	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table))
		regions++;
	while (backlog->shift < REGION_SHIFT &&
	       regions << (REGION_SHIFT - backlog->shift) > MOST_BUCKETS)
		backlog->shift++;
	for (struct object_table *table = marks_next_table(NULL); table;
	     table = marks_next_table(table)) {
		((struct table_marks *)table->scan)->bucket = backlog->bucket_count;
		backlog->bucket_count += (size_t)1 << (REGION_SHIFT - backlog->shift);
	}
	chunks = backlog->bucket_count + marks.objects / OBJECTS_PER_WORD / CHUNK_WORDS;
	allot(backlog, chunks < most ? chunks : most);
}

void backlog_end(struct backlog *backlog)
{
	if (backlog->buckets)
		pool_unmap(backlog->buckets, backlog->bytes, backlog->bytes);
	*backlog = (struct backlog){ .count = 0 };
}

static bool add_chunk(struct backlog *backlog, struct backlog_bucket *bucket)
{
	struct backlog_chunk *chunk = backlog->free;

	if (chunk)
		backlog->free = chunk->next;
	else if (backlog->untouched < backlog->end)
		chunk = backlog->untouched++;
	else
		return false;
	chunk->next = NULL;
	if (bucket->first)
		bucket->last->next = chunk;
	else
		bucket->first = chunk;
	bucket->last = chunk;
	bucket->put = 0;
	return true;
}

bool backlog_put(struct backlog *backlog, const struct waiting_word *word)
{
	const struct table_marks *table = marks_table(word->word);
	size_t number;
	struct backlog_bucket *bucket;
	struct waiting_word *to;

	if (!table)
		return false;
	number = table->bucket + (word->word % OBJECT_TABLE_BYTES >> backlog->shift);
	bucket = &backlog->buckets[number];
	if ((!bucket->first || bucket->put == CHUNK_WORDS) && !add_chunk(backlog, bucket))
		return false;
	backlog->waiting[number / 64] |= (uint64_t)1 << number % 64;
	to = &bucket->last->words[bucket->put++];
	*to = *word;
	__builtin_prefetch((const char *)to + 64, 1); /* the line after this one */
	backlog->count++;
	return true;
}

/* From the one at hand on, the next one in which words wait; there is one. */
static size_t next_bucket(const struct backlog *backlog)
{
	size_t word = backlog->at / 64, words = (backlog->bucket_count + 63) / 64;
	uint64_t bits = backlog->waiting[word] & (~(uint64_t)0 << backlog->at % 64);

	while (!bits) {
		word = word + 1 < words ? word + 1 : 0;
		bits = backlog->waiting[word];
	}
	return word * 64 + (unsigned)__builtin_ctzll(bits);
}

/* The first chunk has been emptied. */
static void drop_chunk(struct backlog *backlog, size_t number)
{
	struct backlog_bucket *bucket = &backlog->buckets[number];
	struct backlog_chunk *chunk = bucket->first;

	bucket->first = chunk->next;
	bucket->taken = 0;
	chunk->next = backlog->free;
	backlog->free = chunk;
	if (!bucket->first)
		backlog->waiting[number / 64] &= ~((uint64_t)1 << number % 64);
}

static inline __attribute__((always_inline)) void prefetch_chunk(const struct backlog_chunk *chunk)
{
	for (size_t at = 0; at < sizeof(*chunk); at += 64)
		__builtin_prefetch((const char *)chunk + at);
}

unsigned backlog_take(struct backlog *backlog, struct waiting_word *words, unsigned most)
{
	unsigned count = 0;

	while (count < most && count < backlog->count) {
		size_t number = backlog->at = next_bucket(backlog);
		struct backlog_bucket *bucket = &backlog->buckets[number];
		unsigned end = bucket->first == bucket->last ? bucket->put : CHUNK_WORDS, some;

		if (!bucket->taken && bucket->first->next)
			prefetch_chunk(bucket->first->next);
		some = end - bucket->taken < most - count ? end - bucket->taken : most - count;
		memcpy(words + count, bucket->first->words + bucket->taken, some * sizeof(*words));
		count += some;
		bucket->taken += some;
		if (bucket->taken == end)
			drop_chunk(backlog, number);
	}
	backlog->count -= count;
	return count;
}
