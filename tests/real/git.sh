#!/bin/sh
# SPDX-License-Identifier: MIT
# git.sh - commits, log, diff and gc in a repository of our own
. "$(dirname "$0")/lib.sh"
need git

HOME=$work
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_AUTHOR_DATE='1600000000 +0000'
GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.org GIT_COMMITTER_DATE='1600000000 +0000'
export HOME GIT_CONFIG_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE
export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE

cat >"$work/script" <<'END'
set -e
git -c init.defaultBranch=main init -q .
for i in 1 2 3 4 5 6 7 8; do
	seq "$i" "${i}00" >"file$i"
	seq 1000 "1${i}00" >shared
	git add .
	git commit -q -m "commit $i"
done
git log --stat --format='%H %s'
git diff HEAD~3 | cksum
git gc -q --aggressive --prune=now
git count-objects -v | grep -E '^(in-pack|packs|count)'
git fsck
git log -p | cksum
git show HEAD:nowhere
END
run_in_both git sh "$work/script"
