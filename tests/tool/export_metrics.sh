#!/bin/sh
# SPDX-License-Identifier: MIT
# export_metrics.sh - the metrics of a fleet, exactly; promtool accepts them where it is installed
. "$(dirname "$0")/lib.sh"

export_to openmetrics scan1.txt scan2.txt other.txt
diff - out <<'END' || fail "openmetrics"
# HELP leakscan_processes Processes of which there is a report.
# TYPE leakscan_processes gauge
leakscan_processes{program="server"} 1
leakscan_processes{program="worker"} 1
# HELP leakscan_leaks Unreferenced objects that no other one refers to.
# TYPE leakscan_leaks gauge
leakscan_leaks{program="server"} 4
leakscan_leaks{program="worker"} 1
# HELP leakscan_unreferenced_objects Objects that nothing leads to.
# TYPE leakscan_unreferenced_objects gauge
leakscan_unreferenced_objects{program="server"} 7
leakscan_unreferenced_objects{program="worker"} 1
# HELP leakscan_unreferenced_bytes Bytes of the unreferenced objects.
# TYPE leakscan_unreferenced_bytes gauge
# UNIT leakscan_unreferenced_bytes bytes
leakscan_unreferenced_bytes{program="server"} 592
leakscan_unreferenced_bytes{program="worker"} 32
# HELP leakscan_suppressed_bytes Bytes of suppressed leaks.
# TYPE leakscan_suppressed_bytes gauge
# UNIT leakscan_suppressed_bytes bytes
leakscan_suppressed_bytes{program="server"} 48
leakscan_suppressed_bytes{program="worker"} 0
# HELP leakscan_tracked_objects Objects that are recorded in all.
# TYPE leakscan_tracked_objects gauge
leakscan_tracked_objects{program="server"} 990
leakscan_tracked_objects{program="worker"} 10
# HELP leakscan_untracked_blocks Blocks that could not be recorded.
# TYPE leakscan_untracked_blocks gauge
leakscan_untracked_blocks{program="server"} 0
leakscan_untracked_blocks{program="worker"} 3
# HELP leakscan_memory_bytes Where the memory of the processes is.
# TYPE leakscan_memory_bytes gauge
# UNIT leakscan_memory_bytes bytes
leakscan_memory_bytes{program="server",kind="reachable"} 5000
leakscan_memory_bytes{program="server",kind="unreferenced"} 592
leakscan_memory_bytes{program="server",kind="allocator_free"} 4096
leakscan_memory_bytes{program="server",kind="mapped"} 8192
leakscan_memory_bytes{program="server",kind="stacks"} 9000
leakscan_memory_bytes{program="server",kind="leakscan"} 7000
# HELP leakscan_pause_seconds The longest pause of a process in its scan.
# TYPE leakscan_pause_seconds gauge
# UNIT leakscan_pause_seconds seconds
leakscan_pause_seconds{program="server"} 0.0025
leakscan_pause_seconds{program="worker"} 0.0005
# HELP leakscan_report_timestamp_seconds When the newest report was written.
# TYPE leakscan_report_timestamp_seconds gauge
# UNIT leakscan_report_timestamp_seconds seconds
leakscan_report_timestamp_seconds{program="server"} 1700000000
leakscan_report_timestamp_seconds{program="worker"} 1700000000
# HELP leakscan_site_bytes Unreferenced bytes by the site that allocated them, the largest sites.
# TYPE leakscan_site_bytes gauge
# UNIT leakscan_site_bytes bytes
leakscan_site_bytes{program="server",site="460c355c3d5af33d",function="List<A; \"B\"&>::push",module="server"} 336
leakscan_site_bytes{program="server",site="fd5584244e14008f",function="session_new",module="server"} 256
leakscan_site_bytes{program="worker",site="a0480096a6436960",function="worker+0x1169",module="worker"} 32
# HELP leakscan_growing_objects Objects that are still referenced, of the sites that grow.
# TYPE leakscan_growing_objects gauge
leakscan_growing_objects{program="server",site="f81622ece256168b",function="cache_put",module="server"} 200
leakscan_growing_objects{program="server",site="06ce27d3166dbb4e",function="log_line",module="server"} 40
# HELP leakscan_growing_bytes Bytes that are still referenced, of the sites that grow.
# TYPE leakscan_growing_bytes gauge
# UNIT leakscan_growing_bytes bytes
leakscan_growing_bytes{program="server",site="f81622ece256168b",function="cache_put",module="server"} 20480
leakscan_growing_bytes{program="server",site="06ce27d3166dbb4e",function="log_line",module="server"} 4096
# HELP leakscan_growing_bytes_per_second How fast these bytes grow, over the last scans.
# TYPE leakscan_growing_bytes_per_second gauge
# UNIT leakscan_growing_bytes_per_second bytes_per_second
leakscan_growing_bytes_per_second{program="server",site="f81622ece256168b",function="cache_put",module="server"} 1024.0
leakscan_growing_bytes_per_second{program="server",site="06ce27d3166dbb4e",function="log_line",module="server"} 64.5
# EOF
END
! command -v promtool >/dev/null || promtool check metrics <out || fail "promtool"

# two processes of one program are one series
sed 's/(pid 1)/(pid 2)/; s/0x5600000012a0/0x5600000012b0/' other.txt >another.txt
export_to openmetrics other.txt another.txt
grep -x 'leakscan_processes{program="worker"} 2' out >/dev/null || fail "$(cat out)"
grep -x 'leakscan_unreferenced_bytes{program="worker"} 64' out >/dev/null || fail "$(cat out)"

# what grows in two processes of one program adds up
sed 's/(pid 4242)/(pid 4243)/; s/0x55d0c8a01/0x55d0c8b01/g' scan2.txt >another.txt
export_to openmetrics scan1.txt scan2.txt another.txt
grep -x 'leakscan_growing_objects{.*function="cache_put",.*} 400' out >/dev/null || fail "$(cat out)"
grep -x 'leakscan_growing_bytes_per_second{.*function="log_line",.*} 129.0' out >/dev/null || fail "$(cat out)"

# names of a program are no markup
sed 's/report of worker/report of a"b\\c/' other.txt >odd.txt
export_to openmetrics odd.txt
grep -xF 'leakscan_leaks{program="a\"b\\c"} 1' out >/dev/null || fail "$(cat out)"
! command -v promtool >/dev/null || promtool check metrics <out || fail "promtool: odd name"

# scans that found nothing are of one process if it was started at one moment, as the times of the files say
for scan in 1 2; do
	sed -n "s/scan 1 at +10.000s/scan $scan at +${scan}0.000s/
		s/^# 2 unreferenced objects, 160 bytes, in 1 leak/# 0 unreferenced objects, 0 bytes, in 0 leaks/; /^#/p" \
		scan1.txt | grep -v 'modules\|nowhere' >none$scan.txt
done
touch -d @1700000010 none1.txt
# are PROCESSES FILE...: so many are counted in these
are()
{
	processes=$1
	shift
	export_to openmetrics "$@"
	grep -x "leakscan_processes{program=\"server\"} $processes" out >/dev/null || fail "$*: $(cat out)"
}
touch -d @1700000021 none2.txt
are 1 none1.txt none2.txt
touch -d @1700000400 none2.txt
are 2 none1.txt none2.txt
are 1 scan1.txt scan1.txt
