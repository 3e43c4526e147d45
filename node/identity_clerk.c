#include "node/identity_clerk.h"

#include "node/credential.h"
#include "node/identity_list.h"

static enum err wants_use(const struct turn *turn, const struct caller *caller, bool *ret_wants)
{
	struct credential session;
	enum err err;

	*ret_wants = false;
	if (caller->proof != CALLER_SESSION)
		return OK;
	err = credential_load(turn, &caller->proof_hash, &session);
	*ret_wants = err == OK && credential_is_idle(&session, turn->now_ms);
	return err;
}

/* A stranger, and why. */
static enum err put_nobody(const struct turn *turn, const struct caller *claimed, struct buffer *to)
{
	enum credential_fate end;
	struct caller nobody;
	enum err err = credential_find_fate(turn, claimed->proof, &claimed->proof_hash, &end);

	if (err != OK)
		return err;
	caller_init(&nobody);
	caller_pack(to, &nobody);
	pack_u8(to, false);
	pack_u8(to, (uint8_t)end);
	return buffer_error(to);
}

enum err identity_clerk_who(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct unpack from;
	struct caller claimed, caller;
	bool is_use_wanted;
	enum err err;

	unpack_init(&from, question);
	caller_unpack(&from, turn->arena, &claimed);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	err = identity_resolve(turn, &claimed, &caller);
	if (err == ERR_MISSING)
		return put_nobody(turn, &claimed, to);
	if (err != OK || (err = wants_use(turn, &caller, &is_use_wanted)) != OK)
		return err;
	caller_pack(to, &caller);
	pack_u8(to, is_use_wanted);
	pack_u8(to, 0);
	return buffer_error(to);
}

/* Who asks is looked up again: what was revoked since sees nothing. */
enum err identity_clerk_list(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct unpack from;
	struct caller claimed, caller;
	const char *what;
	uint64_t before;
	enum err err;

	unpack_init(&from, question);
	caller_unpack(&from, turn->arena, &claimed);
	what = unpack_text(&from, turn->arena);
	before = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	err = identity_resolve(turn, &claimed, &caller);
	if (err != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	return identity_list(turn, &caller, what, before, to);
}
