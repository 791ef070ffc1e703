/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - the graph of the unreferenced objects; the contract is in verdict.h
 *
 * Nodes are the white objects, by address; an edge is a word in one that points into another.  Edges
 * are not stored: they are found again in the objects whenever they are needed.
 *
 *   suppress()     what a suppression fits, and what that reaches, is not looked at again.
 *   components()   Tarjan's strongly connected components, with a stack of our own.  A component to
 *                  which an edge from another one leads is marked; the others are the leaks.
 *   circle()       of a leak that is a cycle: a shortest way round, breadth first.
 *   retain()       from each leak, oldest first, everything that it reaches and no earlier one did.
 *
 * Linear in the bytes of the white objects: a hash table has the first node of each page.
 */
#include "verdict.h"

#include <string.h>

#include "object.h"
#include "pages.h"
#include "pool.h"
#include "sort.h"
#include "suppress.h"

#define NONE UINT32_MAX
#define MOST_IN_PAGE 4096u          /* objects may start at any byte, if the program says so */
#define SUPPRESSED (UINT32_MAX - 1) /* node.component */

struct node {
	struct object object;
	uint32_t index;     /* Tarjan's order of discovery, from 1; 0: not seen */
	uint32_t low;       /* lowest index reachable */
	uint32_t component; /* or NONE while it is open; or SUPPRESSED */
	bool retained;      /* counted under some leak */
};

/* A component: its oldest object speaks for it. */
struct component {
	uint32_t speaker; /* node */
	uint32_t size;
	bool held; /* an object of another component refers to it */
};

/* One step of a walk that would be a recursive call. */
struct step {
	uint32_t node;
	struct white_cursor words;
};

struct graph {
	const struct white_source *source;
	struct node *nodes;
	uint32_t count;
	struct component *components;
	uint32_t component_count;
	struct step *steps; /* `count` of them */
	uint32_t *open;     /* nodes whose component is not known yet */
	uint32_t *slots;    /* hash table: the first node of a page plus 1, or 0 */
	unsigned slot_bits; /* 2^slot_bits of them, at least half of them free */
	uint32_t step_count, open_count, next_index;
	uint32_t now_ms, min_age_ms;
	size_t bytes;
};

static bool old_enough(const struct graph *graph, const struct object *object)
{
	/* Born between the start of the scan and the stop: later than now_ms. */
	uint32_t age_ms = graph->now_ms > object->born_ms ? graph->now_ms - object->born_ms : 0;

	return age_ms >= graph->min_age_ms;
}

static void count_white(void *context, const struct object *object)
{
	struct graph *graph = context;

	graph->count += old_enough(graph, object) && graph->count < NONE - 1;
}

/* The slot of the first node whose object starts in that page, or the free one for it. */
static uint32_t *slot_of(const struct graph *graph, uintptr_t page)
{
	size_t mask = ((size_t)1 << graph->slot_bits) - 1;
	size_t at = page * UINT64_C(0x9e3779b97f4a7c15) >> (64 - graph->slot_bits);

	while (graph->slots[at] &&
	       graph->nodes[graph->slots[at] - 1].object.start >> OBJECT_PAGE_SHIFT != page)
		at = (at + 1) & mask;
	return &graph->slots[at];
}

static void add_white(void *context, const struct object *object)
{
	struct graph *graph = context;
	uint32_t *slot;

	if (!old_enough(graph, object))
		return;
	slot = slot_of(graph, object->start >> OBJECT_PAGE_SHIFT);
	graph->nodes[graph->count++] = (struct node){ .object = *object, .component = NONE };
	if (!*slot)
		*slot = graph->count;
}

/* The node of the object that starts there, or NONE.  A page has at most MOST_IN_PAGE of them. */
static uint32_t node_at(const struct graph *graph, uintptr_t start)
{
	uint32_t low = *slot_of(graph, start >> OBJECT_PAGE_SHIFT) - 1, high = graph->count;

	if (low == NONE)
		return NONE;
	if (high - low > MOST_IN_PAGE)
		high = low + MOST_IN_PAGE;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (graph->nodes[middle].object.start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < graph->count && graph->nodes[low].object.start == start ? low : NONE;
}

/* The next white object that the object under the step refers to, or NONE. */
static uint32_t next_edge(const struct graph *graph, struct step *step)
{
	uintptr_t target;

	if (graph->nodes[step->node].object.flags & OBJECT_NO_SCAN)
		return NONE;
	while (graph->source->next(&step->words, &target)) {
		uint32_t node = node_at(graph, target);

		if (node != NONE && node != step->node &&
		    graph->nodes[node].component != SUPPRESSED)
			return node;
	}
	return NONE;
}

static struct step step_into(const struct graph *graph, uint32_t node)
{
	return (struct step){ node, graph->source->cursor(&graph->nodes[node].object) };
}

static bool older(const struct object *a, const struct object *b)
{
	return a->born_ms != b->born_ms ? a->born_ms < b->born_ms : a->start < b->start;
}

static void suppress_node(struct graph *graph, uint32_t node, uint32_t rule)
{
	graph->nodes[node].component = SUPPRESSED;
	graph->nodes[node].index = 1;
	suppress_count(rule, graph->nodes[node].object.size);
}

/* Depth first: the node to which the next edge of the steps leads, or NONE after the last one. */
static uint32_t next_reached(struct graph *graph)
{
	for (; graph->step_count; graph->step_count--) {
		uint32_t to = next_edge(graph, &graph->steps[graph->step_count - 1]);

		if (to != NONE)
			return to;
	}
	return NONE;
}

/* Everything that the node reaches is suppressed with it, unless a rule of its own fits. */
static void suppress_from(struct graph *graph, uint32_t first, uint32_t rule)
{
	uint32_t to;

	graph->steps[graph->step_count++] = step_into(graph, first);
	while ((to = next_reached(graph)) != NONE) {
		suppress_node(graph, to, rule);
		graph->steps[graph->step_count++] = step_into(graph, to);
	}
}

/* First those that a rule fits, so that each is counted under its own: `low` is the rule. */
static void suppress(struct graph *graph)
{
	if (!suppress_begin())
		return;
	for (uint32_t node = 0; node < graph->count; node++) {
		uint32_t rule = suppress_rule_of(&graph->nodes[node].object);

		graph->nodes[node].low = rule;
		if (rule != SUPPRESS_NONE)
			suppress_node(graph, node, rule);
	}
	for (uint32_t node = 0; node < graph->count; node++)
		if (graph->nodes[node].component == SUPPRESSED &&
		    graph->nodes[node].low != SUPPRESS_NONE)
			suppress_from(graph, node, graph->nodes[node].low);
}

/* The node is the root of a component: everything above it on the open stack belongs to it. */
static void close_component(struct graph *graph, uint32_t root)
{
	struct component *component = &graph->components[graph->component_count];
	uint32_t node;

	*component = (struct component){ .speaker = root };
	do {
		node = graph->open[--graph->open_count];
		graph->nodes[node].component = graph->component_count;
		component->size++;
		if (older(&graph->nodes[node].object, &graph->nodes[component->speaker].object))
			component->speaker = node;
	} while (node != root);
	graph->component_count++;
}

static void enter_node(struct graph *graph, uint32_t node)
{
	graph->nodes[node].index = graph->nodes[node].low = ++graph->next_index;
	graph->open[graph->open_count++] = node;
	graph->steps[graph->step_count++] = step_into(graph, node);
}

/* An edge of the walk leads to a node that has been seen, or has just been left. */
static void note_edge(struct graph *graph, uint32_t from, uint32_t to, uint32_t low)
{
	if (graph->nodes[to].component != NONE)
		graph->components[graph->nodes[to].component].held = true;
	else if (low < graph->nodes[from].low)
		graph->nodes[from].low = low;
}

static void walk_from(struct graph *graph, uint32_t first)
{
	enter_node(graph, first);
	while (graph->step_count) {
		struct step *step = &graph->steps[graph->step_count - 1];
		uint32_t node = step->node, to = next_edge(graph, step);

		if (to != NONE && !graph->nodes[to].index) {
			enter_node(graph, to);
			continue;
		}
		if (to != NONE) {
			note_edge(graph, node, to, graph->nodes[to].index);
			continue;
		}
		if (graph->nodes[node].low == graph->nodes[node].index)
			close_component(graph, node);
		graph->step_count--;
		if (graph->step_count)
			note_edge(graph, graph->steps[graph->step_count - 1].node, node,
				  graph->nodes[node].low);
	}
}

/* Counts what hangs on the leak and is not yet counted under another one. */
static void retain(struct graph *graph, struct leak *leak, uint32_t first)
{
	uint32_t to;

	graph->nodes[first].retained = true;
	graph->steps[graph->step_count++] = step_into(graph, first);
	while ((to = next_reached(graph)) != NONE) {
		if (graph->nodes[to].retained)
			continue;
		graph->nodes[to].retained = true;
		leak->retained++;
		leak->retained_bytes += graph->nodes[to].object.size;
		graph->steps[graph->step_count++] = step_into(graph, to);
	}
}

/* Notes the nodes of the component that the object under the step refers to, and that have not been
 * seen; true when one of them is @goal. */
static bool spread(struct graph *graph, uint32_t from, uint32_t goal)
{
	struct step step = step_into(graph, from);
	uint32_t to;

	while ((to = next_edge(graph, &step)) != NONE) {
		if (to == goal)
			return true;
		if (graph->nodes[to].component != graph->nodes[from].component ||
		    !graph->nodes[to].index)
			continue;
		graph->nodes[to].index = 0;
		graph->nodes[to].low = from;
		graph->open[graph->open_count++] = to;
	}
	return false;
}

/* The offset of the first word in one object that refers to the other. */
static size_t offset_of(const struct graph *graph, uint32_t from, uint32_t to)
{
	struct step step = step_into(graph, from);
	uint32_t found;

	while ((found = next_edge(graph, &step)) != NONE && found != to)
		;
	return step.words.at - sizeof(uintptr_t) - graph->nodes[from].object.start;
}

/*
 * A shortest way from the node @first back to it, through its component: the first LEAK_LINKS links
 * of it.  What Tarjan's numbers were is not needed any more: `index` is 0 for what has been seen,
 * `low` is the node before it, and then the one behind it.
 */
static void circle(struct graph *graph, struct verdict *verdict, struct leak *leak, uint32_t first)
{
	uint32_t at = 0, last = first, behind = first;

	graph->nodes[first].index = 0;
	graph->open[0] = first;
	graph->open_count = 1;
	while (at < graph->open_count && !spread(graph, graph->open[at], first))
		at++;
	if (at == graph->open_count)
		return;
	for (last = graph->open[at]; last != first; leak->circle++) {
		uint32_t before = graph->nodes[last].low;

		graph->nodes[last].low = behind;
		behind = last;
		last = before;
	}
	leak->circle++;
	leak->links = verdict->link_count;
	for (size_t i = 0; i < leak->circle && i < LEAK_LINKS; i++) {
		verdict->links[verdict->link_count++] = (struct leak_link){
			graph->nodes[last].object.start, offset_of(graph, last, behind)
		};
		last = behind;
		behind = graph->nodes[last].low;
	}
}

static bool leak_before(const void *first, const void *second)
{
	const struct leak *a = first, *b = second;

	return a->born_ms != b->born_ms ? a->born_ms < b->born_ms : a->start < b->start;
}

static struct leak leak_of(const struct object *object, uint32_t cycle)
{
	return (struct leak){
		.start = object->start,
		.size = object->size,
		.trace = object->trace,
		.born_ms = object->born_ms,
		.who = object->who,
		.flags = (object->flags & OBJECT_REPORTED ? 0 : LEAK_NEW) |
			 (object->flags & OBJECT_MAPPING ? LEAK_MAPPING : 0) |
			 (object_untracked() ? LEAK_DOUBTFUL : 0) | (cycle > 1 ? LEAK_CYCLE : 0),
		.cycle = cycle > 1 ? cycle : 0,
	};
}

static void find_leaks(struct graph *graph, struct verdict *verdict)
{
	for (uint32_t node = 0; node < graph->count; node++)
		if (!graph->nodes[node].index)
			walk_from(graph, node);
	for (uint32_t i = 0; i < graph->component_count; i++)
		if (!graph->components[i].held)
			verdict->leaks[verdict->count++] = leak_of(
				&graph->nodes[graph->components[i].speaker].object,
				graph->components[i].size);
	sort(verdict->leaks, verdict->count, sizeof(struct leak), leak_before);
	for (size_t i = 0; i < verdict->count; i++) {
		struct leak *leak = &verdict->leaks[i];
		uint32_t node = node_at(graph, leak->start);

		if (leak->flags & LEAK_CYCLE)
			circle(graph, verdict, leak, node);
		retain(graph, leak, node);
	}
}

static void sum_up(const struct graph *graph, struct verdict *verdict)
{
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct object *object = &graph->nodes[i].object;

		if (graph->nodes[i].component == SUPPRESSED) {
			verdict->suppressed++;
			verdict->suppressed_bytes += object->size;
			continue;
		}
		verdict->unreferenced++;
		verdict->unreferenced_bytes += object->size;
		if (object->flags & OBJECT_REPORTED)
			continue;
		verdict->fresh_bytes += object->size;
		verdict->fresh_starts[verdict->fresh] = object->start;
		verdict->fresh_births[verdict->fresh++] = object->born_ms;
	}
}

/* One mapping for everything, cut into its arrays. */
static bool allot(struct graph *graph, struct verdict *verdict)
{
	size_t n = graph->count;

	while (((size_t)1 << graph->slot_bits) < 2 * n)
		graph->slot_bits++;

	size_t sizes[] = { n * sizeof(struct leak),
			   n * sizeof(struct node),
			   n * sizeof(struct step),
			   n * sizeof(uintptr_t),
			   n * sizeof(struct component),
			   n * sizeof(uint32_t),
			   n * sizeof(uint32_t),
			   n * sizeof(struct leak_link),
			   sizeof(uint32_t) << graph->slot_bits };
	void *parts[sizeof(sizes) / sizeof(sizes[0])];
	char *memory;

	verdict->bytes = 16;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		verdict->bytes += (sizes[i] + 15) & ~(size_t)15;
	memory = pool_map(verdict->bytes, verdict->bytes);
	if (!memory)
		return false;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		parts[i] = memory;
		memory += (sizes[i] + 15) & ~(size_t)15;
	}
	verdict->leaks = parts[0];
	graph->nodes = parts[1];
	graph->steps = parts[2];
	verdict->fresh_starts = parts[3];
	graph->components = parts[4];
	graph->open = parts[5];
	verdict->fresh_births = parts[6];
	verdict->links = parts[7];
	graph->slots = parts[8];
	return true;
}

void verdict_make(struct verdict *verdict, const struct white_source *source, uint32_t now_ms,
		  uint32_t min_age_ms)
{
	struct graph graph = {
		.source = source, .now_ms = now_ms, .min_age_ms = min_age_ms, .slot_bits = 4
	};

	memset(verdict, 0, sizeof(*verdict));
	source->each(count_white, &graph);
	if (!graph.count)
		return;
	if (!allot(&graph, verdict)) {
		verdict->incomplete = true;
		verdict->unreferenced = graph.count;
		return;
	}
	graph.count = 0;
	source->each(add_white, &graph);
	suppress(&graph);
	find_leaks(&graph, verdict);
	sum_up(&graph, verdict);
	verdict->nodes = graph.nodes;
	pages_close(); /* descriptors may be few, and the report needs some */
}

static bool node_before(const void *a, const void *b)
{
	return older(&((const struct node *)a)->object, &((const struct node *)b)->object);
}

void verdict_each_object(const struct verdict *verdict, void (*see)(void *, const struct object *),
			 void *context)
{
	struct node *nodes = verdict->nodes;
	size_t count = nodes ? verdict->unreferenced + verdict->suppressed : 0;

	sort(nodes, count, sizeof(*nodes), node_before);
	for (size_t i = 0; i < count; i++)
		if (nodes[i].component != SUPPRESSED)
			see(context, &nodes[i].object);
}

void verdict_free(struct verdict *verdict)
{
	pool_unmap(verdict->leaks, verdict->bytes, verdict->bytes);
	memset(verdict, 0, sizeof(*verdict));
}
