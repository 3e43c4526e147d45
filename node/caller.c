#include "node/caller.h"

#include <string.h>

#include "messages/word.h"

static const char *const roles[CALLER_ROLES] = {"trader",          "agent",  "issuing-officer",
						"customs-officer", "agency", "supervisor",
						"operator",        "auditor"};

void caller_init(struct caller *caller)
{
	*caller = (struct caller){.party = "",
				  .tax_code = "",
				  .user = "",
				  .full_name = "",
				  .offices = "",
				  .issuing_offices = "",
				  .credential = "",
				  .kinds = "",
				  .reason = ""};
}

unsigned caller_roles_of_party(const struct config_party *party)
{
	static const struct {
		unsigned party, caller;
	} pairs[] = {{PARTY_TRADER, CALLER_TRADER},
		     {PARTY_AGENT, CALLER_AGENT},
		     {PARTY_ISSUING_AUTHORITY, CALLER_ISSUING_OFFICER},
		     {PARTY_CUSTOMS, CALLER_CUSTOMS_OFFICER},
		     {PARTY_AGENCY, CALLER_AGENCY}};
	unsigned bits = 0;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if ((party->roles & pairs[i].party) != 0)
			bits |= pairs[i].caller;
	return bits;
}

unsigned caller_roles_within_party(const struct config_party *party)
{
	unsigned bits = caller_roles_of_party(party) | CALLER_OPERATOR | CALLER_AUDITOR;

	return (party->roles & PARTY_CUSTOMS) != 0 ? bits | CALLER_SUPERVISOR : bits;
}

enum err caller_of_folder(const struct config *config, const char *id, struct caller *ret_caller)
{
	const struct config_party *party = config_party_of(config, id);

	if (party == NULL)
		return ERR_MISSING;
	caller_init(ret_caller);
	ret_caller->proof = CALLER_FOLDER;
	ret_caller->roles = caller_roles_of_party(party);
	ret_caller->party = party->id;
	ret_caller->tax_code = party->tax_code;
	if ((party->roles & PARTY_CUSTOMS) != 0)
		ret_caller->offices = party->tax_code;
	if ((party->roles & PARTY_ISSUING_AUTHORITY) != 0)
		ret_caller->issuing_offices = party->tax_code;
	ret_caller->actions = CALLER_ALL_ACTIONS;
	return OK;
}

bool caller_has_kinds(const struct caller *caller, const char *kinds)
{
	return caller->kinds[0] == '\0' || (kinds[0] != '\0' && word_are_in(caller->kinds, kinds));
}

void caller_of_admin(const char *user, struct caller *ret_caller)
{
	caller_init(ret_caller);
	ret_caller->proof = CALLER_ADMIN;
	ret_caller->roles = CALLER_OPERATOR;
	ret_caller->user = user;
	ret_caller->actions = CALLER_ALL_ACTIONS;
}

const char *caller_actor(const struct caller *caller, struct arena *arena)
{
	if (caller->proof == CALLER_ADMIN)
		return arena_format(arena, "operator:%s", caller->user);
	if (caller->user[0] != '\0')
		return arena_format(arena, "user:%s", caller->user);
	return arena_format(arena, "party:%s", caller->party);
}

/* ---- Roles in words ---- */

unsigned caller_role_of(struct bytes word)
{
	for (unsigned i = 0; i < CALLER_ROLES; i++)
		if (bytes_equal(word, bytes_of_text(roles[i])))
			return 1u << i;
	return 0;
}

const char *caller_role_name(unsigned role)
{
	for (unsigned i = 0; i < CALLER_ROLES; i++)
		if (role == 1u << i)
			return roles[i];
	return NULL;
}

enum err caller_parse_roles(const char *words, unsigned *ret_roles)
{
	struct bytes word;
	unsigned bits = 0;

	while (word_next(&words, &word)) {
		unsigned role = caller_role_of(word);

		if (role == 0)
			return ERR_USAGE;
		bits |= role;
	}
	*ret_roles = bits;
	return OK;
}

const char *caller_format_roles(unsigned bits, struct arena *arena)
{
	const char *text = "";

	for (unsigned i = 0; text != NULL && i < CALLER_ROLES; i++)
		if ((bits >> i & 1) != 0)
			text = arena_format(arena, "%s%s%s", text, *text == '\0' ? "" : " ",
					    roles[i]);
	return text;
}

/* ---- Between roles ---- */

void caller_pack(struct buffer *to, const struct caller *caller)
{
	pack_u8(to, (uint8_t)caller->proof);
	pack_u32(to, caller->roles);
	pack_text(to, caller->party);
	pack_text(to, caller->tax_code);
	pack_text(to, caller->user);
	pack_text(to, caller->full_name);
	pack_text(to, caller->offices);
	pack_text(to, caller->issuing_offices);
	pack_text(to, caller->credential);
	pack_u64(to, caller->actions);
	pack_text(to, caller->kinds);
	pack_text(to, caller->reason);
	pack_fixed(to, caller->proof_hash.at, HASH_BYTES);
	pack_u64(to, caller->until_ms);
}

void caller_unpack(struct unpack *from, struct arena *arena, struct caller *ret_caller)
{
	const uint8_t *hash;

	caller_init(ret_caller);
	ret_caller->proof = (enum caller_proof)unpack_u8(from);
	ret_caller->roles = unpack_u32(from);
	ret_caller->party = unpack_text(from, arena);
	ret_caller->tax_code = unpack_text(from, arena);
	ret_caller->user = unpack_text(from, arena);
	ret_caller->full_name = unpack_text(from, arena);
	ret_caller->offices = unpack_text(from, arena);
	ret_caller->issuing_offices = unpack_text(from, arena);
	ret_caller->credential = unpack_text(from, arena);
	ret_caller->actions = unpack_u64(from);
	ret_caller->kinds = unpack_text(from, arena);
	ret_caller->reason = unpack_text(from, arena);
	if ((hash = unpack_fixed(from, HASH_BYTES)) != NULL)
		memcpy(ret_caller->proof_hash.at, hash, HASH_BYTES);
	ret_caller->until_ms = unpack_u64(from);
	if (ret_caller->proof > CALLER_CERTIFICATE || ret_caller->roles >= 1u << CALLER_ROLES)
		from->failed = true;
}

enum err caller_copy(const struct caller *caller, struct arena *arena, struct caller *ret_caller)
{
	const char *texts[] = {caller->party,   caller->tax_code,        caller->user,
			       caller->offices, caller->issuing_offices, caller->credential,
			       caller->kinds,   caller->reason,          caller->full_name};
	struct caller copy = *caller;
	const char **places[] = {&copy.party,   &copy.tax_code,        &copy.user,
				 &copy.offices, &copy.issuing_offices, &copy.credential,
				 &copy.kinds,   &copy.reason,          &copy.full_name};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if ((*places[i] = arena_text(arena, bytes_of_text(texts[i]))) == NULL)
			return ERR_MEMORY;
	*ret_caller = copy;
	return OK;
}
