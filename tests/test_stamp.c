/*
 * stamp: what `openssl ts` stamps is believed, and nothing that is of another question, another
 * authority, or changed; and `openssl ts -verify` believes what we keep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/stamp_post.h"
#include "sampan/clock.h"
#include "sampan/stamp.h"
#include "tests/fuzz/fuzz_stamp.c"
#include "tests/support/fuzz_corpus.h"
#include "tests/support/tsa.h"

#define DATA "a checkpoint\n"

static struct {
	char folder[64];
	struct arena *arena;
	struct tsa tsa, other, old, weak, rsa;
	struct stamp_trust *trust;
} scene;

static const char *below(const char *name)
{
	return arena_format(scene.arena, "%s/%s", scene.folder, name);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(scene.folder, sizeof(scene.folder), "/tmp/sampan-stamp-XXXXXX");
	assert_non_null(mkdtemp(scene.folder));
	scene.arena = arena_new((size_t)256 << 20);
	scene.tsa = tsa_make(below("tsa"), &(struct tsa_wish){0}, scene.arena);
	scene.other = tsa_make(below("other"), &(struct tsa_wish){0}, scene.arena);
	scene.old =
		tsa_make(below("old"), &(struct tsa_wish){.from_days = -3600, .until_days = -3500},
			 scene.arena);
	scene.weak = tsa_make(below("weak"), &(struct tsa_wish){.digest = "sha1"}, scene.arena);
	scene.rsa = tsa_make(below("rsa"), &(struct tsa_wish){.key = "RSA-2048"}, scene.arena);
	assert_int_equal(stamp_trust_new(&scene.trust), OK);
	assert_true(stamp_trust_is_empty(scene.trust));
	assert_int_equal(stamp_trust_add(scene.trust, scene.tsa.authority), OK);
	assert_false(stamp_trust_is_empty(scene.trust));
	return 0;
}

static int tear_down(void **state)
{
	int code = system(arena_format(scene.arena, "rm -rf %s", scene.folder));

	(void)state;
	stamp_trust_free(scene.trust);
	arena_free(scene.arena);
	return code;
}

static struct stamp_question question_of(const char *policy)
{
	struct stamp_question question = {.digest = hash_of(bytes_of_text(DATA)), .policy = policy};

	memcpy(question.nonce, "\0\x91onlyus", STAMP_NONCE_BYTES);
	return question;
}

static struct bytes ask(const struct tsa *tsa, const struct stamp_question *question)
{
	struct buffer der;
	struct bytes reply;

	buffer_init(&der, STAMP_QUESTION_BYTES);
	assert_int_equal(stamp_question_put(question, &der), OK);
	reply = tsa_reply(tsa, buffer_bytes(&der), scene.arena);
	buffer_clear(&der);
	return reply;
}

static enum stamp_verdict judge(const struct stamp_trust *trust, struct bytes reply,
				const struct stamp_question *question, struct stamp *ret_stamp,
				struct bytes *ret_token)
{
	enum stamp_verdict verdict;

	assert_int_equal(stamp_reply_check(trust, reply, question, scene.arena, &verdict, ret_stamp,
					   ret_token),
			 OK);
	return verdict;
}

static struct stamp_trust *trust_in(struct bytes pem)
{
	struct stamp_trust *trust;

	assert_int_equal(stamp_trust_new(&trust), OK);
	assert_int_equal(stamp_trust_add(trust, pem), OK);
	return trust;
}

/* ---- Good ones ---- */

static void what_openssl_stamps_is_believed_with_time_and_name(void **state)
{
	static const struct {
		const char *asked, *is;
	} policies[] = {
		{"", TSA_POLICY}, {TSA_POLICY, TSA_POLICY}, {TSA_OTHER_POLICY, TSA_OTHER_POLICY}};

	(void)state;
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct stamp_question question = question_of(policies[i].asked);
		uint64_t before_s = clock_now_ms() / 1000;
		struct bytes reply = ask(&scene.tsa, &question), token;
		struct stamp stamp, again;
		enum stamp_verdict verdict;

		assert_int_equal(judge(scene.trust, reply, &question, &stamp, &token), STAMP_GOOD);
		assert_in_range(stamp.time_ms / 1000, before_s, clock_now_ms() / 1000);
		assert_non_null(strstr(stamp.authority, "CN="));
		assert_string_equal(stamp.policy, policies[i].is);
		assert_int_equal(
			stamp_token_check(scene.trust, token, &question.digest, &verdict, &again),
			OK);
		assert_int_equal(verdict, STAMP_GOOD);
		assert_int_equal(again.time_ms, stamp.time_ms);
		assert_string_equal(again.authority, stamp.authority);
	}
}

static void an_authority_with_rsa_and_one_believed_by_itself_are_good(void **state)
{
	struct stamp_question question = question_of("");
	const struct {
		const struct tsa *tsa;
		struct bytes believed;
	} rows[] = {{&scene.rsa, scene.rsa.authority}, {&scene.tsa, scene.tsa.certificate}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stamp_trust *trust = trust_in(rows[i].believed);
		struct stamp stamp;
		struct bytes token;

		assert_int_equal(
			judge(trust, ask(rows[i].tsa, &question), &question, &stamp, &token),
			STAMP_GOOD);
		stamp_trust_free(trust);
	}
}

static void openssl_verifies_the_token_that_is_kept(void **state)
{
	struct stamp_question question = question_of("");
	struct stamp stamp;
	struct bytes token;

	(void)state;
	assert_int_equal(judge(scene.trust, ask(&scene.tsa, &question), &question, &stamp, &token),
			 STAMP_GOOD);
	tsa_write(&scene.tsa, scene.arena, "stamp.tst", token);
	tsa_write(&scene.tsa, scene.arena, "checkpoint.txt", bytes_of_text(DATA));
	tsa_run(&scene.tsa, scene.arena,
		"openssl ts -verify -token_in -in stamp.tst -data checkpoint.txt -CAfile ca.pem "
		">verified");
}

/* ---- Bad ones ---- */

static void a_reply_to_another_question_is_refused(void **state)
{
	struct stamp_question question = question_of(TSA_POLICY), other;
	struct bytes reply = ask(&scene.tsa, &question), token;
	enum stamp_verdict verdict;
	struct stamp stamp;

	(void)state;
	other = question;
	other.nonce[7] ^= 1;
	assert_int_equal(judge(scene.trust, reply, &other, &stamp, &token), STAMP_OTHER);
	other = question;
	other.digest.at[31] ^= 1;
	assert_int_equal(judge(scene.trust, reply, &other, &stamp, &token), STAMP_OTHER);
	assert_int_equal(judge(scene.trust, reply, &question, &stamp, &token), STAMP_GOOD);
	assert_int_equal(stamp_token_check(scene.trust, token, &other.digest, &verdict, &stamp),
			 OK);
	assert_int_equal(verdict, STAMP_OTHER);
	other = question;
	other.policy = TSA_OTHER_POLICY;
	assert_int_equal(judge(scene.trust, reply, &other, &stamp, &token), STAMP_OTHER);
}

static void who_does_not_stamp_is_told_apart(void **state)
{
	struct stamp_question question = question_of("1.3.6.1.4.1.99999.7.3");
	struct stamp stamp;
	struct bytes token;

	(void)state;
	assert_int_equal(judge(scene.trust, ask(&scene.tsa, &question), &question, &stamp, &token),
			 STAMP_REFUSED);
}

static void who_is_not_believed_stamps_nothing(void **state)
{
	struct stamp_question question = question_of("");
	struct stamp_trust *nobody, *own = trust_in(scene.other.certificate);
	struct stamp stamp;
	struct bytes token;

	(void)state;
	assert_int_equal(stamp_trust_new(&nobody), OK);
	assert_int_equal(
		judge(scene.trust, ask(&scene.other, &question), &question, &stamp, &token),
		STAMP_STRANGER);
	assert_int_equal(judge(nobody, ask(&scene.tsa, &question), &question, &stamp, &token),
			 STAMP_STRANGER);
	assert_int_equal(judge(own, ask(&scene.tsa, &question), &question, &stamp, &token),
			 STAMP_STRANGER);
	stamp_trust_free(nobody);
	stamp_trust_free(own);
}

/* Certificates are judged as of the stamped time: this one had ended years before. */
static void a_certificate_that_had_ended_stamps_nothing(void **state)
{
	struct stamp_question question = question_of("");
	struct stamp_trust *trust = trust_in(scene.old.authority);
	struct stamp stamp;
	struct bytes token;

	(void)state;
	assert_int_equal(judge(trust, ask(&scene.old, &question), &question, &stamp, &token),
			 STAMP_STRANGER);
	stamp_trust_free(trust);
}

static void a_signature_over_sha_1_is_weak(void **state)
{
	struct stamp_question question = question_of("");
	struct stamp_trust *trust = trust_in(scene.weak.authority);
	struct stamp stamp;
	struct bytes token;

	(void)state;
	assert_int_equal(judge(trust, ask(&scene.weak, &question), &question, &stamp, &token),
			 STAMP_BROKEN);
	stamp_trust_free(trust);
}

/* The same statement, signed by a certificate of the same authority that is for documents. */
static void a_certificate_for_something_else_stamps_nothing(void **state)
{
	static const char *const purposes[] = {NULL, "timeStamping", "critical,emailProtection",
					       "critical,timeStamping,emailProtection"};
	struct stamp_question question = question_of("");
	struct stamp_trust *trust;
	struct stamp stamp;
	struct bytes token;
	struct pki ca = pki_make(&(struct pki_wish){
		.name = "Một CA", .is_ca = true, .from_days = -3650, .until_days = 3650});

	(void)state;
	trust = trust_in(pki_pem(&ca, scene.arena));
	assert_int_equal(judge(scene.trust, ask(&scene.tsa, &question), &question, &stamp, &token),
			 STAMP_GOOD);
	tsa_write(&scene.tsa, scene.arena, "token", token);
	tsa_run(&scene.tsa, scene.arena,
		"openssl cms -verify -noverify -inform DER -in token -out statement >nothing");
	for (size_t i = 0; i <= sizeof(purposes) / sizeof(purposes[0]); i++) {
		bool is_control = i == sizeof(purposes) / sizeof(purposes[0]);
		struct pki signer = pki_make(&(struct pki_wish){
			.name = "Ký văn bản",
			.issuer = &ca,
			.purpose = is_control ? "critical,timeStamping" : purposes[i],
			.from_days = -3650,
			.until_days = 3650});
		enum stamp_verdict verdict;

		tsa_write(&scene.tsa, scene.arena, "signer.pem", pki_pem(&signer, scene.arena));
		tsa_write(&scene.tsa, scene.arena, "signer.key", pki_key_pem(&signer, scene.arena));
		tsa_run(&scene.tsa, scene.arena,
			"openssl cms -sign -binary -nodetach -cades -md sha256 "
			"-econtent_type 1.2.840.113549.1.9.16.1.4 -in statement -signer signer.pem "
			"-inkey signer.key -outform DER -out forged");
		assert_int_equal(stamp_token_check(trust,
						   tsa_read(&scene.tsa, scene.arena, "forged"),
						   &question.digest, &verdict, &stamp),
				 OK);
		assert_int_equal(verdict, is_control ? STAMP_GOOD : STAMP_STRANGER);
		pki_clear(&signer);
	}
	stamp_trust_free(trust);
	pki_clear(&ca);
}

static void what_is_cut_off_or_longer_cannot_be_read(void **state)
{
	struct stamp_question question = question_of("");
	struct bytes reply = ask(&scene.tsa, &question), token;
	uint8_t *longer = arena_alloc(scene.arena, reply.len + 1), *huge;
	struct stamp stamp;

	(void)state;
	memcpy(longer, reply.at, reply.len);
	longer[reply.len] = 0;
	for (size_t len = 0; len < reply.len; len += 1 + len / 50)
		assert_int_equal(
			judge(scene.trust, bytes_of(reply.at, len), &question, &stamp, &token),
			STAMP_UNREADABLE);
	assert_int_equal(
		judge(scene.trust, bytes_of(longer, reply.len + 1), &question, &stamp, &token),
		STAMP_UNREADABLE);
	huge = arena_alloc(scene.arena, STAMP_MAX_BYTES + 1);
	memset(huge, 0x30, STAMP_MAX_BYTES + 1);
	assert_int_equal(
		judge(scene.trust, bytes_of(huge, STAMP_MAX_BYTES + 1), &question, &stamp, &token),
		STAMP_UNREADABLE);
}

/* Some bytes of a token nobody signs (how an algorithm is named); none of them says anything. */
static void no_changed_byte_says_something_else(void **state)
{
	struct stamp_question question = question_of("");
	struct bytes reply = ask(&scene.tsa, &question), token;
	struct stamp stamp, other;
	uint8_t *changed;
	size_t good = 0;

	(void)state;
	assert_int_equal(judge(scene.trust, reply, &question, &stamp, &token), STAMP_GOOD);
	changed = arena_copy(scene.arena, token);
	for (size_t at = 0; at < token.len; at++) {
		enum stamp_verdict verdict;

		changed[at] ^= (uint8_t)(1u << at % 8);
		assert_int_equal(stamp_token_check(scene.trust, bytes_of(changed, token.len),
						   &question.digest, &verdict, &other),
				 OK);
		changed[at] = token.at[at];
		if (verdict != STAMP_GOOD)
			continue;
		good++;
		assert_int_equal(other.time_ms, stamp.time_ms);
		assert_string_equal(other.authority, stamp.authority);
		assert_string_equal(other.policy, stamp.policy);
	}
	assert_true(good < token.len / 4);
}

static void no_policy_but_an_oid_is_asked_for(void **state)
{
	static const char *const bad[] = {"x",    "1",    "1.",     "1.2.",   ".1.2", "1..2",
					  "01.2", "1.02", "sha256", "1.2 .3", "1.2,3"};
	struct stamp_question question = question_of(TSA_POLICY);
	struct buffer der;

	(void)state;
	buffer_init(&der, STAMP_QUESTION_BYTES);
	assert_int_equal(stamp_question_put(&question, &der), OK);
	buffer_reset(&der);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		question.policy = bad[i];
		if (stamp_question_put(&question, &der) != ERR_USAGE)
			fail_msg("%s", bad[i]);
	}
	assert_int_equal(der.len, 0);
	buffer_clear(&der);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/stamp", LLVMFuzzerTestOneInput) >= 3);
}

/* A stamp says a time; what it stamps was there when it was asked for, and the answer came at once. */
static void a_time_that_is_not_ours_is_not_believed(void **state)
{
	static const struct {
		int64_t off_ms;
		bool is_believed;
	} times[] = {
		{0, true},
		{-(int64_t)STAMP_SKEW_MS, true},
		{(int64_t)STAMP_SKEW_MS, true},
		{-(int64_t)STAMP_SKEW_MS - 1, false}, /* before the checkpoint was there */
		{(int64_t)STAMP_SKEW_MS + 1, false},
		{-INT64_C(31536000000), false},
		{INT64_C(31536000000), false},
	};
	const uint64_t now_ms = UINT64_C(1795340648000);

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		assert_int_equal(
			stamp_post_is_near((uint64_t)((int64_t)now_ms + times[i].off_ms), now_ms),
			times[i].is_believed);
	assert_false(stamp_post_is_near(0, now_ms));
	assert_false(stamp_post_is_near(UINT64_MAX - STAMP_SKEW_MS, now_ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_openssl_stamps_is_believed_with_time_and_name),
		cmocka_unit_test(an_authority_with_rsa_and_one_believed_by_itself_are_good),
		cmocka_unit_test(openssl_verifies_the_token_that_is_kept),
		cmocka_unit_test(a_time_that_is_not_ours_is_not_believed),
		cmocka_unit_test(a_reply_to_another_question_is_refused),
		cmocka_unit_test(who_does_not_stamp_is_told_apart),
		cmocka_unit_test(who_is_not_believed_stamps_nothing),
		cmocka_unit_test(a_certificate_that_had_ended_stamps_nothing),
		cmocka_unit_test(a_signature_over_sha_1_is_weak),
		cmocka_unit_test(a_certificate_for_something_else_stamps_nothing),
		cmocka_unit_test(what_is_cut_off_or_longer_cannot_be_read),
		cmocka_unit_test(no_changed_byte_says_something_else),
		cmocka_unit_test(no_policy_but_an_oid_is_asked_for),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
