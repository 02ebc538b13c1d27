#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A credit check, its evidence and its feedback, by curl 7.76 or newer.
# 信用核查、证明文件和反馈。
#
# usage: CREDIT_URL=https://... CREDIT_TOKEN=gx_... check.sh CODE MATTER PURPOSE CASE
#
# Writes answer.json, check.tlog-proof and feedback.json. Arguments must hold no quotes or
# backslashes; a real program makes its JSON with a library.
set -eu

url=${CREDIT_URL:?} token=${CREDIT_TOKEN:?}

# The token goes in by standard input, not by the command line, which others
# can see. 429 and 503 say in Retry-After when to go on; curl obeys. What the
# platform says of a refusal comes instead of the answer.
ask() {
	file=$1
	shift
	rm -f "$file"
	printf 'header = "Authorization: Bearer %s"\n' "$token" |
	    curl --config - --silent --show-error --fail-with-body \
	        --max-time 20 --retry 5 --output "$file" "$@" || {
		[ ! -e "$file" ] || cat "$file" >&2
		exit 1
	}
}

ask answer.json "$url/v1/checks" \
    --header 'Content-Type: application/json' \
    --data-binary "{\"code\":\"$1\",\"matter\":\"$2\",\"purpose\":\"$3\",\"case\":\"$4\"}"
id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' answer.json)
echo "check $id"

# What anybody can verify offline.
ask check.tlog-proof "$url/v1/checks/$id/evidence"

# What the official decided, after reading the answer.
ask feedback.json "$url/v1/checks/$id/feedback" \
    --header 'Content-Type: application/json' \
    --data-binary '{"decision":"nothing","measures":[],"reason":"无需采取措施","appeal":""}'
echo "feedback given"
