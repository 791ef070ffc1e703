# SPDX-License-Identifier: MIT
# programs.sh - whole programs of the real world, each with work of about a second
#
# What is not installed is left out.  A tool under which a program fails stands in the table with
# the program's status there (139: it crashed).
#
# SMOKE programs,perl,plain,elapsed,ms
# SMOKE programs,perl,leakscan,elapsed,ms
scale=$(pick 1 "${SCALE:-100}")
files=$work/programs
python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null || true)

# Made once, for all runs and tools.
prepare()
{
	mkdir "$files"
	awk -v n=$((scale * 2000)) 'BEGIN {
		print "create table t (id integer primary key, name text, value real);\nbegin;"
		for (i = 0; i < n; i++)
			printf "insert into t values (%d, \"name %d\", %d.5);\n", i, i % 977, i * 7 % 1001
		print "commit;"
		print "select name, count(*), sum(value) from t group by name order by 3;"
		print "select count(*) from t a join t b on a.id = b.id + 1 where a.value < b.value;"
	}' >"$files/script.sql"
	awk -v n=$((scale * 2000)) 'BEGIN {
		for (i = 0; i < n; i++)
			print "line", i, "of", i * 7919 % 10007, "words", i % 13
	}' >"$files/lines"
	awk -v n=$((scale * 700)) 'BEGIN {
		print "<list>"
		for (i = 0; i < n; i++)
			print "<item id=\"" i "\"><name>item " i "</name><price currency=\"x\">" \
				i % 100 "</price></item>"
		print "</list>"
	}' >"$files/list.xml"
	awk -v n=$((scale * 60)) 'BEGIN {
		for (i = 1; i <= n; i++) {
			text = "commit " i
			print "commit refs/heads/main\ncommitter a <a@b> " 1000000000 + i " +0000"
			print "data " length(text) "\n" text
			if (i == 1)
				print "deleteall"
			body = "content " i "\n" i * 31
			print "M 100644 inline file" i % 50 "\ndata " length(body) "\n" body
		}
	}' >"$files/history"
	if command -v git >/dev/null 2>&1; then
		git init -q "$files/repository"
		git -C "$files/repository" fast-import --quiet --force <"$files/history"
	fi
}

# program NAME COMMAND...: under each tool.
program()
{
	name=$1
	shift
	command -v "$1" >/dev/null 2>&1 || {
		note programs "$name is not installed"
		return 0
	}
	for tool in $tools; do
		! is_slow "$tool" || [ -n "${SLOW-}" ] || continue
		timed programs "$name" "$tool" 1 "$@"
	done
}

[ -d "$files" ] || prepare
command -v perl >/dev/null 2>&1 || note programs "not here: no perl"
program sqlite3 sqlite3 -init "$files/script.sql" :memory: .quit
PYTHONMALLOC=malloc # not by env(1): heaptrack would look at that, and leave out what it starts
export PYTHONMALLOC
program python3 "${python:-python3}" -c "
d = {}
for i in range($scale * 3000):
    d[str(i)] = [i, str(i * 7), (i, i + 1)]
print(sum(len(v[1]) for v in d.values()), sorted(d)[:3])"
unset PYTHONMALLOC
program perl perl -e "
my %h; for my \$i (1 .. $scale * 5000) { push @{\$h{\$i % 9973}}, { n => \$i, s => \"value \$i\" } }
my \$t = 0; for my \$k (keys %h) { \$t += length \$_->{s} for @{\$h{\$k}} } print \$t;"
program gawk gawk '{ for (i = 1; i <= NF; i++) count[$i]++; text[NR % 5000] = text[NR % 5000] $2 }
	END { n = asorti(count, keys); print n, length(text[1]) }' "$files/lines"
program xmllint xmllint --format "$files/list.xml"
program git git -C "$files/repository" log -p --stat main
