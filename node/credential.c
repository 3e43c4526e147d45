#include "node/credential.h"

#include <string.h>

#include "messages/word.h"
#include "node/message.h"
#include "sampan/clock.h"

#define CREDENTIAL_VERSION 2u /* 1 had no revoked_ms */
#define CREDENTIAL_BYTES ((size_t)16 * 1024)

/* ---- The state ---- */

static struct turn_key key_of(const struct hash *hash)
{
	struct turn_key key = turn_key(SPACE_CREDENTIAL);

	turn_key_add_bytes(&key, hash->at, HASH_BYTES);
	return key;
}

static const char *owner_of(const struct turn *turn, const struct credential *credential)
{
	if (credential->user[0] != '\0')
		return arena_format(turn->arena, "user:%s", credential->user);
	return arena_format(turn->arena, "party:%s", credential->party);
}

static void read_hash(struct unpack *from, struct hash *ret)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret->at, at, HASH_BYTES);
}

enum err credential_parse(struct bytes bytes, struct arena *arena, struct credential *ret)
{
	struct unpack from;
	uint16_t version;

	unpack_init(&from, bytes);
	version = unpack_u16(&from);
	if (version > CREDENTIAL_VERSION)
		return ERR_VERSION;
	ret->proof = (enum caller_proof)unpack_u8(&from);
	read_hash(&from, &ret->hash);
	ret->number = unpack_u64(&from);
	ret->name = unpack_text(&from, arena);
	ret->party = unpack_text(&from, arena);
	ret->user = unpack_text(&from, arena);
	ret->roles = unpack_u32(&from);
	ret->actions = unpack_u64(&from);
	ret->kinds = unpack_text(&from, arena);
	ret->made_ms = unpack_u64(&from);
	ret->until_ms = unpack_u64(&from);
	ret->used_ms = unpack_u64(&from);
	ret->generation = unpack_u32(&from);
	ret->revoked_ms = version < 2 ? 0 : unpack_u64(&from);
	return unpack_end(&from);
}

enum err credential_load(const struct turn *turn, const struct hash *hash,
			 struct credential *ret_credential)
{
	struct turn_key key = key_of(hash);
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	return err != OK ? err : credential_parse(bytes, turn->arena, ret_credential);
}

enum err credential_save(const struct turn *turn, const struct credential *credential)
{
	struct turn_key key = key_of(&credential->hash);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, CREDENTIAL_BYTES);
	pack_u16(&buffer, CREDENTIAL_VERSION);
	pack_u8(&buffer, (uint8_t)credential->proof);
	pack_fixed(&buffer, credential->hash.at, HASH_BYTES);
	pack_u64(&buffer, credential->number);
	pack_text(&buffer, credential->name);
	pack_text(&buffer, credential->party);
	pack_text(&buffer, credential->user);
	pack_u32(&buffer, credential->roles);
	pack_u64(&buffer, credential->actions);
	pack_text(&buffer, credential->kinds);
	pack_u64(&buffer, credential->made_ms);
	pack_u64(&buffer, credential->until_ms);
	pack_u64(&buffer, credential->used_ms);
	pack_u32(&buffer, credential->generation);
	pack_u64(&buffer, credential->revoked_ms);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

enum err credential_entries(const struct turn *turn, const struct credential *credential,
			    struct identity_entry ret_entries[CREDENTIAL_ENTRIES])
{
	const char *owner = owner_of(turn, credential);

	if (owner == NULL)
		return ERR_MEMORY;
	ret_entries[0].key = identity_index_key(IDENTITY_OF_OWNER, owner);
	ret_entries[1].key = identity_index_key(IDENTITY_CREDENTIAL, "");
	for (size_t i = 0; i < CREDENTIAL_ENTRIES; i++) {
		turn_key_add_number(&ret_entries[i].key, credential->number);
		ret_entries[i].value = hash_bytes(&credential->hash);
	}
	return OK;
}

enum err credential_put(const struct turn *turn, const struct credential *credential)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	enum err err = credential_entries(turn, credential, entries);

	for (size_t i = 0; err == OK && i < CREDENTIAL_ENTRIES; i++)
		err = batch_put(turn->batch, turn_key_bytes(&entries[i].key), entries[i].value);
	return err != OK ? err : credential_save(turn, credential);
}

/* Its places in the index. */
static enum err drop_places(const struct turn *turn, const struct credential *credential)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	enum err err = credential_entries(turn, credential, entries);

	for (size_t i = 0; err == OK && i < CREDENTIAL_ENTRIES; i++)
		err = batch_delete(turn->batch, turn_key_bytes(&entries[i].key));
	return err;
}

enum err credential_drop(const struct turn *turn, const struct credential *credential)
{
	struct turn_key key = key_of(&credential->hash);
	enum err err = drop_places(turn, credential);

	return err != OK ? err : batch_delete(turn->batch, turn_key_bytes(&key));
}

static enum err keep_revoked(const struct turn *turn, const struct credential *credential)
{
	struct credential revoked = *credential;
	enum err err = drop_places(turn, credential);

	revoked.revoked_ms = turn->now_ms;
	return err != OK ? err : credential_save(turn, &revoked);
}

/* By the number of the record that made it. ERR_MISSING. */
static enum err load_numbered(const struct turn *turn, uint64_t number,
			      struct credential *ret_credential)
{
	struct turn_key key = identity_index_key(IDENTITY_CREDENTIAL, "");
	struct bytes bytes;
	struct hash hash;
	enum err err;

	turn_key_add_number(&key, number);
	err = turn_get(turn, &key, &bytes);
	if (err != OK || bytes.len != HASH_BYTES)
		return err == OK ? ERR_CORRUPT : err;
	memcpy(hash.at, bytes.at, HASH_BYTES);
	return credential_load(turn, &hash, ret_credential);
}

/* ---- Who shows it ---- */

bool credential_has_ended(const struct credential *credential, uint64_t now_ms)
{
	uint64_t idle_ms = now_ms > credential->used_ms ? now_ms - credential->used_ms
							: credential->used_ms - now_ms;

	if (credential->until_ms != 0 && now_ms >= credential->until_ms)
		return true;
	return credential->proof == CALLER_SESSION && idle_ms >= CREDENTIAL_IDLE_MS;
}

static enum err fill_person(const struct turn *turn, const struct credential *credential,
			    struct caller *caller)
{
	struct account account;
	enum err err = account_load(turn, credential->user, &account);

	if (err != OK)
		return err;
	if (credential->proof == CALLER_SESSION && credential->generation != account.generation)
		return ERR_MISSING;
	return account_fill(turn, &account, caller);
}

enum err credential_resolve(const struct turn *turn, enum caller_proof proof,
			    const struct hash *hash, struct caller *ret_caller)
{
	struct credential credential;
	struct caller caller;
	enum err err = credential_load(turn, hash, &credential);

	if (err != OK)
		return err;
	if (credential.proof != proof || credential.revoked_ms != 0 ||
	    credential_has_ended(&credential, turn->now_ms))
		return ERR_MISSING;
	caller_init(&caller);
	err = credential.user[0] != '\0'
		      ? fill_person(turn, &credential, &caller)
		      : caller_of_folder(turn->config, credential.party, &caller);
	if (err != OK)
		return err;
	caller.proof = proof;
	caller.roles &= credential.roles;
	caller.actions = credential.actions;
	caller.kinds = credential.kinds;
	caller.credential = credential.name;
	caller.proof_hash = *hash;
	caller.until_ms = credential.until_ms;
	*ret_caller = caller;
	return OK;
}

enum err credential_find_fate(const struct turn *turn, enum caller_proof proof,
			      const struct hash *hash, enum credential_fate *ret_end)
{
	struct credential credential;
	enum err err = credential_load(turn, hash, &credential);

	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == ERR_MISSING || credential.proof != proof)
		*ret_end = CREDENTIAL_UNKNOWN;
	else if (credential.revoked_ms == 0 && credential_has_ended(&credential, turn->now_ms))
		*ret_end = CREDENTIAL_ENDED;
	else
		*ret_end = CREDENTIAL_REVOKED;
	return OK;
}

bool credential_is_idle(const struct credential *credential, uint64_t now_ms)
{
	return now_ms > credential->used_ms && now_ms - credential->used_ms >= CREDENTIAL_USED_MS;
}

/* ---- Tokens and certificates ---- */

static const char *fact(const struct facts *facts, const char *name)
{
	return facts_get_or_empty(facts, name);
}

/* A word that means no kind is a slip of the pen: it would be for nothing, and say so much later. */
static bool is_kind_known(const struct config *config, struct bytes kind)
{
	for (size_t i = 0; i < config->procedure_count; i++)
		if (bytes_equal(kind, bytes_of_text(config->procedures[i].kind)))
			return true;
	for (size_t i = 0; i < config->route_count; i++) {
		const struct config_route *route = &config->routes[i];

		if (bytes_equal(kind, bytes_of_text(route->kind)) ||
		    bytes_equal(kind, bytes_of(route->as, strcspn(route->as, "/"))))
			return true;
	}
	return false;
}

static bool are_kinds_known(const struct config *config, const char *kinds)
{
	const char *rest = kinds;
	struct bytes word;

	while (word_next(&rest, &word))
		if (!is_kind_known(config, word))
			return false;
	return true;
}

/* NULL, or why it does not fit. Nobody gives out more than they have themselves. */
static const char *take_facts(const struct turn *turn, const struct caller *caller,
			      const struct facts *facts, struct credential *credential)
{
	struct account account;
	struct caller owner;
	enum err err;

	if (!hash_parse_hex(fact(facts, "hash"), &credential->hash))
		return "bad-hash";
	if (!identity_is_name(credential->name))
		return "bad-name";
	if ((credential->party[0] == '\0') == (credential->user[0] == '\0'))
		return "party-or-user";
	if (access_parse_actions(fact(facts, "actions"), &credential->actions) != OK)
		return "unknown-action";
	if (!are_kinds_known(turn->config, credential->kinds))
		return "unknown-kind";
	if (!identity_parse_until(fact(facts, "until"), &credential->until_ms) ||
	    (credential->until_ms != 0 && credential->until_ms <= turn->now_ms))
		return "bad-until";
	if (credential->proof == CALLER_TOKEN &&
	    (credential->until_ms == 0 || credential->until_ms > turn->now_ms + CREDENTIAL_MAX_MS))
		credential->until_ms = turn->now_ms + CREDENTIAL_MAX_MS;
	caller_init(&owner);
	if (credential->user[0] != '\0') {
		err = account_load(turn, credential->user, &account);
		if (err == OK)
			err = account_fill(turn, &account, &owner);
	} else {
		err = caller_of_folder(turn->config, credential->party, &owner);
	}
	if (err != OK)
		return credential->user[0] != '\0' ? "unknown-user" : "unknown-party";
	if ((caller->roles & CALLER_OPERATOR) != 0)
		return NULL;
	credential->roles &= caller->roles;
	credential->actions &= caller->actions;
	return caller_has_kinds(caller, credential->kinds) ? NULL : "kinds-too-wide";
}

enum err credential_format_attributes(const struct credential *credential, struct arena *arena,
				      const char *ret_attributes[CREDENTIAL_ATTRIBUTES])
{
	char hex[HASH_HEX_BYTES], until[CLOCK_TEXT_BYTES] = "";
	const char *attributes[CREDENTIAL_ATTRIBUTES] = {
		"name",    credential->name,
		"party",   credential->party,
		"user",    credential->user,
		"sha256",  NULL,
		"roles",   caller_format_roles(credential->roles, arena),
		"actions", access_format_actions(credential->actions, arena),
		"kinds",   credential->kinds,
		"until",   NULL,
		NULL};

	hash_format_hex(&credential->hash, hex);
	if (credential->until_ms != 0)
		clock_format(credential->until_ms, until);
	attributes[7] = arena_text(arena, bytes_of_text(hex));
	attributes[15] = arena_text(arena, bytes_of_text(until));
	for (size_t i = 0; i < CREDENTIAL_ATTRIBUTES - 1; i++)
		if (attributes[i] == NULL)
			return ERR_MEMORY;
	memcpy(ret_attributes, attributes, sizeof(attributes));
	return OK;
}

static enum err record(const struct turn *turn, const struct caller *caller, const char *event,
		       struct credential *credential)
{
	const char *attributes[CREDENTIAL_ATTRIBUTES];
	enum err err = credential_format_attributes(credential, turn->arena, attributes);

	return err != OK ? err
			 : identity_record(turn, 0, event, caller, attributes, &credential->number);
}

/* One of the caller's own party, who may not make it all the same and is told whose it is to make. */
static bool is_of_party(const struct caller *caller, const struct credential *credential)
{
	return credential->user[0] == '\0' && credential->party[0] != '\0' &&
	       strcmp(credential->party, caller->party) == 0;
}

/*
 * Asked again, and not for something else: who binds a certificate anew to less must not be told that it is done. A
 * token's end is reckoned from when it was asked for.
 */
static bool is_same(const struct credential *known, const struct credential *wanted)
{
	return known->revoked_ms == 0 && known->proof == wanted->proof &&
	       strcmp(known->user, wanted->user) == 0 && strcmp(known->party, wanted->party) == 0 &&
	       strcmp(known->name, wanted->name) == 0 && strcmp(known->kinds, wanted->kinds) == 0 &&
	       known->roles == wanted->roles && known->actions == wanted->actions &&
	       (known->proof == CALLER_TOKEN || known->until_ms == wanted->until_ms);
}

/* Only who signed in, or holds a certificate, or is at the machine: a token that leaked makes no
 * other that outlives it. */
static enum err make(const struct turn *turn, const struct caller *caller,
		     const struct facts *facts, struct credential *credential, struct facts *answer)
{
	const struct access_object object = {.lodger = credential->party, .user = credential->user};
	struct credential known;
	const char *objection;
	enum err err;

	if (caller->proof == CALLER_TOKEN)
		return ERR_DENIED;
	if (access_may(caller, ACCESS_TOKENS, &object) != ACCESS_YES)
		return is_of_party(caller, credential) ? identity_refuse(answer, "of-the-party")
						       : ERR_DENIED;
	if ((objection = take_facts(turn, caller, facts, credential)) != NULL)
		return identity_refuse(answer, objection);
	err = credential_load(turn, &credential->hash, &known);
	if (err == OK && known.revoked_ms != 0 && known.proof == CALLER_CERTIFICATE &&
	    credential->proof == CALLER_CERTIFICATE)
		err = ERR_MISSING; /* what was unbound can be bound again */
	if (err == OK && is_same(&known, credential))
		return identity_answer_number(answer, known.number, turn->arena);
	if (err == OK)
		return identity_refuse(answer, "bound-already");
	if (err != ERR_MISSING ||
	    (err = record(turn, caller,
			  credential->proof == CALLER_TOKEN ? "TokenMade" : "CertificateBound",
			  credential)) != OK ||
	    (err = credential_put(turn, credential)) != OK)
		return err;
	return identity_answer_number(answer, credential->number, turn->arena);
}

static struct credential of_facts(const struct turn *turn, const struct facts *facts,
				  enum caller_proof proof)
{
	return (struct credential){.proof = proof,
				   .name = fact(facts, "name"),
				   .party = fact(facts, "party"),
				   .user = fact(facts, "user"),
				   .kinds = fact(facts, "kinds"),
				   .roles = (1u << CALLER_ROLES) - 1,
				   .made_ms = turn->now_ms};
}

enum err credential_make_token(const struct turn *turn, const struct caller *caller,
			       const struct facts *facts, struct facts *answer)
{
	struct credential credential = of_facts(turn, facts, CALLER_TOKEN);

	return make(turn, caller, facts, &credential, answer);
}

enum err credential_bind(const struct turn *turn, const struct caller *caller,
			 const struct facts *facts, struct facts *answer)
{
	struct credential credential = of_facts(turn, facts, CALLER_CERTIFICATE);

	return make(turn, caller, facts, &credential, answer);
}

static const char *event_of_end(enum caller_proof proof)
{
	return proof == CALLER_TOKEN         ? "TokenRevoked"
	       : proof == CALLER_CERTIFICATE ? "CertificateUnbound"
					     : "SignedOut";
}

enum err credential_end(const struct turn *turn, const struct caller *caller,
			const struct credential *credential, const char *reason)
{
	const char *attributes[] = {"name", credential->name, "reason", reason, NULL};
	uint64_t ignored;
	enum err err = identity_record(turn, credential->number, event_of_end(credential->proof),
				       caller, attributes, &ignored);

	if (err != OK)
		return err;
	return credential->proof == CALLER_SESSION ? credential_drop(turn, credential)
						   : keep_revoked(turn, credential);
}

enum err credential_revoke(const struct turn *turn, const struct caller *caller,
			   const struct facts *facts, struct facts *answer)
{
	struct credential credential;
	struct access_object object;
	enum err err =
		load_numbered(turn, identity_parse_number(fact(facts, "number")), &credential);

	if (err != OK)
		return err;
	object = (struct access_object){.lodger = credential.party, .user = credential.user};
	if (access_may(caller, ACCESS_TOKENS, &object) != ACCESS_YES)
		return ERR_MISSING;
	if ((err = credential_end(turn, caller, &credential, fact(facts, "reason"))) != OK)
		return err;
	return identity_answer_number(answer, credential.number, turn->arena);
}
