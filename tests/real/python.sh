#!/bin/sh
# SPDX-License-Identifier: MIT
# python.sh - imports of many modules, json, threads, a child process
. "$(dirname "$0")/lib.sh"
need python3
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3

cat >"$work/script" <<'END'
import collections, ctypes, decimal, email, hashlib, json, random, re, subprocess, threading
import unittest, urllib.request, xml.dom.minidom, zlib

rows = [{"id": i, "name": "row %d" % i, "tags": ["a", "b", str(i)]} for i in range(20000)]
text = json.dumps(rows)
print(hashlib.sha256(text.encode()).hexdigest(), json.loads(text) == rows)

sums = [0] * 8
def work(n):
    local = random.Random(n)
    table = collections.defaultdict(list)
    for _ in range(20000):
        table[local.randrange(500)].append("x" * local.randrange(200))
    sums[n] = sum(len(x) for v in table.values() for x in v)
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print(sums)
print(len(zlib.compress(text.encode())), len(re.findall(r"row \d+7\b", text)))
print(subprocess.run(["echo", "child"], stdout=subprocess.PIPE).stdout)
END
run_in_both python "$python" -B "$work/script"
