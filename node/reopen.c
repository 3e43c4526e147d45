#include "node/reopen.h"

#include <inttypes.h>
#include <string.h>

#include "node/delivery.h"
#include "node/desk.h"
#include "node/file.h"
#include "node/issue.h"
#include "node/restore.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/engine.h"

#define KEY_FILE_BYTES 1024u
#define PAGE 256u
#define SKIP_MORE 1000u /* numbers that were given in what the seal had not signed yet */

struct reopening {
	const struct config *config;
	const struct key *key;
	const char *operator_name;
	struct arena *arena;
	struct ledger *ledger;
	struct epoch_word word;
	struct bytes note;  /* the word, signed */
	struct bytes known; /* the last checkpoint of the epoch before; empty: none */
};

/* ---- The key ---- */

enum err reopen_make_key(const struct config *config, const char *path, struct arena *arena)
{
	const char *public_path = arena_format(arena, "%s/" EPOCH_OPERATOR_FILE, config->directory);
	struct key *key = NULL;
	struct buffer text;
	const char *known;
	enum err err = epoch_load_key(config->directory, arena, &known);

	if (err != ERR_MISSING || public_path == NULL)
		return err == OK ? ERR_EXISTS : err == ERR_MISSING ? ERR_MEMORY : err;
	buffer_init(&text, KEY_FILE_BYTES);
	if ((err = key_new(&key)) == OK && (err = key_save(key, path)) == OK &&
	    (err = epoch_format_key(config->name, key, &text)) == OK) {
		buffer_put_byte(&text, '\n');
		err = buffer_error(&text);
	}
	if (err == OK)
		err = file_make(public_path, 0644, buffer_bytes(&text));
	buffer_clear(&text);
	key_free(key);
	return err;
}

/* Is it the key whose word the seal and the partners believe? */
static enum err check_key(const struct reopening *reopening)
{
	struct buffer text;
	const char *known;
	bool is_it;
	enum err err = epoch_load_key(reopening->config->directory, reopening->arena, &known);

	if (err != OK)
		return err;
	buffer_init(&text, KEY_FILE_BYTES);
	err = epoch_format_key(reopening->config->name, reopening->key, &text);
	is_it = err == OK && bytes_equal(buffer_bytes(&text), bytes_of_text(known));
	buffer_clear(&text);
	return err != OK ? err : is_it ? OK : ERR_DENIED;
}

/* ---- What is known ---- */

static enum err read_public_key(const struct config *config, struct arena *arena,
				uint8_t ret_key[KEY_PUBLIC_BYTES])
{
	const char *path = arena_format(arena, "%s/" SETUP_LEDGER_PUBLIC, config->directory);
	char origin[CHECKPOINT_ORIGIN_BYTES];
	struct bytes text;
	char *line;
	enum err err = path == NULL ? ERR_MEMORY : file_read(path, KEY_FILE_BYTES, arena, &text);

	if (err != OK || (line = arena_text(arena, text)) == NULL)
		return err != OK ? err : ERR_MEMORY;
	line[strcspn(line, "\n")] = '\0';
	return checkpoint_parse_key(line, origin, ret_key);
}

enum err reopen_open_memory(const struct config *config, const char *origin, uint64_t epoch,
			    struct arena *arena, struct seal_memory *ret_memory)
{
	const char *path = epoch_last_path(config->directory, epoch, arena);
	uint8_t public_key[KEY_PUBLIC_BYTES];
	enum err err = read_public_key(config, arena, public_key);

	if (err != OK || path == NULL)
		return err != OK ? err : ERR_MEMORY;
	return seal_memory_open(path, origin, public_key, ret_memory);
}

/* What the seal signed last in the epoch that was restored. */
static enum err read_known(struct reopening *reopening)
{
	struct arena *arena = reopening->arena;
	struct seal_memory *memory = arena_alloc(arena, sizeof(*memory));
	const struct seal_note *last;
	enum err err;

	if (memory == NULL)
		return ERR_MEMORY;
	memset(memory, 0, sizeof(*memory));
	err = reopen_open_memory(reopening->config, ledger_origin(reopening->ledger),
				 ledger_epoch(reopening->ledger), arena, memory);
	if (err == OK && (last = seal_memory_last(memory)) != NULL) {
		reopening->known =
			bytes_of(arena_copy(arena, bytes_of(last->at, last->len)), last->len);
		reopening->word.known = last->checkpoint.size;
		reopening->word.known_root = last->checkpoint.root;
		err = reopening->known.at == NULL ? ERR_MEMORY : OK;
	}
	seal_memory_close(memory);
	return err;
}

static enum err state_word(struct reopening *reopening)
{
	struct epoch_word *word = &reopening->word;
	struct hash root;
	uint64_t newest;
	enum err err = epoch_newest(reopening->config->directory, reopening->arena, &newest);

	if (err != OK || (err = read_known(reopening)) != OK ||
	    (err = ledger_tree(reopening->ledger, &word->size, &word->root)) != OK ||
	    (err = ledger_head(reopening->ledger, &word->records, &root)) != OK)
		return err;
	if (word->size == 0 || strlen(reopening->config->name) >= sizeof(word->name))
		return ERR_USAGE;
	memcpy(word->name, reopening->config->name, strlen(reopening->config->name));
	word->before = ledger_epoch(reopening->ledger);
	word->epoch = (newest > word->before ? newest : word->before) + 1;
	word->time_ms = clock_now_ms();
	return OK;
}

/* ---- The word ---- */

/* One of an earlier try, about the very same ledger. */
static enum err find_word(struct reopening *reopening)
{
	const struct epoch_word *wanted = &reopening->word;
	struct epoch_word word;
	const char *operator_key;
	enum err err = epoch_load_word(reopening->config->directory, wanted->epoch - 1,
				       reopening->arena, &reopening->note);

	if (err != OK || (err = epoch_load_key(reopening->config->directory, reopening->arena,
					       &operator_key)) != OK)
		return err;
	if (epoch_verify(reopening->note, operator_key, wanted->name, &word) != OK ||
	    word.epoch <= wanted->before || word.before != wanted->before ||
	    word.records != wanted->records || word.size != wanted->size ||
	    !hash_equal(&word.root, &wanted->root))
		return ERR_MISSING;
	reopening->word = word;
	return OK;
}

static enum err sign_word(struct reopening *reopening)
{
	struct buffer note;
	enum err err;

	buffer_init(&note, EPOCH_WORD_BYTES);
	err = epoch_sign(&reopening->word, reopening->key, &note);
	if (err == OK)
		err = buffer_give(&note, reopening->arena, &reopening->note);
	buffer_clear(&note);
	return err != OK ? err
			 : epoch_save_word(reopening->config->directory, reopening->word.epoch,
					   reopening->note, reopening->arena);
}

/* ---- The commit ---- */

/* How many numbers of the desk may have been lost: each was in a record of its own. */
static uint64_t lost_numbers(const struct epoch_word *word)
{
	return SKIP_MORE + (word->known > word->size ? word->known - word->size : 0);
}

static enum err record(const struct turn *turn, const struct reopening *reopening)
{
	const struct epoch_word *word = &reopening->word;
	char root[HASH_HEX_BYTES], known_root[HASH_HEX_BYTES];
	uint64_t number;

	hash_format_hex(&word->root, root);
	hash_format_hex(&word->known_root, known_root);
	const char *attributes[] = {
		"epoch",     arena_format(turn->arena, "%" PRIu64, word->epoch),
		"before",    arena_format(turn->arena, "%" PRIu64, word->before),
		"size",      arena_format(turn->arena, "%" PRIu64, word->size),
		"root",      root,
		"known",     arena_format(turn->arena, "%" PRIu64, word->known),
		"knownRoot", known_root,
		"skipped",   arena_format(turn->arena, "%" PRIu64, lost_numbers(word)),
		NULL};
	const struct message_event event = {
		.event = "EpochOpened",
		.actor = arena_format(turn->arena, "operator:%s", reopening->operator_name),
		.attributes = attributes,
		.payload_role = {"word", reopening->known.len > 0 ? "checkpoint" : NULL},
		.payload = {reopening->note, reopening->known}};

	if (attributes[1] == NULL || attributes[3] == NULL || attributes[5] == NULL ||
	    attributes[9] == NULL || attributes[13] == NULL || event.actor == NULL)
		return ERR_MEMORY;
	return message_record(turn, 0, &event, &number);
}

/* The seal signs only what is proven in the tree of its epoch. */
static enum err translate_anew(const struct turn *turn)
{
	struct turn_key prefix = delivery_queue(STAGE_SIGN, ""), from = prefix;
	struct turn_key until = turn_key_after(&prefix);
	uint64_t numbers[PAGE];
	size_t count = PAGE;
	enum err err = OK;

	while (err == OK && count == PAGE) {
		err = turn_scan(turn, &from, &until, numbers, PAGE, &count);
		for (size_t i = 0; err == OK && i < count; i++) {
			struct delivery delivery;

			err = delivery_load(turn, numbers[i], &delivery);
			if (err == OK && delivery.stage == STAGE_SIGN)
				err = delivery_is_decided(&delivery)
					      ? issue_restate(turn, &delivery)
					      : delivery_move(turn, &delivery, STAGE_TRANSLATE);
		}
		if (count > 0) {
			from = prefix;
			turn_key_add_number(&from, numbers[count - 1] + 1);
		}
	}
	return err;
}

/* It is a copy no more. */
static enum err forget_copy(const struct turn *turn)
{
	static const uint8_t key = SPACE_COPY;
	struct segment_place place;
	enum err err = restore_place(turn->ledger, &place);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return place.mark.is_cut ? batch_delete(turn->batch, bytes_of(&key, 1)) : ERR_CONFIG;
}

static enum err commit(const struct reopening *reopening)
{
	struct turn turn = {.config = reopening->config,
			    .ledger = reopening->ledger,
			    .arena = reopening->arena,
			    .now_ms = clock_now_ms()};
	enum err err = ledger_begin(turn.ledger, &turn.batch);

	if (err != OK)
		return err;
	if ((err = batch_open_epoch(turn.batch, reopening->word.epoch)) == OK &&
	    (err = record(&turn, reopening)) == OK && (err = translate_anew(&turn)) == OK &&
	    (err = desk_skip(&turn, lost_numbers(&reopening->word))) == OK &&
	    (err = forget_copy(&turn)) == OK)
		return ledger_commit(turn.ledger, turn.batch);
	ledger_drop(turn.ledger, turn.batch);
	return err;
}

static enum err open_ledger(struct reopening *reopening)
{
	const struct config *config = reopening->config;
	const char *folder = arena_format(reopening->arena, "%s/ledger", config->directory);
	struct engine *engine;
	enum err err;

	if (folder == NULL)
		return ERR_MEMORY;
	/* read only first: what is not there must not be made */
	if ((err = engine_lmdb_open(folder, 0, true, &engine)) != OK)
		return err;
	engine_close(engine);
	err = engine_lmdb_open(folder, config->map_bytes, false, &engine);
	return err != OK ? err : ledger_open(engine, NULL, false, &reopening->ledger);
}

/* ERR_MISSING: it is not the epoch that was opened last, or more happened in it than that. */
static enum err find_open(struct reopening *reopening)
{
	struct epoch_word *word = &reopening->word;
	struct segment_place place;
	const char *operator_key;
	struct bytes note;
	enum err err = restore_place(reopening->ledger, &place);

	if (err != ERR_MISSING || word->before == 1 || word->size > 1 || word->known > 0 ||
	    word->epoch != word->before + 1)
		return err == OK ? ERR_MISSING : err;
	if ((err = epoch_load_word(reopening->config->directory, word->before, reopening->arena,
				   &note)) != OK ||
	    (err = epoch_load_key(reopening->config->directory, reopening->arena, &operator_key)) !=
		    OK)
		return err;
	return epoch_verify(note, operator_key, word->name, word);
}

static enum err open_next(struct reopening *reopening)
{
	enum err err = find_word(reopening);

	if (err == ERR_MISSING)
		err = sign_word(reopening);
	return err == OK ? commit(reopening) : err;
}

enum err reopen_ledger(const struct config *config, const struct key *key,
		       const char *operator_name, struct arena *arena, struct reopen_done *ret_done)
{
	struct reopening reopening = {
		.config = config, .key = key, .operator_name = operator_name, .arena = arena};
	bool was_open = true;
	enum err err;

	if ((err = check_key(&reopening)) == OK && (err = open_ledger(&reopening)) == OK &&
	    (err = state_word(&reopening)) == OK && (err = find_open(&reopening)) != OK) {
		was_open = false;
		if (err == ERR_MISSING)
			err = open_next(&reopening);
	}
	if (err == OK)
		*ret_done = (struct reopen_done){reopening.word, was_open};
	ledger_close(reopening.ledger);
	return err;
}
