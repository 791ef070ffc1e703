#!/bin/sh
# SPDX-License-Identifier: MIT
# baseline.sh - what is known is kept, what is new or grown fails; and diff, which prints the same lines
. "$(dirname "$0")/lib.sh"
churn=$build/tests/real/churn

# only the sites that have changed, the same for two reports and for a file that was kept
cat >changes <<'END'
new    +336                  336  List<A; "B"&>::push [server]  460c355c3d5af33d
grown  +96                   256  session_new [server]  fd5584244e14008f
new    +0                      0  (no backtrace)  cbf29ce484222325
END
expect 1 '' "$leakscan" diff scan1.txt scan2.txt
diff changes "$work/out" || fail "diff"
sed 's/^new    +/gone   -/; s/^grown  +/shrunk -/; s/ 336  L/   0  L/; s/256/160/' changes |
	sort >back
expect 0 '' "$leakscan" diff scan2.txt scan1.txt
sort "$work/out" | diff back - || fail "diff, the other way round"

"$leakscan" baseline write -o known scan1.txt other.txt || fail "write: $?"
diff - known <<'END' || fail "the baseline"
# leakscan baseline 1
# The leaks that are known.  `leakscan baseline check' fails on others, and on these when their
# bytes (with what hangs on them) grow; `leakscan baseline write' makes this file.

site a0480096a6436960: 1 leak, 32 bytes: (no name) [worker]
  (no name) [worker]

site fd5584244e14008f: 1 leak, 160 bytes: session_new [server]
  session_new [server]
  main [server]

# end
END
expect 0 '' "$leakscan" baseline check known scan1.txt other.txt
[ ! -s "$work/out" ] && [ ! -s "$work/err" ] || fail "says something where nothing has changed"
expect 1 'worse than the baseline known: 2 new, 1 grown$' "$leakscan" baseline check known scan2.txt
echo 'gone   -32                     0  (no name) [worker]  a0480096a6436960' | cat changes - |
	diff - "$work/out" || fail "check"
grep 'known can be tightened .*: 1 gone, 0 shrunk$' "$work/err" >/dev/null || fail "$(cat "$work/err")"
"$leakscan" baseline write -o more scan2.txt || fail "write: $?"
expect 0 'more can be tightened .*: 2 gone, 1 shrunk$' "$leakscan" baseline check more scan1.txt
# scans of one process are one story, in a baseline as well
"$leakscan" baseline write scan1.txt scan2.txt | diff more - || fail "two scans of one process"

# what people and git do to such a file
sed 's/^# The leaks.*/# Ask the team before a line is added here./; s/^  main.*/  whatever/' more >edited
expect 0 '' "$leakscan" baseline check edited scan2.txt
[ ! -s "$work/out" ] || fail "edited: $(cat "$work/out")"
for end in $(seq 1 13 $(($(wc -c <more) - 1))); do
	head -c "$end" more >cut
	expect 2 '^cut:[0-9]*:[0-9]*: ' "$leakscan" baseline check cut scan2.txt
	[ ! -s "$work/out" ] || fail "cut at $end: prints"
done
wrong()
{
	expect 2 "^bad:$1: $2" "$leakscan" baseline check bad scan2.txt
	[ ! -s "$work/out" ] || fail "$1: prints"
}
: >bad
wrong 1:1 'the file is empty'
echo nothing >bad
wrong 1:1 'not a baseline'
cp scan1.txt bad
wrong 1:1 'not a baseline'
sed '1s/1$/2/' more >bad
wrong 1:22 'a baseline of version 2; this command knows 1'
sed '5s/^/<<<<<<< HEAD\n/' more >bad
wrong 5:1 "expected 'site '"
sed 's/^site 460c355c3d5af33d/site fd5584244e14008f/' more >bad
wrong 12:1 'site fd5584244e14008f stands in line 7 already'
sed 's/ bytes: L/: L/' more >bad
wrong 7:35 "expected ' '"
echo more >>known
expect 2 "^known:[0-9]*:1: something behind '# end'" "$leakscan" baseline check known scan2.txt

# bad input: status 2, and nothing is written
head -n 9 scan1.txt >cut.txt
echo old >place
expect 2 '^cut.txt:[0-9]*:[0-9]*: ' "$leakscan" baseline write -o place scan1.txt cut.txt
expect 2 '^cut.txt:[0-9]*:[0-9]*: ' "$leakscan" baseline check more scan1.txt cut.txt
[ "$(cat place)" = old ] || fail "a baseline of half the reports"
expect 2 'cannot read nowhere' "$leakscan" baseline check nowhere scan1.txt
expect 2 'write or check' "$leakscan" baseline
expect 2 "'keep' is not write or check" "$leakscan" baseline keep scan1.txt
expect 2 'which baseline' "$leakscan" baseline check
expect 2 'which report' "$leakscan" baseline check more
expect 2 'which report' "$leakscan" baseline write
expect 2 'no --output' "$leakscan" baseline check -o place more scan1.txt

# a program that runs twice has the same leaks; that its blocks are elsewhere is nothing
for run in 1 2; do
	"$leakscan" run --report=run$run.txt "$churn" >/dev/null 2>&1 || fail "churn"
done
"$leakscan" baseline write -o churn run1.txt || fail "churn: no baseline"
grep '^site [0-9a-f]*: 3 leaks, 2331 bytes: lose \[churn\]$' churn >/dev/null || fail "$(cat churn)"
expect 0 '' "$leakscan" baseline check churn run2.txt
[ ! -s "$work/out" ] || fail "churn: $(cat "$work/out")"
