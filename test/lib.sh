# SPDX-License-Identifier: Apache-2.0
# Shared by the scenarios in test/: source it first.
#
#	#!/bin/sh
#	# What this scenario shows, in one sentence.
#	# asan
#	. "$GX_SOURCE_ROOT/test/lib.sh"
#	expect_exit 0 "a new data directory is made" \
#	    "$GONGXIN" init --data data --city rizhao
#	expect_json "nothing is stored yet" out 'd["records"]' 0
#
# The runner (test/run, tools/test.py) gives each scenario an empty working
# directory, GONGXIN (the program) and GX_SOURCE_ROOT (this tree). Lines
# "# asan" and "# timeout: SECONDS" in the first ten ask for the sanitizer
# build too and for more time than 300 seconds; "# asan: soak" for that build
# in make soak alone.
#
# Each check prints "ok - TEXT" or "not ok - TEXT" with what was seen; the
# runner counts them. A scenario goes on after a failed check; its exit code
# says whether one failed.

set -u
export LC_ALL=C.UTF-8 GONGXIN_LANG="${GONGXIN_LANG:-en}"
checks_failed=0

pass() {
	printf 'ok - %s\n' "$1"
}

# not_ok TEXT [LINE...]: a failed check and what was seen.
not_ok() {
	checks_failed=$((checks_failed + 1))
	printf 'not ok - %s\n' "$1"
	shift
	for line; do
		printf '%s\n' "$line" | sed 's/^/#   /'
	done
	return 0
}

# check TEXT COMMAND...: the command succeeds.
check() {
	check_text=$1
	shift
	if "$@" >check.log 2>&1; then
		pass "$check_text"
	else
		not_ok "$check_text" "exit $? of: $*" "$(tail -n 20 check.log)"
	fi
}

# expect_exit CODE TEXT COMMAND...: the command ends with CODE. What it
# wrote stays in the files out and err.
expect_exit() {
	check_code=$1 check_text=$2
	shift 2
	check_seen=0
	"$@" >out 2>err || check_seen=$?
	if [ "$check_seen" -eq "$check_code" ]; then
		pass "$check_text"
	else
		not_ok "$check_text" "exit $check_seen, not $check_code, of: $*" \
		    "$(tail -n 20 out)" "$(tail -n 20 err)"
	fi
}

# expect_eq TEXT EXPECTED ACTUAL
expect_eq() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		not_ok "$1" "expected: $2" "actual:   $3"
	fi
}

# expect_grep TEXT PATTERN FILE: a line of FILE matches the extended pattern.
expect_grep() {
	if grep -Eq -- "$2" "$3"; then
		pass "$1"
	else
		not_ok "$1" "nothing in $3 matches: $2" "$(tail -n 20 "$3")"
	fi
}

# expect_no_grep TEXT PATTERN FILE: FILE is there and no line matches.
expect_no_grep() {
	if [ -r "$3" ] && ! grep -Eq -- "$2" "$3"; then
		pass "$1"
	else
		not_ok "$1" "in $3: $(grep -Em 5 -- "$2" "$3" 2>&1)"
	fi
}

# json FILE EXPRESSION: prints a Python expression over the document d (or
# over the list of documents, when FILE holds one a line).
json() {
	python3 - "$1" "$2" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
try:
    d = json.loads(text)
except json.JSONDecodeError:
    d = [json.loads(line) for line in text.splitlines() if line.strip()]
value = eval(sys.argv[2], {"d": d})
if isinstance(value, (dict, list, bool)) or value is None:
    value = json.dumps(value, ensure_ascii=False, sort_keys=True)
print(value)
PYTHON
}

# expect_json TEXT FILE EXPRESSION EXPECTED
expect_json() {
	check_seen=$(json "$2" "$3" 2>json.log) || {
		not_ok "$1" "$3 over $2:" "$(tail -n 3 json.log)" \
		    "$(head -c 2000 "$2")"
		return 0
	}
	expect_eq "$1" "$4" "$check_seen"
}

# looks DIR: what its log of uses has of looks at what is not public: how many,
# and the newest: outcome|reader's kind|reader|purpose|subject|known|reference|
# answer|why.
looks() {
	python3 - "$1/office.db" <<'PYTHON'
import sqlite3
import sys

rows = sqlite3.connect(sys.argv[1]).execute(
    "SELECT CASE outcome WHEN 0 THEN 'answered' ELSE 'refused' END, "
    "CASE reader_kind WHEN 3 THEN 'command' ELSE reader_kind END, reader, "
    "purpose, subject, CASE WHEN subject_id > 0 THEN 'known' ELSE '' END, "
    "reference, CASE WHEN answer IS NULL THEN '' ELSE 'answer' END, why "
    "FROM use_entry WHERE act = 3 ORDER BY use_seq").fetchall()
print(len(rows), *(rows[-1] if rows else ()), sep="|")
PYTHON
}

# Ends the scenario as passed: it cannot be run here, and says why.
skip() {
	printf 'ok - skipped: %s\n' "$1"
	exit 0
}

finish() {
	code=$?
	[ "$checks_failed" -eq 0 ] || code=1
	trap - EXIT
	exit "$code"
}
trap finish EXIT
