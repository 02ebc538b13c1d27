#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The example city, from nothing to sealed records: makes a data directory,
# writes invented department files, submits each, signs the log and sums up.
# Run again it finds the directory, and every row again is recognised as
# known. Ends with 0 also when rows were refused: the files hold errors on
# purpose.
#
# GX_DATA (run), GX_FILES (run-files), GX_SUBJECTS (3000), GX_RECORDS
# (20000), GX_SEED (1); GX_TODAY fixes the day that the files are made for.
set -eu
cd "$(dirname "$0")/.."

gongxin=${GONGXIN:-build/gongxin}
data=${GX_DATA:-run}
files=${GX_FILES:-run-files}

# The same rule as the program's: Chinese unless told otherwise.
case ${GONGXIN_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
zh* | '' | C | C.* | POSIX) language=zh ;;
*) language=en ;;
esac

# say CHINESE ENGLISH
say() {
	if [ "$language" = zh ]; then
		printf '%s\n' "$1"
	else
		printf '%s\n' "$2"
	fi
}

# Exit code 1 means done, with refusals; only 2 and more is a failure.
done_or_refused() {
	code=0
	"$@" || code=$?
	[ "$code" -le 1 ] || exit "$code"
}

[ -x "$gongxin" ] || {
	say "没有 $gongxin；请先执行 make" "there is no $gongxin; run make first" >&2
	exit 2
}

if [ -e "$data" ]; then
	say "沿用数据目录 $data" "using the data directory $data"
else
	say "建立数据目录 $data（日照）" "making the data directory $data (Rizhao)"
	"$gongxin" init --data "$data" --city rizhao
fi

say "生成示例文件 $files/" "writing the example files to $files/"
"$gongxin" demo "$files" --subjects "${GX_SUBJECTS:-3000}" \
    --records "${GX_RECORDS:-20000}" --seed "${GX_SEED:-1}" \
    ${GX_TODAY:+--today "$GX_TODAY"}

reports=$(mktemp)
trap 'rm -f "$reports"' EXIT
tab=$(printf '\t')
while IFS=$tab read -r file item department; do
	say "报送 $file（$department，$item）" \
	    "submitting $file ($department, $item)"
	done_or_refused "$gongxin" submit --data "$data" --item "$item" \
	    --from "$department" --json "$files/$file" >>"$reports" </dev/null
done <"$files/manifest.tsv"

say "签发日志检查点" "signing the log"
"$gongxin" log checkpoint --data "$data"

python3 tools/run_summary.py "$language" "$reports"
say "继续查看：$gongxin search --data $data 示例，$gongxin verify --all --data $data，$gongxin --help" \
    "look further: $gongxin search --data $data 示例, $gongxin verify --all --data $data, $gongxin --help"
