# SPDX-License-Identifier: MIT
# header.awk - the page of a header, from its comments and declarations
#
# The first comment is about the header.  A comment "NAME - summary" is about the declarations behind
# it; in it "@NAME:" is a parameter, and lines that are indented, or begin with "Returns  ", stand as
# they are.  A structure is shown with the comment before it.  What is for C++ only is left out.
#
# Takes    page, its name.

function end_verbatim()
{
	if (verbatim)
		print ".EE"
	verbatim = 0
}

function begin_verbatim()
{
	if (!verbatim)
		print ".PP\n.EX"
	verbatim = 1
}

# A line of a comment.
function say(line)
{
	if ((line ~ /^ / && !parameter) || line ~ /^Returns  /) {
		parameter = 0
		begin_verbatim()
		print roff(line)
		return
	}
	end_verbatim()
	if (line == "") {
		parameter = 0
		paragraph = 1
		return
	}
	if (match(line, /^@[a-z_]+:/)) {
		parameter = 1
		print ".TP\n" italic(substr(line, 2, RLENGTH - 2))
		line = substr(line, RLENGTH + 1)
	} else if (paragraph) {
		print ".PP"
	}
	paragraph = 0
	gsub(/^ +|@/, "", line)
	print roff(line)
}

# What the comment says, its first lines apart.
function tell(from,   i)
{
	parameter = paragraph = 0
	for (i = from; i <= comment_lines; i++)
		say(comment[i])
	end_verbatim()
	comment_lines = 0
}

function after_dash(line)
{
	return substr(line, index(line, " - ") + 3)
}

function begin_page()
{
	head(page, 3)
	print ".SH NAME\n" roff(page) " \\- " as_summary(after_dash(comment[1]))
	print ".SH SYNOPSIS\n" bold("#include <" page ">")
	print ".SH DESCRIPTION"
	tell(comment[2] == "" ? 3 : 2)
	begun = 1
}

function section(name)
{
	if (name != section_now)
		print ".SH " name
	section_now = name
}

function prototype(result, name, parameters)
{
	section("FUNCTIONS")
	print ".SS " roff(name)
	print bold(result (result ~ /\*$/ ? "" : " ") name parameters ";")
	if (comment_lines) {
		print ".PP"
		line = after_dash(comment[1])
		print roff(toupper(substr(line, 1, 1)) substr(line, 2) (line ~ /\.$/ ? "" : "."))
		tell(2)
	}
}

# The whole declaration, which may go over several lines.
function declaration(line,   more)
{
	while (line ~ /,$/ && (getline more) > 0) {
		sub(/^[ \t]+/, "", more)
		line = line " " more
	}
	return line
}

# LEAKSCAN_VALUE(result, name, (parameters), ...) or LEAKSCAN_VOID(name, (parameters), ...)
function declared(line,   result, name)
{
	result = "void"
	sub(/^LEAKSCAN_VOID\(/, "", line)
	if (sub(/^LEAKSCAN_VALUE\(/, "", line)) {
		result = substr(line, 1, index(line, ",") - 1)
		sub(/^[^,]*, */, "", line)
	}
	name = substr(line, 1, index(line, ",") - 1)
	sub(/^[^(]*/, "", line)
	prototype(result, name, substr(line, 1, index(line, ")")))
}

function structure(line)
{
	section("TYPES")
	sub(/ \{$/, "", line)
	print ".SS " roff(line)
	if (comment_lines)
		print roff(comment[1])
	tell(2)
	begin_verbatim()
	print roff(line " {")
	in_structure = 1
}

/^#ifdef __cplusplus/ { skipping = 1 }
/^#(else|endif)/ { skipping = 0 }
skipping || /^#/ || /^\/\* (SPDX|clang-format)/ || /\\$/ { next }

/^\/\*$/ { in_comment = 1; comment_lines = 0; next }
in_comment && /^ \*\/$/ {
	in_comment = 0
	if (!begun)
		begin_page()
	next
}
in_comment { sub(/^ \* ?/, ""); comment[++comment_lines] = $0; next }
/^\/\* .*\*\/$/ { gsub(/^\/\* | \*\/$/, ""); comment[comment_lines = 1] = $0; next }

/^struct [a-z_]+ \{/ { structure($0); next }
in_structure {
	sub(/^\t/, "        ")
	gsub(/\t/, " ")
	print roff($0)
	if (/^\}/) {
		in_structure = 0
		end_verbatim()
	}
	next
}
/^LEAKSCAN_(VALUE|VOID)\(/ { declared(declaration($0)); next }
/^static inline .*leakscan_/ {
	sub(/^static inline /, "")
	match($0, /leakscan_[a-z_]+\(/)
	result = substr($0, 1, RSTART - 1)
	sub(/ $/, "", result)
	prototype(result, substr($0, RSTART, RLENGTH - 1), substr($0, RSTART + RLENGTH - 1))
}
END {
	print ".SH SEE ALSO"
	if (page != "leakscan.h")
		print bold("leakscan.h") "(3),"
	print bold("leakscan") "(1), " bold("libleakscan") "(7)"
}
