# SPDX-License-Identifier: Apache-2.0
# Shared by scenarios that need some data to break: source it behind lib.sh.

# example_files SUBJECTS RECORDS: the example city's files, in ./files.
example_files() {
	check "example files are written" "$GONGXIN" demo files \
	    --subjects "$1" --records "$2" --seed 7
}

# new_data DIR: an empty data directory.
new_data() {
	check "$1 is made" "$GONGXIN" init --data "$1" --city rizhao
}

# submit_example DIR [COUNT]: submits the first COUNT example files, each on
# its day.
submit_example() {
	submit_left=${2:-1000}
	while IFS="$(printf '\t')" read -r file item from day &&
	    [ "$submit_left" -gt 0 ]; do
		submit_left=$((submit_left - 1))
		submit_code=0
		GONGXIN_NOW=$day "$GONGXIN" submit --data "$1" \
		    --item "$item" --from "$from" "files/$file" >out 2>err || submit_code=$?
		[ "$submit_code" -le 1 ] ||
			not_ok "files/$file is taken in" "$(tail -n 5 err)"
	done <files/manifest.tsv
	[ -s files/manifest.tsv ] || not_ok "there are example files"
	pass "the example files are in $1"
}

# small_file FILE ROWS: the beginning of a clean file of penalties.
small_file() {
	"$GONGXIN" demo --bulk big.csv --subjects 20 --records 2000 --seed 3 \
	    >/dev/null
	head -n $(($2 + 1)) big.csv >"$1"
	rm big.csv
}

# submit_small DIR FILE: as the example's market department.
submit_small() {
	"$GONGXIN" submit --data "$1" --item penalty \
	    --from rizhao-market-regulation "$2"
}

# entries DIR: how many entries the signed log has.
entries() {
	"$GONGXIN" log checkpoint --data "$1" | sed -n 2p
}

# verified DIR TEXT: everything in DIR verifies.
verified() {
	expect_exit 0 "$2" "$GONGXIN" verify --all --data "$1"
}
