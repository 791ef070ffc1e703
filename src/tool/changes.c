/* SPDX-License-Identifier: MIT */
/* changes.c - the contract is in changes.h */
#include "changes.h"

#include <inttypes.h>
#include <stdlib.h>

/* A known site, and whether there is one now. */
struct known {
	const struct known_site *site;
	bool lives;
};

static int compare_known(const void *a, const void *b)
{
	const struct known *one = a, *other = b;

	return (one->site->fingerprint > other->site->fingerprint) -
	       (one->site->fingerprint < other->site->fingerprint);
}

static struct known *find(struct known *known, size_t count, uint64_t fingerprint)
{
	const struct known_site wanted = { .fingerprint = fingerprint };
	const struct known key = { .site = &wanted };

	return count ? bsearch(&key, known, count, sizeof(*known), compare_known) : NULL;
}

static void print_change(const struct summary *summary, const char *what, bool worse, uint64_t old,
			 uint64_t new, const struct known_site *site)
{
	fprintf(summary->out, "%s%-6s%s %s%-11" PRIu64 " %12" PRIu64 "  ",
		summary_paint(summary, worse ? SUMMARY_WORSE : SUMMARY_BETTER), what,
		summary_paint(summary, SUMMARY_PLAIN), worse ? "+" : "-",
		worse ? new - old : old - new, new);
	if (site->site)
		summary_where(summary, site->site->trace);
	else
		fprintf(summary->out, "%s", site->where);
	fprintf(summary->out, "  %016" PRIx64 "\n", site->fingerprint);
}

static void print_now(struct changes *changes, const struct summary *summary,
		      const struct site *site, struct known *before)
{
	const struct known_site now = { .fingerprint = site->fingerprint, .site = site };
	uint64_t bytes = before ? before->site->bytes : 0, total = site->total_bytes;

	if (before)
		before->lives = true;
	if (!before) {
		changes->fresh++;
		print_change(summary, "new", true, 0, total, &now);
	} else if (total > bytes) {
		changes->grown++;
		print_change(summary, "grown", true, bytes, total, &now);
	} else if (total < bytes) {
		changes->shrunk++;
		print_change(summary, "shrunk", false, bytes, total, &now);
	}
}

bool changes_print(struct changes *changes, const struct summary *summary,
		   const struct known_site *sites, size_t count, const struct sites *now)
{
	struct known *known = calloc(count + 1, sizeof(*known));

	*changes = (struct changes){ 0 };
	if (!known)
		return false;
	for (size_t i = 0; i < count; i++)
		known[i].site = &sites[i];
	qsort(known, count, sizeof(*known), compare_known);
	for (size_t i = 0; i < now->count; i++)
		print_now(changes, summary, &now->items[i],
			  find(known, count, now->items[i].fingerprint));
	for (size_t i = 0; i < count; i++) {
		const struct known *this = find(known, count, sites[i].fingerprint);

		if (this->lives)
			continue;
		changes->gone++;
		print_change(summary, "gone", false, sites[i].bytes, 0, &sites[i]);
	}
	free(known);
	return true;
}
