/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of keys, signed notes, cosignatures and checkpoints.
 *
 * Published vectors, by source:
 *   Peter, Enoch   golang.org/x/mod, sumdb/note/note_test.go
 *   Foo            c2sp.org/signed-note, "Verifier keys" and its example
 *   Plus           transparency-dev/formats, note/note_cosigv1_test.go
 *   Go's log       the key in src/cmd/go/internal/modfetch/key.go and the
 *                  checkpoint of sum.golang.org at size 58,253,265
 *   Arche          checkpoint 1,432,088,532 of the staging log
 *                  arche2025h1.staging.ct.transparency.dev with the public
 *                  witness network's cosignatures
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/check.h"
#include "base/sha256.h"
#include "tlog/base64.h"
#include "tlog/checkpoint.h"
#include "tlog/note.h"
#include "tlog/text.h"

#define DASH "\xe2\x80\x94 "

static const char peter_key[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_private[] =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+"
    "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char enoch_key[] =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
static const char foo_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char plus_key[] =
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6";
static const char remora_key[] =
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
static const char garden_key[] =
    "transparency.dev/DEV:witness-little-garden+d8042a87+"
    "BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM";
static const char smartit_key[] =
    "witness1.smartit.nu/witness1+a48c820f+"
    "BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO";
static const char stagemole_key[] =
    "witness.stagemole.eu+67f7aea0+"
    "BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv";
static const char arche_key[] =
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+"
    "AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
static const char sumdb_key[] =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

#define GO_TEXT                                                                \
	"If you think cryptography is the answer to your problem,\n"           \
	"then you don't know what your problem is.\n"
#define PETER_BASE64                                                           \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvq"  \
	"fqdngotpRZb6KE6RyyBwJnAM="
#define PETER_LINE DASH "PeterNeumann " PETER_BASE64 "\n"
#define ENOCH_LINE                                                             \
	DASH "EnochRoot "                                                      \
	     "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5o" \
	     "vTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
#define FOO_NOTE                                                               \
	"This is an example message.\n\n" DASH "example.com/foo "              \
	"Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH"  \
	"3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define SUMDB_TEXT                                                             \
	"go.sum database tree\n58253265\n"                                     \
	"lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=\n"
#define SUMDB_NOTE                                                             \
	SUMDB_TEXT "\n" DASH "sum.golang.org "                                 \
		   "Az3grkvBHbFcpEFQ3BhGlktgB7pcswIW+ez91eWY6rNPtWfAey8bJO2r"  \
		   "VoG2yO5zXvgiaikWVHqon+e14JhA+WXvpAY=\n"
#define ARCHE_TEXT                                                             \
	"arche2025h1.staging.ct.transparency.dev\n1432088532\n"                \
	"U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"

static const char arche_note[] = ARCHE_TEXT
    "\n" DASH "arche2025h1.staging.ct.transparency.dev "
    "zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQI"
    "gIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n" DASH
    "arche2025h1.staging.ct.transparency.dev "
    "ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei"
    "59RA23oHP7Ry1k3ZFWwQ=\n" DASH "transparency.dev/DEV:witness-little-garden "
    "2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3"
    "v7sEodkRAErumC2q44vdgJY096st5BQ==\n" DASH "witness1.smartit.nu/witness1 "
    "pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI"
    "7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n" DASH "remora.n621.de "
    "2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIob"
    "WX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n" DASH "witness.stagemole.eu "
    "Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY"
    "/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n";

static struct note_key key_of(const char *text)
{
	struct note_key key;
	struct err err;

	if (note_key_parse(span_of(text), &key, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return key;
}

static int open_with(
    const char *message, const char *key, struct note_check *check)
{
	struct note_key k = key_of(key);
	struct note note;
	struct err err;

	return note_open(span_of(message), &k, 1, &note, check, &err);
}

static void base64_only_canonical_text_is_read(void **state)
{
	static const struct {
		const char *text;
		int bytes; /* -1: refused */
	} t[] = {{"", 0}, {"AA==", 1}, {"AAA=", 2}, {"AAAA", 3}, {"+/+/", 3},
	    {"/w==", 1}, {"//8=", 2}, {"A", -1}, {"AA", -1}, {"AAA", -1},
	    {"AB==", -1}, {"AAB=", -1}, {"/x==", -1}, {"=", -1}, {"====", -1},
	    {"A===", -1}, {"AA=A", -1}, {"AAAA====", -1}, {"AA==AAAA", -1},
	    {"AA A", -1}, {"AAA\n", -1}, {"AA-_", -1}, {" AAA", -1}};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf again = BUF_INIT(64);
		uint8_t bytes[8];
		size_t n;

		assert_int_equal(
		    base64_measure(span_of(t[i].text), &n), t[i].bytes >= 0);
		if (t[i].bytes < 0)
			continue;
		assert_int_equal(n, t[i].bytes);
		assert_true(base64_read(span_of(t[i].text), bytes, n));
		assert_false(base64_read(span_of(t[i].text), bytes, n + 1));
		base64_add(&again, bytes, n);
		assert_string_equal(buf_str(&again), t[i].text);
		buf_release(&again);
	}
}

static void number_only_canonical_text_is_read(void **state)
{
	static const char *const bad[] = {"", "00", "01", "+1", "-1", " 1",
	    "1 ", "1.0", "0x1", "18446744073709551616",
	    "99999999999999999999999", "9223372036854775808"};
	uint64_t v = 1;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(text_read_number(span_of(bad[i]), INT64_MAX, &v));
	assert_true(text_read_number(span_of("0"), 0, &v));
	assert_int_equal(v, 0);
	assert_true(
	    text_read_number(span_of("9223372036854775807"), INT64_MAX, &v));
	assert_true(v == INT64_MAX);
	assert_true(
	    text_read_number(span_of("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
}

static void from_hex(const char *hex, uint8_t *out)
{
	unsigned v;

	for (; *hex; hex += 2) {
		assert_int_equal(sscanf(hex, "%2x", &v), 1);
		*out++ = (uint8_t)v;
	}
}

/* RFC 8032, 7.1, TEST 1 and TEST 2; the signatures in their two halves. */
static void ed25519_rfc_vectors_match(void **state)
{
	static const struct {
		const char *seed, *key, *message, *r, *s;
	} t[] = {
	    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707"
		"511a",
		"",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e0652249"
		"0155",
		"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a"
		"100b"},
	    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4"
		"660c",
		"\x72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb"
		"69da",
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb"
		"0c00"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		uint8_t seed[32], want_key[32], want[64], key[32], got[64];
		struct span message = span_of(t[i].message);

		from_hex(t[i].seed, seed);
		from_hex(t[i].key, want_key);
		from_hex(t[i].r, want);
		from_hex(t[i].s, want + 32);
		assert_int_equal(ed25519_public_key(seed, key, NULL), 0);
		assert_memory_equal(key, want_key, 32);
		assert_int_equal(
		    ed25519_sign(seed, key, message, got, NULL), 0);
		assert_memory_equal(got, want, 64);
		assert_true(ed25519_is_signed(key, message, got));
		got[0] ^= 1;
		assert_false(ed25519_is_signed(key, message, got));
		assert_true(ed25519_is_sound_key(key));
	}
}

/* y = 0, 1, p - 1, the points of order 8, p (is 0), p + 1, all ones. */
static void ed25519_keys_anyone_can_sign_for_are_refused(void **state)
{
	static const char *const order_8[] = {
	    "26e8958fc2b227b045c3f489f2ef98f0"
	    "d5dfac05d3c63339b13802886d53fc05",
	    "c7176a703d4dd84fba3c0b760d10670f"
	    "2a2053fa2c39ccc64ec7fd7792ac037a"};
	uint8_t key[32] = {0};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(order_8); i++) {
		from_hex(order_8[i], key);
		assert_false(ed25519_is_sound_key(key));
		key[31] |= 0x80;
		assert_false(ed25519_is_sound_key(key));
		key[31] ^= 0x40;
		assert_true(ed25519_is_sound_key(key));
	}
	memset(key, 0, sizeof(key));
	assert_false(ed25519_is_sound_key(key));
	key[0] = 1;
	assert_false(ed25519_is_sound_key(key));
	key[31] = 0x80;
	assert_false(ed25519_is_sound_key(key));
	key[0] = 2;
	assert_true(ed25519_is_sound_key(key));
	memset(key, 0xff, 32);
	assert_false(ed25519_is_sound_key(key));
	key[31] = 0x7f;
	key[0] = 0xec;
	assert_false(ed25519_is_sound_key(key));
	key[0] = 0xed;
	assert_false(ed25519_is_sound_key(key));
	key[0] = 0xee;
	assert_false(ed25519_is_sound_key(key));
	key[0] = 0xeb;
	assert_true(ed25519_is_sound_key(key));
	/* Not above p, for one byte alone. */
	key[0] = 0xed;
	for (i = 1; i < 32; i++) {
		key[i] ^= 1;
		assert_true(ed25519_is_sound_key(key));
		key[i] ^= 1;
	}
	assert_false(ed25519_is_sound_key(key));
}

static void key_parse_published_keys_round_trip(void **state)
{
	static const struct {
		const char *text, *name;
		uint32_t id;
		enum note_key_type type;
	} t[] = {
	    {peter_key, "PeterNeumann", 0xc74f20a3, NOTE_KEY_ED25519},
	    {enoch_key, "EnochRoot", 0xaf0cfe78, NOTE_KEY_ED25519},
	    {foo_key, "example.com/foo", 0x530d903a, NOTE_KEY_ED25519},
	    {plus_key, "TEST", 0x7997405c, NOTE_KEY_ED25519},
	    {sumdb_key, "sum.golang.org", 0x033de0ae, NOTE_KEY_ED25519},
	    {remora_key, "remora.n621.de", 0xda77ade7, NOTE_KEY_COSIGNATURE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct note_key key = key_of(t[i].text);
		struct buf out = BUF_INIT(1024);

		assert_string_equal(key.name, t[i].name);
		assert_int_equal(key.id, t[i].id);
		assert_int_equal(key.type, t[i].type);
		note_key_write(&key, &out);
		assert_string_equal(buf_str(&out), t[i].text);
		buf_release(&out);
	}
}

/* As the tests of golang.org/x/mod mangle them: every part, every changed
 * character; and all changes of one bit. */
static void key_parse_any_mangled_key_is_refused(void **state)
{
	size_t n = strlen(peter_key), i, j;
	struct note_signer signer;
	struct note_key key;
	char text[128];

	(void)state;
	for (i = 0; i <= n; i++)
		for (j = i; j <= n; j++)
			if (i != 0 || j != n)
				assert_int_equal(
				    note_key_parse(
					(struct span){peter_key + i, j - i},
					&key, NULL),
				    ERR_INPUT);
	for (i = 0; i < 8 * n; i++) {
		memcpy(text, peter_key, n + 1);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		assert_int_equal(
		    note_key_parse((struct span){text, n}, &key, NULL),
		    ERR_INPUT);
	}
	n = strlen(peter_private);
	for (i = 0; i < 8 * n; i++) {
		memcpy(text, peter_private, n + 1);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		assert_int_equal(
		    note_signer_parse((struct span){text, n}, &signer, NULL),
		    ERR_INPUT);
	}
	for (i = 0; i < n; i++)
		assert_int_equal(
		    note_signer_parse(
			(struct span){peter_private, i}, &signer, NULL),
		    ERR_INPUT);
}

/* Whose key ID is right. */
static void key_parse_key_anyone_can_sign_for_is_refused(void **state)
{
	struct note_key key = {
	    .name = "log.example", .type = NOTE_KEY_ED25519, .public_key = {1}};
	const struct span parts[] = {span_of("log.example\n\x01"),
	    {(const char *)key.public_key, ED25519_KEY_BYTES}};
	uint8_t digest[SHA256_BYTES];

	(void)state;
	for (; key.public_key[0] <= 2; key.public_key[0]++) {
		struct buf text = BUF_INIT(256);
		struct note_key back;

		sha256_parts(parts, ARRAY_COUNT(parts), digest);
		key.id = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 |
		    (uint32_t)digest[2] << 8 | digest[3];
		note_key_write(&key, &text);
		assert_int_equal(note_key_parse(buf_span(&text), &back, NULL),
		    key.public_key[0] == 1 ? ERR_INPUT : 0);
		buf_release(&text);
	}
}

static void key_parse_unfit_keys_are_refused(void **state)
{
	/* The first two are golang.org/x/mod's: too long a key and an
	 * unknown algorithm, each with the right key ID. */
	static const char *const t[] = {
	    "PeterNeumann+cc469956+"
	    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
	    "PeterNeumann+173116ae+"
	    "ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "PeterNeumann+C74F20A3+"
	    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "PeterNeumann+00000000+"
	    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"};
	struct note_key key;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    note_key_parse(span_of(t[i]), &key, NULL), ERR_INPUT);
}

static void name_with_space_plus_or_control_is_none(void **state)
{
	static const char *const bad[] = {"", "a b", "a+b", "a\tb", "a\nb",
	    "\x01", "a\xc2\xa0", "\xc2\x85", "\xe3\x80\x80", "a\xe2\x80\x83z",
	    "\xe2\x80\xa8", "\xff", "a\xe2\x80"};
	char longest[257];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(note_is_name(span_of(bad[i])));
	assert_true(note_is_name(span_of("example.com/log")));
	assert_true(note_is_name(span_of("\xe4\xbf\xa1\xe7\x94\xa8")));
	memset(longest, 'a', 256);
	assert_true(note_is_name((struct span){longest, 255}));
	assert_false(note_is_name((struct span){longest, 256}));
}

static void signer_make_seed_gives_its_key(void **state)
{
	struct buf text = BUF_INIT(1024);
	struct note_signer a, b;
	uint8_t seed[32] = {1, 2, 3};
	struct err err;

	(void)state;
	assert_int_equal(
	    note_signer_parse(span_of(peter_private), &a, &err), 0);
	note_key_write(&a.key, &text);
	assert_string_equal(buf_str(&text), peter_key);
	buf_reset(&text);
	note_signer_write(&a, &text);
	assert_string_equal(buf_str(&text), peter_private);
	assert_int_equal(
	    note_signer_make(span_of("log.example"), seed, &a, &err), 0);
	buf_reset(&text);
	note_signer_write(&a, &text);
	assert_int_equal(note_signer_parse(buf_span(&text), &b, &err), 0);
	assert_memory_equal(a.seed, b.seed, 32);
	assert_int_equal(
	    note_signer_make(span_of("log example"), seed, &a, &err),
	    ERR_INPUT);
	note_signer_clear(&b);
	assert_int_equal(b.seed[0], 0);
	buf_release(&text);
}

/* R-LOG-004 */
static void sign_published_text_gives_published_note(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct note_signer signer;
	struct err err;

	(void)state;
	assert_int_equal(
	    note_signer_parse(span_of(peter_private), &signer, &err), 0);
	assert_int_equal(
	    note_sign(span_of(GO_TEXT), &signer, 1, &out, &err), 0);
	assert_string_equal(buf_str(&out), GO_TEXT "\n" PETER_LINE);
	buf_release(&out);
}

static void sign_unfit_text_leaves_output_alone(void **state)
{
	static const char *const bad[] = {
	    "", "abc", "a\tb\n", "a\r\n", "\xff\n", "a\nb"};
	struct buf out = BUF_INIT(4096), tight = BUF_INIT(64);
	struct note_signer signer;
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(
	    note_signer_parse(span_of(peter_private), &signer, &err), 0);
	buf_add_str(&out, "before");
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_int_equal(
		    note_sign(span_of(bad[i]), &signer, 1, &out, &err),
		    ERR_INPUT);
		assert_string_equal(buf_str(&out), "before");
	}
	buf_add_str(&tight, "before");
	assert_int_equal(
	    note_sign(span_of("text\n"), &signer, 1, &tight, &err), ERR_FULL);
	assert_string_equal(buf_str(&tight), "before");
	buf_release(&tight);
	buf_release(&out);
}

static void sign_too_long_text_leaves_output_alone(void **state)
{
	struct buf text = BUF_INIT(NOTE_BYTES_MAX);
	struct buf out = BUF_INIT(2 * NOTE_BYTES_MAX);
	struct note_signer signer;
	struct err err;

	(void)state;
	assert_int_equal(
	    note_signer_parse(span_of(peter_private), &signer, &err), 0);
	while (text.n < NOTE_BYTES_MAX)
		buf_add_str(&text, "line of 16 byte\n");
	buf_add_str(&out, "before");
	assert_int_equal(
	    note_sign(buf_span(&text), &signer, 1, &out, &err), ERR_FULL);
	assert_string_equal(buf_str(&out), "before");
	assert_int_equal(out.n, strlen("before"));
	buf_release(&text);
	buf_release(&out);
}

static void open_published_notes_verify(void **state)
{
	static const struct {
		const char *message, *key;
		uint64_t time;
	} t[] = {
	    {GO_TEXT "\n" PETER_LINE, peter_key, 0},
	    {GO_TEXT "\n" PETER_LINE ENOCH_LINE, peter_key, 0},
	    {GO_TEXT "\n" PETER_LINE ENOCH_LINE, enoch_key, 0},
	    {GO_TEXT "\n" PETER_LINE PETER_LINE, peter_key, 0},
	    {FOO_NOTE, foo_key, 0},
	    {SUMDB_NOTE, sumdb_key, 0},
	    {arche_note, arche_key, 0},
	    {arche_note, remora_key, 1779573024},
	    {arche_note, garden_key, 1779573024},
	    {arche_note, smartit_key, 1779573024},
	    {arche_note, stagemole_key, 1779573024},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct note_check check;

		assert_int_equal(open_with(t[i].message, t[i].key, &check), 0);
		assert_true(check.is_verified);
		assert_int_equal(check.time, t[i].time);
	}
}

static void open_several_keys_tells_each(void **state)
{
	struct note_key keys[] = {key_of(foo_key), key_of(arche_key),
	    key_of(remora_key), key_of(stagemole_key)};
	struct note_check checks[4];
	struct note note;
	struct err err;

	(void)state;
	assert_int_equal(
	    note_open(span_of(arche_note), keys, 4, &note, checks, &err), 0);
	assert_true(span_is(note.text, ARCHE_TEXT));
	assert_int_equal(note.signature_count, 6);
	assert_false(checks[0].is_verified);
	assert_true(checks[1].is_verified);
	assert_true(checks[2].is_verified && checks[3].is_verified);
	keys[0] = keys[2];
	assert_int_equal(
	    note_open(span_of(arche_note), keys, 4, &note, checks, &err),
	    ERR_USAGE);
}

static void open_without_known_signature_is_refused(void **state)
{
	struct note_check check = {true, 7};
	char text[sizeof(SUMDB_NOTE)];
	struct note_key renamed = key_of(sumdb_key);
	struct note note;

	(void)state;
	assert_int_equal(open_with(FOO_NOTE, peter_key, &check), ERR_REFUSED);
	assert_false(check.is_verified);
	/* The same ID under another name is another key. */
	strcpy(renamed.name, "sum.golang.com");
	assert_int_equal(
	    note_open(span_of(SUMDB_NOTE), &renamed, 1, &note, &check, NULL),
	    ERR_REFUSED);
	/* A key of type 4 does not vouch for a plain signature. */
	strcpy(renamed.name, "sum.golang.org");
	renamed.type = NOTE_KEY_COSIGNATURE;
	assert_int_equal(
	    note_open(span_of(SUMDB_NOTE), &renamed, 1, &note, &check, NULL),
	    ERR_REFUSED);
	strcpy(text, SUMDB_NOTE);
	text[strlen("go.sum database tree\n")] = '6';
	assert_int_equal(open_with(text, sumdb_key, &check), ERR_REFUSED);
}

/* A good signature does not make up for a wrong one of the same key. */
static void open_wrong_signature_by_known_key_is_refused(void **state)
{
	static const char *const t[] = {
	    GO_TEXT "\n" DASH "PeterNeumann x08go/ZJABCD\n" PETER_LINE,
	    GO_TEXT "\n" PETER_LINE DASH "PeterNeumann x08go/ZJABCD\n",
	    "other\n\n" PETER_LINE,
	};
	struct note_check check;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		assert_int_equal(
		    open_with(t[i], peter_key, &check), ERR_REFUSED);
		assert_false(check.is_verified);
	}
}

static void parse_malformed_notes_are_refused(void **state)
{
	static const char *const t[] = {"", "\n", "\n\n", GO_TEXT, GO_TEXT "\n",
	    GO_TEXT "\n\n", GO_TEXT PETER_LINE,
	    GO_TEXT "\n" DASH "PeterNeumann " PETER_BASE64,
	    "\x1f" GO_TEXT "\n" PETER_LINE, "\xff" GO_TEXT "\n" PETER_LINE,
	    GO_TEXT "\n" PETER_LINE "Unexpected line.\n",
	    GO_TEXT "\n" PETER_LINE "\n",
	    GO_TEXT "\n- PeterNeumann " PETER_BASE64 "\n",
	    GO_TEXT "\n\xe2\x80\x94PeterNeumann " PETER_BASE64 "\n",
	    GO_TEXT "\n" DASH "Peter Neumann " PETER_BASE64 "\n",
	    GO_TEXT "\n" DASH "PeterNeumann  " PETER_BASE64 "\n",
	    GO_TEXT "\n" DASH "PeterNeumann " PETER_BASE64 " \n",
	    GO_TEXT "\n" DASH "Peter+Neumann " PETER_BASE64 "\n",
	    GO_TEXT "\n" DASH " " PETER_BASE64 "\n",
	    GO_TEXT "\n" DASH "PeterNeumann \n",
	    GO_TEXT "\n" DASH "PeterNeumann\n",
	    GO_TEXT "\n" DASH "PeterNeumann x08gow==\n",
	    GO_TEXT "\n" DASH "PeterNeumann x08go/ZJkuBS9UG=\n",
	    GO_TEXT "\r\n" PETER_LINE};
	struct note note;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (note_parse(span_of(t[i]), &note, &err) != ERR_INPUT)
			fail_msg("case %zu is accepted", i);
}

static void parse_text_with_empty_lines_splits_at_the_last(void **state)
{
	struct note_signature s;
	struct note note;
	size_t at = 0;

	(void)state;
	assert_int_equal(
	    note_parse(span_of("a\n\n\nb\n\n" PETER_LINE), &note, NULL), 0);
	assert_true(span_is(note.text, "a\n\n\nb\n"));
	assert_true(note_next_signature(&note, &at, &s));
	assert_true(span_is(s.name, "PeterNeumann"));
	assert_int_equal(s.key_id, 0xc74f20a3);
	assert_true(span_is(s.base64, PETER_BASE64));
	assert_false(note_next_signature(&note, &at, &s));
}

static void parse_signature_count_is_bounded(void **state)
{
	struct buf text = BUF_INIT(1 << 16);
	struct note note;
	int i;

	(void)state;
	buf_add_str(&text, "text\n\n");
	for (i = 0; i < NOTE_SIGNATURES_MAX; i++)
		buf_add_str(&text, PETER_LINE);
	assert_int_equal(note_parse(buf_span(&text), &note, NULL), 0);
	assert_int_equal(note.signature_count, NOTE_SIGNATURES_MAX);
	buf_add_str(&text, PETER_LINE);
	assert_int_equal(note_parse(buf_span(&text), &note, NULL), ERR_INPUT);
	buf_release(&text);
}

static void parse_size_is_bounded(void **state)
{
	struct buf text = BUF_INIT(2 * NOTE_BYTES_MAX);
	struct note note;

	(void)state;
	while (text.n < NOTE_BYTES_MAX - 200)
		buf_add_str(&text, "line after line\n");
	buf_add_str(&text, "\n" PETER_LINE);
	assert_int_equal(note_parse(buf_span(&text), &note, NULL), 0);
	buf_add_str(&text, PETER_LINE PETER_LINE);
	assert_int_equal(note_parse(buf_span(&text), &note, NULL), ERR_INPUT);
	buf_release(&text);
}

/* One changed bit anywhere, and the note is not what its key signed. */
static void open_any_changed_bit_is_refused(void **state)
{
	static const struct {
		const char *message, *key;
	} t[] = {{SUMDB_NOTE, sumdb_key}, {FOO_NOTE, foo_key}};
	size_t i, bit;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct note_key key = key_of(t[i].key);
		size_t n = strlen(t[i].message);

		for (bit = 0; bit < 8 * n; bit++) {
			struct note_check check;
			struct note note;
			char text[512];

			memcpy(text, t[i].message, n);
			text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
			assert_true(note_open((struct span){text, n}, &key, 1,
					&note, &check, NULL) < 0);
		}
	}
}

static void open_changed_cosignature_is_refused(void **state)
{
	struct note_key key = key_of(remora_key);
	const char *line = strstr(arche_note, "remora.n621.de 2net5");
	size_t n = strlen(arche_note), first, i;
	struct note_check check;
	struct note note;
	char text[2048];

	(void)state;
	assert_non_null(line);
	/* Behind the key ID: the time (16 characters), then the signature. */
	first = (size_t)(line - arche_note) + strlen("remora.n621.de 2net5w");
	for (i = first; i < first + 90; i++) {
		memcpy(text, arche_note, n + 1);
		text[i] = text[i] == 'B' ? 'C' : 'B';
		assert_int_equal(note_open((struct span){text, n}, &key, 1,
				     &note, &check, NULL),
		    ERR_REFUSED);
	}
}

static void open_cosigned_text_is_bounded(void **state)
{
	const char *line = strstr(arche_note, DASH "remora.n621.de ");
	struct note_key key = key_of(remora_key);
	struct buf text = BUF_INIT(1 << 20);
	struct note_check check;
	struct note note;

	(void)state;
	assert_non_null(line);
	while (text.n < 8 * NOTE_COSIGNED_BYTES_MAX)
		buf_add_str(&text, "line after line\n");
	buf_add_char(&text, '\n');
	buf_add_str(&text, line);
	assert_int_equal(
	    note_open(buf_span(&text), &key, 1, &note, &check, NULL),
	    ERR_REFUSED);
	buf_release(&text);
}

/* R-LOG-004 */
static void checkpoint_published_texts_round_trip(void **state)
{
	static const struct {
		const char *text, *origin, *root, *extensions;
		uint64_t size;
	} t[] = {
	    /* The example of c2sp.org/tlog-checkpoint. */
	    {"example.com/behind-the-sofa\n20852163\n"
	     "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"example.com/behind-the-sofa",
		"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "", 20852163},
	    {SUMDB_TEXT, "go.sum database tree",
		"lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=", "", 58253265},
	    {SUMDB_TEXT "one\ntwo words\n", "go.sum database tree",
		"lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=",
		"one\ntwo words\n", 58253265},
	    {"o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "o",
		"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", 0},
	    {"o\n9223372036854775807\n"
	     "lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=\n",
		"o", "lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=", "",
		INT64_MAX},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(1024);
		struct checkpoint c;
		uint8_t root[32];

		assert_int_equal(
		    checkpoint_parse(span_of(t[i].text), &c, NULL), 0);
		assert_true(span_is(c.origin, t[i].origin));
		assert_true(c.head.size == t[i].size);
		assert_true(base64_read(span_of(t[i].root), root, 32));
		assert_memory_equal(c.head.root.b, root, 32);
		assert_true(span_is(c.extensions, t[i].extensions));
		assert_int_equal(checkpoint_write(&c, &out, NULL), 0);
		assert_string_equal(buf_str(&out), t[i].text);
		buf_release(&out);
	}
}

#define ROOT "lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU="

static void checkpoint_other_spellings_are_refused(void **state)
{
	static const char *const t[] = {"", "\n", "o\n", "o\n1\n",
	    "o\n1\n" ROOT, "\n1\n" ROOT "\n", "o\n\n" ROOT "\n",
	    "o\n01\n" ROOT "\n", "o\n+1\n" ROOT "\n", "o\n-1\n" ROOT "\n",
	    "o\n 1\n" ROOT "\n", "o\n1 \n" ROOT "\n", "o\n1e3\n" ROOT "\n",
	    "o\n0x1\n" ROOT "\n", "o\n0\n" ROOT "\n",
	    "o\n9223372036854775808\n" ROOT "\n",
	    "o\n18446744073709551617\n" ROOT "\n",
	    "o\n3438945738945739845734895735\n" ROOT "\n", "o\n1\nAAAA\n",
	    "o\n1\n" ROOT ROOT "\n", "o\n1\n " ROOT "\n",
	    "o\n1\nlIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JV=\n",
	    "o\n1\nlIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU\n",
	    "o\n1\n" ROOT "\n\n", "o\n1\n" ROOT "\nx\n\n",
	    "o\n1\n" ROOT "\n\nx\n", "o\n1\n" ROOT "\nx",
	    "o\r\n1\r\n" ROOT "\r\n", "\xff\n1\n" ROOT "\n",
	    "o\t\n1\n" ROOT "\n"};
	struct checkpoint c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (checkpoint_parse(span_of(t[i]), &c, NULL) != ERR_INPUT)
			fail_msg("case %zu is accepted", i);
}

static void checkpoint_impossible_parts_are_not_written(void **state)
{
	struct checkpoint good = {.origin = {"o", 1}, .head = {.size = 1}};
	struct buf out = BUF_INIT(20000);
	char many[CHECKPOINT_BYTES_MAX];
	struct checkpoint t[9];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		t[i] = good;
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\n';
	t[0].origin = span_of("");
	t[1].origin = span_of("a\nb");
	t[2].head.size = 0;
	t[3].head.size = TLOG_SIZE_MAX + 1;
	t[4].extensions = span_of("no newline");
	t[5].extensions = span_of("a\n\nb\n");
	t[6].origin = span_of("tab\t");
	t[7].extensions = (struct span){many, sizeof(many)};
	t[8].origin = (struct span){many, CHECKPOINT_ORIGIN_BYTES_MAX + 1};
	buf_add_str(&out, "before");
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		assert_int_equal(
		    checkpoint_write(&t[i], &out, NULL), ERR_INPUT);
		assert_string_equal(buf_str(&out), "before");
		assert_int_equal(out.n, strlen("before"));
	}
	assert_int_equal(checkpoint_write(&good, &out, NULL), 0);
	good.origin = (struct span){many, CHECKPOINT_ORIGIN_BYTES_MAX};
	assert_int_equal(checkpoint_write(&good, &out, NULL), 0);
	buf_release(&out);
	buf_init(&out, 20);
	buf_add_str(&out, "before");
	assert_int_equal(checkpoint_write(&good, &out, NULL), ERR_FULL);
	assert_string_equal(buf_str(&out), "before");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(base64_only_canonical_text_is_read),
	    cmocka_unit_test(number_only_canonical_text_is_read),
	    cmocka_unit_test(ed25519_rfc_vectors_match),
	    cmocka_unit_test(ed25519_keys_anyone_can_sign_for_are_refused),
	    cmocka_unit_test(key_parse_published_keys_round_trip),
	    cmocka_unit_test(key_parse_any_mangled_key_is_refused),
	    cmocka_unit_test(key_parse_key_anyone_can_sign_for_is_refused),
	    cmocka_unit_test(key_parse_unfit_keys_are_refused),
	    cmocka_unit_test(name_with_space_plus_or_control_is_none),
	    cmocka_unit_test(signer_make_seed_gives_its_key),
	    cmocka_unit_test(sign_published_text_gives_published_note),
	    cmocka_unit_test(sign_unfit_text_leaves_output_alone),
	    cmocka_unit_test(sign_too_long_text_leaves_output_alone),
	    cmocka_unit_test(open_published_notes_verify),
	    cmocka_unit_test(open_several_keys_tells_each),
	    cmocka_unit_test(open_without_known_signature_is_refused),
	    cmocka_unit_test(open_wrong_signature_by_known_key_is_refused),
	    cmocka_unit_test(parse_malformed_notes_are_refused),
	    cmocka_unit_test(parse_text_with_empty_lines_splits_at_the_last),
	    cmocka_unit_test(parse_signature_count_is_bounded),
	    cmocka_unit_test(parse_size_is_bounded),
	    cmocka_unit_test(open_any_changed_bit_is_refused),
	    cmocka_unit_test(open_changed_cosignature_is_refused),
	    cmocka_unit_test(open_cosigned_text_is_bounded),
	    cmocka_unit_test(checkpoint_published_texts_round_trip),
	    cmocka_unit_test(checkpoint_other_spellings_are_refused),
	    cmocka_unit_test(checkpoint_impossible_parts_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
