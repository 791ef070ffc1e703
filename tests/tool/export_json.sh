#!/bin/sh
# SPDX-License-Identifier: MIT
# export_json.sh - the JSON document is as its schema says and holds what the reports say; SARIF points to
# the lines that allocate
. "$(dirname "$0")/lib.sh"
need python3
has json

check()
{
	"$leakscan" export --to="$1" scan1.txt scan2.txt other.txt >"$1.json" || fail "$1"
	python3 - "$1.json" || fail "$1: $(cat "$1.json")"
}

check json <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
assert document["version"] == 1
reports = document["reports"]
assert [report["process"] for report in reports] == [0, 0, 1]
assert [report["counts"] for report in reports] == [False, True, True]
assert reports[1]["memory"]["allocator_free"] == 4096
assert reports[1]["growing"][0]["holder"] == "g_cache+0x10 [server]"
assert reports[1]["growing"][0]["bytes_per_second"] == 1024
assert [frame["function"] for frame in reports[1]["growing"][0]["frames"]] == ["malloc", "cache_put", "main"]
assert reports[1]["growing"][0]["blamed"] == 1 and "holder" not in reports[1]["growing"][1]
assert [frame["function"] for frame in reports[1]["growing"][1]["frames"]] == ["log_line"]
assert reports[1]["suppressions"] == [{"pattern": "libold.so", "objects": 2, "bytes": 48}]
assert "4250" in reports[1]["incomplete"][0]
sites = document["sites"]
assert [site["bytes"] + site["retained_bytes"] for site in sites] == [336, 256, 32, 0]
session = sites[1]
assert session["blamed"] == 0 and session["frames"][0]["function"] == "session_new"
assert [(part["report"], part["objects"], part["bytes"]) for part in session["in"]] == [(0, 1, 96), (1, 2, 192)]
leak = session["leaks"][0]
assert leak["type"] == "Session" and leak["age_ms"] == 16880 and leak["more_objects"] == 1
assert leak["last_reachable"]["through"] == "g_sessions+0x48 [server]"
assert leak["hex"] == "e053cea5bf5500005043cea5bf5500003043cea5"
assert sites[0]["blamed"] == 1 and sites[0]["leaks"][0]["cycle_objects"] == 3
assert [frame.get("runtime", False) for frame in sites[0]["frames"]] == [True, False, False]
assert "function" not in sites[2]["frames"][0] and sites[2]["leaks"][0]["doubtful"]
assert "blamed" not in sites[3]
[suspicious] = document["suspicious"]
assert suspicious["report"] == 2 and "g_name+0x8 [worker]" in suspicious["held_by"]
assert suspicious["frames"][0]["function"] == "name_copy"
END

check sarif <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
assert document["version"] == "2.1.0"
results = document["runs"][0]["results"]
assert [result["ruleId"] for result in results] == ["leak"] * 4
assert "2 leaks, 192 bytes, 256 with what hangs on them, allocated in session_new" in results[1]["message"]["text"]
assert "; type Session; last reachable in scan 1" in results[1]["message"]["text"]
assert "g_sessions+0x48" in results[1]["message"]["text"]
assert "; cycle of 3 objects: 0x55d0c8a01400 +0x10 -> " in results[0]["message"]["text"]
assert len({result["partialFingerprints"]["leakscanSite/v1"] for result in results}) == 4
names = [frame["location"]["logicalLocations"][0]["fullyQualifiedName"]
         for frame in results[0]["stacks"][0]["frames"]]
assert names == ["malloc", 'List<A; "B"&>::push', "main"], names
END

# a live report: the lines, if the command finds them, are those of this tree
LD_PRELOAD=$library LEAKSCAN_OPTIONS=report=live.txt:quiet=1 "$build/examples/leak" >/dev/null
(cd "$here/../.." && "$leakscan" export --to=sarif "$work/live.txt") >sarif.json
python3 - "$here/../../examples/leak.c" <<'END' || fail "live: $(cat sarif.json)"
import json, sys
[result] = json.load(open("sarif.json"))["runs"][0]["results"]
[location] = result["locations"]
assert location["logicalLocations"][0]["fullyQualifiedName"] == "session_new"
if "physicalLocation" in location:
    place = location["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "examples/leak.c", "uriBaseId": "SRCROOT"}, place
    line = open(sys.argv[1]).read().split("\n")[place["region"]["startLine"] - 1]
    assert "calloc(1, sizeof(*session))" in line, line
END

python3 -c 'import jsonschema' 2>/dev/null || exit 0
python3 - "$here/../../docs/report.schema.json" <<'END' || fail "the schema"
import copy, json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
document = json.load(open("json.json"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(document, schema)
# the schema knows every member, and wants what it says
for spoil in (lambda d: d.pop("version"), lambda d: d["sites"][0].pop("frames"),
              lambda d: d["sites"][0].update(surprise=1), lambda d: d["reports"][0].update(pid="4242")):
    spoiled = copy.deepcopy(document)
    spoil(spoiled)
    try:
        jsonschema.validate(spoiled, schema)
    except jsonschema.ValidationError:
        continue
    raise SystemExit("the schema takes anything")
END
