#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sampan/base64.h"
#include "sampan/pack.h"
#include "tests/support/log_model.h"

#define NOTE_BYTES 512u

static enum err write_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	struct log_model *log = context;

	assert_true(level < LOG_MODEL_LEVELS && index < LOG_MODEL_MAX);
	log->nodes[level][index] = *hash;
	return OK;
}

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	const struct log_model *log = context;

	assert_true(level < LOG_MODEL_LEVELS && index < LOG_MODEL_MAX);
	*ret_hash = log->nodes[level][index];
	return OK;
}

void log_model_grow(struct log_model *log, uint64_t count)
{
	for (; count > 0 && log->tree.size + 1 < LOG_MODEL_MAX; count--) {
		char text[64];
		int len = snprintf(text, sizeof(text), "leaf %llu of %llu",
				   (unsigned long long)log->tree.size,
				   (unsigned long long)log->branch);
		struct hash leaf = hash_of(bytes_of(text, (size_t)len));

		assert_int_equal(tree_append(&log->tree, &leaf, write_node, log), OK);
	}
}

static struct tree tree_of(const struct log_model *log, uint64_t size)
{
	struct tree tree;

	assert_int_equal(tree_open(size, read_node, (void *)(uintptr_t)log, &tree), OK);
	return tree;
}

void log_model_fork(struct log_model *log, uint64_t size)
{
	log->tree = tree_of(log, size);
	log->branch++;
}

struct hash log_model_root(const struct log_model *log, uint64_t size)
{
	struct tree tree = tree_of(log, size);

	return tree_root(&tree);
}

uint64_t log_model_epoch(const struct log_model *log)
{
	return log->epochs + 1;
}

void log_model_restore(struct log_model *log, uint64_t size, const struct key *operator_key,
		       struct log_model *old)
{
	struct epoch_word word = {.name = LOG_MODEL_NAME,
				  .epoch = log_model_epoch(log) + 1,
				  .before = log_model_epoch(log),
				  .size = size,
				  .records = size,
				  .known = log->tree.size};
	struct buffer note;

	*old = *log;
	old->tree = tree_of(log, size);
	word.root = tree_root(&old->tree);
	word.known_root = tree_root(&log->tree);
	tree_init(&log->tree);
	log->old = old;
	log->epochs++;
	log->branch++;
	log->word_len = 0;
	log_model_grow(log, 1);
	if (operator_key == NULL)
		return;
	buffer_init(&note, EPOCH_WORD_BYTES);
	assert_int_equal(epoch_sign(&word, operator_key, &note), OK);
	memcpy(log->word, note.at, note.len);
	log->word_len = note.len;
	buffer_clear(&note);
}

static void put_note(const struct log_model *log, struct buffer *to)
{
	struct checkpoint checkpoint = {.size = log->tree.size};
	struct hash root = tree_root(&log->tree);

	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), LOG_MODEL_NAME "/%llu",
		       (unsigned long long)log_model_epoch(log));

	if (log->key != NULL) {
		checkpoint.root = root;
		assert_int_equal(checkpoint_sign(&checkpoint, log->key, to), OK);
		return;
	}
	buffer_put_format(to, "%s\n%llu\n", checkpoint.origin, (unsigned long long)log->tree.size);
	base64_format(hash_bytes(&root), to);
	buffer_put_format(to, "\n\n\xE2\x80\x94 %s AAAAAA==\n", checkpoint.origin);
}

void log_model_show(const struct log_model *log, uint64_t older, struct buffer *to)
{
	log_model_show_from(log, log_model_epoch(log), older, to);
}

void log_model_show_from(const struct log_model *log, uint64_t epoch, uint64_t older,
			 struct buffer *to)
{
	struct witness_shown shown = {.word = bytes_of(log->word, log->word_len)};
	const struct log_model *of = epoch == log_model_epoch(log) ? log : log->old;
	struct buffer note;

	buffer_init(&note, NOTE_BYTES);
	put_note(log, &note);
	shown.note = buffer_bytes(&note);
	if (older > 0 && of != NULL && log_model_epoch(of) == epoch && older < of->tree.size) {
		shown.older = older;
		shown.older_epoch = epoch;
		assert_int_equal(tree_prove_consistency(older, of->tree.size, read_node,
							(void *)(uintptr_t)of, &shown.proof),
				 OK);
	}
	witness_pack_shown(to, &shown);
	buffer_clear(&note);
}

/* The seal countersigns what extends what it countersigned; what it saw, the ledger takes over. */
static enum witness_verdict cosign(struct witness_model *model, const struct checkpoint *now,
				   const struct witness_shown *shown)
{
	enum witness_verdict verdict = witness_judge(&model->partner, &model->sealed, now, shown);

	if (verdict == WITNESS_NEW || verdict == WITNESS_RESTORED)
		model->sealed = *now;
	model->seen = model->sealed;
	return verdict;
}

static bool is_good(enum witness_verdict verdict)
{
	return verdict == WITNESS_NEW || verdict == WITNESS_SAME || verdict == WITNESS_RESTORED;
}

bool witness_model_judge(struct witness_model *model, struct bytes content, struct buffer *answer,
			 struct checkpoint *ret_cosigned)
{
	struct witness_answer said = {.card_version = 1};
	struct witness_shown shown;
	struct checkpoint now;
	enum witness_verdict verdict;
	char line[64];

	*ret_cosigned = (struct checkpoint){.size = 0};
	assert_int_equal(witness_unpack_shown(content, &shown), OK);
	assert_int_equal(checkpoint_parse(shown.note, &now), OK);
	verdict = witness_judge(&model->partner, &model->seen, &now, &shown);
	if (is_good(verdict))
		verdict = cosign(model, &now, &shown);
	if (witness_is_alarm(verdict)) {
		model->alarm = verdict;
		return false;
	}
	if (is_good(verdict)) {
		*ret_cosigned = now;
		(void)snprintf(line, sizeof(line), "line %llu", (unsigned long long)now.size);
		said.line = bytes_of_text(line);
	}
	said.epoch = witness_epoch_of(&model->seen);
	witness_pack_answer(answer, &said);
	return true;
}
