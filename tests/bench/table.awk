# SPDX-License-Identifier: MIT
# table.awk - the medians of a file of measurements, in the order in which the cases have come
#
# Behind each tool's median: what it takes more than the plain program, and the ratio of the two.

function median(key,    n, i, k, swap, sorted)
{
	n = count[key]
	for (i = 1; i <= n; i++)
		sorted[i] = values[key, i]
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && sorted[k - 1] > sorted[k]; k--) {
			swap = sorted[k]
			sorted[k] = sorted[k - 1]
			sorted[k - 1] = swap
		}
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

NR > 1 {
	key = $1 "," $2 "," $3 "," $4
	if (!(key in unit))
		order[++keys] = key
	unit[key] = $5
	if ($7 ~ /^-?[0-9.]+$/)
		values[key, ++count[key]] = $7 + 0
	else
		failure[key] = $7
}

END {
	printf "%-44s %-22s %-11s %10s %-7s %9s %7s\n", "case", "number", "tool", "median", "unit",
		"dearer by", "ratio"
	for (i = 1; i <= keys; i++) {
		key = order[i]
		split(key, part, ",")
		printf "%-44s %-22s %-11s ", part[1] " " part[2], part[4], part[3]
		if (!(key in count)) {
			printf "%10s\n", failure[key] == "" ? "failed" : failure[key]
			continue
		}
		printf "%10.1f %-7s", median(key), unit[key]
		plain = part[1] "," part[2] ",plain," part[4]
		if (part[3] != "plain" && (plain in count) && median(plain) > 0)
			printf " %9.1f %7.2f", median(key) - median(plain), median(key) / median(plain)
		print key in failure ? "  some " failure[key] : ""
	}
}
