/* SPDX-License-Identifier: MIT */
/*
 * test_chunks.c - memory that is there, not there, forbidden, empty, shorter than its mapping, or
 * newer than the memory map
 *
 * The word at address A holds A, so what is given out is checked word by word.
 */
#include "check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chunks.h"
#include "pages.h"

#define PAGE ((size_t)4096)
#define WORD sizeof(uintptr_t)

static struct {
	size_t words, calls, longest;
	uintptr_t first, last; /* the first word, and the end of the last */
	bool wrong;            /* a word is not what stands there */
	bool backward;
} seen;

static void see(void *context, const uintptr_t *words, size_t count, uintptr_t where)
{
	CHECK(context == &seen);
	if (!seen.calls++)
		seen.first = where;
	seen.backward |= where < seen.last;
	seen.last = where + count * WORD;
	seen.words += count;
	seen.longest = count > seen.longest ? count : seen.longest;
	for (size_t i = 0; i < count; i++)
		seen.wrong |= words[i] && words[i] != where + i * WORD;
}

static void fill(char *start, size_t size)
{
	for (size_t i = 0; i < size; i += WORD)
		*(uintptr_t *)(start + i) = (uintptr_t)start + i;
}

static char *map_pages(size_t pages)
{
	char *start = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (start == MAP_FAILED)
		exit(2);
	return start;
}

static char *filled_pages(size_t pages)
{
	char *start = map_pages(pages);

	fill(start, pages * PAGE);
	return start;
}

static struct maps map_now(void)
{
	struct maps maps;

	CHECK(maps_read(&maps) == 0);
	return maps;
}

/* Reads [start, start + size) by that map. */
static struct chunks read_by(const struct maps *maps, const char *start, size_t size)
{
	struct chunks chunks = { .maps = maps, .see = see, .context = &seen };

	memset(&seen, 0, sizeof(seen));
	pages_open();
	chunks_read(&chunks, (uintptr_t)start, (uintptr_t)start + size);
	pages_close();
	CHECK(!seen.wrong && !seen.backward && chunks.bytes_read == seen.words * WORD);
	return chunks;
}

static struct chunks read_now(const char *start, size_t size)
{
	struct maps maps = map_now();
	struct chunks chunks = read_by(&maps, start, size);

	maps_free(&maps);
	return chunks;
}

static size_t resident(char *start, size_t pages)
{
	unsigned char states[256];
	size_t count = 0;

	CHECK(pages <= sizeof(states) && mincore(start, pages * PAGE, states) == 0);
	for (size_t i = 0; i < pages; i++)
		count += states[i] & 1;
	return count;
}

static void all_words_are_given_once(void)
{
	char *start = filled_pages(3);
	struct chunks chunks = read_now(start, 3 * PAGE);

	CHECK(seen.words == 3 * PAGE / WORD && seen.first == (uintptr_t)start);
	CHECK(seen.last == (uintptr_t)start + 3 * PAGE && chunks.pages_unreadable == 0);
	munmap(start, 3 * PAGE);
}

static void a_chunk_is_within_one_page(void)
{
	char *start = filled_pages(3);

	read_now(start + PAGE - 2 * WORD, PAGE + 3 * WORD);
	CHECK(seen.words == PAGE / WORD + 3 && seen.calls == 3);
	CHECK(seen.first == (uintptr_t)start + PAGE - 2 * WORD);
	CHECK(seen.longest == CHUNK_SIZE / WORD);
	munmap(start, 3 * PAGE);
}

static void nothing_is_read_of_nothing(void)
{
	char *start = filled_pages(1);

	read_now(start + WORD, 0);
	CHECK(seen.calls == 0);
	munmap(start, PAGE);
}

static void a_hole_is_left_out(void)
{
	char *start = filled_pages(3);

	munmap(start + PAGE, PAGE);
	read_now(start, 3 * PAGE);
	CHECK(seen.words == 2 * PAGE / WORD && seen.last == (uintptr_t)start + 3 * PAGE);
	munmap(start, PAGE);
	munmap(start + 2 * PAGE, PAGE);
}

static void what_has_gone_since_the_map_is_left_out(void)
{
	char *start = filled_pages(3);
	struct maps maps = map_now();

	munmap(start + PAGE, PAGE);
	read_by(&maps, start, 3 * PAGE);
	CHECK(seen.words == 2 * PAGE / WORD);
	maps_free(&maps);
	munmap(start, PAGE);
	munmap(start + 2 * PAGE, PAGE);
}

static void what_has_come_since_the_map_is_read(void)
{
	char *start = map_pages(3);
	struct maps maps;

	munmap(start, 3 * PAGE);
	maps = map_now();
	CHECK(mmap(start, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		   -1, 0) == start);
	fill(start, 3 * PAGE);
	read_by(&maps, start, 3 * PAGE);
	CHECK(seen.words == 3 * PAGE / WORD);
	maps_free(&maps);
	munmap(start, 3 * PAGE);
}

static void forbidden_pages_count_if_they_have_contents(void)
{
	char *start = filled_pages(4);

	CHECK(madvise(start + 2 * PAGE, PAGE, MADV_DONTNEED) == 0);
	CHECK(mprotect(start + PAGE, 2 * PAGE, PROT_NONE) == 0);
	struct chunks chunks = read_now(start, 4 * PAGE);

	CHECK(seen.words == 2 * PAGE / WORD && chunks.pages_unreadable == 1);
	munmap(start, 4 * PAGE);
}

static void what_was_forbidden_is_read_once_it_is_not(void)
{
	char *start = filled_pages(3);
	struct maps maps;

	CHECK(mprotect(start, 3 * PAGE, PROT_NONE) == 0);
	maps = map_now();
	CHECK(mprotect(start, 2 * PAGE, PROT_READ | PROT_WRITE) == 0);
	struct chunks chunks = read_by(&maps, start, 3 * PAGE);

	CHECK(seen.words == 2 * PAGE / WORD && chunks.pages_unreadable == 1);
	maps_free(&maps);
	munmap(start, 3 * PAGE);
}

/* Reading the holes would fill them. */
static void a_reservation_stays_empty(void)
{
	size_t pages = 256;
	char *start = map_pages(pages);

	fill(start + 100 * PAGE, PAGE);
	read_now(start, pages * PAGE);
	CHECK(seen.words == PAGE / WORD && seen.first == (uintptr_t)start + 100 * PAGE);
	CHECK(resident(start, pages) == 1);
	munmap(start, pages * PAGE);
}

/* However small it is: what is empty there is so for others, too. */
static void empty_shared_memory_stays_empty(void)
{
	char *start = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			   0);

	CHECK(start != MAP_FAILED);
	fill(start + 2 * PAGE, PAGE);
	read_now(start, 4 * PAGE);
	CHECK(seen.words == PAGE / WORD && seen.first == (uintptr_t)start + 2 * PAGE);
	CHECK(resident(start, 4) == 1);
	munmap(start, 4 * PAGE);
}

static void the_end_of_a_short_file_is_no_fault(void)
{
	char path[] = "/tmp/leakscan.XXXXXX";
	int file = mkstemp(path);
	char *start;

	CHECK(file >= 0 && unlink(path) == 0 && ftruncate(file, (off_t)PAGE) == 0);
	start = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	CHECK(start != MAP_FAILED);
	fill(start, PAGE);
	read_now(start, 2 * PAGE);
	CHECK(seen.words == PAGE / WORD);
	munmap(start, 2 * PAGE);
	close(file);
}

static void a_word_is_read_alone(void)
{
	char *start = filled_pages(2);
	uintptr_t word = 0;

	chunks_forget();
	CHECK(chunks_word((uintptr_t)start + PAGE - WORD, &word));
	CHECK(word == (uintptr_t)start + PAGE - WORD);
	CHECK(chunks_word((uintptr_t)start + PAGE, &word) && word == (uintptr_t)start + PAGE);
	munmap(start + PAGE, PAGE);
	chunks_forget();
	CHECK(!chunks_word((uintptr_t)start + PAGE, &word));
	CHECK(chunks_word((uintptr_t)start, &word) && word == (uintptr_t)start);
	munmap(start, PAGE);
}

static void a_word_is_old_until_it_is_forgotten(void)
{
	char *start = filled_pages(1);
	uintptr_t word = 0;

	chunks_forget();
	CHECK(chunks_word((uintptr_t)start, &word));
	*(volatile uintptr_t *)start = 1;
	CHECK(chunks_word((uintptr_t)start, &word) && word == (uintptr_t)start);
	chunks_forget();
	CHECK(chunks_word((uintptr_t)start, &word) && word == 1);
	munmap(start, PAGE);
	chunks_forget();
}

RUN({ "all words are given, once", all_words_are_given_once },
    { "a chunk is within one page", a_chunk_is_within_one_page },
    { "nothing is read of nothing", nothing_is_read_of_nothing },
    { "a hole is left out", a_hole_is_left_out },
    { "what has gone since the map is left out", what_has_gone_since_the_map_is_left_out },
    { "what has come since the map is read", what_has_come_since_the_map_is_read },
    { "forbidden pages count if they have contents", forbidden_pages_count_if_they_have_contents },
    { "what was forbidden is read once it is not", what_was_forbidden_is_read_once_it_is_not },
    { "a reservation stays empty", a_reservation_stays_empty },
    { "empty shared memory stays empty", empty_shared_memory_stays_empty },
    { "the end of a short file is no fault", the_end_of_a_short_file_is_no_fault },
    { "a word is read alone", a_word_is_read_alone },
    { "a word is old until it is forgotten", a_word_is_old_until_it_is_forgotten })
