#include "node/session.h"

#include <string.h>

#include "node/attempt.h"

#define PAGE (CREDENTIAL_SESSIONS * 4u)

/* A page of what one person has, tokens among it, the newest first. */
struct page {
	struct hash hashes[PAGE];
	size_t count;
	uint64_t last;    /* the number of its last one, */
	uint64_t made_ms; /* and when that was made */
	size_t living;    /* sessions, of this page and those before */
};

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct page *page = context;

	if (value.len != HASH_BYTES || key.len < sizeof(uint64_t))
		return true;
	memcpy(page->hashes[page->count++].at, value.at, HASH_BYTES);
	page->last = bytes_get_u64(key.at + key.len - sizeof(uint64_t));
	return page->count < PAGE;
}

static enum err clear_page(const struct turn *turn, const struct account *account,
			   struct page *page)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < page->count; i++) {
		struct credential session;

		err = credential_load(turn, &page->hashes[i], &session);
		if (err == OK)
			page->made_ms = session.made_ms;
		if (err == ERR_MISSING || (err == OK && session.proof != CALLER_SESSION))
			err = OK;
		else if (err == OK && (credential_has_ended(&session, turn->now_ms) ||
				       session.generation != account->generation ||
				       ++page->living >= CREDENTIAL_SESSIONS))
			err = credential_drop(turn, &session);
	}
	return err;
}

/*
 * Those that ended, and of those that live the oldest beyond what one person may have. Behind what is older than a
 * session lives, none lives.
 */
static enum err clear_sessions(const struct turn *turn, const struct account *account)
{
	const char *owner = arena_format(turn->arena, "user:%s", account->name);
	struct page page = {.made_ms = turn->now_ms};
	struct turn_key from, until;
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	from = identity_index_key(IDENTITY_OF_OWNER, owner);
	until = turn_key_after(&from);
	do {
		page.count = 0;
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), true,
				  collect, &page);
		if (err == OK)
			err = clear_page(turn, account, &page);
		until = from;
		turn_key_add_number(&until, page.last);
	} while (err == OK && page.count == PAGE &&
		 page.made_ms + CREDENTIAL_SESSION_MS > turn->now_ms);
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
	    (err = credential_put(turn, &session)) != OK)
		return err;
	return identity_answer_number(answer, session.number, turn->arena);
}

/* The account may have been locked, or had another password, while the one that was said was looked at. */
enum err session_sign_in(const struct turn *turn, const struct caller *caller,
			 const struct facts *facts, struct facts *answer)
{
	struct account account;
	struct credential known;
	struct hash hash;
	enum err err = account_load(turn, facts_get_or_empty(facts, "name"), &account);

	(void)caller;
	if (err != OK)
		return err;
	if (account.is_locked ||
	    strcmp(account.verifier, facts_get_or_empty(facts, "verifier")) != 0)
		return ERR_MISSING;
	if (!hash_parse_hex(facts_get_or_empty(facts, "hash"), &hash))
		return ERR_USAGE;
	err = credential_load(turn, &hash, &known);
	if (err == OK) /* asked again */
		return known.proof == CALLER_SESSION && strcmp(known.user, account.name) == 0
			       ? identity_answer_number(answer, known.number, turn->arena)
			       : ERR_DENIED;
	if (err != ERR_MISSING ||
	    (err = attempt_passed(turn, account.name, facts_get_or_empty(facts, "address"))) != OK)
		return err;
	return begin_session(turn, &account, &hash, facts_get_or_empty(facts, "address"), answer);
}

static enum err load_session(const struct turn *turn, const struct facts *facts,
			     struct credential *ret_session)
{
	struct hash hash;
	enum err err;

	if (!hash_parse_hex(facts_get_or_empty(facts, "hash"), &hash))
		return ERR_USAGE;
	err = credential_load(turn, &hash, ret_session);
	return err == OK && ret_session->proof != CALLER_SESSION ? ERR_MISSING : err;
}

enum err session_sign_out(const struct turn *turn, const struct caller *caller,
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
	return credential_end(turn, &self, &session, "");
}

enum err session_used(const struct turn *turn, const struct caller *caller,
		      const struct facts *facts, struct facts *answer)
{
	struct credential session;
	enum err err = load_session(turn, facts, &session);

	(void)caller;
	(void)answer;
	if (err != OK || credential_has_ended(&session, turn->now_ms) ||
	    !credential_is_idle(&session, turn->now_ms))
		return err == ERR_MISSING ? OK : err;
	session.used_ms = turn->now_ms;
	return credential_save(turn, &session);
}
