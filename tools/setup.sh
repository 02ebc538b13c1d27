#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what gongxin's build, tests or benchmarks need and what is not
# there yet, on Debian 12, as root or through sudo. May be run any number of
# times: when nothing is missing it changes nothing and asks for nothing.
#
# usage: tools/setup.sh run|test|bench|units|list
#
# GX_SETUP=no skips it, for machines where packages come by another way;
# "list" prints the packages with the reason for each.
set -eu

# Each line: package, the first mode that needs it, the reason.
packages() {
	cat <<'LIST'
gcc                 run    compiles the program
libc6-dev           run    C library headers
make                run    the commands a person types
meson               run    describes the build
ninja-build         run    runs the build
pkg-config          run    finds the libraries below
python3             run    generates tables for the build; test runner
libsqlite3-dev      run    the embedded database
libssl-dev          run    SHA-256, certificates, signatures of ID tokens
libjansson-dev      run    reads JSON
libyaml-dev         run    reads the catalogue, with line numbers
libzstd-dev         run    compresses stored records
libzip-dev          run    opens XLSX files
libexpat1-dev       run    reads the XML inside them
libxlsxwriter-dev   run    writes tables of rows as XLSX
libicu-dev          run    GB18030, full-width forms
libmicrohttpd-dev   run    the web server
libgnutls28-dev     run    by which it speaks TLS
zlib1g-dev          run    gzip for answers
libseccomp-dev      run    the sandbox of the decoder
libqrencode-dev     run    the key of a second factor as a picture
libcurl4-openssl-dev run   asks the identity provider; sends notices
libsodium-dev       run    Ed25519 of the log, passwords (Argon2id)
libxxhash-dev       run    seals of database pages; key and content hashes
nodejs              run    makes the pages' style sheet; the DuckDB peer
npm                 run    brings Tabler, ECharts and the DuckDB peer
ca-certificates     run    npm asks its registry by TLS
libcmocka-dev       run    unit tests (the build describes them too)
clang-14            test   second compiler; sanitizers; fuzzing
libclang-rt-14-dev  test   run-time of sanitizers and libFuzzer
llvm-14             test   names in sanitizer reports; coverage
clang-format-14     test   the format check
clang-tidy-14       test   make lint
cppcheck            test   make lint
openssl             test   certificates, good and bad, for the TLS scenario
curl                test   asks the site by TLS, as other programs do
openjdk-17-jdk-headless test runs the Java example of the interface
glewlwyd            test   a real identity provider to sign in by
dbconfig-no-thanks  test   keeps its package from making a database
postgresql-15       test   every statement is prepared there as well
chromium-headless-shell test the browser of a visitor
fonts-noto-cjk      test   Chinese letters in that browser
nginx-light         bench  the peer of the site
wrk                 bench  makes the load for both
debootstrap         units  makes the virtual machine's Debian
qemu-system-x86     units  runs it
e2fsprogs           units  writes its disks
openssl             units  the certificate that its site shows
LIST
}

say() {
	printf 'setup: %s\n' "$*"
}

fail() {
	printf 'setup: %s\n' "$@" >&2
	exit 1
}

# The packages of a mode and of the modes before it; units needs only run.
wanted() {
	case $1 in
	run) modes=run ;;
	test) modes='run|test' ;;
	bench) modes='run|test|bench' ;;
	units) modes='run|units' ;;
	esac
	packages | awk -v modes="^($modes)\$" '$2 ~ modes {print $1}'
}

is_installed() {
	# Node.js often comes from elsewhere, with npm inside its package.
	case $1 in
	nodejs) command -v node >/dev/null 2>&1 && return 0 ;;
	npm) command -v npm >/dev/null 2>&1 && return 0 ;;
	esac
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = \
	    installed ]
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# apt waits for dpkg's lock by itself, but not for that of the lists.
update_lists() {
	tries=0
	say "apt-get update"
	while ! out=$(as_root env LC_ALL=C apt-get -q update 2>&1); do
		case $out in
		*"Could not get lock"*) ;;
		*)
			printf '%s\n' "$out" >&2
			fail "the package lists could not be fetched." \
			    "Check the network and /etc/apt/sources.list," \
			    "then run this again."
			;;
		esac
		tries=$((tries + 1))
		[ "$tries" -lt 120 ] || fail "another apt has held its lock" \
		    "for ten minutes; run this again when it is done."
		[ "$tries" -ne 1 ] || say "another apt is at work; waiting"
		sleep 5
	done
}

# The tests start a private server of their own; Debian's package would
# otherwise create and start a system-wide one.
forbid_system_cluster() {
	dir=/etc/postgresql-common/createcluster.d
	say "PostgreSQL: no system-wide server will be created ($dir)"
	as_root mkdir -p "$dir"
	as_root sh -c "echo 'create_main_cluster = false' \
	    >'$dir/gongxin.conf'"
}

# Tests and benchmarks run servers of their own; Debian's packages would
# otherwise start one for the whole system, now and at every boot. policy-rc.d
# is Debian's way to say no while packages are installed; one that is there
# already is obeyed.
POLICY=/usr/sbin/policy-rc.d
SERVICES=

forbid_service() {
	say "$1: no system-wide server will be started"
	SERVICES="$SERVICES $1"
	if [ ! -e "$POLICY" ]; then
		trap allow_services EXIT
		as_root sh -c "printf '#!/bin/sh\nexit 101\n' >'$POLICY' &&
		    chmod 755 '$POLICY'"
	elif [ "$SERVICES" = " $1" ]; then
		trap disable_services EXIT
	fi
}

allow_services() {
	as_root rm -f "$POLICY"
	disable_services
}

disable_services() {
	for service in $SERVICES; do
		! command -v systemctl >/dev/null 2>&1 ||
		    as_root systemctl -q disable "$service" 2>/dev/null || :
	done
}

# Its package asks which database to make, and fails when the answer is none;
# this answer leaves all of it alone.
forbid_glewlwyd_database() {
	as_root sh -c "printf 'glewlwyd glewlwyd/config_type select %s\n' \
	    'No configuration' | debconf-set-selections"
}

install_packages() {
	say "apt-get install $*"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install \
	    --no-install-recommends "$@" ||
	    fail "apt-get could not install the packages named above." \
	        "gongxin is built on Debian 12 (bookworm); on it, see that" \
	        "the \"main\" archive is in /etc/apt/sources.list and that" \
	        "\"apt-get -f install\" has nothing to mend. On other" \
	        "systems install their counterparts (tools/setup.sh list)" \
	        "and say GX_SETUP=no make ..."
}

main() {
	mode=${1:-}
	case $mode in
	run | test | bench | units) ;;
	list)
		packages
		exit 0
		;;
	*) fail "usage: tools/setup.sh run|test|bench|units|list" ;;
	esac
	if [ "${GX_SETUP:-}" = no ]; then
		say "skipped (GX_SETUP=no)"
		exit 0
	fi
	if ! command -v dpkg-query >/dev/null 2>&1 ||
	    ! command -v apt-get >/dev/null 2>&1; then
		fail "this is not a Debian system." \
		    "Install the counterparts of these packages, then say" \
		    "GX_SETUP=no make ...:" "$(wanted "$mode" | tr '\n' ' ')"
	fi

	missing=
	for package in $(wanted "$mode"); do
		is_installed "$package" || missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		say "everything that make $mode needs is installed"
		exit 0
	fi
	say "missing:$missing"
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
	    fail "installing needs root or sudo. As root, run:" \
	        "apt-get install --no-install-recommends$missing"
	update_lists
	case $missing in
	*postgresql-15*) forbid_system_cluster ;;
	esac
	case $missing in
	*nginx*) forbid_service nginx ;;
	esac
	case $missing in
	*glewlwyd*)
		forbid_service glewlwyd
		forbid_glewlwyd_database
		;;
	esac
	# shellcheck disable=SC2086 # a list of words
	install_packages $missing
	say "done"
}

main "$@"
