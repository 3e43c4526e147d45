#!/bin/bash
# The arrows between the folders, proved from the #include lines; vendors only where they belong; each header compiles alone.
# Prints what is wrong and ends like a cmocka program, so that tests/run can count it. Run from the top of the project.
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

# quoted FILES...: "FILE:LINE:#include "X"" of every quoted include.
quoted() {
	grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$@"
}

# angled FILES...: the same of every include in angle brackets.
angled() {
	grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' "$@"
}

# stays NAME ALLOWED FILES...: quoted includes name only what the pattern allows.
stays() {
	local name=$1 allowed=$2
	shift 2
	result "$name" "$(quoted "$@" | grep -vE "include[[:space:]]*\"($allowed)")"
}

# avoids NAME FORBIDDEN FILES...: no include in angle brackets begins so.
avoids() {
	local name=$1 forbidden=$2
	shift 2
	result "$name" "$(angled "$@" | grep -E "include[[:space:]]*<($forbidden)")"
}

engines='zmq|lmdb|qrencode|zstd|openssl/|curl/|seccomp|cyaml|llhttp|sqlite3|libpq'
outside='sys/socket|netinet/|arpa/|netdb|poll\.h|time\.h|sys/time|fcntl|unistd|pthread|signal'

shopt -s nullglob
stays 'include/ knows only include/' 'sampan/' include/sampan/*.h
stays 'messages/ knows only messages/ and include/' 'messages/|sampan/' messages/*.[ch]
stays 'node/ knows only node/, messages/ and include/' 'node/|messages/|sampan/' node/*.[ch]
stays 'adapters/ know only include/ and the headers of their own engine' \
	'sampan/|adapters/' adapters/*.[ch]
avoids 'include/ names no engine' "$engines|libxml|libxslt|xmlsec|jansson" include/sampan/*.h
avoids 'messages/ name no engine' "$engines" messages/*.[ch]
avoids 'messages/ have no clock, socket or process' "$outside" \
	$(ls messages/*.[ch] | grep -vE '/schema_files\.c$')
avoids 'node/ names no engine and no XML library' "$engines|libxml|libxslt|xmlsec" node/*.[ch]

# own_engine: an adapter's header in quotes must carry the same suffix (config_cyaml.c may include adapters/yaml_cyaml.h).
own_engine() {
	local file engine
	for file in adapters/*.[ch]; do
		engine=${file%.*}
		engine=${engine##*_}
		quoted "$file" | grep '"adapters/' | grep -vE "\"adapters/[a-z0-9_]*_$engine\.h\""
	done
}
result 'adapters do not know each other' "$(own_engine)"

# one_engine: the engines that a file names are at most one.
one_engine() {
	local file count
	for file in adapters/*.c; do
		count=$(angled "$file" | grep -oE "<($engines|libxml|libxslt|xmlsec)" |
			sed 's/libxslt/libxml/' | sort -u | wc -l) # libxslt works on libxml2's trees
		[ "$count" -le 1 ] || echo "$file names $count engines"
	done
}
result 'an adapter stands in front of one engine' "$(one_engine)"

# compiles_alone HEADERS...: what the compiler says when each is all there is.
compiles_alone() {
	local flags
	flags=$(pkg-config --cflags libxml-2.0 jansson libcyaml | sed 's/-I/-isystem /g')
	printf '%s\n' "$@" | xargs -P 2 -I{} sh -c \
		"gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -I. -Iinclude $flags -fsyntax-only -x c {} 2>&1" |
		grep -v 'pragma once'
}
result 'each header compiles alone' \
	"$(compiles_alone include/sampan/*.h messages/*.h node/*.h adapters/*.h)"

echo "[==========] $((passed + failed)) test(s) run."
echo "[  PASSED  ] $passed test(s)."
[ "$failed" -eq 0 ] || echo "[  FAILED  ] $failed test(s), listed above"
[ "$failed" -eq 0 ]
