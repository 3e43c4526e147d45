/*
 * Who one is: every credential right, wrong, ended, revoked, narrowed; who may give what to whom;
 * how often one may try.
 */
#include "node/who_secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/account.h"
#include "node/attempt.h"
#include "node/credential.h"
#include "node/identity_list.h"
#include "sampan/secret.h"
#include "tests/support/registry.h"

#define DAY_MS (24ull * 3600 * 1000)
#define TOKEN(name, secret, ...) PAIRS("name", name, "hash", registry_hash(secret), __VA_ARGS__)

static void add(struct node_fixture *fixture, const char *name, const char *party,
		const char *roles)
{
	registry_do(fixture, "user-add",
		    PAIRS("name", name, "party", party, "roles", roles, "verifier", name));
}

static bool holds(struct node_fixture *fixture, enum caller_proof proof, const char *secret)
{
	struct caller caller;
	enum err err = registry_resolve(fixture, proof, secret, &caller);

	assert_true(err == OK || err == ERR_MISSING);
	return err == OK;
}

/* ---- Tokens and certificates ---- */

static void a_token_is_its_partys_machine_until_it_ends(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller caller;

	node_fixture_set_date(fixture, "2026-03-01");
	registry_do(fixture, "token-make",
		    TOKEN("erp", "s1", "party", "gom", "until", "2026-03-05"));
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s1", &caller), OK);
	assert_string_equal(caller.party, "gom");
	assert_string_equal(caller.tax_code, "0100101308");
	assert_string_equal(caller.user, "");
	assert_string_equal(caller.credential, "erp");
	assert_int_equal(caller.roles, CALLER_TRADER);
	assert_false(holds(fixture, CALLER_TOKEN, "s2"));
	assert_false(holds(fixture, CALLER_SESSION, "s1"));
	assert_false(holds(fixture, CALLER_CERTIFICATE, "s1"));
	node_fixture_set_date(fixture, "2026-03-05");
	assert_true(holds(fixture, CALLER_TOKEN, "s1"));
	node_fixture_set_date(fixture, "2026-03-06");
	assert_false(holds(fixture, CALLER_TOKEN, "s1"));
}

static void no_token_lives_longer_than_a_year(void **state)
{
	struct node_fixture *fixture = *state;

	registry_do(fixture, "token-make", TOKEN("a", "s1", "party", "gom"));
	registry_do(fixture, "token-make", TOKEN("b", "s2", "party", "gom", "until", "2099-01-01"));
	fixture->turn.now_ms += 365 * DAY_MS;
	assert_true(holds(fixture, CALLER_TOKEN, "s1") && holds(fixture, CALLER_TOKEN, "s2"));
	fixture->turn.now_ms += 2 * DAY_MS;
	assert_false(holds(fixture, CALLER_TOKEN, "s1") || holds(fixture, CALLER_TOKEN, "s2"));
}

static void revoked_it_ends_at_once_and_only_for_those_whose_it_is(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number;
	struct caller viet, lan;

	add(fixture, "viet", "nong-san", "trader");
	add(fixture, "lan", "gom", "trader");
	number = registry_do(fixture, "token-make", TOKEN("erp", "s1", "user", "lan"));
	viet = registry_sign_in(fixture, "viet", "v");
	lan = registry_sign_in(fixture, "lan", "l");
	assert_int_equal(registry_ask(fixture, &viet, "revoke", PAIRS("number", number), NULL),
			 ERR_MISSING);
	assert_true(holds(fixture, CALLER_TOKEN, "s1"));
	assert_int_equal(registry_ask(fixture, &lan, "revoke", PAIRS("number", number), NULL), OK);
	assert_false(holds(fixture, CALLER_TOKEN, "s1"));
	assert_int_equal(registry_ask(fixture, &lan, "revoke", PAIRS("number", number), NULL),
			 ERR_MISSING);
	assert_string_equal(
		node_fixture_record(fixture, "TokenRevoked", identity_parse_number(number)).actor,
		"user:lan");
}

static void a_certificate_is_who_it_was_bound_to(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator(""), caller;
	const char *number;

	add(fixture, "lan", "gom", "trader");
	number = registry_do(fixture, "certificate-bind", TOKEN("card", "der", "user", "lan"));
	assert_int_equal(registry_resolve(fixture, CALLER_CERTIFICATE, "der", &caller), OK);
	assert_string_equal(caller.user, "lan");
	assert_string_equal(caller.party, "gom");
	assert_string_equal(registry_refusal(fixture, &quynh, "certificate-bind",
					     TOKEN("card", "der", "party", "nong-san")),
			    "bound-already");
	registry_do(fixture, "user-lock", PAIRS("name", "lan"));
	assert_false(holds(fixture, CALLER_CERTIFICATE, "der"));
	registry_do(fixture, "user-unlock", PAIRS("name", "lan"));
	assert_true(holds(fixture, CALLER_CERTIFICATE, "der"));
	registry_do(fixture, "revoke", PAIRS("number", number));
	assert_false(holds(fixture, CALLER_CERTIFICATE, "der"));
}

static void a_narrowed_token_lodges_its_kinds_only(void **state)
{
	struct node_fixture *fixture = *state;
	static const struct {
		const char *secret, *kind;
		bool is_taken;
		const char *limit;
	} cases[] = {{"s1", "vn.export", true, ""},
		     {"s1", "vn.import", false, "vn.export"},
		     {"s2", "vn.export", false, "read list"}};

	registry_do(fixture, "token-make", TOKEN("a", "s1", "party", "gom", "kinds", "vn.export"));
	registry_do(fixture, "token-make",
		    TOKEN("b", "s2", "party", "gom", "actions", "read list"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intake_answer answer;
		struct intake intake = {
			.party = "gom",
			.document = bytes_of(&i, sizeof(i)),
			.facts = node_fixture_facts(fixture, node_fixture_export,
						    PAIRS("kind", cases[i].kind, "procedure",
							  i == 1 ? "NK01" : "XK01", "reference",
							  cases[i].secret))};

		findings_init(&intake.findings, fixture->arena);
		assert_int_equal(
			registry_resolve(fixture, CALLER_TOKEN, cases[i].secret, &intake.caller),
			OK);
		node_fixture_begin(fixture);
		assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_int_equal(answer.verdict,
				 cases[i].is_taken ? INTAKE_ACCEPTED : INTAKE_REFUSED);
		if (!cases[i].is_taken) { /* it is the token that may not, not the party */
			assert_int_equal(intake.findings.count, 1);
			assert_string_equal(intake.findings.items[0].code, "token-limited");
			assert_string_equal(intake.findings.items[0].value, cases[i].limit);
		}
		if (cases[i].is_taken)
			assert_string_equal(node_fixture_attribute(fixture, "SubmissionAcceptance",
								   answer.message, "by"),
					    "token:a");
	}
}

static void revoked_between_door_and_commit_nothing_is_taken(void **state)
{
	struct node_fixture *fixture = *state;
	const char *number = registry_do(fixture, "token-make", TOKEN("a", "s1", "party", "gom"));
	struct intake intake = {.party = "gom",
				.document = bytes_of_text("d"),
				.facts = node_fixture_facts(fixture, node_fixture_export,
							    PAIRS("reference", "R9"))};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s1", &intake.caller), OK);
	registry_do(fixture, "revoke", PAIRS("number", number));
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), ERR_DENIED);
	node_fixture_drop(fixture);
}

static void nobody_lodges_as_another_party(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake intake = {.party = "nong-san",
				.document = bytes_of_text("d"),
				.facts = node_fixture_facts(fixture, node_fixture_export,
							    PAIRS("from", "0301442986"))};
	struct intake_answer answer;

	registry_do(fixture, "token-make", TOKEN("a", "s1", "party", "gom"));
	findings_init(&intake.findings, fixture->arena);
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s1", &intake.caller), OK);
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), ERR_DENIED);
	node_fixture_drop(fixture);
}

/* ---- Who gives what ---- */

static void nobody_gives_out_more_than_they_have(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller hai, lan, token, caller;

	add(fixture, "hai", "dai-ly", "trader"); /* the party is an agent too */
	add(fixture, "lan", "gom", "trader");
	hai = registry_sign_in(fixture, "hai", "h");
	lan = registry_sign_in(fixture, "lan", "l");
	assert_int_equal(
		registry_ask(fixture, &hai, "token-make", TOKEN("a", "s1", "user", "hai"), NULL),
		OK);
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s1", &token), OK);
	assert_int_equal(token.roles, CALLER_TRADER);
	assert_int_equal(
		registry_ask(fixture, &token, "token-make", TOKEN("b", "s2", "user", "hai"), NULL),
		ERR_DENIED);
	assert_int_equal(
		registry_ask(fixture, &hai, "token-make", TOKEN("c", "s3", "party", "gom"), NULL),
		ERR_DENIED);
	assert_int_equal(
		registry_ask(fixture, &lan, "token-make", TOKEN("d", "s4", "user", "hai"), NULL),
		ERR_DENIED);
	registry_do(fixture, "certificate-bind",
		    TOKEN("card", "der", "user", "lan", "kinds", "vn.export", "actions",
			  "lodge tokens"));
	assert_int_equal(registry_resolve(fixture, CALLER_CERTIFICATE, "der", &lan), OK);
	assert_string_equal(registry_refusal(fixture, &lan, "token-make",
					     TOKEN("e", "s5", "user", "lan", "kinds", "vn.import")),
			    "kinds-too-wide");
	assert_string_equal(
		registry_refusal(fixture, &lan, "token-make", TOKEN("e", "s5", "user", "lan")),
		"kinds-too-wide");
	assert_string_equal(registry_refusal(fixture, &lan, "token-make",
					     TOKEN("e", "s5", "user", "lan", "kinds", "vn.export",
						   "actions", "lodge download")),
			    "");
	assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, "s5", &caller), OK);
	assert_true(caller.actions == UINT64_C(1) << ACCESS_LODGE);
}

static void only_an_operator_touches_accounts(void **state)
{
	struct node_fixture *fixture = *state;
	static const char *const verbs[] = {"user-add", "user-change", "user-password", "user-lock",
					    "user-unlock"};
	struct caller lan, auditor, folder = registry_folder("gom"), nobody;
	const struct caller *callers[] = {&lan, &auditor, &folder, &nobody};

	add(fixture, "lan", "gom", "trader");
	add(fixture, "ha", "", "auditor");
	add(fixture, "other", "gom", "trader");
	lan = registry_sign_in(fixture, "lan", "l");
	auditor = registry_sign_in(fixture, "ha", "a");
	caller_init(&nobody);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		for (size_t j = 0; j < sizeof(callers) / sizeof(callers[0]); j++)
			assert_int_equal(registry_ask(fixture, callers[j], verbs[i],
						      PAIRS("name", "other", "roles", "operator",
							    "verifier", "x"),
						      NULL),
					 ERR_DENIED);
}

static void what_an_account_cannot_be_is_refused_with_a_word(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("");
	static const struct {
		const char *name, *party, *roles, *offices, *issuing, *why;
	} cases[] = {
		{"a b", "gom", "trader", "", "", "bad-name"},
		{"-a", "gom", "trader", "", "", "bad-name"},
		{"../a", "gom", "trader", "", "", "bad-name"},
		{"a", "gom", "king", "", "", "unknown-role"},
		{"a", "nobody", "trader", "", "", "unknown-party"},
		{"a", "gom", "", "", "", "role-not-of-party"},
		{"a", "gom", "agent", "", "", "role-not-of-party"},
		{"a", "gom", "supervisor", "", "", "role-not-of-party"},
		{"a", "", "customs-officer", "01PL", "", "role-not-of-party"},
		{"a", "gom", "trader", "01PL", "", "offices-without-role"},
		{"a", "hai-quan", "customs-officer", "01PL", "BCTHN", "offices-without-role"},
		{"a", "hai-quan", "customs-officer supervisor", "01PL/02", "", ""},
		{"a", "hai-quan", "customs-officer supervisor", "01PL/02", "",
		 ""}, /* asked again */
		{"a", "hai-quan", "customs-officer", "", "", "name-taken"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			registry_refusal(fixture, &quynh, "user-add",
					 PAIRS("name", cases[i].name, "party", cases[i].party,
					       "roles", cases[i].roles, "offices", cases[i].offices,
					       "issuingOffices", cases[i].issuing)),
			cases[i].why);
	assert_string_equal(registry_refusal(fixture, &quynh, "user-add",
					     PAIRS("name", "a", "party", "gom", "roles", "trader",
						   "verifier", "x")),
			    "name-taken");
}

static void a_role_that_the_party_loses_its_people_lose(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller caller;

	add(fixture, "hai", "dai-ly", "agent trader");
	(void)registry_sign_in(fixture, "hai", "h");
	fixture->parties[2].roles = PARTY_TRADER;
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, "h", &caller), OK);
	assert_int_equal(caller.roles, CALLER_TRADER);
	fixture->config.party_count = 2; /* the party is gone */
	assert_false(holds(fixture, CALLER_SESSION, "h"));
}

/* ---- Sessions ---- */

static void a_session_ends_by_rest_and_by_age(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller nobody;
	uint64_t begun_ms;

	caller_init(&nobody);
	add(fixture, "lan", "gom", "trader");
	(void)registry_sign_in(fixture, "lan", "s1");
	begun_ms = fixture->turn.now_ms;
	fixture->turn.now_ms += CREDENTIAL_IDLE_MS - 1;
	assert_true(holds(fixture, CALLER_SESSION, "s1"));
	fixture->turn.now_ms += 1;
	assert_false(holds(fixture, CALLER_SESSION, "s1"));
	(void)registry_sign_in(fixture, "lan", "s2");
	begun_ms = fixture->turn.now_ms;
	while (fixture->turn.now_ms < begun_ms + CREDENTIAL_SESSION_MS - 1) {
		assert_int_equal(registry_ask(fixture, &nobody, "used",
					      PAIRS("hash", registry_hash("s2")), NULL),
				 OK);
		assert_true(holds(fixture, CALLER_SESSION, "s2"));
		fixture->turn.now_ms += CREDENTIAL_IDLE_MS / 2;
	}
	assert_false(holds(fixture, CALLER_SESSION, "s2"));
	assert_int_equal(
		registry_ask(fixture, &nobody, "used", PAIRS("hash", registry_hash("s1")), NULL),
		OK);
	assert_false(holds(fixture, CALLER_SESSION, "s1")); /* what ended does not come back */
}

static void a_new_password_a_lock_and_signing_out_end_sessions(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller nobody;

	caller_init(&nobody);
	add(fixture, "lan", "gom", "trader");
	(void)registry_sign_in(fixture, "lan", "s1");
	(void)registry_sign_in(fixture, "lan", "s2");
	registry_do(fixture, "user-password", PAIRS("name", "lan", "verifier", "new"));
	assert_false(holds(fixture, CALLER_SESSION, "s1") || holds(fixture, CALLER_SESSION, "s2"));
	(void)registry_sign_in(fixture, "lan", "s3");
	(void)registry_sign_in(fixture, "lan", "s4");
	assert_int_equal(registry_ask(fixture, &nobody, "sign-out",
				      PAIRS("hash", registry_hash("s3")), NULL),
			 OK);
	assert_false(holds(fixture, CALLER_SESSION, "s3"));
	assert_true(holds(fixture, CALLER_SESSION, "s4"));
	registry_do(fixture, "user-lock", PAIRS("name", "lan"));
	assert_false(holds(fixture, CALLER_SESSION, "s4"));
	assert_int_equal(
		registry_ask(fixture, &nobody, "sign-in",
			     PAIRS("name", "lan", "address", "a", "hash", registry_hash("s5"),
				   "verifier", "new"),
			     NULL),
		ERR_MISSING);
	registry_do(fixture, "user-unlock", PAIRS("name", "lan"));
	assert_false(holds(fixture, CALLER_SESSION, "s4"));
}

static void one_person_has_so_many_sessions_and_the_oldest_goes(void **state)
{
	struct node_fixture *fixture = *state;
	size_t living = 0;

	add(fixture, "lan", "gom", "trader");
	for (unsigned i = 0; i < CREDENTIAL_SESSIONS + 5; i++) {
		char secret[2] = {(char)('A' + (int)i), '\0'};

		(void)registry_sign_in(fixture, "lan", secret);
		fixture->turn.now_ms += 1000;
	}
	for (unsigned i = 0; i < CREDENTIAL_SESSIONS + 5; i++) {
		char secret[2] = {(char)('A' + (int)i), '\0'};

		living += holds(fixture, CALLER_SESSION, secret) ? 1 : 0;
	}
	assert_int_equal(living, CREDENTIAL_SESSIONS);
	assert_false(holds(fixture, CALLER_SESSION, "A"));
}

/* ---- Trying ---- */

static struct facts attempt(struct node_fixture *fixture, const char *name, const char *address)
{
	struct caller nobody;
	struct facts answer;

	caller_init(&nobody);
	assert_int_equal(registry_ask(fixture, &nobody, "attempt",
				      PAIRS("name", name, "address", address), &answer),
			 OK);
	return answer;
}

static bool is_let(struct node_fixture *fixture, const char *name, const char *address)
{
	struct facts answer = attempt(fixture, name, address);

	assert_true((facts_get(&answer, "verifier") == NULL) !=
		    (facts_get(&answer, "wait") == NULL));
	return facts_get(&answer, "verifier") != NULL;
}

static void who_guesses_waits_and_whether_there_is_an_account_changes_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	static const char *const names[] = {"lan", "nobody", "locked"};

	add(fixture, "lan", "gom", "trader");
	add(fixture, "locked", "gom", "trader");
	registry_do(fixture, "user-lock", PAIRS("name", "locked"));
	for (size_t i = 0; i < 3; i++) {
		char address[] = {'1', '0', '.', '0', '.', '0', '.', (char)('1' + (int)i), '\0'};
		struct facts answer;

		for (unsigned j = 0; j < ATTEMPT_OF_ACCOUNT; j++)
			assert_true(is_let(fixture, names[i], address));
		answer = attempt(fixture, names[i], address);
		assert_string_equal(facts_get_or_empty(&answer, "wait"), "60");
		assert_null(facts_get(&answer, "verifier"));
		fixture->turn.now_ms += ATTEMPT_OF_ACCOUNT_MS;
		assert_true(is_let(fixture, names[i], address));
		assert_false(is_let(fixture, names[i], address));
	}
	assert_int_equal(node_fixture_count(fixture, "SignInsLimited", 0), 2);
}

static void a_name_without_account_gets_a_verifier_that_nothing_fits(void **state)
{
	struct node_fixture *fixture = *state;
	struct facts one = attempt(fixture, "nobody", "192.0.2.1");
	struct facts two = attempt(fixture, "nobody", "192.0.2.1");
	const char *verifier = facts_get_or_empty(&one, "verifier");

	assert_int_equal(strncmp(verifier, "scrypt$15$8$3$", 14), 0);
	/* the same salt each time, as an account would have */
	assert_int_equal(strncmp(verifier, facts_get_or_empty(&two, "verifier"), 14 + 32), 0);
	assert_int_equal(secret_check(verifier, bytes_of_text("nobody")), ERR_DENIED);
}

static void one_address_tries_so_often_whatever_names_it_says(void **state)
{
	struct node_fixture *fixture = *state;
	unsigned let = 0;

	for (unsigned i = 0; i < ATTEMPT_OF_ADDRESS + 10; i++) {
		char name[] = {'n', (char)('a' + (int)(i % 26)), (char)('a' + (int)(i / 26)), '\0'};

		let += is_let(fixture, name, "2001:db8:1:2::7") ? 1 : 0;
	}
	assert_int_equal(let, ATTEMPT_OF_ADDRESS);
	assert_false(is_let(fixture, "zz", "2001:db8:1:2:ffff::8")); /* the same /64 */
	assert_true(is_let(fixture, "zz", "2001:db8:1:3::7"));
	fixture->turn.now_ms += ATTEMPT_OF_ADDRESS_MS;
	assert_true(is_let(fixture, "zy", "2001:db8:1:2::7"));
	assert_false(is_let(fixture, "zx", "2001:db8:1:2::7"));
}

static void the_right_password_gives_the_tries_back(void **state)
{
	struct node_fixture *fixture = *state;

	add(fixture, "lan", "gom", "trader");
	for (unsigned round = 0; round < 5; round++) {
		char secret[2] = {(char)('A' + (int)round), '\0'};

		for (unsigned i = 0; i < ATTEMPT_OF_ACCOUNT - 1; i++)
			assert_true(
				is_let(fixture, "lan", round % 2 == 0 ? "192.0.2.1" : "192.0.2.2"));
		(void)registry_sign_in(fixture, "lan", secret);
	}
}

static void a_clock_set_back_gives_no_tries(void **state)
{
	struct node_fixture *fixture = *state;

	for (unsigned i = 0; i < ATTEMPT_OF_ACCOUNT; i++)
		assert_true(is_let(fixture, "nobody", "192.0.2.1"));
	fixture->turn.now_ms -= 365 * DAY_MS;
	assert_false(is_let(fixture, "nobody", "192.0.2.1"));
	fixture->turn.now_ms += ATTEMPT_OF_ACCOUNT_MS;
	assert_true(is_let(fixture, "nobody", "192.0.2.1"));
}

/* ---- Passwords ---- */

static void a_verifier_fits_its_password_only(void **state)
{
	char verifier[SECRET_VERIFIER_BYTES], again[SECRET_VERIFIER_BYTES];
	static const char *const wrong[] = {"", "scrypt$15$8$3$00$00", "scrypt$31$8$3$", "md5$x",
					    "scrypt$15$8$99$"};

	(void)state;
	assert_int_equal(secret_make_verifier(bytes_of_text("mật khẩu dài"), verifier), OK);
	assert_int_equal(secret_make_verifier(bytes_of_text("mật khẩu dài"), again), OK);
	assert_string_not_equal(verifier, again); /* salted */
	assert_int_equal(secret_check(verifier, bytes_of_text("mật khẩu dài")), OK);
	assert_int_equal(secret_check(verifier, bytes_of_text("mật khẩu dàI")), ERR_DENIED);
	assert_int_equal(secret_check(verifier, bytes_of_text("")), ERR_DENIED);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(secret_check(wrong[i], bytes_of_text("x")), ERR_FORMAT);
}

/* ---- What a request shows ---- */

static void what_a_request_shows_is_read_strictly(void **state)
{
#define SECRET "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	static const struct {
		const char *authorization, *cookie;
		bool has_certificate;
		enum who_secret_found found;
		enum caller_proof proof;
	} cases[] = {
		{NULL, NULL, false, WHO_SECRET_NONE, CALLER_NOBODY},
		{"Bearer sampan_" SECRET, NULL, false, WHO_SECRET_GOOD, CALLER_TOKEN},
		{"bearer sampan_" SECRET, NULL, false, WHO_SECRET_GOOD, CALLER_TOKEN},
		{"Bearer " SECRET, NULL, false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Bearer sampan_" SECRET "A", NULL, false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Bearer sampan_" SECRET " ", NULL, false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Bearer  sampan_" SECRET, NULL, false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Bearer sampan_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/", NULL, false,
		 WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Basic bGFuOnNlY3JldA==", NULL, false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"", NULL, true, WHO_SECRET_WRONG, CALLER_NOBODY},
		{NULL, "__Host-sampan=" SECRET, false, WHO_SECRET_GOOD, CALLER_SESSION},
		{NULL, "a=b; __Host-sampan=" SECRET "; c", false, WHO_SECRET_GOOD, CALLER_SESSION},
		{NULL, "__Host-sampan=" SECRET "; __Host-sampan=" SECRET, false, WHO_SECRET_WRONG,
		 CALLER_NOBODY},
		{NULL, "__Host-sampan=", false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{NULL, "__Host-sampan", false, WHO_SECRET_WRONG, CALLER_NOBODY},
		{NULL, "__host-sampan=" SECRET "; sampan=" SECRET, false, WHO_SECRET_NONE,
		 CALLER_NOBODY},
		{NULL, ";;; ; =; =x", false, WHO_SECRET_NONE, CALLER_NOBODY},
		{NULL, "other=1", true, WHO_SECRET_GOOD, CALLER_CERTIFICATE},
		{NULL, "__Host-sampan=x", true, WHO_SECRET_WRONG, CALLER_NOBODY},
		{"Bearer x", "__Host-sampan=" SECRET, true, WHO_SECRET_WRONG, CALLER_NOBODY},
	};
	const struct hash certificate = hash_of(bytes_of_text("der"));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct who_secret secret;
		enum who_secret_found found =
			who_secret_find(cases[i].authorization, cases[i].cookie,
					cases[i].has_certificate ? &certificate : NULL, &secret);

		if (found != cases[i].found ||
		    (found == WHO_SECRET_GOOD && secret.proof != cases[i].proof))
			fail_msg("case %zu: %d", i, found);
	}
}

static void secrets_are_made_of_their_form_and_never_twice(void **state)
{
	char one[WHO_TEXT_BYTES], two[WHO_TEXT_BYTES];
	struct hash hash, same;

	(void)state;
	who_secret_make(WHO_TOKEN_PREFIX, one, &hash);
	assert_true(who_secret_hash(WHO_TOKEN_PREFIX, bytes_of_text(one), &same));
	assert_true(hash_equal(&hash, &same));
	assert_false(who_secret_hash("", bytes_of_text(one), &same));
	who_secret_make(WHO_TOKEN_PREFIX, two, &hash);
	assert_string_not_equal(one, two);
}

static void a_csrf_token_is_of_one_session_only(void **state)
{
	char one[HASH_HEX_BYTES], two[HASH_HEX_BYTES];
	struct hash hash = hash_of(bytes_of_text(SECRET));
	char hex[HASH_HEX_BYTES];

	(void)state;
	who_secret_csrf(SECRET, one);
	who_secret_csrf("BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", two);
	hash_format_hex(&hash, hex);
	assert_string_not_equal(one, two);
	assert_string_not_equal(one, hex); /* not what the ledger keeps */
}

/* ---- Lists and audit ---- */

static size_t rows(struct node_fixture *fixture, const struct caller *caller, const char *what,
		   const char *text)
{
	struct buffer buffer;
	size_t count = 0;
	char *json;

	buffer_init(&buffer, 1024 * 1024);
	assert_int_equal(identity_list(&fixture->turn, caller, what, 0, &buffer), OK);
	json = arena_text(fixture->arena, buffer_bytes(&buffer));
	for (const char *at = json; (at = strstr(at, text)) != NULL; at++)
		count++;
	buffer_clear(&buffer);
	return count;
}

static void each_sees_their_own_and_no_secret(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller lan, viet, auditor;

	add(fixture, "lan", "gom", "trader");
	add(fixture, "viet", "nong-san", "trader");
	add(fixture, "ha", "", "auditor");
	registry_do(fixture, "token-make", TOKEN("erp", "s1", "party", "gom"));
	lan = registry_sign_in(fixture, "lan", "l");
	viet = registry_sign_in(fixture, "viet", "v");
	auditor = registry_sign_in(fixture, "ha", "a");
	assert_int_equal(rows(fixture, &lan, "credentials", "\"number\""), 1);
	assert_int_equal(rows(fixture, &viet, "credentials", "\"number\""), 1);
	assert_int_equal(rows(fixture, &auditor, "credentials", "\"number\""), 4);
	assert_int_equal(rows(fixture, &lan, "users", "\"name\""), 1);
	assert_int_equal(rows(fixture, &auditor, "users", "\"name\""), 3);
	assert_int_equal(rows(fixture, &lan, "audit", "\"event\""), 0);
	assert_true(rows(fixture, &auditor, "audit", "\"event\"") >= 7);
	assert_int_equal(rows(fixture, &auditor, "credentials", registry_hash("s1")), 0);
	assert_int_equal(rows(fixture, &auditor, "users", "verifier"), 0);
}

static void reading_beyond_ones_scope_is_on_record_with_its_reason(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller minh;

	add(fixture, "minh", "hai-quan", "customs-officer");
	minh = registry_sign_in(fixture, "minh", "m");
	assert_int_equal(registry_ask(fixture, &minh, "read-beyond",
				      PAIRS("message", "VN-1-7", "action", "download"), NULL),
			 ERR_DENIED);
	minh.reason = "thanh tra 12/2026";
	assert_int_equal(registry_ask(fixture, &minh, "read-beyond",
				      PAIRS("message", "VN-1-7", "action", "download"), NULL),
			 OK);
	assert_string_equal(node_fixture_attribute(fixture, "ReadOutsideScope", 1, "reason"),
			    "thanh tra 12/2026");
	assert_string_equal(node_fixture_attribute(fixture, "ReadOutsideScope", 1, "read"),
			    "VN-1-7");
	assert_string_equal(node_fixture_record(fixture, "ReadOutsideScope", 1).actor, "user:minh");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_its_partys_machine_until_it_ends),
		TEST(no_token_lives_longer_than_a_year),
		TEST(revoked_it_ends_at_once_and_only_for_those_whose_it_is),
		TEST(a_certificate_is_who_it_was_bound_to),
		TEST(a_narrowed_token_lodges_its_kinds_only),
		TEST(revoked_between_door_and_commit_nothing_is_taken),
		TEST(nobody_lodges_as_another_party),
		TEST(nobody_gives_out_more_than_they_have),
		TEST(only_an_operator_touches_accounts),
		TEST(what_an_account_cannot_be_is_refused_with_a_word),
		TEST(a_role_that_the_party_loses_its_people_lose),
		TEST(a_session_ends_by_rest_and_by_age),
		TEST(a_new_password_a_lock_and_signing_out_end_sessions),
		TEST(one_person_has_so_many_sessions_and_the_oldest_goes),
		TEST(who_guesses_waits_and_whether_there_is_an_account_changes_nothing),
		TEST(a_name_without_account_gets_a_verifier_that_nothing_fits),
		TEST(one_address_tries_so_often_whatever_names_it_says),
		TEST(the_right_password_gives_the_tries_back),
		TEST(a_clock_set_back_gives_no_tries),
		cmocka_unit_test(a_verifier_fits_its_password_only),
		cmocka_unit_test(what_a_request_shows_is_read_strictly),
		cmocka_unit_test(secrets_are_made_of_their_form_and_never_twice),
		cmocka_unit_test(a_csrf_token_is_of_one_session_only),
		TEST(each_sees_their_own_and_no_secret),
		TEST(reading_beyond_ones_scope_is_on_record_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
