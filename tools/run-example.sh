#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The example city, from nothing to sealed records: writes invented department
# files of a year, makes a data directory, submits each file on its day, signs
# the log, sums up, and serves the city's site until Ctrl-C. Run again it finds
# both, and every row again is recognised as known. Refused rows are no
# failure: the files hold errors on purpose.
#
# The days come from the manifest and go into the program's clock by
# GONGXIN_NOW, which it takes for example cities only.
#
# GX_DATA (run), GX_FILES (run-files), GX_SUBJECTS (3000), GX_RECORDS
# (20000), GX_SEED (1); GX_TODAY fixes the last day of receipt. GX_LISTEN
# (127.0.0.1:8080) is where the site is served; GX_SERVE=no ends before.
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

# on DAY COMMAND...: at nine in the morning of that day.
on() {
	on_day=$1
	shift
	GONGXIN_NOW=${on_day}T09:00:00+08:00 "$@"
}

# Exit code 1 means done, with refusals; only 2 and more is a failure.
done_or_refused() {
	code=0
	"$@" || code=$?
	[ "$code" -le 1 ] || exit "$code"
}

# progress DAY FILE: on a terminal one line that is drawn over itself, else a
# line for each month.
month=
progress() {
	count=$((count + 1))
	if [ -t 1 ]; then
		printf '\r\033[K[%d/%d] %s %s' "$count" "$total" "$1" "$2"
	elif [ "$month" != "${1%-*}" ]; then
		month=${1%-*}
		say "报送 $month 的文件（$count/$total 起）" \
		    "submitting the files of $month (from $count/$total)"
	fi
}

[ -x "$gongxin" ] || {
	say "没有 $gongxin；请先执行 make" "there is no $gongxin; run make first" >&2
	exit 2
}

# Other days would make other records: what was loaded once stays the same.
if [ -e "$data" ] && [ -e "$files/manifest.tsv" ]; then
	say "沿用示例文件 $files/" "using the example files in $files/"
else
	say "生成示例文件 $files/" "writing the example files to $files/"
	"$gongxin" demo "$files" --subjects "${GX_SUBJECTS:-3000}" \
	    --records "${GX_RECORDS:-20000}" --seed "${GX_SEED:-1}" \
	    ${GX_TODAY:+--today "$GX_TODAY"}
fi

first=$(head -n 1 "$files/manifest.tsv" | cut -f 4)
last=$(tail -n 1 "$files/manifest.tsv" | cut -f 4)
if [ -e "$data" ]; then
	say "沿用数据目录 $data" "using the data directory $data"
else
	say "建立数据目录 $data（日照）" "making the data directory $data (Rizhao)"
	on "$first" "$gongxin" init --data "$data" --city rizhao
fi

reports=$(mktemp)
trap 'rm -f "$reports"' EXIT
tab=$(printf '\t')
count=0
total=$(grep -c . "$files/manifest.tsv")
while IFS=$tab read -r file item department day; do
	progress "$day" "$file"
	done_or_refused on "$day" "$gongxin" submit --data "$data" \
	    --item "$item" --from "$department" --json "$files/$file" \
	    >>"$reports" </dev/null
done <"$files/manifest.tsv"
[ ! -t 1 ] || printf '\r\033[K'

say "签发日志检查点" "signing the log"
"$gongxin" log checkpoint --data "$data"

python3 tools/run_summary.py "$language" "$reports" "$first" "$last"
say "继续查看：$gongxin search --data $data 示例，$gongxin verify --all --data $data，$gongxin --help" \
    "look further: $gongxin search --data $data 示例, $gongxin verify --all --data $data, $gongxin --help"

[ "${GX_SERVE:-yes}" != no ] || exit 0
rm -f "$reports"
say "网站即将启动；在浏览器中打开下面的地址" \
    "the site comes up; open the address below in a browser"
exec "$gongxin" serve --data "$data" --listen "${GX_LISTEN:-127.0.0.1:8080}"
