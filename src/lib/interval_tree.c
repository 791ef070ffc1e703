/* SPDX-License-Identifier: MIT */
/* interval_tree.c - the treap; the contract is in interval_tree.h */
#include "interval_tree.h"

/* Must look random also for addresses at equal distances: one multiplication would keep their
 * pattern.  The mixing steps are those of MurmurHash3's 64-bit finaliser (public domain). */
static uint64_t priority(const struct interval *interval)
{
	uint64_t hash = interval->start;

	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
	return hash ^ hash >> 33;
}

/* The pointer that leads from @parent towards @address. */
static struct interval **link_towards(struct interval *parent, uintptr_t address)
{
	return address < parent->start ? &parent->left : &parent->right;
}

/* Parts the subtree @root: what lies below @address goes to *@low, the rest to *@high. */
static void split(struct interval *root, uintptr_t address, struct interval **low,
		  struct interval **high)
{
	while (root) {
		if (root->start < address) {
			*low = root;
			low = &root->right;
			root = root->right;
		} else {
			*high = root;
			high = &root->left;
			root = root->left;
		}
	}
	*low = NULL;
	*high = NULL;
}

/* Joins two subtrees at *@link; everything in @low lies below everything in @high. */
static void join(struct interval *low, struct interval *high, struct interval **link)
{
	while (low && high) {
		if (priority(low) >= priority(high)) {
			*link = low;
			link = &low->right;
			low = low->right;
		} else {
			*link = high;
			link = &high->left;
			high = high->left;
		}
	}
	*link = low ? low : high;
}

bool interval_tree_insert(struct interval_tree *tree, struct interval *interval)
{
	struct interval *behind = interval_tree_lower(tree, interval->start);
	struct interval **link = &tree->root;
	uint64_t rank = priority(interval);

	if (interval->start >= interval->end || (behind && behind->start < interval->end))
		return false;
	while (*link && priority(*link) >= rank)
		link = link_towards(*link, interval->start);
	split(*link, interval->start, &interval->left, &interval->right);
	*link = interval;
	return true;
}

void interval_tree_remove(struct interval_tree *tree, struct interval *interval)
{
	struct interval **link = &tree->root;

	while (*link && *link != interval)
		link = link_towards(*link, interval->start);
	if (*link)
		join(interval->left, interval->right, link);
}

struct interval *interval_tree_find(const struct interval_tree *tree, uintptr_t address)
{
	struct interval *found = interval_tree_lower(tree, address);

	return found && found->start <= address ? found : NULL;
}

struct interval *interval_tree_lower(const struct interval_tree *tree, uintptr_t address)
{
	struct interval *found = NULL;

	for (struct interval *node = tree->root; node;) {
		if (node->end > address) {
			found = node;
			node = node->left;
		} else {
			node = node->right;
		}
	}
	return found;
}

struct interval *interval_tree_next(const struct interval_tree *tree,
				    const struct interval *interval)
{
	return interval_tree_lower(tree, interval->end);
}
