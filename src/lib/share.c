/* SPDX-License-Identifier: MIT */
/* share.c - the contract is in share.h */
#include "share.h"

#include <string.h>

#include "arch.h"
#include "lock.h"
#include "os.h"
#include "pool.h"

#define WORDS 4096u /* of the box: some tenths of a millisecond */
#define MARKERS 2u  /* at most */
#define SPINS 2000u /* before the kernel is asked to wait: it takes longer to wake somebody */
#define BOX_BYTES (WORDS * sizeof(struct waiting_word))
#define MEMORY ((MARKERS + 1) * BOX_BYTES)

size_t share_worth_words = 8192, share_least_words = 512;
_Atomic size_t share_wanted = SIZE_MAX;

static struct {
	struct lock lock;
	struct waiting_word *memory; /* the box's, and for the hand of each marker */
	struct waiting_word *box;
	unsigned count;        /* of words in the box */
	unsigned hands;        /* that have memory */
	unsigned markers;      /* that have begun */
	unsigned waiting;      /* of them */
	bool over;             /* all have waited */
	_Atomic uint32_t turn; /* the number of the last change */
	bool (*second)(void);
} share;

static void want(size_t words)
{
	atomic_store_explicit(&share_wanted, words, memory_order_relaxed);
}

void share_begin(bool (*second)(void))
{
	memset(&share, 0, sizeof(share));
	share.second = second;
	share.markers = 1;
	want(share_worth_words);
}

void share_end(void)
{
	want(SIZE_MAX);
	if (share.memory)
		pool_unmap(share.memory, MEMORY, MEMORY);
	memset(&share, 0, sizeof(share));
}

/* In the first marker, alone. */
static bool open_box(void)
{
	share.memory = share.box = pool_map(MEMORY, MEMORY);
	if (!share.memory)
		return false;
	share.markers = 2;
	if (share.second())
		return true;
	share.markers = 1;
	return false;
}

static void wake_all(void)
{
	atomic_fetch_add(&share.turn, 1);
	os_futex_wake(&share.turn, (int)MARKERS, false);
}

void share_give(struct backlog *backlog)
{
	size_t part = backlog->count / 2;

	if (share.markers == 1 && !open_box()) {
		want(SIZE_MAX);
		return;
	}
	if (!lock_acquire(&share.lock, RANK_SHARE))
		return;
	if (!share.count && !share.over) {
		share.count = backlog_take(backlog, share.box,
					   part < WORDS ? (unsigned)part : WORDS);
		want(SIZE_MAX);
		if (share.waiting)
			wake_all();
	}
	lock_release(&share.lock, RANK_SHARE);
}

static void take_locked(struct share_hand *hand)
{
	struct waiting_word *words = hand->words;

	if (!words)
		words = share.memory + WORDS * (size_t)++share.hands;
	*hand = (struct share_hand){ .words = share.box, .count = share.count };
	share.box = words;
	share.count = 0;
	want(share_least_words);
}

/* Something has been given, or all is over. */
static void await_turn(uint32_t turn)
{
	for (unsigned i = 0; i < SPINS; i++) {
		if (atomic_load(&share.turn) != turn)
			return;
		arch_relax();
	}
	while (atomic_load(&share.turn) == turn)
		os_futex_wait(&share.turn, turn, UINT64_MAX, false);
}

bool share_take(struct share_hand *hand)
{
	bool waited = false, taken = false, over = false;

	if (share.markers < 2)
		return false;
	for (;;) {
		uint32_t turn;

		if (!lock_acquire(&share.lock, RANK_SHARE))
			return false;
		share.waiting -= waited;
		if (share.count) {
			take_locked(hand);
			taken = true;
		} else if (share.over || ++share.waiting == share.markers) {
			share.over = over = true;
			want(SIZE_MAX);
			wake_all();
		}
		turn = atomic_load(&share.turn);
		lock_release(&share.lock, RANK_SHARE);
		if (taken || over)
			return taken;
		await_turn(turn);
		waited = true;
	}
}
