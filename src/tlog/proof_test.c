/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of proof files: a real one of Go's checksum database, and ones made
 * here with a log and witnesses of known seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/tr.h"
#include "tlog/base64.h"
#include "tlog/proof.h"

#define DASH "\xe2\x80\x94 "

/*
 * Entry 43,930,254 of sum.golang.org and its proof at size 58,253,265:
 * transparency-dev/incubator, cmd/tlog-verify/testdata. The key is in Go's
 * src/cmd/go/internal/modfetch/key.go.
 */
static const char sumdb_key[] =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
static const char sumdb_entry[] =
    "github.com/transparency-dev/tessera v1.0.0 "
    "h1:4OT1V9xJLa5NnYlFWWlCdZkCm18/o12rdd+bCTje7XE=\n"
    "github.com/transparency-dev/tessera v1.0.0/go.mod "
    "h1:TLvfjlkbmsmKVEJUtzO2eb9Q2IBnK3EJ0dI4G0oxEOU=\n";
static const char sumdb_proof[] =
    "c2sp.org/tlog-proof@v1\n"
    "index 43930254\n"
    "Q2cuq1e21q4UC1RQ6wtmXmCxk2q3Wqz/yFvD12P2KSM=\n"
    "VdgHwjNYSv9fZVxvYzn8kySGvrjqeCnzdJqJILieWf4=\n"
    "ARfBpZjsj3LSP42V4xBVdCKbHVa4WXSbuFAa0rUSCVQ=\n"
    "0VYgz0Vmgz6jOM8H6edZBWHtO6+R7tPvN4EOwwRRSws=\n"
    "vq+ifloynXE+ORFC1wymQT0cpNIJA1tqg2mQpA55+kc=\n"
    "SCRewH6vHE1/Vwkt5yEW8xT7il0WbWltXjFIVqlGtQQ=\n"
    "p//fIG8jgZie4MMwjHF7quCIJ4hErr7U4at0HV34MZQ=\n"
    "D3K5YdBlxQcklrgF8vSbDyT05J5/mA9lzuhhp72uSOk=\n"
    "jeYlYyH9FhYGwu+ZJmfPr8GvSNdgrydwqmJgHsygoR0=\n"
    "p6RFgfGhu8Uuy0LyyZdI4MrSPOZkMe+ycwWJFfr8zTI=\n"
    "AMZsxrVKBPSe8nSNVVCTyTxWns0CiNbChG/FoiSJWuM=\n"
    "e+rtSmK5Pd1K5LgFwj7VSo5XJXOcq7OOcqPVZn1hqeM=\n"
    "expmv1e6XiGr5NMUjMRkSZijlcBx+fZcpqQmUnawhOY=\n"
    "+Wuic0YARH84k80/Q+KJIbhRCldxG8npjLFiHMLtEpo=\n"
    "NOMeJqlyUxFXUKYRI/1YqAF4WJBfXJr8UM/SlWGqxgY=\n"
    "Lm6+TAlLb2lvUs/3unZ2t6RSmJw8RO+WuEuUbAw3QEc=\n"
    "Jhh2EDG15gDBoLmLiF88lVTgd+uvx3L0xczb8Y3kSq8=\n"
    "taenaiKqtYMXS3gDzIF3q8VZzqAXqftHqL9BC39njaw=\n"
    "kZNKypGwEANnt1+msLINnqrIrwX+0MGZUTTKXTfbloI=\n"
    "A4NJSymjVJ5dvGPaGC3Gj04x8qVRKYfh0pP24mwd6Yk=\n"
    "KQq808D9W4NUgr4ip+rF/RCyAUERYKKCwKiiAJfaFOc=\n"
    "I3EVN3zM2rDjs5Q06Zr5gxhg+ksnX2h77E75uL+h3aI=\n"
    "7iNSYSDhMeRkeV7r9krKbKelNPiqDCJU1i6xAn/Fbuw=\n"
    "MYqdo6zSjxaAn+29EEjNRbPYm0myB3bheu+HTZIAbVY=\n"
    "S7olT9TPLXk+bbawbV3sAzWMmhcpWrtjbw++9ZTiyn8=\n"
    "xJ20xXM4QItt5vxFOtolZ5l18p7ej1+RimNkgWmoRFM=\n"
    "\n"
    "go.sum database tree\n"
    "58253265\n"
    "lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=\n"
    "\n" DASH "sum.golang.org "
    "Az3grkvBHbFcpEFQ3BhGlktgB7pcswIW+ez91eWY6rNPtWfAey8bJO2rVoG2yO5zXvgiai"
    "kWVHqon+e14JhA+WXvpAY=\n";

static struct note_key sumdb_log(void)
{
	struct note_key key;

	assert_int_equal(note_key_parse(span_of(sumdb_key), &key, NULL), 0);
	return key;
}

static void verify_sumdb_proof_is_good(void **state)
{
	struct note_key key = sumdb_log();
	struct proof_policy policy = {
	    .log_key = &key, .origin = span_of("go.sum database tree")};
	struct tlog_hash leaf = tlog_leaf_hash(span_of(sumdb_entry)), want;
	struct proof_verdict v;
	struct err err;

	(void)state;
	/* The leaf hash that the source of the proof states. */
	assert_true(
	    base64_read(span_of("D6V8URw7L/zAoFrWMXJWjSZar5hE6bY2oJeHlTlvKrE="),
		want.b, 32));
	assert_memory_equal(&leaf, &want, sizeof(want));
	assert_int_equal(
	    proof_verify(&policy, span_of(sumdb_proof), &leaf, &v, &err), 0);
	assert_int_equal(v.index, 43930254);
	assert_int_equal(v.checkpoint.head.size, 58253265);
	assert_int_equal(v.witness_count, 0);
	assert_true(span_is(v.checkpoint.origin, "go.sum database tree"));
}

/* R-LOG-005 */
static void verify_sumdb_proof_any_changed_bit_is_refused(void **state)
{
	struct note_key key = sumdb_log();
	struct proof_policy policy = {
	    .log_key = &key, .origin = span_of("go.sum database tree")};
	struct tlog_hash leaf = tlog_leaf_hash(span_of(sumdb_entry));
	size_t n = strlen(sumdb_proof), bit;
	char text[sizeof(sumdb_proof)];
	struct proof_verdict v;

	(void)state;
	memcpy(text, sumdb_proof, sizeof(text));
	for (bit = 0; bit < 8 * n; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		if (proof_verify(
			&policy, (struct span){text, n}, &leaf, &v, NULL) >= 0)
			fail_msg("bit %zu", bit);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
	}
	for (bit = 0; bit < 256; bit++) {
		leaf.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(proof_verify(&policy, span_of(sumdb_proof),
				     &leaf, &v, NULL),
		    ERR_REFUSED);
		leaf.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* Cut short anywhere, and with one byte more anywhere. */
static void verify_sumdb_proof_cut_or_stretched_is_refused(void **state)
{
	static const char more[] = " \n0A=";
	struct note_key key = sumdb_log();
	struct proof_policy policy = {
	    .log_key = &key, .origin = span_of("go.sum database tree")};
	struct tlog_hash leaf = tlog_leaf_hash(span_of(sumdb_entry));
	size_t n = strlen(sumdb_proof), i, j;
	char text[sizeof(sumdb_proof) + 1];
	struct proof_verdict v;

	(void)state;
	for (i = 0; i < n; i++)
		assert_true(proof_verify(&policy, (struct span){sumdb_proof, i},
				&leaf, &v, NULL) < 0);
	for (i = 0; i <= n; i++)
		for (j = 0; j < sizeof(more) - 1; j++) {
			memcpy(text, sumdb_proof, i);
			text[i] = more[j];
			memcpy(text + i + 1, sumdb_proof + i, n - i);
			if (proof_verify(&policy, (struct span){text, n + 1},
				&leaf, &v, NULL) >= 0)
				fail_msg("byte %d at %zu", more[j], i);
		}
}

/* A log of a few entries, its key, and three witnesses. */
enum { ENTRIES = 7, WITNESSES = 3, WITNESS_TIME = 1700000000 };

struct fixture {
	struct note_signer log;
	struct note_key witness[WITNESSES];
	uint8_t witness_seed[WITNESSES][32];
	struct tlog_hash leaf[ENTRIES];
	struct tlog_head head;
	struct tlog_path path; /* of entry 6 */
	struct buf checkpoint; /* with all three cosignatures */
};

/* The vkey of a witness: as the signer's, with type 4 and its key ID. */
static struct note_key witness_key(const char *name, const uint8_t *seed)
{
	struct span parts[4] = {
	    span_of(name), {"\n", 1}, {"\x04", 1}, {NULL, 32}};
	struct buf text = BUF_INIT(512);
	uint8_t typed[33] = {0x04}, id[32];
	struct note_key key;

	assert_int_equal(ed25519_public_key(seed, typed + 1, NULL), 0);
	parts[3].p = (const char *)typed + 1;
	sha256_parts(parts, 4, id);
	buf_addf(&text, "%s+", name);
	buf_add_hex(&text, id, 4);
	buf_add_char(&text, '+');
	base64_add(&text, typed, sizeof(typed));
	assert_int_equal(note_key_parse(buf_span(&text), &key, NULL), 0);
	buf_release(&text);
	return key;
}

/* A cosignature line as c2sp.org/tlog-cosignature lays it down. */
static void cosign(const struct note_key *key, const uint8_t *seed,
    struct span text, uint64_t time, struct buf *out)
{
	struct buf message = BUF_INIT(16384);
	uint8_t bytes[76];
	int i;

	buf_addf(
	    &message, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	buf_add_span(&message, text);
	for (i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(key->id >> (24 - 8 * i));
	for (i = 0; i < 8; i++)
		bytes[4 + i] = (uint8_t)(time >> (56 - 8 * i));
	assert_int_equal(ed25519_sign(seed, key->public_key, buf_span(&message),
			     bytes + 12, NULL),
	    0);
	buf_addf(out, DASH "%s ", key->name);
	base64_add(out, bytes, sizeof(bytes));
	buf_add_char(out, '\n');
	buf_release(&message);
}

static void open_cosignature_of_no_time_is_refused(void **state)
{
	static const uint64_t times[] = {
	    INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
	static const uint8_t seed[32] = {7};
	struct note_key key = witness_key("example.com/witness", seed);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(times); i++) {
		struct buf text = BUF_INIT(4096);
		struct note_check check;
		struct note note;

		buf_add_str(&text, "text\n\n");
		cosign(&key, seed, span_of("text\n"), times[i], &text);
		assert_int_equal(
		    note_open(buf_span(&text), &key, 1, &note, &check, NULL),
		    i ? ERR_REFUSED : 0);
		buf_release(&text);
	}
}

static void make_log(struct fixture *f)
{
	struct tlog_frontier frontier;
	struct tlog_hash right;
	int i;

	tlog_frontier_init(&frontier);
	for (i = 0; i < ENTRIES; i++) {
		char entry = (char)('a' + i);

		f->leaf[i] = tlog_leaf_hash((struct span){&entry, 1});
		tlog_append(&frontier, &f->leaf[i], NULL, NULL);
	}
	f->head.size = ENTRIES;
	f->head.root = tlog_frontier_root(&frontier);
	/* Entry 6 stands alone: its path is (4,5) and (0..3). */
	right = tlog_node_hash(&f->leaf[4], &f->leaf[5]);
	f->path.count = 2;
	f->path.hash[0] = right;
	f->path.hash[1] = frontier.stack[2];
}

static int set_up(void **state)
{
	static const char *const names[] = {
	    "w1.example", "w2.example", "w3.example"};
	struct fixture *f = calloc(1, sizeof(*f));
	struct buf body = BUF_INIT(1024);
	struct checkpoint c;
	uint8_t seed[32] = {7};
	int i;

	make_log(f);
	assert_int_equal(
	    note_signer_make(span_of("log.example"), seed, &f->log, NULL), 0);
	c = (struct checkpoint){
	    .origin = span_of("log.example"), .head = f->head};
	assert_int_equal(checkpoint_write(&c, &body, NULL), 0);
	buf_init(&f->checkpoint, 1 << 16);
	assert_int_equal(
	    note_sign(buf_span(&body), &f->log, 1, &f->checkpoint, NULL), 0);
	for (i = 0; i < WITNESSES; i++) {
		f->witness_seed[i][0] = (uint8_t)(100 + i);
		f->witness[i] = witness_key(names[i], f->witness_seed[i]);
		cosign(&f->witness[i], f->witness_seed[i], buf_span(&body),
		    (uint64_t)(WITNESS_TIME + (i + 2) % WITNESSES),
		    &f->checkpoint);
	}
	buf_release(&body);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_release(&f->checkpoint);
	free(f);
	return 0;
}

static struct buf proof_of(const struct fixture *f)
{
	struct buf out = BUF_INIT(PROOF_BYTES_MAX);

	assert_int_equal(proof_write(6, &f->path, buf_span(&f->checkpoint),
			     (struct span){"extra!", 6}, &out, NULL),
	    0);
	return out;
}

static struct proof_policy policy_of(const struct fixture *f, size_t quorum)
{
	return (struct proof_policy){.log_key = &f->log.key,
	    .witnesses = f->witness,
	    .witness_count = WITNESSES,
	    .quorum = quorum};
}

/* R-LOG-004 */
static void write_layout_is_the_specified_one(void **state)
{
	struct fixture *f = *state;
	struct buf text = proof_of(f);
	struct buf want = BUF_INIT(1 << 16);

	buf_add_str(&want, "c2sp.org/tlog-proof@v1\nextra ZXh0cmEh\nindex 6\n");
	base64_add(&want, f->path.hash[0].b, 32);
	buf_add_char(&want, '\n');
	base64_add(&want, f->path.hash[1].b, 32);
	buf_add_str(&want, "\n\n");
	buf_add_span(&want, buf_span(&f->checkpoint));
	assert_string_equal(buf_str(&text), buf_str(&want));
	buf_release(&want);
	buf_release(&text);
}

static void parse_written_proof_gives_its_parts(void **state)
{
	struct fixture *f = *state;
	uint8_t *extra = malloc(PROOF_EXTRA_BYTES_MAX);
	struct buf text = proof_of(f);
	struct proof p;

	assert_int_equal(proof_parse(buf_span(&text), &p, NULL), 0);
	assert_int_equal(p.index, 6);
	assert_int_equal(p.path.count, 2);
	assert_memory_equal(p.path.hash, f->path.hash, 64);
	assert_true(span_equal(p.checkpoint, buf_span(&f->checkpoint)));
	assert_int_equal(proof_extra(&p, extra), 6);
	assert_memory_equal(extra, "extra!", 6);
	buf_release(&text);
	free(extra);
}

static void write_proof_of_another_tree_is_refused(void **state)
{
	struct fixture *f = *state;
	struct span checkpoint = buf_span(&f->checkpoint);
	struct span none = {NULL, 0};
	struct buf out = BUF_INIT(1 << 18), tight = BUF_INIT(100);
	struct tlog_path path = f->path;
	char *big = calloc(1, PROOF_EXTRA_BYTES_MAX + 1);

	assert_int_equal(
	    proof_write(7, &path, checkpoint, none, &out, NULL), ERR_INPUT);
	assert_int_equal(
	    proof_write(0, &path, checkpoint, none, &out, NULL), ERR_INPUT);
	/* Of as many hashes as one of so long a log would have. */
	assert_int_equal(
	    proof_write(11, &path, checkpoint, none, &out, NULL), ERR_INPUT);
	assert_int_equal(
	    proof_write(6, &path, span_of("no note"), none, &out, NULL),
	    ERR_INPUT);
	assert_int_equal(
	    proof_write(6, &path, checkpoint,
		(struct span){big, PROOF_EXTRA_BYTES_MAX + 1}, &out, NULL),
	    ERR_FULL);
	path.count--;
	assert_int_equal(
	    proof_write(6, &path, checkpoint, none, &out, NULL), ERR_INPUT);
	assert_int_equal(out.n, 0);
	path.count = 3;
	assert_int_equal(
	    proof_write(7, &path, checkpoint, none, &out, NULL), ERR_INPUT);
	assert_int_equal(
	    proof_write(0, &path, checkpoint, none, &out, NULL), 0);
	buf_add_str(&tight, "before");
	assert_int_equal(
	    proof_write(6, &f->path, checkpoint, none, &tight, NULL), ERR_FULL);
	assert_int_equal(tight.n, strlen("before"));
	assert_string_equal(buf_str(&tight), "before");
	buf_release(&tight);
	buf_release(&out);
	free(big);
}

/* PATH(m, D_n) of RFC 6962, Section 2.1.1. */
static size_t length_of_path(uint64_t index, uint64_t size)
{
	uint64_t left = 1;

	if (size == 1)
		return 0;
	while (2 * left < size)
		left *= 2;
	return 1 +
	    (index < left ? length_of_path(index, left)
			  : length_of_path(index - left, size - left));
}

static void write_path_of_any_other_length_is_refused(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c = {
	    .origin = span_of("log.example"), .head = f->head};
	struct buf body = BUF_INIT(1024), note = BUF_INIT(1024);
	struct buf out = BUF_INIT(1024);
	struct tlog_path path = {.count = 0};
	uint64_t i;

	for (c.head.size = 1; c.head.size <= 9; c.head.size++) {
		buf_reset(&body);
		buf_reset(&note);
		assert_int_equal(checkpoint_write(&c, &body, NULL), 0);
		assert_int_equal(
		    note_sign(buf_span(&body), &f->log, 1, &note, NULL), 0);
		for (i = 0; i < c.head.size; i++)
			for (path.count = 0; path.count <= 5; path.count++) {
				bool is_right = path.count ==
				    length_of_path(i, c.head.size);

				buf_reset(&out);
				assert_int_equal(
				    proof_write(i, &path, buf_span(&note),
					(struct span){NULL, 0}, &out, NULL),
				    is_right ? 0 : ERR_INPUT);
			}
	}
	buf_release(&out);
	buf_release(&note);
	buf_release(&body);
}

/* As long as may be, and by one byte longer. */
static void extra_data_is_bounded(void **state)
{
	struct fixture *f = *state;
	char *extra = calloc(1, PROOF_EXTRA_BYTES_MAX + 1);
	uint8_t *back = malloc(PROOF_EXTRA_BYTES_MAX);
	struct buf text = BUF_INIT(1 << 18);
	struct proof p;

	assert_int_equal(
	    proof_write(6, &f->path, buf_span(&f->checkpoint),
		(struct span){extra, PROOF_EXTRA_BYTES_MAX}, &text, NULL),
	    0);
	assert_int_equal(proof_parse(buf_span(&text), &p, NULL), 0);
	assert_int_equal(proof_extra(&p, back), PROOF_EXTRA_BYTES_MAX);
	buf_reset(&text);
	buf_add_str(&text, "c2sp.org/tlog-proof@v1\nextra ");
	base64_add(&text, extra, PROOF_EXTRA_BYTES_MAX + 1);
	buf_add_str(&text, "\nindex 0\n\n");
	assert_int_equal(proof_parse(buf_span(&text), &p, NULL), ERR_INPUT);
	buf_release(&text);
	free(back);
	free(extra);
}

static void verify_witnessed_proof_counts_witnesses(void **state)
{
	struct fixture *f = *state;
	struct buf text = proof_of(f);
	struct proof_policy policy;
	struct proof_verdict v;
	size_t quorum;

	for (quorum = 0; quorum <= WITNESSES; quorum++) {
		policy = policy_of(f, quorum);
		assert_int_equal(proof_verify(&policy, buf_span(&text),
				     &f->leaf[6], &v, NULL),
		    0);
		assert_int_equal(v.witness_count, WITNESSES);
		assert_int_equal(v.witnessed_since, WITNESS_TIME);
	}
	buf_release(&text);
}

/* Two of three witnesses have signed. */
static void verify_quorum_not_reached_is_refused(void **state)
{
	struct fixture *f = *state;
	struct proof_policy policy = policy_of(f, 3);
	struct buf text = BUF_INIT(1 << 16);
	struct span note = buf_span(&f->checkpoint);
	struct proof_verdict v;
	struct err err;

	/* Without the last line. */
	note.n -= strlen(DASH);
	while (!span_starts_with(
	    (struct span){note.p + note.n, strlen(DASH)}, DASH))
		note.n--;
	assert_int_equal(
	    proof_write(6, &f->path, note, (struct span){NULL, 0}, &text, NULL),
	    0);
	assert_int_equal(
	    proof_verify(&policy, buf_span(&text), &f->leaf[6], &v, &err),
	    ERR_REFUSED);
	tr_set_lang(LANG_EN);
	proof_verify(&policy, buf_span(&text), &f->leaf[6], &v, &err);
	assert_string_equal(err.message,
	    "only 2 of the known witnesses signed the checkpoint; 3 must");
	tr_set_lang(LANG_ZH);
	policy.quorum = 2;
	assert_int_equal(
	    proof_verify(&policy, buf_span(&text), &f->leaf[6], &v, &err), 0);
	assert_int_equal(v.witness_count, 2);
	buf_release(&text);
}

#define NOT_SEALED                                                             \
	("the proof does not lead from this entry to the log's root: the "     \
	 "entry is not the one that was sealed")

static void verify_wrong_statements_say_why(void **state)
{
	struct fixture *f = *state;
	static const char *const reasons[] = {
	    NOT_SEALED,
	    "the checkpoint is of another log, \"log.example\"",
	    "the checkpoint is not signed by the log's key \"log.example\"",
	};
	struct buf text = proof_of(f);
	struct proof_policy policy[3];
	struct note_signer other;
	struct proof_verdict v;
	uint8_t seed[32] = {8};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(policy); i++)
		policy[i] = policy_of(f, 0);
	policy[1].origin = span_of("log.example/2");
	assert_int_equal(
	    note_signer_make(span_of("log.example"), seed, &other, NULL), 0);
	policy[2].log_key = &other.key;
	tr_set_lang(LANG_EN);
	for (i = 0; i < ARRAY_COUNT(policy); i++) {
		struct err err;

		assert_int_equal(proof_verify(&policy[i], buf_span(&text),
				     &f->leaf[i == 0 ? 5 : 6], &v, &err),
		    ERR_REFUSED);
		assert_string_equal(err.message, reasons[i]);
	}
	tr_set_lang(LANG_ZH);
	buf_release(&text);
}

static void verify_contradicting_policy_is_refused(void **state)
{
	struct fixture *f = *state;
	struct note_key twins[2] = {
	    f->witness[0], witness_key("other.name", f->witness_seed[0])};
	struct note_key self = witness_key("w.example", f->log.seed);
	struct note_signer other;
	struct note_key many[PROOF_WITNESSES_MAX + 1];
	const struct {
		const struct note_key *log, *witnesses;
		size_t count, quorum;
		const char *says;
	} t[] = {
	    {&f->log.key, f->witness, WITNESSES, WITNESSES + 1,
		"4 of 3 witnesses are asked for (at most 32 may be known)"},
	    {&f->log.key, many, ARRAY_COUNT(many), 0,
		"0 of 33 witnesses are asked for (at most 32 may be known)"},
	    {&f->witness[0], NULL, 0, 0,
		"the log's key must be an Ed25519 key (type 1)"},
	    {&f->log.key, &other.key, 1, 0,
		"the key of \"other.log\" is not a witness's (type 4)"},
	    {&f->log.key, twins, 2, 0,
		"\"w1.example\" and \"other.name\" are the same witness"},
	    {&f->log.key, &self, 1, 0, "the log cannot be its own witness"},
	};
	struct buf text = proof_of(f);
	uint8_t seed[32] = {9};
	size_t i;

	assert_int_equal(
	    note_signer_make(span_of("other.log"), seed, &other, NULL), 0);
	for (i = 0; i < ARRAY_COUNT(many); i++) {
		seed[1] = (uint8_t)i;
		many[i] = witness_key("w.example", seed);
	}
	tr_set_lang(LANG_EN);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct proof_policy policy = {.log_key = t[i].log,
		    .witnesses = t[i].witnesses,
		    .witness_count = t[i].count,
		    .quorum = t[i].quorum};
		struct proof_verdict v;
		struct err err;

		assert_int_equal(proof_verify(&policy, buf_span(&text),
				     &f->leaf[6], &v, &err),
		    ERR_USAGE);
		assert_string_equal(err.message, t[i].says);
	}
	tr_set_lang(LANG_ZH);
	buf_release(&text);
}

static void verify_with_as_many_witnesses_as_may_be_is_good(void **state)
{
	struct fixture *f = *state;
	struct note_key known[PROOF_WITNESSES_MAX];
	struct proof_policy policy = {.log_key = &f->log.key,
	    .witnesses = known,
	    .witness_count = ARRAY_COUNT(known),
	    .quorum = 1};
	struct buf text = proof_of(f);
	struct proof_verdict v;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(known); i++) {
		uint8_t seed[32] = {9, (uint8_t)i};

		known[i] = witness_key("w.example", seed);
	}
	known[i - 1] = f->witness[0];
	assert_int_equal(
	    proof_verify(&policy, buf_span(&text), &f->leaf[6], &v, NULL), 0);
	assert_int_equal(v.witness_count, 1);
	buf_release(&text);
}

#define NOTE_PART                                                              \
	"\no\n1\nlIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=\n\n" DASH        \
	"o x08go/ZJ\n"
#define HASH "lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=\n"

static void parse_malformed_proofs_are_refused(void **state)
{
	static const char *const t[] = {"", "\n", "c2sp.org/tlog-proof@v1",
	    "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 0\n",
	    "c2sp.org/tlog-proof@v2\nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1 \nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\r\nindex 0\n" NOTE_PART,
	    "\nc2sp.org/tlog-proof@v1\nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex \n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 00\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 01\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex -1\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex  0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex notanumber\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra\nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra \nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra AB==\nindex 0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra AA==\n",
	    "c2sp.org/tlog-proof@v1\nextra AA==\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex "
	    "0\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n" NOTE_PART,
	    "c2sp.org/tlog-proof@v1\nindex 0\n " HASH NOTE_PART,
	    ("c2sp.org/tlog-proof@v1\nindex 0\n" HASH)};
	struct proof p;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (proof_parse(span_of(t[i]), &p, NULL) != ERR_INPUT)
			fail_msg("case %zu is accepted", i);
	assert_int_equal(
	    proof_parse(span_of("c2sp.org/tlog-proof@v1\n"
				"extra AA==\nindex 0\n" HASH NOTE_PART),
		&p, NULL),
	    0);
}

static void parse_count_of_hashes_is_bounded(void **state)
{
	struct buf text = BUF_INIT(1 << 16);
	struct proof p;
	int i;

	(void)state;
	buf_add_str(&text, "c2sp.org/tlog-proof@v1\nindex 0\n");
	for (i = 0; i < TLOG_PATH_MAX; i++)
		buf_add_str(&text, HASH);
	buf_add_str(&text, NOTE_PART);
	assert_int_equal(proof_parse(buf_span(&text), &p, NULL), 0);
	buf_reset(&text);
	buf_add_str(&text, "c2sp.org/tlog-proof@v1\nindex 0\n");
	for (i = 0; i < TLOG_PATH_MAX + 1; i++)
		buf_add_str(&text, HASH);
	buf_add_str(&text, NOTE_PART);
	assert_int_equal(proof_parse(buf_span(&text), &p, NULL), ERR_INPUT);
	buf_release(&text);
}

static void parse_length_of_a_file_is_bounded(void **state)
{
	static const char head[] = "c2sp.org/tlog-proof@v1\nindex 0\n\n";
	char *text = malloc(PROOF_BYTES_MAX + 1);
	struct proof p;

	(void)state;
	memset(text, 'a', PROOF_BYTES_MAX + 1);
	memcpy(text, head, strlen(head));
	assert_int_equal(
	    proof_parse((struct span){text, PROOF_BYTES_MAX}, &p, NULL), 0);
	assert_int_equal(p.checkpoint.n, PROOF_BYTES_MAX - strlen(head));
	assert_int_equal(
	    proof_parse((struct span){text, PROOF_BYTES_MAX + 1}, &p, NULL),
	    ERR_INPUT);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(open_cosignature_of_no_time_is_refused),
	    cmocka_unit_test(verify_sumdb_proof_is_good),
	    cmocka_unit_test(verify_sumdb_proof_any_changed_bit_is_refused),
	    cmocka_unit_test(verify_sumdb_proof_cut_or_stretched_is_refused),
	    cmocka_unit_test(write_layout_is_the_specified_one),
	    cmocka_unit_test(parse_written_proof_gives_its_parts),
	    cmocka_unit_test(write_proof_of_another_tree_is_refused),
	    cmocka_unit_test(write_path_of_any_other_length_is_refused),
	    cmocka_unit_test(extra_data_is_bounded),
	    cmocka_unit_test(verify_witnessed_proof_counts_witnesses),
	    cmocka_unit_test(verify_quorum_not_reached_is_refused),
	    cmocka_unit_test(verify_wrong_statements_say_why),
	    cmocka_unit_test(verify_contradicting_policy_is_refused),
	    cmocka_unit_test(verify_with_as_many_witnesses_as_may_be_is_good),
	    cmocka_unit_test(parse_malformed_proofs_are_refused),
	    cmocka_unit_test(parse_count_of_hashes_is_bounded),
	    cmocka_unit_test(parse_length_of_a_file_is_bounded),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
