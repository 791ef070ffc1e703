/* SPDX-License-Identifier: MIT */
/*
 * filter.c - the contract is in filter.h
 *
 * A word is in the range if word - lowest, without sign, is below span: one subtraction and one
 * comparison for several words at once.  The vectors compare with signs, so 2^63 is added to both.
 *
 * The words are the program's: any memory, which sanitizers may have set apart or see as raced for.
 */
#include "filter.h"

#define ANY_MEMORY __attribute__((no_sanitize_address, no_sanitize_thread))

uint64_t (*filter_words)(const uintptr_t *, unsigned, uintptr_t, uintptr_t) = filter_baseline;

#ifdef __x86_64__
#include <immintrin.h>

/* Baseline x86-64 compares 32 bits only: the upper halves, and again all of what passes. */
ANY_MEMORY uint64_t filter_baseline(const uintptr_t *words, unsigned count, uintptr_t lowest,
				    uintptr_t span)
{
	const __m128i sign = _mm_set1_epi32(INT32_MIN);
	const __m128i first = _mm_set1_epi32((int)(uint32_t)(lowest >> 32));
	const __m128i above = _mm_xor_si128(
		_mm_set1_epi32((int)(uint32_t)(((lowest + span) >> 32) - (lowest >> 32))), sign);
	uint64_t near = 0, hits = 0;
	unsigned i = 0;

	for (; i + 4 <= count; i += 4) {
		__m128 low = _mm_castsi128_ps(_mm_loadu_si128((const __m128i *)(words + i)));
		__m128 high = _mm_castsi128_ps(_mm_loadu_si128((const __m128i *)(words + i + 2)));
		__m128i halves = _mm_castps_si128(_mm_shuffle_ps(low, high, 0xdd));
		__m128i far = _mm_cmpgt_epi32(_mm_xor_si128(_mm_sub_epi32(halves, first), sign),
					      above);

		near |= (uint64_t)(~_mm_movemask_ps(_mm_castsi128_ps(far)) & 15) << i;
	}
	for (; near; near &= near - 1) {
		unsigned at = (unsigned)__builtin_ctzll(near);

		hits |= (uint64_t)(words[at] - lowest < span) << at;
	}
	for (; i < count; i++)
		hits |= (uint64_t)(words[i] - lowest < span) << i;
	return hits;
}

__attribute__((target("avx2"))) ANY_MEMORY static uint64_t
filter_avx2(const uintptr_t *words, unsigned count, uintptr_t lowest, uintptr_t span)
{
	const __m256i base = _mm256_set1_epi64x((long long)(lowest ^ (uintptr_t)INT64_MIN));
	const __m256i limit = _mm256_set1_epi64x((long long)(span ^ (uintptr_t)INT64_MIN));
	uint64_t hits = 0;
	unsigned i = 0;

	for (; i + 4 <= count; i += 4) {
		__m256i four = _mm256_loadu_si256((const __m256i *)(words + i));
		__m256i in = _mm256_cmpgt_epi64(limit, _mm256_sub_epi64(four, base));

		hits |= (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(in)) << i;
	}
	for (; i < count; i++)
		hits |= (uint64_t)(words[i] - lowest < span) << i;
	return hits;
}

void filter_choose(void)
{
	__builtin_cpu_init();
	filter_words = __builtin_cpu_supports("avx2") ? filter_avx2 : filter_baseline;
}
#else
ANY_MEMORY uint64_t filter_baseline(const uintptr_t *words, unsigned count, uintptr_t lowest,
				    uintptr_t span)
{
	uint64_t hits = 0;

	for (unsigned i = 0; i < count; i++)
		hits |= (uint64_t)(words[i] - lowest < span) << i;
	return hits;
}

void filter_choose(void)
{
}
#endif
