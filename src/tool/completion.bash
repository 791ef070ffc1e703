# SPDX-License-Identifier: MIT
# completion.bash - completes the words of `leakscan` in bash, with or without the package bash-completion
#
# Owns     nothing but the way of asking: the command itself is asked for its subcommands and their
#          options (--help), the library for its own (help=1), at the moment of completion.

# What the help says, each item on one line.
_leakscan_help()
{
	ARGP_HELP_FMT=rmargin=100000,no-dup-args-note LC_ALL=C "$@" --help 2>/dev/null
}

# The line of an option in the help on standard input.
_leakscan_option_line()
{
	awk -v option="$1" '/^ +-/ {
		for (i = 1; i <= NF && $i ~ /^-/; i++) {
			name = $i
			sub(/[=,].*/, "", name)
			if (name == option) {
				print
				exit
			}
		}
	}'
}

# "  -s, --sort=ORDER   by retained (the default), bytes or age": retained bytes age; nothing for a text
# that is no such list.
_leakscan_choices()
{
	sed 's/^ *-[^ ]*\(, -[^ ]*\)* *//; s/([^)]*)//g; s/^by //; s/ or /, /g; s/; .*//' | awk -F ', *' '
		NF < 2 { exit }
		{
			for (i = 1; i <= NF; i++) {
				gsub(/^ +| +$/, "", $i)
				if ($i !~ /^[a-z0-9_-]+$/)
					exit
			}
			for (i = 1; i <= NF; i++)
				print $i
		}'
}

# The library's options that begin like this, or the values of one of them.
_leakscan_settings()
{
	"$1" run -r /dev/null -o help=1 -- true 2>&1 | awk -F '  +' -v word="$2" '
		!/^  [a-z]/ { next }
		word !~ /=/ { print $2 "="; next }
		$2 == substr(word, 1, index(word, "=") - 1) {
			count = split($3, values, /[|,] */)
			for (i = 1; count > 1 && i <= count; i++)
				if (values[i] ~ /^[a-z0-9.-]+$/ && values[i] !~ /\.\./)
					print $2 "=" values[i]
		}'
}

# Those that run under the library and are ours to ask.
_leakscan_processes()
{
	local maps
	for maps in $(grep -ls libleakscan /proc/[0-9]*/maps); do
		maps=${maps#/proc/}
		echo "${maps%/maps}"
	done
}

# _leakscan_value COMMAND SUBCOMMAND OPTION WORD: what may stand behind the option.
_leakscan_value()
{
	local line
	line=$(_leakscan_help "$1" "$2" | _leakscan_option_line "$3")
	case $line in
	*=KEY=VALUE*) _leakscan_settings "$1" "$4" ;;
	*=DIR*) compgen -d -- "$4" ;;
	*=FILE*) compgen -f -- "$4" ;;
	*) echo "$line" | _leakscan_choices ;;
	esac
}

# Does the option take a value that is a word of its own?
_leakscan_takes_value()
{
	local names
	[[ $3 == -* && $3 != *=* ]] || return 1
	names=$(_leakscan_help "$1" "$2" | _leakscan_option_line "$3" | sed 's/^ *//; s/  .*//')
	[[ $names == *[a-z]=[A-Z]* ]]
}

# What may stand where a subcommand stands.
_leakscan_subcommands()
{
	_leakscan_help "$1" | awk -v word="$2" '
		/^Subcommands:$/ { listing = 1; next }
		!listing || !/^  [a-z]/ { next }
		!/^  [a-z]+=/ { print $1; next }
		{
			name = substr($1, 1, index($1, "="))
			if (index(word, "=") == 0) {
				print name
				next
			}
			count = split(substr($1, length(name) + 1), values, "|")
			for (i = 1; i <= count; i++)
				if (values[i] ~ /^[a-z]/)
					print name values[i]
		}'
}

# What may stand behind a subcommand.
_leakscan_argument()
{
	local help
	help=$(_leakscan_help "$1" "$2")
	if [[ $3 == -* ]]; then
		grep '^ *-' <<<"$help" | grep -o -e '--[a-z-]*=\?'
	elif [[ ${help%%$'\n'*} == *\ PID ]]; then
		_leakscan_processes
	elif [[ ${help%%$'\n'*} == *PROGRAM* ]]; then
		compgen -c -- "$3"
	fi
}

# The words of the line up to the cursor as the command gets them: bash cuts them at "=" as well.
_leakscan_words()
{
	local i glue=
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == = || $glue ]] && ((${#words[@]} > 1)); then
			words[-1]+=${COMP_WORDS[i]}
			starts[-1]=$i
		else
			words+=("${COMP_WORDS[i]}")
			starts+=("$i")
		fi
		glue=
		[[ ${COMP_WORDS[i]} != = ]] || glue=yes
	done
}

_leakscan()
{
	local words=() starts=() IFS=$' \t\n' i word before subcommand= program=0 found=
	_leakscan_words
	word=${words[-1]}
	before=${words[-2]}
	words[0]=${words[0]/#~\//$HOME/}

	# the subcommand, and in "run" the program, whose words are its own
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		if [[ ! $subcommand ]]; then
			[[ ${words[i]} == -* ]] || subcommand=${words[i]}
		elif [[ $subcommand == run && ${words[i]} == -- ]]; then
			program=$((i + 1))
			break
		elif [[ $subcommand == run && ${words[i]} != -* ]] &&
			! _leakscan_takes_value "${words[0]}" run "${words[i - 1]}"; then
			program=$i
			break
		fi
	done
	if ((program)) && declare -F _command_offset >/dev/null; then
		_command_offset "${starts[program]}"
		return
	fi

	if ((program)); then
		((program < ${#words[@]} - 1)) || found=$(compgen -c -- "$word")
	elif [[ ! $subcommand && $word == -* ]]; then
		found=$(_leakscan_help "${words[0]}" | grep '^ *-' | grep -o -e '--[a-z-]*')
	elif [[ ! $subcommand ]]; then
		found=$(_leakscan_subcommands "${words[0]}" "$word")
	elif [[ $word == --*=* ]]; then
		found=$(_leakscan_value "${words[0]}" "$subcommand" "${word%%=*}" "${word#*=}")
		found=$(sed "s|^|${word%%=*}=|" <<<"$found")
	elif _leakscan_takes_value "${words[0]}" "$subcommand" "$before"; then
		found=$(_leakscan_value "${words[0]}" "$subcommand" "$before" "$word")
	else
		found=$(_leakscan_argument "${words[0]}" "$subcommand" "$word")
	fi
	IFS=$'\n'
	COMPREPLY=($(compgen -W "$found" -- "$word"))
	[[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace 2>/dev/null
	if [[ $word == *=* && $COMP_WORDBREAKS == *=* ]]; then
		word=${word%"${word##*=}"} # bash replaces what stands behind the last "="
		COMPREPLY=("${COMPREPLY[@]#"$word"}")
	fi
}

complete -o default -F _leakscan leakscan
