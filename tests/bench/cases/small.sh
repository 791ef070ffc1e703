# SPDX-License-Identifier: MIT
# small.sh - small programs that do nothing but allocate: the usual shapes of a malloc benchmark
#
# OPS: how many allocations a thread makes.  The shapes are in the head of small.c.
#
# SMOKE small,grow/1 threads,leakscan,ns,ns
# SMOKE small,loop/1 threads,leakscan,ns,ns
# SMOKE small,pages/2 threads,leakscan,ns,ns
# SMOKE small,larson/2 threads,leakscan,ns,ns
# SMOKE small,born/2 threads,leakscan,ns,ns
# SMOKE small,cross/2 threads,leakscan,ns,ns
# SMOKE small,cross/2 threads,plain,ns,ns
ops=$(pick 2000 "${OPS:-1000000}")
few=$(pick 200 20000)
for shape in grow/1 grow/2 loop/1 loop/2 pages/1 pages/2 larson/1 larson/2 larson/4 born/2 cross/2 cross/4; do
	for tool in $tools; do
		count=$ops
		! is_slow "$tool" || count=$few
		measure small "$shape threads" "$tool" ns ns \
			"$programs/small" "${shape%/*}" "${shape#*/}" "$count"
	done
done
