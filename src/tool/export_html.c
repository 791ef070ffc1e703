/* SPDX-License-Identifier: MIT */
/*
 * export_html.c - one page that needs nothing else: the JSON document and the view of it
 *
 * Owns     how the parts of html/ come into the command, and into the page.
 * For      cmd_export.c.
 * Never    lets a name of the program end the element that the document stands in.
 */
#include <stdlib.h>
#include <string.h>

#include "export_document.h"

/* The assembler puts a file of the tree between two symbols. */
#define ASSET(name, file)                                                                          \
	extern const char name##_start[] __attribute__((visibility("hidden")));                    \
	extern const char name##_end[] __attribute__((visibility("hidden")));                      \
	__asm__(".pushsection .rodata\n"                                                           \
		".globl " #name "_start\n.hidden " #name "_start\n" #name "_start:\n"              \
		".incbin \"" LEAKSCAN_HTML "/" file "\"\n"                                         \
		".globl " #name "_end\n.hidden " #name "_end\n" #name "_end:\n"                    \
		".byte 0\n.popsection\n")

ASSET(page, "view.html");
ASSET(style, "view.css");
ASSET(model_script, "model.js");
ASSET(flame_script, "flame.js");
ASSET(table_script, "table.js");
ASSET(detail_script, "detail.js");
ASSET(held_script, "held.js");
ASSET(chart_script, "chart.js");
ASSET(main_script, "main.js");

static void write_asset(FILE *out, const char *start, const char *end)
{
	fwrite(start, 1, (size_t)(end - start), out);
}

static void write_style(FILE *out, const char *document)
{
	(void)document;
	write_asset(out, style_start, style_end);
}

static void write_script(FILE *out, const char *document)
{
	(void)document;
	write_asset(out, model_script_start, model_script_end);
	write_asset(out, flame_script_start, flame_script_end);
	write_asset(out, table_script_start, table_script_end);
	write_asset(out, detail_script_start, detail_script_end);
	write_asset(out, held_script_start, held_script_end);
	write_asset(out, chart_script_start, chart_script_end);
	write_asset(out, main_script_start, main_script_end);
}

/* ASCII, so without U+2028; and without '<', so without "</script" and "<!--". */
static void write_document(FILE *out, const char *document)
{
	for (; *document; document++) {
		if (*document == '<')
			fputs("\\u003c", out);
		else
			fputc(*document, out);
	}
}

/* The page with each mark replaced by what it stands for. */
static void write_page(FILE *out, const char *document)
{
	static const struct {
		const char *mark;
		void (*write)(FILE *out, const char *document);
	} parts[] = {
		{ "@STYLE@", write_style },
		{ "@DATA@", write_document },
		{ "@SCRIPT@", write_script },
	};
	const char *at = page_start;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *mark = strstr(at, parts[i].mark);

		write_asset(out, at, mark);
		parts[i].write(out, document);
		at = mark + strlen(parts[i].mark);
	}
	write_asset(out, at, page_end);
}

bool export_html(FILE *out, const struct export *export)
{
	json_t *document = document_make(export);
	char *text = document ? json_dumps(document, JSON_COMPACT | JSON_ENSURE_ASCII |
							     JSON_REAL_PRECISION(9))
			      : NULL;

	if (text)
		write_page(out, text);
	free(text);
	json_decref(document);
	return text;
}
