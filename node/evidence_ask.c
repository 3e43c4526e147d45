#include "node/evidence_ask.h"

#include "node/clerk_evidence.h"

#define QUESTION_BYTES ((size_t)4096)

static enum err ask_piece(struct ask *ask, struct bytes question, struct arena *arena,
			  struct clerk_read_answer *ret_answer)
{
	struct bytes body;
	enum err err = call_once(ask->endpoint, ADMIN_CLERK + CLERK_EVIDENCE, question,
				 ask->timeout_ms, arena, &body);

	return err == OK ? clerk_read_unpack_answer(body, arena, ret_answer) : err;
}

static enum err ask_for(struct ask *ask, const char *id, const char *reader, uint64_t offset,
			struct arena *arena, struct clerk_read_answer *ret_answer)
{
	struct buffer question;
	enum err err;

	buffer_init(&question, QUESTION_BYTES);
	clerk_evidence_pack(&question, id, reader, offset);
	err = buffer_error(&question);
	if (err == OK)
		err = ask_piece(ask, buffer_bytes(&question), arena, ret_answer);
	buffer_clear(&question);
	return err == ERR_LIMIT ? ERR_USAGE : err;
}

enum err evidence_ask(struct ask *ask, const char *id, const char *reader, evidence_ask_take *take,
		      void *context, int *ret_taken)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct clerk_read_answer answer = {.total = 1};
	uint64_t offset = 0;
	struct hash hash;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	*ret_taken = 0;
	while (err == OK && offset < answer.total && *ret_taken == 0) {
		arena_clear(arena);
		if ((err = ask_for(ask, id, reader, offset, arena, &answer)) != OK)
			break;
		if (offset == 0)
			hash = answer.hash;
		if (!hash_equal(&hash, &answer.hash))
			err = ERR_CONFLICT;
		else if (answer.piece.len == 0)
			err = ERR_CORRUPT;
		else
			*ret_taken = take(context, answer.piece);
		offset += answer.piece.len;
	}
	arena_free(arena);
	return err;
}
