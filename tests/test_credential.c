/*
 * credential: what became of one that does not hold, told to who shows the whole of it; and who makes
 * and takes back which.
 */
#include "node/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/identity_clerk.h"
#include "tests/support/registry.h"

#define TOKEN(name, secret, ...) PAIRS("name", name, "hash", registry_hash(secret), __VA_ARGS__)

static void add(struct node_fixture *fixture, const char *name, const char *party,
		const char *roles)
{
	registry_do(fixture, "user-add",
		    PAIRS("name", name, "party", party, "roles", roles, "verifier", name));
}

/* What the gate is told of who shows this. */
static enum credential_fate fate(struct node_fixture *fixture, enum caller_proof proof,
				 const char *secret)
{
	struct buffer question, answer;
	struct caller claimed, caller;
	struct unpack from;
	unsigned fate;

	caller_init(&claimed);
	claimed.proof = proof;
	claimed.proof_hash = hash_of(bytes_of_text(secret));
	buffer_init(&question, 65536);
	buffer_init(&answer, 65536);
	caller_pack(&question, &claimed);
	assert_int_equal(identity_clerk_who(&fixture->turn, buffer_bytes(&question), &answer), OK);
	unpack_init(&from, buffer_bytes(&answer));
	caller_unpack(&from, fixture->arena, &caller);
	assert_false(caller_is_known(&caller));
	assert_false(unpack_u8(&from));
	fate = unpack_u8(&from);
	assert_int_equal(unpack_end(&from), OK);
	buffer_clear(&question);
	buffer_clear(&answer);
	return (enum credential_fate)fate;
}

static void who_shows_what_does_not_hold_is_told_what_became_of_it(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator(""), caller;
	const char *token, *card;

	node_fixture_set_date(fixture, "2026-03-01");
	add(fixture, "lan", "gom", "trader");
	registry_do(fixture, "token-make",
		    TOKEN("a", "old", "party", "gom", "until", "2026-03-05"));
	registry_do(fixture, "token-make", TOKEN("p", "lans", "user", "lan"));
	token = registry_do(fixture, "token-make", TOKEN("b", "taken", "party", "gom"));
	card = registry_do(fixture, "certificate-bind", TOKEN("c", "der", "party", "gom"));
	registry_do(fixture, "revoke", PAIRS("number", token));
	registry_do(fixture, "revoke", PAIRS("number", card));
	registry_do(fixture, "user-lock", PAIRS("name", "lan"));
	node_fixture_set_date(fixture, "2026-03-06");
	assert_int_equal(fate(fixture, CALLER_TOKEN, "old"), CREDENTIAL_ENDED);
	assert_int_equal(fate(fixture, CALLER_TOKEN, "taken"), CREDENTIAL_REVOKED);
	assert_int_equal(fate(fixture, CALLER_TOKEN, "lans"), CREDENTIAL_REVOKED);
	assert_int_equal(fate(fixture, CALLER_CERTIFICATE, "der"), CREDENTIAL_REVOKED);
	/* to who has not the whole of it, it is as if it had never been */
	assert_int_equal(fate(fixture, CALLER_TOKEN, "take"), CREDENTIAL_UNKNOWN);
	assert_int_equal(fate(fixture, CALLER_CERTIFICATE, "taken"), CREDENTIAL_UNKNOWN);
	/* a revoked token never comes back, an unbound card may be bound again */
	assert_string_equal(registry_refusal(fixture, &quynh, "token-make",
					     TOKEN("b", "taken", "party", "gom")),
			    "bound-already");
	registry_do(fixture, "certificate-bind", TOKEN("c", "der", "party", "nong-san"));
	assert_int_equal(registry_resolve(fixture, CALLER_CERTIFICATE, "der", &caller), OK);
	assert_string_equal(caller.party, "nong-san");
}

/* A year before all time must not become one behind it, and what cannot be written ends nobody's process. */
static void a_day_that_was_or_cannot_be_written_ends_nothing(void **state)
{
	static const char *const wrong[] = {"1960-01-01",           "1969-12-31",
					    "0001-01-01",           "2020-01-01",
					    "1960-01-01T00:00:00Z", "9999-12-31T23:59:60Z",
					    "9999-12-31T23:59:61Z", "10000-01-01T00:00:00Z"};
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("");

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_string_equal(
			registry_refusal(fixture, &quynh, "token-make",
					 TOKEN("a", "x", "party", "gom", "until", wrong[i])),
			"bad-until");
		assert_string_equal(
			registry_refusal(fixture, &quynh, "certificate-bind",
					 TOKEN("c", "y", "party", "gom", "until", wrong[i])),
			"bad-until");
	}
	registry_do(fixture, "certificate-bind",
		    TOKEN("c", "y", "party", "gom", "until", "9999-12-31"));
	registry_do(fixture, "certificate-bind",
		    TOKEN("d", "z", "party", "gom", "until", "9999-12-31T23:59:59Z"));
}

static void what_is_bound_is_not_bound_anew_for_something_else(void **state)
{
	static const char *const others[][3] = {{"c", "actions", "read"},
						{"c", "kinds", "vn.export"},
						{"c", "until", "2027-01-31"},
						{"other", "until", "2027-06-30"}};
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("");
	const char *const *wish = TOKEN("c", "der", "party", "gom", "until", "2027-06-30");
	const char *card = registry_do(fixture, "certificate-bind", wish);

	assert_string_equal(registry_do(fixture, "certificate-bind", wish), card);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_equal(registry_refusal(fixture, &quynh, "certificate-bind",
						     TOKEN(others[i][0], "der", "party", "gom",
							   others[i][1], others[i][2])),
				    "bound-already");
}

static void an_account_of_the_same_name_is_not_taken_for_the_one_that_is_asked_for(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller quynh = registry_operator("");
	const char *const *wish = PAIRS("name", "may", "party", "gom", "roles", "trader");
	const char *number = registry_do(fixture, "user-add", wish);

	assert_string_equal(registry_do(fixture, "user-add", wish), number);
	assert_string_equal(registry_refusal(fixture, &quynh, "user-add",
					     PAIRS("name", "may", "roles", "operator")),
			    "name-taken");
}

/* The warden has found that a password is right, under this verifier. */
static enum err sign_in_under(struct node_fixture *fixture, const char *verifier)
{
	struct caller nobody;

	caller_init(&nobody);
	return registry_ask(fixture, &nobody, "sign-in",
			    PAIRS("name", "lan", "address", "a", "hash", registry_hash("s5"),
				  "verifier", verifier),
			    NULL);
}

static void who_knew_the_password_before_it_was_changed_does_not_come_in(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller caller;

	registry_do(fixture, "user-add",
		    PAIRS("name", "lan", "party", "gom", "roles", "trader", "verifier", "old"));
	registry_do(fixture, "user-password", PAIRS("name", "lan", "verifier", "new"));
	assert_int_equal(sign_in_under(fixture, "old"), ERR_MISSING);
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, "s5", &caller), ERR_MISSING);
	assert_int_equal(sign_in_under(fixture, "new"), OK);
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, "s5", &caller), OK);
}

static void a_partys_tokens_are_no_persons_to_make_to_see_or_to_end(void **state)
{
	struct node_fixture *fixture = *state;
	static const struct {
		const char *name, *party, *roles;
	} people[] = {{"lan", "gom", "trader"},
		      {"hai", "dai-ly", "agent trader"},
		      {"an", "bct", "issuing-officer"},
		      {"minh", "hai-quan", "customs-officer"},
		      {"tuan", "hai-quan", "supervisor"}};
	struct caller machine;

	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		const char *name = people[i].name, *party = people[i].party;
		const char *secret = arena_format(fixture->arena, "%s's party", name);
		const char *number =
			registry_do(fixture, "token-make", TOKEN("erp", secret, "party", party));
		struct caller person;

		add(fixture, name, party, people[i].roles);
		person = registry_sign_in(fixture, name, name);
		assert_string_equal(registry_refusal(fixture, &person, "token-make",
						     TOKEN("mine", "another", "party", party)),
				    "of-the-party");
		assert_int_equal(
			registry_ask(fixture, &person, "revoke", PAIRS("number", number), NULL),
			ERR_MISSING);
		assert_int_equal(registry_resolve(fixture, CALLER_TOKEN, secret, &machine), OK);
		/* and what is theirs they make and end */
		secret = arena_format(fixture->arena, "%s's own", name);
		assert_int_equal(registry_ask(fixture, &person, "token-make",
					      TOKEN("mine", secret, "user", name), NULL),
				 OK);
		registry_do(fixture, "revoke", PAIRS("number", number));
	}
}

/* A session is counted however many tokens were made after it. */
static void tokens_hide_no_session_from_the_cap(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller caller;
	size_t living = 0;

	add(fixture, "lan", "gom", "trader");
	for (unsigned i = 0; i < CREDENTIAL_SESSIONS; i++)
		(void)registry_sign_in(fixture, "lan", arena_format(fixture->arena, "s%u", i));
	for (unsigned i = 0; i < 150; i++) {
		const char *token = arena_format(fixture->arena, "t%u", i);

		registry_do(fixture, "token-make", TOKEN(token, token, "user", "lan"));
	}
	(void)registry_sign_in(fixture, "lan", "new");
	for (unsigned i = 0; i < CREDENTIAL_SESSIONS; i++)
		living += registry_resolve(fixture, CALLER_SESSION,
					   arena_format(fixture->arena, "s%u", i), &caller) == OK;
	assert_int_equal(living, CREDENTIAL_SESSIONS - 1);
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, "s0", &caller), ERR_MISSING);
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, "new", &caller), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_shows_what_does_not_hold_is_told_what_became_of_it),
		TEST(a_day_that_was_or_cannot_be_written_ends_nothing),
		TEST(what_is_bound_is_not_bound_anew_for_something_else),
		TEST(an_account_of_the_same_name_is_not_taken_for_the_one_that_is_asked_for),
		TEST(who_knew_the_password_before_it_was_changed_does_not_come_in),
		TEST(a_partys_tokens_are_no_persons_to_make_to_see_or_to_end),
		TEST(tokens_hide_no_session_from_the_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
