/* Whose certificate is believed, when, and for what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/trust_list.h"
#include "tests/support/pki.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct fixture {
	struct arena *arena;
	struct pki root, middle;
	struct trust *trust; /* believes the root; its list and that of the middle are empty */
	const struct trust_signer *signer; /* of the last judgement */
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new((size_t)16 * 1024 * 1024);
	fixture->root = pki_make(&(struct pki_wish){.name = "Root", .is_ca = true});
	fixture->middle = pki_make(
		&(struct pki_wish){.name = "Middle", .is_ca = true, .issuer = &fixture->root});
	assert_int_equal(trust_new("UID", "MST:", &fixture->trust), OK);
	assert_true(trust_is_empty(fixture->trust));
	assert_int_equal(trust_add(fixture->trust, pki_pem(&fixture->root, fixture->arena)), OK);
	assert_false(trust_is_empty(fixture->trust));
	assert_int_equal(
		trust_add(fixture->trust, pki_list(&fixture->root, NULL, -1, 30, fixture->arena)),
		OK);
	assert_int_equal(
		trust_add(fixture->trust, pki_list(&fixture->middle, NULL, -1, 30, fixture->arena)),
		OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	trust_free(fixture->trust);
	pki_clear(&fixture->middle);
	pki_clear(&fixture->root);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static enum trust_verdict judge_at(struct fixture *fixture, const struct pki *signer,
				   const struct pki *beside, int64_t now_ms)
{
	struct bytes shown[2] = {pki_der(signer, fixture->arena)};
	enum trust_verdict verdict = TRUST_UNREADABLE;

	if (beside != NULL)
		shown[1] = pki_der(beside, fixture->arena);
	assert_int_equal(trust_judge(fixture->trust, shown, beside == NULL ? 1 : 2, now_ms,
				     &verdict, &fixture->signer),
			 OK);
	return verdict;
}

static enum trust_verdict judge(struct fixture *fixture, const struct pki *signer,
				const struct pki *beside)
{
	return judge_at(fixture, signer, beside, PKI_NOW_MS);
}

/* Made for once, judged twice: the second time may be remembered. */
static void expect(struct fixture *fixture, struct pki_wish wish, enum trust_verdict verdict)
{
	struct pki signer;

	wish.name = "Signer";
	signer = pki_make(&wish);
	assert_int_equal(judge(fixture, &signer, NULL), verdict);
	assert_int_equal(judge(fixture, &signer, NULL), verdict);
	pki_clear(&signer);
}

static void a_certificate_is_judged_by_what_it_says(void **state)
{
	struct fixture *fixture = *state;
	const struct {
		struct pki_wish wish;
		enum trust_verdict verdict;
	} rows[] = {
		{{.uid = "MST:1"}, TRUST_GOOD},
		{{.key = "P-384"}, TRUST_GOOD},
		{{.key = "RSA-2048"}, TRUST_GOOD},
		{{.usage = "critical,nonRepudiation"}, TRUST_GOOD},
		{{.purpose = "emailProtection"}, TRUST_GOOD},
		{{.purpose = "clientAuth,serverAuth"}, TRUST_GOOD},
		{{.purpose = "1.3.6.1.5.5.7.3.36"}, TRUST_GOOD},
		{{.purpose = "anyExtendedKeyUsage"}, TRUST_GOOD},
		{{.purpose = "serverAuth"}, TRUST_PURPOSE},
		{{.purpose = "critical,timeStamping"}, TRUST_PURPOSE},
		{{.purpose = "codeSigning"}, TRUST_PURPOSE},
		{{.usage = "critical,keyEncipherment"}, TRUST_PURPOSE},
		{{.usage = "keyAgreement"}, TRUST_PURPOSE},
		{{.is_ca = true, .usage = "critical,keyCertSign,digitalSignature"}, TRUST_PURPOSE},
		{{.extension = "unknown"}, TRUST_PURPOSE},
		{{.key = "RSA-1024"}, TRUST_WEAK},
		{{.key = "P-521"}, TRUST_WEAK},
		{{.key = "ED25519"}, TRUST_WEAK},
		{{.from_days = 1, .until_days = 10}, TRUST_EARLY},
		{{.from_days = -10, .until_days = -1}, TRUST_EXPIRED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pki_wish wish = rows[i].wish;

		wish.issuer = &fixture->root;
		expect(fixture, wish, rows[i].verdict);
	}
	expect(fixture, (struct pki_wish){.issuer = &fixture->root, .digest = EVP_sha1()},
	       TRUST_WEAK);
}

static void nobody_vouches_for_a_stranger(void **state)
{
	struct fixture *fixture = *state;
	struct pki other = pki_make(&(struct pki_wish){.name = "Root", .is_ca = true});
	struct pki party = pki_make(&(struct pki_wish){.name = "Party", .issuer = &fixture->root});
	struct pki under_party, under_other;

	/* itself */
	expect(fixture, (struct pki_wish){.uid = "MST:1"}, TRUST_STRANGER);
	assert_non_null(fixture->signer);
	/* an authority that only has the name of one that we believe, and shows itself */
	under_other = pki_make(&(struct pki_wish){.name = "S", .issuer = &other});
	assert_int_equal(judge(fixture, &under_other, NULL), TRUST_STRANGER);
	assert_int_equal(judge(fixture, &under_other, &other), TRUST_STRANGER);
	/* a party that plays the authority */
	under_party = pki_make(&(struct pki_wish){.name = "S", .issuer = &party});
	assert_int_equal(judge(fixture, &under_party, NULL), TRUST_STRANGER);
	assert_int_equal(judge(fixture, &under_party, &party), TRUST_UNREADABLE);
	pki_clear(&under_party);
	pki_clear(&under_other);
	pki_clear(&party);
	pki_clear(&other);
}

static void a_chain_may_be_shown_in_any_order_and_in_part(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->middle});
	struct bytes shown[3] = {pki_der(&fixture->root, fixture->arena),
				 pki_der(&fixture->middle, fixture->arena),
				 pki_der(&signer, fixture->arena)};
	enum trust_verdict verdict;

	assert_int_equal(judge(fixture, &signer, NULL), TRUST_STRANGER);
	assert_int_equal(judge(fixture, &signer, &fixture->middle), TRUST_GOOD);
	assert_int_equal(
		trust_judge(fixture->trust, shown, 3, PKI_NOW_MS, &verdict, &fixture->signer), OK);
	assert_int_equal(verdict, TRUST_GOOD);
	/* what was good once needs no chain until it ends */
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	/* an authority alone signs nothing */
	assert_int_equal(judge(fixture, &fixture->middle, &fixture->root), TRUST_PURPOSE);
	pki_clear(&signer);
}

static void an_authority_vouches_only_for_whom_it_may(void **state)
{
	static const struct {
		const char *country;
		enum trust_verdict verdict;
	} rows[] = {{"VN", TRUST_GOOD}, {"TH", TRUST_STRANGER}};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < 2; i++) {
		struct pki bound = pki_make(&(struct pki_wish){.name = "Bound",
							       .is_ca = true,
							       .issuer = &fixture->root,
							       .country = rows[i].country});
		struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &bound});

		assert_int_equal(judge(fixture, &signer, &bound), rows[i].verdict);
		pki_clear(&signer);
		pki_clear(&bound);
	}
}

static void a_revoked_certificate_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->root});
	struct pki other = pki_make(&(struct pki_wish){.name = "O", .issuer = &fixture->root});

	assert_int_equal(
		trust_add(fixture->trust, pki_list(&fixture->root, &signer, 0, 30, fixture->arena)),
		OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_REVOKED);
	assert_int_equal(judge(fixture, &other, NULL), TRUST_GOOD);
	pki_clear(&other);
	pki_clear(&signer);
}

static void what_is_under_a_revoked_authority_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->middle});

	assert_int_equal(trust_add(fixture->trust, pki_list(&fixture->root, &fixture->middle, 0, 30,
							    fixture->arena)),
			 OK);
	assert_int_equal(judge(fixture, &signer, &fixture->middle), TRUST_REVOKED);
	pki_clear(&signer);
}

static void a_list_out_of_date_lets_nobody_through(void **state)
{
	struct fixture *fixture = *state;
	struct pki authority = pki_make(&(struct pki_wish){.name = "Late", .is_ca = true});
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &authority});

	assert_int_equal(trust_add(fixture->trust, pki_pem(&authority, fixture->arena)), OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	assert_true(trust_signer_identity(fixture->signer)->is_list_missing);
	pki_clear(&signer);
	signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &authority});
	assert_int_equal(
		trust_add(fixture->trust, pki_list(&authority, NULL, -30, -1, fixture->arena)), OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_OLD_LIST);
	/* a newer one helps */
	assert_int_equal(
		trust_add(fixture->trust, pki_list(&authority, NULL, -1, 1, fixture->arena)), OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	assert_false(trust_signer_identity(fixture->signer)->is_list_missing);
	pki_clear(&signer);
	pki_clear(&authority);
}

static void a_list_that_its_issuer_did_not_sign_is_not_believed(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->middle});
	struct pki forger = pki_make(
		&(struct pki_wish){.name = "Middle", .is_ca = true, .issuer = &fixture->root});

	/* the forger has the name and another key: its list says the signer is revoked */
	trust_free(fixture->trust);
	assert_int_equal(trust_new("UID", "MST:", &fixture->trust), OK);
	assert_int_equal(trust_add(fixture->trust, pki_pem(&fixture->root, fixture->arena)), OK);
	assert_int_equal(
		trust_add(fixture->trust, pki_list(&forger, &signer, -1, 30, fixture->arena)), OK);
	assert_int_not_equal(judge(fixture, &signer, &fixture->middle), TRUST_REVOKED);
	pki_clear(&forger);
	pki_clear(&signer);
}

static void what_is_remembered_ends_with_the_first_thing_it_rests_on(void **state)
{
	struct fixture *fixture = *state;
	const int64_t day = PKI_DAY_S * 1000;
	struct pki signer = pki_make(&(struct pki_wish){
		.name = "S", .issuer = &fixture->root, .from_days = -5, .until_days = 20});
	struct pki longer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->root});

	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	assert_int_equal(judge_at(fixture, &signer, NULL, PKI_NOW_MS + 19 * day), TRUST_GOOD);
	assert_int_equal(judge_at(fixture, &signer, NULL, PKI_NOW_MS + 21 * day), TRUST_EXPIRED);
	assert_int_not_equal(judge_at(fixture, &signer, NULL, PKI_NOW_MS - 6 * day), TRUST_GOOD);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	/* the root's list ends after 30 days */
	assert_int_equal(judge(fixture, &longer, NULL), TRUST_GOOD);
	assert_int_equal(judge_at(fixture, &longer, NULL, PKI_NOW_MS + 29 * day), TRUST_GOOD);
	assert_int_equal(judge_at(fixture, &longer, NULL, PKI_NOW_MS + 31 * day), TRUST_OLD_LIST);
	pki_clear(&longer);
	pki_clear(&signer);
}

static void a_pinned_certificate_is_believed_by_itself_and_named(void **state)
{
	struct fixture *fixture = *state;
	struct pki node = pki_make(&(struct pki_wish){.name = "th.node"});
	struct pki other = pki_make(&(struct pki_wish){.name = "th.node"});
	struct pki late =
		pki_make(&(struct pki_wish){.name = "l", .from_days = -10, .until_days = -1});
	struct bytes der = pki_der(&node, fixture->arena);
	struct hash hash = hash_of(der);

	assert_int_equal(judge(fixture, &node, NULL), TRUST_STRANGER);
	assert_int_equal(trust_pin(fixture->trust, &hash, "partner:TH"), OK);
	assert_int_equal(judge(fixture, &node, NULL), TRUST_GOOD);
	assert_string_equal(trust_signer_identity(fixture->signer)->signer, "partner:TH");
	assert_true(trust_signer_identity(fixture->signer)->is_pinned);
	assert_int_equal(judge(fixture, &other, NULL), TRUST_STRANGER);
	/* by a file: as its subject says, and within its time */
	assert_int_equal(trust_add(fixture->trust, pki_pem(&late, fixture->arena)), OK);
	assert_int_equal(judge(fixture, &late, NULL), TRUST_EXPIRED);
	pki_clear(&late);
	pki_clear(&other);
	pki_clear(&node);
}

static void the_tax_code_is_what_stands_behind_the_prefix(void **state)
{
	static const struct {
		const char *uid, *second, *code;
	} rows[] = {
		{"MST:0100109106", NULL, "0100109106"},
		{"MST:0100109106-001", "CMND:012345678", "0100109106-001"},
		{"CMND:012345678", "MST:0100109106", "0100109106"},
		{"MST:1", "MST:2", ""},
		{"MST:1", "MST:1", "1"},
		{"mst:1", NULL, ""},
		{"MST:", NULL, ""},
		{"MST:1 2", NULL, ""},
		{"MST:é", NULL, ""},
		{"XMST:1", NULL, ""},
		{NULL, NULL, ""},
		{"MST:1234567890123456789012345678901234567890123456789012345678901234567890", NULL,
		 ""},
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pki signer = pki_make(&(struct pki_wish){.name = "S",
								.uid = rows[i].uid,
								.second_uid = rows[i].second,
								.issuer = &fixture->root});

		assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
		assert_string_equal(trust_signer_identity(fixture->signer)->signer, rows[i].code);
		pki_clear(&signer);
	}
}

static void another_field_can_say_who_it_is(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer =
		pki_make(&(struct pki_wish){.name = "0100109106", .issuer = &fixture->root});
	struct trust *trust = NULL;

	assert_int_equal(trust_new("no such field", "", &trust), ERR_CONFIG);
	assert_null(trust);
	trust_free(fixture->trust);
	assert_int_equal(trust_new("2.5.4.3", "", &fixture->trust), OK);
	assert_int_equal(trust_add(fixture->trust, pki_pem(&fixture->root, fixture->arena)), OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	assert_string_equal(trust_signer_identity(fixture->signer)->signer, "0100109106");
	pki_clear(&signer);
}

static void what_is_no_certificate_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->root});
	struct bytes der = pki_der(&signer, fixture->arena);
	uint8_t longer[4096];
	const struct bytes rows[] = {
		bytes_of("", 0),
		bytes_of("0", 1),
		bytes_of(der.at, der.len - 1),
		bytes_of(longer, der.len + 1),
	};
	enum trust_verdict verdict;

	memcpy(longer, der.at, der.len);
	longer[der.len] = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(trust_judge(fixture->trust, &rows[i], 1, PKI_NOW_MS, &verdict,
					     &fixture->signer),
				 OK);
		assert_int_equal(verdict, TRUST_UNREADABLE);
		assert_null(fixture->signer);
	}
	/* two signers */
	assert_int_equal(judge(fixture, &signer, &signer), TRUST_UNREADABLE);
	assert_int_equal(trust_add(fixture->trust, bytes_of_text("hello")), ERR_FORMAT);
	assert_int_equal(trust_add(fixture->trust, pki_key_pem(&signer, fixture->arena)),
			 ERR_FORMAT);
	pki_clear(&signer);
}

/* Evidence brings who stands between (trust_list.h): nobody is believed by it. */
static void a_chain_may_lead_through_what_is_brought_and_ends_at_who_is_believed(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer =
		pki_make(&(struct pki_wish){.name = "Signer", .issuer = &fixture->middle});
	struct pki false_root = pki_make(&(struct pki_wish){.name = "Root", .is_ca = true});
	struct pki false_middle = pki_make(
		&(struct pki_wish){.name = "Middle", .is_ca = true, .issuer = &false_root});
	struct pki forged = pki_make(&(struct pki_wish){.name = "Signer", .issuer = &false_middle});
	struct bytes middle = pki_der(&fixture->middle, fixture->arena);

	trust_list_part(fixture->trust);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_STRANGER);
	assert_int_equal(trust_list_add_between(fixture->trust, middle), OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	trust_list_forget(fixture->trust);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_STRANGER);
	assert_int_equal(
		trust_list_add_between(fixture->trust, pki_der(&false_middle, fixture->arena)), OK);
	assert_int_equal(
		trust_list_add_between(fixture->trust, pki_der(&false_root, fixture->arena)), OK);
	assert_int_equal(trust_list_add_between(fixture->trust, pki_der(&forged, fixture->arena)),
			 OK);
	assert_int_equal(judge(fixture, &forged, NULL), TRUST_STRANGER);
	assert_int_equal(
		trust_list_add_between(fixture->trust, bytes_of(middle.at, middle.len - 1)),
		ERR_FORMAT);
	for (unsigned i = 3; i < TRUST_LIST_BETWEEN; i++)
		assert_int_equal(trust_list_add_between(fixture->trust, middle), OK);
	assert_int_equal(trust_list_add_between(fixture->trust, middle), ERR_LIMIT);
	pki_clear(&forged);
	pki_clear(&false_middle);
	pki_clear(&false_root);
	pki_clear(&signer);
}

/* The root, and no list of its. */
static void believe_without_lists(struct fixture *fixture)
{
	trust_free(fixture->trust);
	assert_int_equal(trust_new("UID", "MST:", &fixture->trust), OK);
	assert_int_equal(trust_add(fixture->trust, pki_pem(&fixture->root, fixture->arena)), OK);
	trust_list_part(fixture->trust);
}

/* What a list does not name was not revoked only where it would be named: not on a part of one (trust_list.h). */
static void the_silence_of_a_part_of_a_list_says_nothing(void **state)
{
	static const struct {
		const char *extension, *value;
		enum trust_list_word word;
	} rows[] = {
		{NULL, NULL, TRUST_LIST_GOOD},
		{"crlNumber", "DER:020107", TRUST_LIST_GOOD},
		{"issuingDistributionPoint", "critical,onlyuser:TRUE", TRUST_LIST_GOOD},
		{"deltaCRL", "critical,DER:020101", TRUST_LIST_SILENT},
		{"deltaCRL", "DER:020101", TRUST_LIST_SILENT},
		{"issuingDistributionPoint", "critical,onlyCA:TRUE", TRUST_LIST_SILENT},
		{"issuingDistributionPoint", "critical,onlyAA:TRUE", TRUST_LIST_SILENT},
		{"issuingDistributionPoint", "critical,onlysomereasons:keyCompromise",
		 TRUST_LIST_SILENT},
		{"issuingDistributionPoint", "critical,fullname:URI:http://x/2", TRUST_LIST_SILENT},
		{"1.2.3.4", "critical,DER:0500", TRUST_LIST_SILENT},
	};
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->root});

	believe_without_lists(fixture);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes list = pki_part_list(&fixture->root, -5, rows[i].extension,
						  rows[i].value, fixture->arena);
		struct trust_list_answer answer;

		assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
		assert_int_equal(trust_list_add(fixture->trust, list), OK);
		assert_int_equal(trust_list_ask(fixture->trust, PKI_NOW_MS, &answer), OK);
		trust_list_forget(fixture->trust);
		if (answer.word != rows[i].word)
			fail_msg("%zu: %s", i, rows[i].value);
		assert_true(answer.word == TRUST_LIST_SILENT ||
			    answer.from_s == PKI_NOW_S - 5 * PKI_DAY_S);
	}
	pki_clear(&signer);
}

/* Not those of the list that came last, or that speaks of who stands above. */
static void the_days_of_the_newest_list_of_the_signer_are_told(void **state)
{
	struct fixture *fixture = *state;
	struct pki signer = pki_make(&(struct pki_wish){.name = "S", .issuer = &fixture->middle});
	struct trust_list_answer answer;

	believe_without_lists(fixture);
	assert_int_equal(
		trust_list_add_between(fixture->trust, pki_der(&fixture->middle, fixture->arena)),
		OK);
	assert_int_equal(judge(fixture, &signer, NULL), TRUST_GOOD);
	for (int days = -1; days > -4; days--)
		assert_int_equal(
			trust_list_add(fixture->trust,
				       pki_part_list(days == -1 ? &fixture->root : &fixture->middle,
						     days, NULL, NULL, fixture->arena)),
			OK);
	assert_int_equal(trust_list_ask(fixture->trust, PKI_NOW_MS, &answer), OK);
	assert_int_equal(answer.word, TRUST_LIST_GOOD);
	assert_int_equal(answer.from_s, PKI_NOW_S - 2 * PKI_DAY_S);
	trust_list_forget(fixture->trust);
	pki_clear(&signer);
}

static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	TEST(a_certificate_is_judged_by_what_it_says),
	TEST(nobody_vouches_for_a_stranger),
	TEST(a_chain_may_be_shown_in_any_order_and_in_part),
	TEST(an_authority_vouches_only_for_whom_it_may),
	TEST(a_revoked_certificate_is_refused),
	TEST(what_is_under_a_revoked_authority_is_refused),
	TEST(a_list_out_of_date_lets_nobody_through),
	TEST(a_list_that_its_issuer_did_not_sign_is_not_believed),
	TEST(what_is_remembered_ends_with_the_first_thing_it_rests_on),
	TEST(a_pinned_certificate_is_believed_by_itself_and_named),
	TEST(the_tax_code_is_what_stands_behind_the_prefix),
	TEST(another_field_can_say_who_it_is),
	TEST(what_is_no_certificate_is_refused),
	TEST(a_chain_may_lead_through_what_is_brought_and_ends_at_who_is_believed),
	TEST(the_silence_of_a_part_of_a_list_says_nothing),
	TEST(the_days_of_the_newest_list_of_the_signer_are_told),
};

int main(void)
{
	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
