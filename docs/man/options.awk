# SPDX-License-Identifier: MIT
# options.awk - the page libleakscan(7): its prose, with the options as LEAKSCAN_OPTIONS=help=1 prints
# them in the place of the line "@options@"
#
# Takes    prose, the file.  "  name  values  default  meaning" on each line that is read.

/^  [a-z]/ {
	sub(/^  /, "")
	split($0, column, /  +/)
	names[++count] = column[1]
	values[count] = column[2]
	defaults[count] = column[3]
	meanings[count] = column[4]
}
END {
	if (!count)
		exit 1
	head("libleakscan", 7)
	while ((getline line < prose) > 0) {
		if (line != "@options@") {
			print line
			continue
		}
		for (i = 1; i <= count; i++) {
			print ".TP\n" bold(names[i]) "=" roff(values[i]) "  (" roff(defaults[i]) ")"
			print roff(meanings[i])
		}
	}
}
