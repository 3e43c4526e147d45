#!/bin/bash
# The house style's sizes: files of at most 500 lines (tests 700), functions of at most 60. A longer file
# says why in its first comment, in a line that begins with "Size:". Prints what is too long and ends like
# a cmocka program, so that tests/run can count it. Run from the top of the project.
set -u

passed=0
failed=0

# result NAME PROBLEMS: one test.
result() {
	if [ -z "$2" ]; then
		echo "[       OK ] $1"
		passed=$((passed + 1))
	else
		printf '%s\n' "$2"
		echo "[  FAILED  ] $1"
		failed=$((failed + 1))
	fi
}

# files_over LINES FILES...: those that are longer and do not say why.
files_over() {
	local most=$1 file lines
	shift
	for file in "$@"; do
		lines=$(wc -l <"$file")
		[ "$lines" -le "$most" ] || says_why "$file" || echo "$file: $lines lines, more than $most"
	done
}

# says_why FILE: its first comment holds a line "Size: ...".
says_why() {
	sed -n '/\/\*/,/\*\//p;/\*\//q' "$1" | grep -qE '^[ *]*Size:'
}

# A function begins with "{" at the first column and ends with "}" there.
functions_over() {
	local most=$1
	shift
	awk -v most="$most" '
		/^[A-Za-z_].*\(/ { name = $0 }
		/^\{/ { began = FNR }
		/^\}$/ && began {
			if (FNR - began + 1 > most) {
				sub(/\(.*/, "", name)
				printf "%s:%d: %s has %d lines, more than %d\n", FILENAME, began, name, FNR - began + 1, most
			}
			began = 0
		}' "$@"
}

shopt -s nullglob
program=(include/sampan/*.h messages/*.[ch] node/*.[ch] adapters/*.[ch])
tests=(tests/*.c tests/*/*.[ch])
result 'a file of the program has at most 500 lines' "$(files_over 500 "${program[@]}")"
result 'a file of tests has at most 700 lines' "$(files_over 700 "${tests[@]}")"
result 'a function has at most 60 lines' "$(functions_over 60 "${program[@]}" "${tests[@]}")"

echo "[==========] $((passed + failed)) test(s) run."
echo "[  PASSED  ] $passed test(s)."
[ "$failed" -eq 0 ] || echo "[  FAILED  ] $failed test(s), listed above"
[ "$failed" -eq 0 ]
