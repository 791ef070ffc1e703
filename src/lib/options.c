/* SPDX-License-Identifier: MIT */
/* options.c - kinds of values, the parser and the help; the contract is in options.h */
#include "options.h"

#include <stdint.h>
#include <string.h>

#include "print.h"
#include "signal_name.h"
#include "span.h"

#define KEY_MAX 24   /* longest key that can be a misspelt one */
#define SHOWN_MAX 80 /* bytes of an item that a message repeats */

enum kind {
	KIND_SWITCH,
	KIND_COUNT,
	KIND_MSECS,
	KIND_AGE,
	KIND_SECONDS,
	KIND_PERIOD,
	KIND_BYTES,
	KIND_SIGNAL,
	KIND_STOP_SIGNAL,
	KIND_MODE,
	KIND_FORMAT,
	KIND_SORT,
	KIND_PATHS,
	KIND_TEXT,
};

/* How the values of a kind are written: as a word, and where there is a unit or an own parser, as a
 * number. */
static const struct {
	const char *unit;     /* printed behind the range */
	const char *words[4]; /* for the values `first`, `first` + 1, ...; ends with NULL */
	long first;
} kinds[] = {
	[KIND_SWITCH] = { .words = { "off", "on" } },
	[KIND_COUNT] = { .unit = "" },
	[KIND_MSECS] = { .unit = " ms" },
	[KIND_AGE] = { .unit = " ms", .words = { "auto" }, .first = OPTION_AUTO },
	[KIND_SECONDS] = { .unit = " s" },
	[KIND_PERIOD] = { .unit = " s", .words = { "adaptive" }, .first = OPTION_AUTO },
	[KIND_BYTES] = { .unit = " bytes, or with k, m, g" },
	[KIND_SIGNAL] = { .words = { "none" } },
	[KIND_STOP_SIGNAL] = { .words = { "auto" } },
	[KIND_MODE] = { .words = { "snapshot", "stop", "live" } },
	[KIND_FORMAT] = { .words = { "leakscan", "kmemleak-5.10", "kmemleak-6.1" } },
	[KIND_SORT] = { .words = { "age", "size" } },
	[KIND_PATHS] = { .words = { "short", "full" } },
	[KIND_TEXT] = { .unit = " bytes" },
};

struct row {
	const char *name;
	const char *help;
	enum kind kind;
	size_t offset; /* of the field in struct options */
	long min, max; /* for TEXT: of the length */
};

/* clang-format off */
#define NUMBER(field, what, value, least, most, text) \
	{ .name = #field, .help = (text), .kind = KIND_##what, .min = (least), .max = (most), \
	  .offset = offsetof(struct options, field) },
#define TEXT(field, value, most, text) \
	{ .name = #field, .help = (text), .kind = KIND_TEXT, .min = 0, .max = (most), \
	  .offset = offsetof(struct options, field) },
/* clang-format on */
static const struct row rows[] = { OPTIONS(NUMBER, TEXT) };
#undef NUMBER
#undef TEXT

#define ROWS (sizeof(rows) / sizeof(rows[0]))

#define NUMBER(field, what, value, least, most, text) .field = (value),
#define TEXT(field, value, most, text) .field = { value },
static const struct options defaults = { OPTIONS(NUMBER, TEXT) };
struct options options = { OPTIONS(NUMBER, TEXT) };
#undef NUMBER
#undef TEXT

static bool read_bytes(struct span value, long *number)
{
	static const char suffixes[] = "kmg";
	long unit = 1;

	if (value.length > 0) {
		int last = value.text[value.length - 1] | 0x20; /* lower case */
		const char *suffix = strchr(suffixes, last);

		if (suffix) {
			unit = 1L << (10 * (suffix - suffixes + 1));
			value.length--;
		}
	}
	return span_number(value, number) && !__builtin_mul_overflow(*number, unit, number);
}

/* Is a value of this kind one of its words, and nothing else? */
static bool is_word_kind(enum kind kind)
{
	return kind == KIND_MODE || kind == KIND_FORMAT || kind == KIND_SORT || kind == KIND_PATHS;
}

static bool read_word(enum kind kind, struct span value, long *number)
{
	for (long i = 0; kinds[kind].words[i]; i++) {
		if (span_is(value, kinds[kind].words[i])) {
			*number = kinds[kind].first + i;
			return true;
		}
	}
	return false;
}

static bool read_value(const struct row *row, struct span value, long *number)
{
	if (read_word(row->kind, value, number))
		return true;
	if (is_word_kind(row->kind))
		return false;
	switch (row->kind) {
	case KIND_SIGNAL:
	case KIND_STOP_SIGNAL:
		return (span_is(value, "0") && span_number(value, number)) ||
		       signal_name_read(value, number);
	case KIND_BYTES:
		return read_bytes(value, number);
	default:
		return span_number(value, number);
	}
}

/* Copies a text without the escapes before ':'; with @to NULL only counts.  Returns the length. */
static size_t unescape(struct span value, char *to)
{
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++) {
		if (value.text[i] == '\\' && i + 1 < value.length && value.text[i + 1] == ':')
			i++;
		if (to)
			to[length] = value.text[i];
		length++;
	}
	return length;
}

static void *field_of(const struct options *in, const struct row *row)
{
	return (char *)in + row->offset;
}

/* False, and the field is as it was, when the value is not allowed. */
static bool set(const struct row *row, struct span value)
{
	char *field = field_of(&options, row);
	long number;

	if (row->kind == KIND_TEXT) {
		if (unescape(value, NULL) > (size_t)row->max)
			return false;
		field[unescape(value, field)] = 0;
		return true;
	}
	if (!read_value(row, value, &number) || number < row->min || number > row->max)
		return false;
	memcpy(field, &number, sizeof(number));
	return true;
}

static void print_value(struct print *out, const struct row *row, const struct options *from)
{
	const void *field = field_of(from, row);
	long number;

	if (row->kind == KIND_TEXT) {
		print(out, "\"%s\"", (const char *)field);
		return;
	}
	memcpy(&number, field, sizeof(number));
	if (is_word_kind(row->kind) || (number == kinds[row->kind].first &&
					kinds[row->kind].words[0] && row->kind != KIND_SWITCH))
		print(out, "%s", kinds[row->kind].words[number - kinds[row->kind].first]);
	else if (row->kind == KIND_SIGNAL || row->kind == KIND_STOP_SIGNAL)
		signal_name_print(out, number);
	else
		print(out, "%ld", number);
}

static void print_allowed(struct print *out, const struct row *row)
{
	const char *const *words = kinds[row->kind].words;

	if (is_word_kind(row->kind)) {
		for (unsigned i = 0; words[i]; i++)
			print(out, "%s%s", i ? "|" : "", words[i]);
		return;
	}
	switch (row->kind) {
	case KIND_SWITCH:
		print(out, "0|1, %s|%s", words[0], words[1]);
		break;
	case KIND_AGE:
	case KIND_PERIOD:
		print(out, "%s, 0..%ld%s", words[0], row->max, kinds[row->kind].unit);
		break;
	case KIND_SIGNAL:
	case KIND_STOP_SIGNAL:
		print(out, "%s, a signal's name or number", words[0]);
		break;
	case KIND_TEXT:
		print(out, "text, at most %ld%s", row->max, kinds[row->kind].unit);
		break;
	default:
		if (row->max == LONG_MAX)
			print(out, "%ld or more%s", row->min, kinds[row->kind].unit);
		else
			print(out, "%ld..%ld%s", row->min, row->max, kinds[row->kind].unit);
	}
}

bool options_row(size_t index, struct option_row *row)
{
	struct print allowed = PRINT_TO(-1, row->allowed), value = PRINT_TO(-1, row->value);

	if (index >= ROWS)
		return false;
	row->name = rows[index].name;
	row->help = rows[index].help;
	row->is_switch = rows[index].kind == KIND_SWITCH;
	row->is_word = is_word_kind(rows[index].kind);
	print_allowed(&allowed, &rows[index]);
	print_value(&value, &rows[index], &defaults);
	return true;
}

bool options_set(const char *name, const char *value)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return set(&rows[i], (struct span){ value, strlen(value) });
	return false;
}

void options_print(struct print *out)
{
	struct option_row row;

	print(out, "LEAKSCAN_OPTIONS=\"key=value:key=value\"; a ':' in a value is written '\\:'\n");
	for (size_t i = 0; options_row(i, &row); i++)
		print(out, "  %-18s  %-33s  %-8s  %s\n", row.name, row.allowed, row.value,
		      row.help);
}

void options_print_values(struct print *out)
{
	for (size_t i = 0; i < ROWS; i++) {
		print(out, "%s=", rows[i].name);
		if (rows[i].kind == KIND_TEXT)
			print_name(out, field_of(&options, &rows[i]));
		else
			print_value(out, &rows[i], &options);
		print(out, "\n");
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters must be put in, left out or changed to get from one to the other (Levenshtein).
 * key.length <= KEY_MAX. */
static size_t distance(struct span key, const char *name)
{
	size_t row[KEY_MAX + 1]; /* [i]: from the first i letters of the key to name so far */

	for (size_t i = 0; i <= key.length; i++)
		row[i] = i;
	for (size_t n = 0; name[n]; n++) {
		size_t diagonal = row[0]++;

		for (size_t i = 1; i <= key.length; i++) {
			size_t changed = diagonal + (key.text[i - 1] != name[n]);

			diagonal = row[i];
			row[i] = least(changed, least(row[i], row[i - 1]) + 1);
		}
	}
	return row[key.length];
}

/* The option whose name is nearest to the key, or NULL when none is near. */
static const struct row *nearest(struct span key)
{
	const struct row *found = NULL;
	size_t best = key.length < 4 ? 2 : 3; /* two letters may be wrong, in a short key one */

	for (size_t i = 0; i < ROWS && key.length <= KEY_MAX; i++) {
		size_t this = distance(key, rows[i].name);

		if (this < best) {
			best = this;
			found = &rows[i];
		}
	}
	return found;
}

static void warn_unknown(struct span item, struct span key)
{
	const struct row *near = nearest(key);
	int shown = (int)least(item.length, SHOWN_MAX);
	const char *cut = item.length > SHOWN_MAX ? "..." : "";

	if (near)
		message(GRADE_WARN, "unknown option %.*s%s: did you mean %s?", shown, item.text,
			cut, near->name);
	else
		message(GRADE_WARN, "unknown option %.*s%s: LEAKSCAN_OPTIONS=help=1 lists them all",
			shown, item.text, cut);
}

static void warn_value(struct span item, const struct row *row)
{
	char allowed[64], value[64];
	struct print to_allowed = PRINT_TO(-1, allowed), to_value = PRINT_TO(-1, value);

	print_allowed(&to_allowed, row);
	print_value(&to_value, row, &options);
	message(GRADE_WARN, "bad option %.*s%s: %s takes %s; %s=%s holds",
		(int)least(item.length, SHOWN_MAX), item.text, item.length > SHOWN_MAX ? "..." : "",
		row->name, allowed, row->name, value);
}

static void parse_item(struct span item)
{
	const char *equals = memchr(item.text, '=', item.length);
	struct span key = { item.text, equals ? (size_t)(equals - item.text) : item.length };

	for (size_t i = 0; i < ROWS; i++) {
		if (!span_is(key, rows[i].name))
			continue;
		if (!equals ||
		    !set(&rows[i], (struct span){ equals + 1, item.length - key.length - 1 }))
			warn_value(item, &rows[i]);
		return;
	}
	warn_unknown(item, key);
}

void options_parse(const char *text)
{
	while (text && *text) {
		const char *end = text;

		while (*end && *end != ':')
			end += end[0] == '\\' && end[1] == ':' ? 2 : 1;
		if (end > text)
			parse_item((struct span){ text, (size_t)(end - text) });
		text = *end ? end + 1 : end;
	}
}

/* The end of a value in the sanitizers' form; without its quotes it is [*from, end). */
static const char *lsan_value_end(const char **from)
{
	char quote = **from;

	if (quote == '"' || quote == '\'') {
		++*from;
		return *from + strcspn(*from, quote == '"' ? "\"" : "'");
	}
	return *from + strcspn(*from, ":, \t\n\r");
}

static void parse_lsan_item(struct span key, struct span value)
{
	static const char *const ours[] = { "suppressions", "exitcode", "max_leaks",
					    "print_suppressions" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		for (size_t row = 0; span_is(key, ours[i]) && row < ROWS; row++)
			if (span_is(key, rows[row].name))
				set(&rows[row], value);
}

void options_parse_lsan(const char *text)
{
	while (text && *text) {
		struct span key = { text, strcspn(text, "=:, \t\n\r") };
		const char *end;

		text += key.length;
		if (*text != '=') {
			text += *text != 0;
			continue;
		}
		text++;
		end = lsan_value_end(&text);
		parse_lsan_item(key, (struct span){ text, (size_t)(end - text) });
		text = *end ? end + 1 : end;
	}
}

bool options_only_matches(const char *program)
{
	const char *name = options.only;

	if (!*name)
		return true;
	for (;;) {
		size_t length = strcspn(name, ",");

		if (length > 0 && program && span_is((struct span){ name, length }, program))
			return true;
		if (!name[length])
			return false;
		name += length + 1;
	}
}
