#include "node/identity_list.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "node/credential.h"
#include "node/mandate.h"
#include "node/view.h"
#include "sampan/clock.h"

/* One list while it is made. */
struct listing {
	const struct turn *turn;
	const struct caller *caller;
	json_t *items;
	uint64_t next;
};

/* Keys and values of one scan, so that nothing is read inside it. */
struct page {
	struct arena *arena;
	struct bytes values[IDENTITY_LIST];
	uint64_t numbers[IDENTITY_LIST];
	size_t count;
	bool is_short_of_memory;
};

static bool collect(void *context, struct bytes key, struct bytes value)
{
	struct page *page = context;
	const uint8_t *copy = arena_copy(page->arena, value);

	page->is_short_of_memory = copy == NULL;
	if (copy == NULL)
		return false;
	page->numbers[page->count] = bytes_get_u64(key.at + key.len - 8);
	page->values[page->count++] = bytes_of(copy, value.len);
	return page->count < IDENTITY_LIST;
}

/* The newest of the keys with this prefix that end with a number below before. */
static enum err scan(const struct turn *turn, const struct turn_key *prefix, uint64_t before,
		     struct page **ret_page)
{
	struct turn_key until = turn_key_after(prefix);
	struct page *page = arena_alloc(turn->arena, sizeof(*page));
	enum err err;

	if (page == NULL)
		return ERR_MEMORY;
	page->arena = turn->arena;
	if (before != 0) {
		until = *prefix;
		turn_key_add_number(&until, before);
	}
	err = ledger_scan(turn->ledger, turn_key_bytes(prefix), turn_key_bytes(&until), true,
			  collect, page);
	if (err == OK && page->is_short_of_memory)
		err = ERR_MEMORY;
	if (err == OK)
		*ret_page = page;
	return err;
}

static json_t *time_new(uint64_t time_ms)
{
	char text[CLOCK_TEXT_BYTES];

	if (time_ms == 0)
		return json_null();
	clock_format(time_ms, text);
	return json_string(text);
}

static enum err append(struct listing *listing, json_t *item)
{
	return json_array_append_new(listing->items, item) == 0 ? OK : ERR_MEMORY;
}

static bool may(const struct listing *listing, enum access_action action,
		const struct access_object *object)
{
	return access_may(listing->caller, action, object) == ACCESS_YES;
}

/* ---- Accounts ---- */

static enum err put_account(struct listing *listing, struct bytes value)
{
	const struct access_object nothing = {0};
	struct account account;
	enum err err = account_parse(value, listing->turn->arena, &account);
	const char *roles;

	if (err != OK)
		return err;
	if (!may(listing, ACCESS_PEOPLE, &nothing) && !may(listing, ACCESS_AUDIT, &nothing) &&
	    strcmp(listing->caller->user, account.name) != 0)
		return OK;
	roles = caller_format_roles(account.roles, listing->turn->arena);
	return append(listing,
		      json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:o}", "number",
				(json_int_t)account.number, "name", account.name, "fullName",
				account.full_name, "party", account.party, "roles",
				roles == NULL ? "" : roles, "offices", account.offices,
				"issuingOffices", account.issuing_offices, "locked",
				account.is_locked, "password", account.verifier[0] != '\0', "added",
				time_new(account.added_ms)));
}

/* In no order that means anything: accounts are few. */
static enum err list_users(struct listing *listing, uint64_t before)
{
	struct turn_key prefix = turn_key(SPACE_ACCOUNT);
	struct page *page;
	enum err err = scan(listing->turn, &prefix, 0, &page);

	(void)before;
	for (size_t i = 0; err == OK && i < page->count; i++)
		err = put_account(listing, page->values[i]);
	return err;
}

/* ---- Credentials ---- */

static enum err put_credential(struct listing *listing, struct bytes value)
{
	static const char *const kinds[] = {[CALLER_TOKEN] = "token",
					    [CALLER_SESSION] = "session",
					    [CALLER_CERTIFICATE] = "certificate"};
	const struct access_object nothing = {0};
	struct access_object object;
	struct credential credential;
	const char *actions;
	struct hash hash;
	enum err err;

	if (value.len != HASH_BYTES)
		return ERR_CORRUPT;
	memcpy(hash.at, value.at, HASH_BYTES);
	err = credential_load(listing->turn, &hash, &credential);
	if (err != OK) /* gone since the scan */
		return err == ERR_MISSING ? OK : err;
	object = (struct access_object){.lodger = credential.party, .user = credential.user};
	if (!may(listing, ACCESS_TOKENS, &object) && !may(listing, ACCESS_AUDIT, &nothing))
		return OK;
	actions = access_format_actions(credential.actions, listing->turn->arena);
	return append(listing,
		      json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "number",
				(json_int_t)credential.number, "is", kinds[credential.proof],
				"name", credential.name, "party", credential.party, "user",
				credential.user, "actions", actions == NULL ? "" : actions, "kinds",
				credential.kinds, "made", time_new(credential.made_ms), "until",
				time_new(credential.until_ms)));
}

static void note_next(struct listing *listing, const struct page *page)
{
	listing->next = page->count == IDENTITY_LIST ? page->numbers[page->count - 1] : 0;
}

static enum err list_credentials(struct listing *listing, uint64_t before)
{
	struct turn_key prefix = identity_index_key(IDENTITY_CREDENTIAL, "");
	struct page *page;
	enum err err = scan(listing->turn, &prefix, before, &page);

	for (size_t i = 0; err == OK && i < page->count; i++)
		err = put_credential(listing, page->values[i]);
	if (err == OK)
		note_next(listing, page);
	return err;
}

/* ---- Mandates ---- */

static enum err put_mandate(struct listing *listing, const struct mandate *mandate)
{
	const struct access_object object = {.lodger = mandate->agent,
					     .tax_codes = mandate->principal};

	if (!may(listing, ACCESS_MANDATES, &object))
		return OK;
	return append(
		listing,
		json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o}", "number",
			  (json_int_t)mandate->number, "principal", mandate->principal, "agent",
			  mandate->agent, "kinds", mandate->kinds, "from", mandate->from, "until",
			  mandate->until, "state", mandate_state(mandate, listing->turn->now_ms),
			  "givenBy", mandate->given_by, "confirmedBy", mandate->confirmed_by,
			  "revokedBy", mandate->revoked_by, "given", time_new(mandate->given_ms),
			  "confirmed", time_new(mandate->confirmed_ms), "revoked",
			  time_new(mandate->revoked_ms)));
}

static enum err list_all_mandates(struct listing *listing, uint64_t before)
{
	struct turn_key prefix = turn_key(SPACE_MANDATE);
	struct page *page;
	enum err err = scan(listing->turn, &prefix, before, &page);

	for (size_t i = 0; err == OK && i < page->count; i++) {
		struct mandate mandate;

		err = mandate_load(listing->turn, page->numbers[i], &mandate);
		if (err == OK)
			err = put_mandate(listing, &mandate);
	}
	if (err == OK)
		note_next(listing, page);
	return err;
}

static enum err list_mandates_of(struct listing *listing, const char *of, bool is_principal)
{
	struct mandate *mandates =
		arena_alloc_array(listing->turn->arena, IDENTITY_LIST, sizeof(*mandates));
	size_t count = 0;
	enum err err = mandates == NULL ? ERR_MEMORY
					: mandate_list(listing->turn, of, is_principal, mandates,
						       IDENTITY_LIST, &count);

	for (size_t i = 0; err == OK && i < count; i++)
		err = put_mandate(listing, &mandates[i]);
	return err;
}

static enum err list_mandates(struct listing *listing, uint64_t before)
{
	const struct access_object nothing = {0};
	const struct caller *caller = listing->caller;
	enum err err = OK;

	if (may(listing, ACCESS_MANDATES, &nothing))
		return list_all_mandates(listing, before);
	if (caller->tax_code[0] != '\0')
		err = list_mandates_of(listing, caller->tax_code, true);
	if (err == OK && caller->party[0] != '\0')
		err = list_mandates_of(listing, caller->party, false);
	return err;
}

/* ---- Who changed what ---- */

/* What a person of one's own party did is of one's scope. */
static const char *party_of_actor(const struct turn *turn, const char *actor)
{
	struct account account;

	if (strncmp(actor, "party:", 6) == 0)
		return actor + 6;
	if (strncmp(actor, "user:", 5) == 0 && account_load(turn, actor + 5, &account) == OK)
		return account.party;
	return "";
}

static enum err list_audit(struct listing *listing, uint64_t before)
{
	struct turn_key prefix = identity_index_key(IDENTITY_RECORD, "");
	struct page *page;
	enum err err = scan(listing->turn, &prefix, before, &page);

	for (size_t i = 0; err == OK && i < page->count; i++) {
		struct access_object object = {0};
		struct record record;

		err = ledger_record(listing->turn->ledger, page->numbers[i], listing->turn->arena,
				    &record, NULL);
		if (err != OK)
			break;
		object.lodger = party_of_actor(listing->turn, record.actor);
		if (may(listing, ACCESS_AUDIT, &object))
			err = append(listing, view_record_new(listing->turn, &record));
	}
	if (err == OK)
		note_next(listing, page);
	return err;
}

/* ---- All of them ---- */

enum err identity_list(const struct turn *turn, const struct caller *caller, const char *what,
		       uint64_t before, struct buffer *to)
{
	static const struct {
		const char *name;
		enum err (*list)(struct listing *listing, uint64_t before);
	} lists[] = {{"users", list_users},
		     {"credentials", list_credentials},
		     {"mandates", list_mandates},
		     {"audit", list_audit}};
	struct listing listing = {.turn = turn, .caller = caller, .items = json_array()};
	char *text = NULL;
	enum err err = ERR_USAGE;
	json_t *json;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].name, what) == 0)
			err = listing.items == NULL ? ERR_MEMORY : lists[i].list(&listing, before);
	json = json_pack("{s:O?,s:I}", what, listing.items, "next", (json_int_t)listing.next);
	if (err == OK && (json == NULL || (text = json_dumps(json, JSON_COMPACT)) == NULL))
		err = ERR_MEMORY;
	if (err == OK)
		buffer_put_text(to, text);
	free(text);
	json_decref(json);
	json_decref(listing.items);
	return err == OK ? buffer_error(to) : err;
}
