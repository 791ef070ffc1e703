#!/bin/sh
# SPDX-License-Identifier: MIT
# tar.sh - an archive by way of xz, in threads, and back
. "$(dirname "$0")/lib.sh"
need tar xz

cat >"$work/script" <<'END'
set -e
mkdir tree
for i in 1 2 3 4 5 6 7 8 9; do seq "$i" "${i}0000" >"tree/$i"; done
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - tree | xz -T2 -6 >tree.tar.xz
tar -tvf tree.tar.xz
mkdir back
tar -xJf tree.tar.xz -C back
diff -r tree back/tree && echo same
xz -dc tree.tar.xz | cksum
head -c 1000 tree.tar.xz >cut.tar.xz
tar -xJf cut.tar.xz -C back
END
run_in_both tar sh "$work/script"
