#include "node/seal_witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/card_file.h"
#include "node/cosignature.h"
#include "node/file.h"
#include "node/seal_inside.h"

#define ARENA_BYTES ((size_t)4 * 1024 * 1024)
#define ACCEPTED ".accepted"

enum err seal_open_witness(struct seal *seal, const char *directory, const char *name)
{
	char path[SEAL_PATH_BYTES];
	enum err err;

	if ((size_t)snprintf(path, sizeof(path), "%s/" CARD_FILE_WITNESS_KEY, directory) >=
		    sizeof(path) ||
	    (size_t)snprintf(seal->directory, sizeof(seal->directory), "%s", directory) >=
		    sizeof(seal->directory) ||
	    (size_t)snprintf(seal->name, sizeof(seal->name), "%s", name) >= sizeof(seal->name))
		return ERR_LIMIT;
	err = key_load(path, &seal->witness);
	return err == ERR_MISSING ? OK : err; /* a node of an older version */
}

void seal_pack_cosign(struct buffer *to, const char *partner, const struct witness_shown *shown)
{
	pack_text(to, partner);
	witness_pack_shown(to, shown);
}

/* A country that is a partner's, as text for a file's name. */
static const struct config_partner *take_partner(struct unpack *from, const struct config *config,
						 struct arena *arena)
{
	const char *country = unpack_text(from, arena);
	const struct config_partner *partner =
		from->failed ? NULL : config_partner_of(config, country);

	return partner == NULL || strlen(partner->country) != 2 ? NULL : partner;
}

static enum err path_of(const struct seal *seal, const struct config_partner *partner,
			char ret_path[SEAL_PATH_BYTES])
{
	int len = snprintf(ret_path, SEAL_PATH_BYTES, "%s/seal/witness-%s", seal->directory,
			   partner->country);

	return len > 0 && (size_t)len < SEAL_PATH_BYTES ? OK : ERR_LIMIT;
}

/*
 * An operator of ours let a later epoch of it through that nobody else endorsed: that begins with what
 * was shown then. Of the epochs before it stays as it was.
 */
static void take_accepted(const struct config_partner *partner, const char *path,
			  struct arena *arena, struct bytes *note, struct checkpoint *last)
{
	const char *accepted_path = arena_format(arena, "%s" ACCEPTED, path);
	struct checkpoint accepted;
	struct bytes bytes;

	if (accepted_path == NULL ||
	    file_read(accepted_path, CHECKPOINT_MAX_BYTES, arena, &bytes) != OK ||
	    witness_verify(partner, bytes, &accepted) != OK || last->size == 0 ||
	    witness_epoch_of(&accepted) <= witness_epoch_of(last))
		return;
	*note = bytes;
	*last = accepted;
}

enum err seal_witness_accept(const char *directory, const char *country, struct bytes note,
			     struct arena *arena)
{
	const char *path = arena_format(arena, "%s/seal/witness-%s" ACCEPTED, directory, country);

	return path == NULL ? ERR_MEMORY : file_replace(path, note);
}

/* What was countersigned last, or accepted since; size 0: nothing yet. */
static enum err load_last(const struct config_partner *partner, const char *path,
			  struct arena *arena, struct bytes *ret_note, struct checkpoint *ret_last)
{
	enum err err = file_read(path, CHECKPOINT_MAX_BYTES, arena, ret_note);

	*ret_last = (struct checkpoint){.size = 0};
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (checkpoint_parse(*ret_note, ret_last) != OK)
		return ERR_CORRUPT;
	take_accepted(partner, path, arena, ret_note, ret_last);
	return OK;
}

static enum err judge(const struct config_partner *partner, const struct checkpoint *last,
		      const struct checkpoint *now, const struct witness_shown *shown)
{
	switch (witness_judge(partner, last, now, shown)) {
	case WITNESS_NEW:
	case WITNESS_RESTORED:
	case WITNESS_SAME:
		return OK;
	case WITNESS_WANTS_PROOF:
		return ERR_CONFLICT;
	case WITNESS_ROLLBACK:
	case WITNESS_FORK:
	case WITNESS_EPOCH:
		break;
	}
	return ERR_DENIED;
}

static enum err cosign(struct seal *seal, const struct config_partner *partner,
		       const struct witness_shown *shown, uint64_t now_s, struct arena *arena,
		       struct buffer *ret_line)
{
	char path[SEAL_PATH_BYTES];
	struct checkpoint last, now;
	struct bytes note;
	enum err err;

	if ((err = witness_verify(partner, shown->note, &now)) != OK ||
	    (err = path_of(seal, partner, path)) != OK ||
	    (err = load_last(partner, path, arena, &note, &last)) != OK ||
	    (err = judge(partner, &last, &now, shown)) != OK)
		return err;
	if ((now.size != last.size || strcmp(now.origin, last.origin) != 0) &&
	    (err = file_replace(path, shown->note)) != OK)
		return err;
	return cosignature_sign(shown->note, seal->name, seal->witness, now_s, ret_line);
}

enum err seal_cosign(struct seal *seal, const struct config *config, struct bytes question,
		     uint64_t now_s, struct buffer *ret_line)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	const struct config_partner *partner;
	struct witness_shown shown;
	struct unpack from;
	enum err err;

	if (arena == NULL || seal->witness == NULL) {
		arena_free(arena);
		return arena == NULL ? ERR_MEMORY : ERR_MISSING;
	}
	unpack_init(&from, question);
	partner = take_partner(&from, config, arena);
	err = from.failed ? ERR_FORMAT : partner == NULL ? ERR_DENIED : OK;
	if (err == OK)
		err = witness_unpack_shown(bytes_of(from.at, from.left), &shown);
	if (err == OK)
		err = cosign(seal, partner, &shown, now_s, arena, ret_line);
	arena_free(arena);
	return err;
}

enum err seal_cosigned(const struct seal *seal, const struct config *config, struct bytes question,
		       struct buffer *ret_note)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	const struct config_partner *partner;
	char path[SEAL_PATH_BYTES];
	struct checkpoint last;
	struct unpack from;
	struct bytes note;
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	unpack_init(&from, question);
	partner = take_partner(&from, config, arena);
	err = unpack_end(&from) != OK || partner == NULL ? ERR_FORMAT
							 : path_of(seal, partner, path);
	if (err == OK && (err = load_last(partner, path, arena, &note, &last)) == OK) {
		if (last.size == 0)
			err = ERR_MISSING;
		else
			buffer_put(ret_note, note);
	}
	arena_free(arena);
	return err != OK ? err : buffer_error(ret_note);
}

enum err seal_cards(const struct seal *seal, struct buffer *ret_answer)
{
	struct arena *arena = arena_new((size_t)CARD_FILE_MAX * (CARD_MAX_BYTES + SEAL_PATH_BYTES));
	struct buffer list;
	uint32_t count = 0;
	struct bytes note;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	buffer_init(&list, ret_answer->max_bytes);
	while (err == OK && count < CARD_FILE_MAX) {
		err = card_file_load(seal->directory, count + 1, arena, &note);
		if (err == OK) {
			pack_bytes(&list, note);
			count++;
		}
	}
	if (err == OK || err == ERR_MISSING) {
		pack_u32(ret_answer, count);
		buffer_put(ret_answer, buffer_bytes(&list));
		err = buffer_error(&list) != OK ? buffer_error(&list) : buffer_error(ret_answer);
	}
	buffer_clear(&list);
	arena_free(arena);
	return err;
}
