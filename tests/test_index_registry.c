/*
 * index_registry: an account, a credential, a mandate or a note for the next shift that is gone, that nobody made, or
 * that says something else than its records, is told by the verification of the ledger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/account.h"
#include "node/credential.h"
#include "node/mandate.h"
#include "tests/support/index_change.h"
#include "tests/support/registry.h"

#define GOM "0100101308"
#define NONG_SAN "0301442986"

static struct caller enter(struct node_fixture *fixture, const char *name, const char *party,
			   const char *role, const char *offices)
{
	registry_do(fixture, "user-add",
		    PAIRS("name", name, "fullName", name, "party", party, "roles", role, "offices",
			  offices, "verifier", "v"));
	return registry_sign_in(fixture, name, name);
}

static void leave(struct node_fixture *fixture, const struct caller *caller, const char *text)
{
	assert_int_equal(registry_ask(fixture, caller, "hand-over",
				      PAIRS("office", "03CC", "text", text), NULL),
			 OK);
}

static const char *make_token(struct node_fixture *fixture, const char *secret, const char *actions)
{
	return registry_do(fixture, "token-make",
			   PAIRS("hash", registry_hash(secret), "name", secret, "party", "gom",
				 "actions", actions, "kinds", "vn.export"));
}

static const char *bind(struct node_fixture *fixture)
{
	return registry_do(
		fixture, "certificate-bind",
		PAIRS("hash", registry_hash("certificate"), "name", "machine", "party", "gom"));
}

/* Of everything one that holds and one that does not hold any more. */
static void live(struct node_fixture *fixture)
{
	struct caller an = enter(fixture, "an", "hai-quan", "supervisor", "03CC/01");
	struct caller lan = enter(fixture, "lan", "gom", "trader", "");
	const char *proposed =
		registry_do(fixture, "mandate-give",
			    PAIRS("principal", NONG_SAN, "agent", "dai-ly", "until", "2027-12-31"));
	struct facts given;

	leave(fixture, &an, "one waits");
	leave(fixture, &an, "two wait");
	registry_do(fixture, "user-change", PAIRS("name", "an", "fullName", "An Le"));
	registry_do(fixture, "user-lock", PAIRS("name", "an"));
	registry_do(fixture, "revoke", PAIRS("number", make_token(fixture, "old", "")));
	(void)make_token(fixture, "token", "download");
	registry_do(fixture, "revoke", PAIRS("number", bind(fixture)));
	(void)bind(fixture);
	assert_int_equal(registry_ask(fixture, &lan, "mandate-give",
				      PAIRS("principal", GOM, "agent", "dai-ly"), &given),
			 OK);
	registry_do(fixture, "mandate-confirm", PAIRS("number", proposed));
	registry_do(fixture, "mandate-revoke",
		    PAIRS("number", facts_get_or_empty(&given, "number")));
	registry_do(fixture, "mandate-give", PAIRS("principal", GOM, "agent", "dai-ly"));
}

static void what_was_done_is_as_its_records_say(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	assert_string_equal(index_change_judge(fixture, 0).what, "");
}

/* A revoked credential that stands nowhere any more is as one of which nothing was kept. A session is no record's. */
static bool may_be_gone(const struct node_fixture *fixture, struct bytes key, struct bytes value)
{
	struct credential credential;

	return key.at[0] == SPACE_CREDENTIAL &&
	       credential_parse(value, fixture->arena, &credential) == OK &&
	       credential.revoked_ms != 0;
}

static void every_entry_that_is_taken_away_is_missed(void **state)
{
	struct node_fixture *fixture = *state;
	size_t missed = 0;

	live(fixture);
	for (const char *space = "NUBV"; *space != '\0'; space++) {
		struct index_change_keys keys;

		index_change_gather(fixture, *space, &keys);
		for (size_t i = 0; i < keys.count; i++) {
			bool may = may_be_gone(fixture, keys.keys[i], keys.values[i]);
			struct ledger_verdict verdict;

			index_change(fixture, keys.keys[i], NULL);
			verdict = index_change_judge(fixture, 1);
			if ((verdict.first_bad == 0) != may)
				fail_msg("%c, entry %zu", *space, i);
			missed += verdict.first_bad != 0;
			index_change(fixture, keys.keys[i], &keys.values[i]);
		}
	}
	assert_true(missed > 40);
	assert_string_equal(index_change_judge(fixture, 1).what, "");
}

/* The same entry under another key: it was listed for somebody else, or for nobody. */
static void every_entry_in_another_place_is_told(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	for (const char *space = "NUBV"; *space != '\0'; space++) {
		struct index_change_keys keys;

		index_change_gather(fixture, *space, &keys);
		for (size_t i = 0; i < keys.count; i++)
			for (size_t at = 1; at < keys.keys[i].len; at++) {
				uint8_t moved[TURN_KEY_BYTES];
				struct bytes key = bytes_of(moved, keys.keys[i].len);

				memcpy(moved, keys.keys[i].at, keys.keys[i].len);
				moved[at] ^= 0x40;
				index_change(fixture, key, &keys.values[i]);
				if (index_change_judge(fixture, 1).first_bad == 0)
					fail_msg("%c, entry %zu, byte %zu", *space, i, at);
				index_change(fixture, key, NULL);
			}
	}
	assert_string_equal(index_change_judge(fixture, 1).what, "");
}

/* But the version of a mandate, which is not a word of its records. */
static void every_byte_of_mandates_and_lists_is_held_against_records(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	for (const char *space = "NV"; *space != '\0'; space++) {
		struct index_change_keys keys;

		index_change_gather(fixture, *space, &keys);
		for (size_t i = 0; i < keys.count; i++)
			for (size_t at = *space == 'V' ? 2 : 0; at < keys.values[i].len; at++) {
				uint8_t *changed = arena_copy(fixture->arena, keys.values[i]);
				struct bytes value = bytes_of(changed, keys.values[i].len);

				changed[at] ^= 1;
				index_change(fixture, keys.keys[i], &value);
				if (index_change_judge(fixture, 1).first_bad == 0)
					fail_msg("%c, entry %zu, byte %zu", *space, i, at);
				index_change(fixture, keys.keys[i], &keys.values[i]);
			}
	}
}

/* ---- What somebody with the machine in their hands would write ---- */

static void widen_account(struct account *account, size_t how)
{
	static const char more[] = "03CC 02CI";

	switch (how) {
	case 0:
		account->roles |= CALLER_OPERATOR;
		break;
	case 1:
		account->is_locked = !account->is_locked;
		break;
	case 2:
		account->offices = more;
		break;
	case 3:
		account->issuing_offices = more;
		break;
	case 4:
		account->party = "nong-san";
		break;
	default:
		account->full_name = "Somebody";
		break;
	}
}

/* As a commit: whoever commits to a store that changed behind it is refused. */
static void put_back(struct node_fixture *fixture, struct bytes key, struct bytes value)
{
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, key, value), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void an_account_that_can_do_more_than_was_recorded_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;

	live(fixture);
	index_change_gather(fixture, SPACE_ACCOUNT, &keys);
	assert_int_equal(keys.count, 2);
	for (size_t i = 0; i < keys.count * 6; i++) {
		struct bytes was = keys.values[i % 2];
		struct account account;

		assert_int_equal(account_parse(was, fixture->arena, &account), OK);
		widen_account(&account, i / 2);
		node_fixture_begin(fixture);
		assert_int_equal(account_save(&fixture->turn, &account), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		assert_string_equal(index_change_judge(fixture, 1).what,
				    "an account is not as its records say");
		put_back(fixture, keys.keys[i % 2], was);
	}
}

/* More records than are looked at in one go. */
static void an_account_with_a_long_life_is_judged_by_its_newest_change(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;
	struct account account;

	(void)enter(fixture, "lan", "gom", "trader", "");
	registry_do(fixture, "user-change", PAIRS("name", "lan", "fullName", "Lan Le"));
	for (unsigned i = 0; i < 150; i++) {
		uint64_t ignored;

		node_fixture_begin(fixture);
		assert_int_equal(account_load(&fixture->turn, "lan", &account), OK);
		assert_int_equal(identity_record(&fixture->turn, account.number, "ReadOutsideScope",
						 &(struct caller){.user = ""}, NULL, &ignored),
				 OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
	}
	assert_string_equal(index_change_judge(fixture, 1).what, "");
	index_change_gather(fixture, SPACE_ACCOUNT, &keys);
	assert_int_equal(account_parse(keys.values[0], fixture->arena, &account), OK);
	assert_string_equal(account.full_name, "Lan Le");
	account.full_name = "lan"; /* as the first record says */
	node_fixture_begin(fixture);
	assert_int_equal(account_save(&fixture->turn, &account), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_string_equal(index_change_judge(fixture, 1).what,
			    "an account is not as its records say");
}

static void widen_credential(struct credential *credential, size_t how)
{
	switch (how) {
	case 0:
		credential->actions = CALLER_ALL_ACTIONS - 1;
		break;
	case 1:
		credential->kinds = "vn.export vn.co";
		break;
	case 2:
		credential->until_ms += 1000;
		break;
	case 3:
		credential->party = "nong-san";
		break;
	case 4:
		credential->user = "lan";
		break;
	default:
		credential->revoked_ms = credential->revoked_ms == 0 ? 1 : 0;
		break;
	}
}

static void a_credential_that_can_do_more_than_was_recorded_is_told(void **state)
{
	struct node_fixture *fixture = *state;
	struct index_change_keys keys;
	size_t told = 0;

	live(fixture);
	index_change_gather(fixture, SPACE_CREDENTIAL, &keys);
	for (size_t i = 0; i < keys.count * 6; i++) {
		struct bytes key = keys.keys[i / 6], was = keys.values[i / 6];
		struct credential credential;

		assert_int_equal(credential_parse(was, fixture->arena, &credential), OK);
		if (credential.proof == CALLER_SESSION)
			continue;
		widen_credential(&credential, i % 6);
		node_fixture_begin(fixture);
		assert_int_equal(credential_save(&fixture->turn, &credential), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
		if (index_change_judge(fixture, 1).first_bad == 0)
			fail_msg("credential %zu, change %zu", i / 6, i % 6);
		told++;
		put_back(fixture, key, was);
	}
	assert_int_equal(told, 3 * 6);
}

static void a_store_that_fails_is_no_verdict(void **state)
{
	struct node_fixture *fixture = *state;

	live(fixture);
	assert_true(index_change_fail_each(fixture) > 100);
}

#define BEGUN(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BEGUN(what_was_done_is_as_its_records_say),
		BEGUN(every_entry_that_is_taken_away_is_missed),
		BEGUN(every_entry_in_another_place_is_told),
		BEGUN(every_byte_of_mandates_and_lists_is_held_against_records),
		BEGUN(an_account_that_can_do_more_than_was_recorded_is_told),
		BEGUN(an_account_with_a_long_life_is_judged_by_its_newest_change),
		BEGUN(a_credential_that_can_do_more_than_was_recorded_is_told),
		BEGUN(a_store_that_fails_is_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
