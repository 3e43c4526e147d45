#include "node/evidence_trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node/card.h"
#include "node/file.h"
#include "node/trust_folder.h"
#include "sampan/config.h"

#define KEY_FILE_BYTES ((size_t)64 * 1024)
#define MAX_FILES 1024

struct opening {
	const char *folder;
	struct arena *arena;
	struct evidence_anchors *anchors;
	struct trust *trust;
	const char *message;
};

static enum err add_line(struct opening *opening, const char *path, char *line)
{
	enum err err = evidence_anchors_add(opening->anchors, line);

	if (err != OK)
		opening->message =
			arena_format(opening->arena, "%s: %s", path,
				     err == ERR_LIMIT ? "more than 256 keys"
						      : "no verifier key (name+id+key) in a line");
	return err;
}

static enum err add_keys(struct opening *opening, const char *path)
{
	struct bytes text;
	enum err err = file_read(path, KEY_FILE_BYTES, opening->arena, &text);
	char *lines = err == OK ? arena_text(opening->arena, text) : NULL;

	if (err != OK) {
		opening->message = arena_format(opening->arena, "%s: %s", path, err_text(err));
		return err;
	}
	if (lines == NULL)
		return ERR_MEMORY;
	while (err == OK && *lines != '\0') {
		char *line = strsep(&lines, "\n");

		if (*line != '\0')
			err = add_line(opening, path, line);
		if (lines == NULL)
			break;
	}
	return err;
}

enum err evidence_trust_key(const char *path, struct arena *arena, struct evidence_anchors *anchors,
			    const char **ret_message)
{
	struct opening opening = {.arena = arena, .anchors = anchors, .message = ""};
	enum err err = add_keys(&opening, path);

	*ret_message = opening.message;
	return err;
}

enum err evidence_trust_nobody(struct trust **ret_trust)
{
	return trust_new("UID", "MST:", ret_trust);
}

static enum err add_card(struct opening *opening, const char *path)
{
	struct config_partner card;
	char name[] = "partner:XX";
	enum err err = config_load_partner(path, opening->arena, &card, &opening->message);

	if (err != OK)
		return err;
	memcpy(name + 8, card.country, 2);
	err = add_line(opening, path, arena_text(opening->arena, bytes_of_text(card.ledger_key)));
	for (size_t i = 0; err == OK && i < card.sign_count; i++) {
		struct hash hash;

		if (hash_parse_hex(card.signs[i].certificate, &hash))
			err = trust_pin(opening->trust, &hash, name);
	}
	return err;
}

/* A signed card is believed because it lies here; it must be whole all the same. */
static enum err add_note(struct opening *opening, const char *path)
{
	struct bytes note;
	struct card card;
	enum err err = file_read(path, CARD_MAX_BYTES, opening->arena, &note);

	if (err == OK)
		err = card_parse(note, opening->arena, &card);
	if (err == OK)
		err = card_verify(note, card.ledger_key, opening->arena, &card);
	if (err == OK && (err = add_line(opening, path, card.ledger_key)) == OK)
		return add_line(opening, path, card.witness_key);
	opening->message =
		arena_format(opening->arena, "%s: no card of a node: %s", path, err_text(err));
	return err == ERR_DENIED ? ERR_FORMAT : err;
}

static const struct {
	const char *ending;
	enum err (*add)(struct opening *opening, const char *path);
} kinds[] = {{".pub", add_keys}, {".yaml", add_card}, {".note", add_note}};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t kind_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i = 0;

	if (dot == NULL || name[0] == '.')
		return KINDS;
	while (i < KINDS && strcmp(kinds[i].ending, dot) != 0)
		i++;
	return i;
}

static int is_ours(const struct dirent *entry)
{
	return kind_of(entry->d_name) < KINDS;
}

static enum err add_file(struct opening *opening, const char *name)
{
	const char *path = arena_format(opening->arena, "%s/%s", opening->folder, name);

	return path == NULL ? ERR_MEMORY : kinds[kind_of(name)].add(opening, path);
}

static enum err add_files(struct opening *opening)
{
	struct dirent **entries = NULL;
	int count = scandir(opening->folder, &entries, is_ours, alphasort);
	enum err err = count > MAX_FILES ? ERR_LIMIT : OK;

	if (count < 0) {
		err = errno == EACCES                       ? ERR_DENIED
		      : errno == ENOENT || errno == ENOTDIR ? ERR_MISSING
							    : ERR_IO;
		opening->message = arena_format(
			opening->arena, "%s: %s", opening->folder,
			err == ERR_MISSING  ? "there is no such folder"
			: err == ERR_DENIED ? "you may not read this folder (permission denied)"
					    : err_text(err));
		return err;
	}
	if (err != OK)
		opening->message =
			arena_format(opening->arena, "%s: more than 1024 files", opening->folder);
	for (int i = 0; i < count; i++) {
		if (err == OK)
			err = add_file(opening, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* Below, so that who vouches for the time vouches for nothing else. No folder: nobody. */
static enum err add_stamps(struct opening *opening)
{
	const char *folder =
		arena_format(opening->arena, "%s/" EVIDENCE_TRUST_STAMPS, opening->folder);
	struct stamp_trust *stamps = NULL;
	enum err err = folder == NULL ? ERR_MEMORY : stamp_trust_new(&stamps);

	if (err == OK)
		err = trust_folder_add_stamps(folder, stamps, opening->arena, &opening->message);
	if (err != OK || stamp_trust_is_empty(stamps)) {
		stamp_trust_free(stamps);
		stamps = NULL;
	}
	opening->anchors->stamps = stamps;
	return err == ERR_MISSING ? OK : err;
}

enum err evidence_trust_open(const char *folder, struct arena *arena,
			     struct evidence_anchors *ret_anchors, struct trust **ret_trust,
			     const char **ret_message)
{
	struct opening opening = {
		.folder = folder, .arena = arena, .anchors = ret_anchors, .message = NULL};
	enum err err = evidence_trust_nobody(&opening.trust);

	ret_anchors->count = 0;
	ret_anchors->stamps = NULL;
	if (err == OK)
		err = add_files(&opening);
	if (err == OK)
		err = trust_folder_add(folder, opening.trust, arena, &opening.message);
	if (err == OK)
		err = add_stamps(&opening);
	if (err == OK)
		*ret_trust = opening.trust;
	else
		trust_free(opening.trust);
	*ret_message = opening.message == NULL ? err_text(err) : opening.message;
	return err;
}
