#include "node/credential.h"

#include <string.h>

#include "messages/word.h"
#include "node/attempt.h"
#include "node/message.h"
#include "sampan/clock.h"

#define CREDENTIAL_VERSION 1u
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

	unpack_init(&from, bytes);
	if (unpack_u16(&from) > CREDENTIAL_VERSION)
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

static enum err save(const struct turn *turn, const struct credential *credential)
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
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

static enum err put_new(const struct turn *turn, const struct credential *credential)
{
	const char *owner = owner_of(turn, credential);
	struct bytes hash = hash_bytes(&credential->hash);
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	if ((err = identity_index_put(turn, IDENTITY_OF_OWNER, owner, credential->number, hash)) !=
		    OK ||
	    (err = identity_index_put(turn, IDENTITY_CREDENTIAL, "", credential->number, hash)) !=
		    OK)
		return err;
	return save(turn, credential);
}

static enum err drop(const struct turn *turn, const struct credential *credential)
{
	struct turn_key key = key_of(&credential->hash);
	const char *owner = owner_of(turn, credential);
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	if ((err = identity_index_drop(turn, IDENTITY_OF_OWNER, owner, credential->number)) != OK ||
	    (err = identity_index_drop(turn, IDENTITY_CREDENTIAL, "", credential->number)) != OK)
		return err;
	return batch_delete(turn->batch, turn_key_bytes(&key));
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

static bool has_ended(const struct credential *credential, uint64_t now_ms)
{
	if (credential->until_ms != 0 && now_ms >= credential->until_ms)
		return true;
	return credential->proof == CALLER_SESSION && now_ms > credential->used_ms &&
	       now_ms - credential->used_ms >= CREDENTIAL_IDLE_MS;
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
	if (credential.proof != proof || has_ended(&credential, turn->now_ms))
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

bool credential_is_idle(const struct credential *credential, uint64_t now_ms)
{
	return now_ms > credential->used_ms && now_ms - credential->used_ms >= CREDENTIAL_USED_MS;
}

/* ---- Tokens and certificates ---- */

static const char *fact(const struct facts *facts, const char *name)
{
	return facts_get_or_empty(facts, name);
}

/* Every word of a list is in the other; "" means all, so it is within "" only. */
static bool is_within(const char *words, const char *in, struct arena *arena)
{
	struct bytes word;

	if (*in == '\0')
		return true;
	if (*words == '\0')
		return false;
	while (word_next(&words, &word)) {
		const char *text = arena_text(arena, word);

		if (text == NULL || !word_is_in(in, text))
			return false;
	}
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
	return is_within(credential->kinds, caller->kinds, turn->arena) ? NULL : "kinds-too-wide";
}

static enum err record(const struct turn *turn, const struct caller *caller, const char *event,
		       struct credential *credential)
{
	char hex[HASH_HEX_BYTES], until[CLOCK_TEXT_BYTES] = "";
	const char *attributes[] = {
		"name",    credential->name,
		"party",   credential->party,
		"user",    credential->user,
		"sha256",  hex,
		"roles",   caller_format_roles(credential->roles, turn->arena),
		"actions", access_format_actions(credential->actions, turn->arena),
		"kinds",   credential->kinds,
		"until",   until,
		NULL};

	hash_format_hex(&credential->hash, hex);
	if (credential->until_ms != 0)
		clock_format(credential->until_ms, until);
	return identity_record(turn, 0, event, caller, attributes, &credential->number);
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

	if (caller->proof == CALLER_TOKEN ||
	    access_may(caller, ACCESS_TOKENS, &object) != ACCESS_YES)
		return ERR_DENIED;
	if ((objection = take_facts(turn, caller, facts, credential)) != NULL)
		return identity_refuse(answer, objection);
	err = credential_load(turn, &credential->hash, &known);
	if (err == OK && known.proof == credential->proof &&
	    strcmp(known.user, credential->user) == 0 &&
	    strcmp(known.party, credential->party) == 0) /* asked again */
		return identity_answer_number(answer, known.number, turn->arena);
	if (err == OK)
		return identity_refuse(answer, "bound-already");
	if (err != ERR_MISSING ||
	    (err = record(turn, caller,
			  credential->proof == CALLER_TOKEN ? "TokenMade" : "CertificateBound",
			  credential)) != OK ||
	    (err = put_new(turn, credential)) != OK)
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

static enum err end(const struct turn *turn, const struct caller *caller,
		    const struct credential *credential, const char *reason)
{
	const char *attributes[] = {"name", credential->name, "reason", reason, NULL};
	uint64_t ignored;
	enum err err = identity_record(turn, credential->number, event_of_end(credential->proof),
				       caller, attributes, &ignored);

	return err != OK ? err : drop(turn, credential);
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
	if ((err = end(turn, caller, &credential, fact(facts, "reason"))) != OK)
		return err;
	return identity_answer_number(answer, credential.number, turn->arena);
}

/* ---- Sessions ---- */

struct sessions {
	struct hash hashes[CREDENTIAL_SESSIONS * 4];
	size_t count;
};

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct sessions *sessions = context;

	(void)key;
	if (value.len == HASH_BYTES)
		memcpy(sessions->hashes[sessions->count++].at, value.at, HASH_BYTES);
	return sessions->count < sizeof(sessions->hashes) / sizeof(sessions->hashes[0]);
}

/* Those that ended, and of those that live the oldest beyond what one person may have. */
static enum err clear_sessions(const struct turn *turn, const struct account *account)
{
	const char *owner = arena_format(turn->arena, "user:%s", account->name);
	struct turn_key from, until;
	struct sessions sessions = {.count = 0};
	size_t living = 0;
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	from = identity_index_key(IDENTITY_OF_OWNER, owner);
	until = turn_key_after(&from);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), true,
			  collect, &sessions);
	for (size_t i = 0; err == OK && i < sessions.count; i++) {
		struct credential session;

		err = credential_load(turn, &sessions.hashes[i], &session);
		if (err == ERR_MISSING || (err == OK && session.proof != CALLER_SESSION))
			err = OK;
		else if (err == OK && (has_ended(&session, turn->now_ms) ||
				       session.generation != account->generation ||
				       ++living >= CREDENTIAL_SESSIONS))
			err = drop(turn, &session);
	}
	return err;
}

static enum err begin_session(const struct turn *turn, const struct account *account,
			      const struct hash *hash, const char *address, struct facts *answer)
{
	const char *attributes[] = {"name", account->name, "address", address, NULL};
	struct credential session = {.proof = CALLER_SESSION,
				     .hash = *hash,
				     .name = "session",
				     .party = account->party,
				     .user = account->name,
				     .kinds = "",
				     .roles = (1u << CALLER_ROLES) - 1,
				     .actions = CALLER_ALL_ACTIONS,
				     .made_ms = turn->now_ms,
				     .until_ms = turn->now_ms + CREDENTIAL_SESSION_MS,
				     .used_ms = turn->now_ms,
				     .generation = account->generation};
	struct caller self;
	enum err err;

	caller_init(&self);
	self.proof = CALLER_SESSION;
	self.user = account->name;
	if ((err = clear_sessions(turn, account)) != OK ||
	    (err = identity_record(turn, 0, "SignedIn", &self, attributes, &session.number)) !=
		    OK ||
	    (err = put_new(turn, &session)) != OK)
		return err;
	return identity_answer_number(answer, session.number, turn->arena);
}

/* The account may have been locked while its password was looked at. */
enum err credential_sign_in(const struct turn *turn, const struct caller *caller,
			    const struct facts *facts, struct facts *answer)
{
	struct account account;
	struct credential known;
	struct hash hash;
	enum err err = account_load(turn, fact(facts, "name"), &account);

	(void)caller;
	if (err != OK)
		return err;
	if (account.is_locked)
		return ERR_MISSING;
	if (!hash_parse_hex(fact(facts, "hash"), &hash))
		return ERR_USAGE;
	err = credential_load(turn, &hash, &known);
	if (err == OK) /* asked again */
		return known.proof == CALLER_SESSION && strcmp(known.user, account.name) == 0
			       ? identity_answer_number(answer, known.number, turn->arena)
			       : ERR_DENIED;
	if (err != ERR_MISSING ||
	    (err = attempt_passed(turn, account.name, fact(facts, "address"))) != OK)
		return err;
	return begin_session(turn, &account, &hash, fact(facts, "address"), answer);
}

static enum err load_session(const struct turn *turn, const struct facts *facts,
			     struct credential *ret_session)
{
	struct hash hash;
	enum err err;

	if (!hash_parse_hex(fact(facts, "hash"), &hash))
		return ERR_USAGE;
	err = credential_load(turn, &hash, ret_session);
	return err == OK && ret_session->proof != CALLER_SESSION ? ERR_MISSING : err;
}

enum err credential_sign_out(const struct turn *turn, const struct caller *caller,
			     const struct facts *facts, struct facts *answer)
{
	struct credential session;
	struct caller self;
	enum err err = load_session(turn, facts, &session);

	(void)caller;
	(void)answer;
	if (err != OK)
		return err == ERR_MISSING ? OK : err; /* out already */
	caller_init(&self);
	self.proof = CALLER_SESSION;
	self.user = session.user;
	return end(turn, &self, &session, "");
}

enum err credential_used(const struct turn *turn, const struct caller *caller,
			 const struct facts *facts, struct facts *answer)
{
	struct credential session;
	enum err err = load_session(turn, facts, &session);

	(void)caller;
	(void)answer;
	if (err != OK || has_ended(&session, turn->now_ms) ||
	    !credential_is_idle(&session, turn->now_ms))
		return err == ERR_MISSING ? OK : err;
	session.used_ms = turn->now_ms;
	return save(turn, &session);
}
