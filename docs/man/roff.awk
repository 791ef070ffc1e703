# SPDX-License-Identifier: MIT
# roff.awk - text as a manual page has it; the other awk programs here are run behind it
#
# Owns     what is escaped, the head of a page.
# Takes    the variables version and date.

function roff(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/`/, "\\(ga", text)
	gsub(/'/, "\\(aq", text)
	if (text ~ /^\./)
		text = "\\&" text
	return text
}

function bold(text)
{
	return "\\fB" roff(text) "\\fR"
}

function italic(text)
{
	return "\\fI" roff(text) "\\fR"
}

# Words in capitals stand for something; so they do in the usage that argp prints.
function with_placeholders(text,   before, result)
{
	while (match(text, /[A-Z][A-Z]+/)) {
		before = substr(text, 1, RSTART - 1)
		result = result roff(before) italic(substr(text, RSTART, RLENGTH))
		text = substr(text, RSTART + RLENGTH)
	}
	return result roff(text)
}

# "what=VALUE" as the tag of a list: what is typed is bold, what stands for something is italic.
function tag(text,   at)
{
	at = index(text, "=")
	if (!at)
		return bold(text)
	return bold(substr(text, 1, at)) with_placeholders(substr(text, at + 1))
}

function head(name, section)
{
	printf ".TH \"%s\" %s \"%s\" \"leakscan %s\" \"leakscan\"\n", roff(toupper(name)), section, date, version
}

# A sentence as the line behind a name.
function as_summary(text)
{
	sub(/\.  .*/, "", text)
	sub(/\.$/, "", text)
	return roff(tolower(substr(text, 1, 1)) substr(text, 2))
}
