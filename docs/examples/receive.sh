#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Verifies a notice of what touches an earlier check, by openssl; for a server
# that runs a program for each request. 验证反向告知（webhook）的签名。
#
# usage: WEBHOOK_SECRET=whsec_... receive.sh ID TIMESTAMP SIGNATURE <BODY
#
# The three are the headers webhook-id, webhook-timestamp, webhook-signature;
# the body's bytes as they came. Keeps the message as notices-ID.json and
# ends with 0: answer 204. Ends with 1: it is not from the platform, or not of
# just now; answer 403.
set -eu

case $1$2 in *[!0-9A-Za-z_]*) exit 1 ;; esac
now=$(date +%s)
[ "$2" -ge $((now - 300)) ] && [ "$2" -le $((now + 300)) ] || exit 1

# HMAC by its definition: openssl takes a key by the command line only, which
# others can see.
key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A |
    od -An -v -tx1)
pad() {
	n=0
	for byte in $key; do
		printf "\\$(printf %03o $((0x$byte ^ $1)))"
		n=$((n + 1))
	done
	while [ $n -lt 64 ]; do
		printf "\\$(printf %03o "$1")"
		n=$((n + 1))
	done
}
hash() { openssl dgst -sha256 -binary; }
mac() { { pad 92; { pad 54; cat; } | hash; } | hash | openssl base64 -A; }

new=$(mktemp ./notices-XXXXXX)
trap 'rm -f "$new"' EXIT
cat >"$new"
good=$({ printf '%s.%s.' "$1" "$2"; cat "$new"; } | mac)
# Compared by their own codes, so that the time it takes tells nothing.
wanted=$(printf %s "v1,$good" | mac)
for one in $3; do
	if [ "$(printf %s "$one" | mac)" = "$wanted" ]; then
		# The same id may come again: then this is the same file.
		mv "$new" "notices-$1.json"
		exit 0
	fi
done
exit 1
