#!/bin/sh
# SPDX-License-Identifier: MIT
# export_pprof.sh - the profile is one for `go tool pprof`
. "$(dirname "$0")/lib.sh"
has pprof
export_to pprof scan1.txt scan2.txt other.txt
cp out again
export_to pprof scan1.txt scan2.txt other.txt
cmp again out || fail "the same reports give another profile"
need go

go tool pprof -top -unit=B -sample_index=retained_space out >top 2>err || fail "$(cat err)"
awk 'seen { print $1, $4, $6, $7, $8 } $1 == "flat" { seen = 1 }' top >found
diff - found <<'END' || fail "$(cat top)"
336B 336B malloc  
256B 256B session_new  
32B 32B worker+0x1169  
0 336B List::push  
0 592B main  
END
grep '^File: server$' top >/dev/null || fail "$(cat top)"
go tool pprof -raw out >raw 2>&1 || fail "$(cat raw)"
grep -E '^ +1 +112 +336: 1 2 3' raw >/dev/null || fail "$(cat raw)"
grep '/nowhere/bin/server ba0c95ffaa05134c193eb3c7cb5c5d96829ef55d' raw >/dev/null || fail "$(cat raw)"
