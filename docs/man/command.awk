# SPDX-License-Identifier: MIT
# command.awk - a page of the command, from what `leakscan [SUBCOMMAND] --help` prints
#
# Each item is one line there: usage, paragraphs, options ("  -s, --sort=ORDER    by what"), paragraphs
# again, the list of subcommands.
#
# Takes    page, its name; rows, a file with the lines of the list that the page is about ("" for the
#          command itself); others, a file with the names of all pages; prose, a file of sections to
#          put in, or "".

function section(name)
{
	if (section_now != name)
		print ".SH " name
	section_now = name
}

function paragraph(section_name, text)
{
	if (section_name == section_now)
		print ".PP"
	section(section_name)
	print roff(text)
}

function item(line,   at, text, names, count, i)
{
	sub(/^ +/, "", line)
	at = match(line, /  +/)
	text = at ? substr(line, at + RLENGTH) : ""
	count = split(at ? substr(line, 1, at - 1) : line, names, /, /)
	print ".TP"
	for (i = 1; i <= count; i++)
		printf "%s%s", tag(names[i]), i < count ? ", " : "\n"
	if (text)
		print roff(text)
}

function read_rows(   row)
{
	while (rows && (getline row < rows) > 0)
		row_list[++row_count] = row
}

# The names that the page has: "leakscan-scan, leakscan-clear".
function names_on_page(   i, name, list)
{
	for (i = 1; i <= row_count; i++) {
		name = row_list[i]
		gsub(/^ +|[ =].*/, "", name)
		if (!(name in seen))
			list = list (list ? ", " : "") "leakscan-" name
		seen[name] = 1
	}
	return list ? list : "leakscan"
}

# How the subcommand of a row is called.
function synopsis(usage, row)
{
	sub(/ .*/, "", row)
	sub(/^leakscan( [a-z]+)?/, "", usage)
	print (synopses++ ? ".br\n" : "") bold("leakscan") (row ? " " tag(row) : "") \
		with_placeholders(usage)
}

function begin_page(text,   i)
{
	read_rows()
	head(page, 1)
	section("NAME")
	if (row_count == 1) {
		text = row_list[1]
		sub(/^ *[^ ]+ +/, "", text)
	}
	print roff(names_on_page()) " \\- " as_summary(text)
	section("SYNOPSIS")
	for (i = 1; i <= usage_count; i++)
		synopsis(usage[i], row_list[1])
	for (i = 2; i <= row_count; i++)
		synopsis(usage[1], row_list[i])
	begun = 1
}

function list_rows(   i)
{
	if (row_count > 1)
		section("SUBCOMMANDS")
	for (i = 1; row_count > 1 && i <= row_count; i++)
		item(row_list[i])
}

function see_also(   text, other)
{
	section("SEE ALSO")
	while ((getline other < others) > 0)
		if (page == "leakscan" ? other != page : other == "leakscan")
			text = text bold(other) "(1), "
	print text bold("libleakscan") "(7), " bold("leakscan.h") "(3)"
}

/^(Usage:|  or: )/ {
	sub(/^(Usage:|  or: ) */, "")
	usage[++usage_count] = $0
	next
}
/^$/ { next }
!begun { begin_page($0) }
/^Subcommands:$/ { listing = 1; section("SUBCOMMANDS"); next }
listing && /:$/ { paragraph("SUBCOMMANDS", $0); next }
listing && /^  / { item($0); next }
/^ +-/ {
	if (!options++)
		list_rows()
	section("OPTIONS")
	item($0)
	next
}
/^ [^ ].*:$/ { print ".SS " roff(substr($0, 2)); next }
/^ / { sub(/^ +/, ""); print roff($0); next }
{
	listing = 0
	paragraph(options ? "NOTES" : "DESCRIPTION", $0)
}
END {
	while (prose && (getline line < prose) > 0)
		print line
	see_also()
}
