#include "node/identity_list.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit.h"
#include "node/credential.h"
#include "node/json_time.h"
#include "node/mandate.h"
#include "sampan/clock.h"

#define PLACES_BYTES ((size_t)64 * 1024 * 1024)

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
				json_time_new(account.added_ms)));
}

/* An account's number and its key, in the order of numbers once they are sorted. */
struct place {
	uint64_t number;
	uint8_t digest[IDENTITY_DIGEST_BYTES];
};

struct places {
	struct buffer items;
	uint64_t before;
};

/* Behind the version its number; what is no account is told by account_parse(). */
static bool note_place(void *context, struct bytes key, struct bytes value)
{
	struct places *places = context;
	struct place place = {0};

	if (key.len < 1 + IDENTITY_DIGEST_BYTES || value.len < 2 + sizeof(place.number))
		return true;
	place.number = bytes_get_u64(value.at + 2);
	memcpy(place.digest, key.at + 1, IDENTITY_DIGEST_BYTES);
	if (places->before == 0 || place.number < places->before)
		buffer_put(&places->items, bytes_of(&place, sizeof(place)));
	return buffer_error(&places->items) == OK;
}

static int newest_first(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	return left->number < right->number ? 1 : left->number > right->number ? -1 : 0;
}

static enum err put_places(struct listing *listing, const struct place *places, size_t count)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count && i < IDENTITY_LIST; i++) {
		struct turn_key key = turn_key(SPACE_ACCOUNT);
		struct bytes value;

		turn_key_add_bytes(&key, places[i].digest, IDENTITY_DIGEST_BYTES);
		err = turn_get(listing->turn, &key, &value);
		if (err == OK)
			err = put_account(listing, value);
	}
	if (count > IDENTITY_LIST)
		listing->next = places[IDENTITY_LIST - 1].number;
	return err;
}

/* They lie in no order that means anything, so all are looked at for each page. */
static enum err list_users(struct listing *listing, uint64_t before)
{
	struct turn_key from = turn_key(SPACE_ACCOUNT), until = turn_key_after(&from);
	struct places places = {.before = before};
	struct bytes items = {0};
	enum err err;

	buffer_init(&places.items, PLACES_BYTES);
	err = ledger_scan(listing->turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
			  false, note_place, &places);
	if (err == OK)
		err = buffer_give(&places.items, listing->turn->arena, &items);
	buffer_clear(&places.items);
	if (err != OK || items.len == 0)
		return err;
	qsort((void *)(uintptr_t)items.at, items.len / sizeof(struct place), sizeof(struct place),
	      newest_first);
	return put_places(listing, (const struct place *)(const void *)items.at,
			  items.len / sizeof(struct place));
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
				credential.kinds, "made", json_time_new(credential.made_ms),
				"until", json_time_new(credential.until_ms)));
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
	return append(listing,
		      json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o}", "number",
				(json_int_t)mandate->number, "principal", mandate->principal,
				"agent", mandate->agent, "kinds", mandate->kinds, "from",
				mandate->from, "until", mandate->until, "state",
				mandate_state(mandate, listing->turn->now_ms), "givenBy",
				mandate->given_by, "confirmedBy", mandate->confirmed_by,
				"revokedBy", mandate->revoked_by, "given",
				json_time_new(mandate->given_ms), "confirmed",
				json_time_new(mandate->confirmed_ms), "revoked",
				json_time_new(mandate->revoked_ms)));
}

static enum err put_numbered_mandate(struct listing *listing, uint64_t number)
{
	struct mandate mandate;
	enum err err = mandate_load(listing->turn, number, &mandate);

	return err != OK ? err : put_mandate(listing, &mandate);
}

static enum err list_all_mandates(struct listing *listing, uint64_t before)
{
	struct turn_key prefix = turn_key(SPACE_MANDATE);
	struct page *page;
	enum err err = scan(listing->turn, &prefix, before, &page);

	for (size_t i = 0; err == OK && i < page->count; i++)
		err = put_numbered_mandate(listing, page->numbers[i]);
	if (err == OK)
		note_next(listing, page);
	return err;
}

/* Two pages, newest first each, as one; what stands in both comes once. */
static enum err put_both(struct listing *listing, const struct page *a, const struct page *b)
{
	size_t i = 0, j = 0, count = 0;
	uint64_t number = 0;
	enum err err = OK;

	while (err == OK && count < IDENTITY_LIST && (i < a->count || j < b->count)) {
		uint64_t left = i < a->count ? a->numbers[i] : 0;
		uint64_t right = j < b->count ? b->numbers[j] : 0;

		number = left > right ? left : right;
		i += left == number;
		j += right == number;
		count++;
		err = put_numbered_mandate(listing, number);
	}
	if (count == IDENTITY_LIST)
		listing->next = number;
	return err;
}

static enum err list_own_mandates(struct listing *listing, uint64_t before)
{
	const struct caller *caller = listing->caller;
	static const struct page none;
	const struct page *given = &none, *held = &none;
	struct turn_key prefix;
	struct page *page;
	enum err err = OK;

	if (caller->tax_code[0] != '\0') {
		prefix = identity_index_key(IDENTITY_OF_PRINCIPAL, caller->tax_code);
		if ((err = scan(listing->turn, &prefix, before, &page)) == OK)
			given = page;
	}
	if (err == OK && caller->party[0] != '\0') {
		prefix = identity_index_key(IDENTITY_OF_AGENT, caller->party);
		if ((err = scan(listing->turn, &prefix, before, &page)) == OK)
			held = page;
	}
	return err != OK ? err : put_both(listing, given, held);
}

static enum err list_mandates(struct listing *listing, uint64_t before)
{
	const struct access_object nothing = {0};

	return may(listing, ACCESS_MANDATES, &nothing) ? list_all_mandates(listing, before)
						       : list_own_mandates(listing, before);
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
			err = append(listing, audit_record_new(listing->turn, &record));
	}
	if (err == OK)
		note_next(listing, page);
	return err;
}

/* ---- All of them ---- */

static json_t *next_new(uint64_t next)
{
	return next == 0 ? json_null() : json_integer((json_int_t)next);
}

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
	json = json_pack("{s:O?,s:o}", what, listing.items, "next", next_new(listing.next));
	if (err == OK && (json == NULL || (text = json_dumps(json, JSON_COMPACT)) == NULL))
		err = ERR_MEMORY;
	if (err == OK)
		buffer_put_text(to, text);
	free(text);
	json_decref(json);
	json_decref(listing.items);
	return err == OK ? buffer_error(to) : err;
}
