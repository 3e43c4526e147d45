#include "tests/support/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/account.h"

struct caller registry_operator(const char *reason)
{
	struct caller caller;

	caller_of_admin("quynh", &caller);
	caller.reason = reason;
	return caller;
}

struct caller registry_folder(const char *party)
{
	struct caller caller;

	caller_init(&caller);
	caller.proof = CALLER_FOLDER;
	caller.party = party;
	return caller;
}

enum err registry_ask(struct node_fixture *fixture, const struct caller *caller, const char *verb,
		      const char *const *pairs, struct facts *ret_answer)
{
	struct identity_ask ask = {.caller = *caller, .verb = verb};
	struct facts answer;
	enum err err;

	facts_init(&ask.facts, fixture->arena);
	facts_init(&answer, fixture->arena);
	for (; pairs[0] != NULL; pairs += 2)
		assert_int_equal(facts_put(&ask.facts, pairs[0], pairs[1]), OK);
	node_fixture_begin(fixture);
	err = identity_serve(&fixture->turn, &ask, &answer);
	if (err != OK) {
		node_fixture_drop(fixture);
		return err;
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	if (ret_answer != NULL)
		*ret_answer = answer;
	return OK;
}

const char *registry_refusal(struct node_fixture *fixture, const struct caller *caller,
			     const char *verb, const char *const *pairs)
{
	struct facts answer;

	assert_int_equal(registry_ask(fixture, caller, verb, pairs, &answer), OK);
	return facts_get_or_empty(&answer, "refused");
}

const char *registry_do(struct node_fixture *fixture, const char *verb, const char *const *pairs)
{
	struct caller caller = registry_operator("test");
	struct facts answer;

	assert_int_equal(registry_ask(fixture, &caller, verb, pairs, &answer), OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	return facts_get_or_empty(&answer, "number");
}

const char *registry_hash(const char *secret)
{
	static char hex[HASH_HEX_BYTES];
	struct hash hash = hash_of(bytes_of_text(secret));

	hash_format_hex(&hash, hex);
	return hex;
}

enum err registry_resolve(struct node_fixture *fixture, enum caller_proof proof, const char *secret,
			  struct caller *ret_caller)
{
	struct caller claimed;

	caller_init(&claimed);
	claimed.proof = proof;
	claimed.proof_hash = hash_of(bytes_of_text(secret));
	return identity_resolve(&fixture->turn, &claimed, ret_caller);
}

struct caller registry_sign_in(struct node_fixture *fixture, const char *name, const char *secret)
{
	struct account account;
	struct caller caller;

	caller_init(&caller);
	assert_int_equal(account_load(&fixture->turn, name, &account), OK);
	assert_int_equal(registry_ask(fixture, &caller, "sign-in",
				      PAIRS("name", name, "address", "192.0.2.1", "hash",
					    registry_hash(secret), "verifier", account.verifier),
				      NULL),
			 OK);
	assert_int_equal(registry_resolve(fixture, CALLER_SESSION, secret, &caller), OK);
	return caller;
}
