#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds with clang's coverage, runs unit tests and scenarios, and prints
# lines and branches reached by file. For information; never fails for a low
# figure. Details: build-coverage/html/index.html
set -eu
cd "$(dirname "$0")/.."
dir=build-coverage
flags='-fprofile-instr-generate -fcoverage-mapping'

[ -e "$dir/build.ninja" ] || CC=clang-14 meson setup "$dir" \
    -Dbuildtype=debug -Dc_args="$flags" -Dc_link_args="$flags" >/dev/null
ninja -C "$dir"
find "$dir" -name '*.profraw' -delete

LLVM_PROFILE_FILE=$PWD/$dir/unit-%p.profraw
export LLVM_PROFILE_FILE
meson test -C "$dir" --no-rebuild || echo 'coverage: a unit test failed'
objects=
for test in "$dir"/*_test; do
	objects="$objects -object $test"
done
if [ -x "$dir/gongxin" ]; then
	objects="$objects -object $dir/gongxin"
	GX_BUILD=$dir test/run >"$dir/scenarios.log" ||
	    echo "coverage: a scenario failed, see $dir/scenarios.log"
fi

find "$dir" -name '*.profraw' >"$dir/profiles"
llvm-profdata-14 merge -sparse --input-files="$dir/profiles" \
    -o "$dir/all.profdata"
# shellcheck disable=SC2086 # a list of options
llvm-cov-14 show $objects -instr-profile="$dir/all.profdata" -format=html \
    -output-dir="$dir/html" -ignore-filename-regex='_test\.c$|^/usr' \
    -show-branches=count >/dev/null
# shellcheck disable=SC2086
llvm-cov-14 report $objects -instr-profile="$dir/all.profdata" \
    -show-branch-summary -show-region-summary=false \
    -ignore-filename-regex='_test\.c$|^/usr'
