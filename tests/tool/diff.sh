#!/bin/sh
# SPDX-License-Identifier: MIT
# diff.sh - diff of what a program leaked, and what it does after a change; of runs and builds that do
# the same it says nothing
. "$(dirname "$0")/lib.sh"
need cc

cat >lose.c <<'END'
#include <stdlib.h>
#include <string.h>

static void *volatile sink;

/* A site for each letter: as many blocks are lost as its argument says, of 100 bytes. */
#define SITE(name)                                                   \
	__attribute__((noinline)) static void name(const char *many) \
	{                                                            \
		for (int i = atoi(many); i > 0; i--)                 \
			sink = malloc(100);                          \
	}
SITE(lose_a)
SITE(lose_b)
SITE(lose_c)
SITE(lose_d)
SITE(lose_e)

/* No copy of a pointer stays on the stack. */
__attribute__((noinline)) static void scrub(void)
{
	char room[8192];

	memset(room, 0, sizeof(room));
	sink = room;
	sink = NULL;
}

int main(int count, char **words)
{
	(void)count;
	lose_a(words[1]);
	lose_b(words[2]);
	lose_c(words[3]);
	lose_d(words[4]);
	lose_e(words[5]);
	scrub();
	return 0;
}
END

# run REPORT PROGRAM COUNT...
run()
{
	report=$1
	shift
	LD_PRELOAD=$library LEAKSCAN_OPTIONS=report=$work/$report:quiet=1 "$@" || fail "$*: exits with $?"
}

# same OLD NEW: no difference
same()
{
	expect 0 '' "$leakscan" diff "$1" "$2"
	[ ! -s out ] || fail "$1 and $2 differ: $(cat out)"
}

cc -g -O1 -o lose lose.c
run old.txt ./lose 3 4 5 6 0
"$leakscan" report --table old.txt >table
[ "$(sed -n '1s/ leaks.*//p' table)" = 'leakscan: 18' ] || fail "the program does not lose what it should: $(cat table)"

# grown, shrunk, gone, new; one that is as it was is not mentioned
run new.txt ./lose 3 7 1 0 2
expect 1 '' "$leakscan" diff old.txt new.txt
awk '{ print $1, $2, $3, $4 }' out | sort >found
diff - found <<'END' || fail "diff: $(cat out)"
gone -600 0 lose_d
grown +300 700 lose_b
new +200 200 lose_e
shrunk -400 100 lose_c
END
grep "^grown .* lose_b at lose.c:[0-9]*:[0-9]* \[lose\]  [0-9a-f]\{16\}$" out >/dev/null ||
	"$leakscan" report old.txt 2>&1 | grep 'built without libdw' >/dev/null || fail "no place, or no fingerprint: $(cat out)"

# better in all: status 0
run better.txt ./lose 3 4 4 0 0
expect 0 '' "$leakscan" diff old.txt better.txt
[ "$(awk '{ print $1 }' out | sort | tr '\n' ' ')" = 'gone shrunk ' ] || fail "better: $(cat out)"

# other addresses, and a name of the program's file that has a directory before it
run again.txt "$work/lose" 3 4 5 6 0
! cmp -s old.txt again.txt || fail "the same addresses twice: this shows nothing"
same old.txt again.txt

# another build: other lines, other offsets, another build id; and at a fixed address without debug information
mkdir other
{
	echo 'int unused(int x) { return x * 3; }'
	yes '' | head -n 50
	cat lose.c
} >other/lose.c
cc -g -O1 -Wl,--build-id=0x1234 -o other/lose other/lose.c
run other.txt other/lose 3 4 5 6 0
grep ' 1234 ' other.txt >/dev/null || fail "the same build: $(tail other.txt)"
same old.txt other.txt
cc -O1 -no-pie -o other/lose lose.c
run other.txt other/lose 3 4 5 6 0
same old.txt other.txt

# half a comparison is none
head -n 9 new.txt >cut.txt
expect 2 'cut.txt:[0-9]*:' "$leakscan" diff old.txt cut.txt
[ ! -s out ] || fail "prints of a cut report: $(cat out)"
