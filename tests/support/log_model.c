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

static void put_note(const struct log_model *log, struct buffer *to)
{
	struct checkpoint checkpoint = {.origin = LOG_MODEL_ORIGIN, .size = log->tree.size};
	struct hash root = tree_root(&log->tree);

	if (log->key != NULL) {
		checkpoint.root = root;
		assert_int_equal(checkpoint_sign(&checkpoint, log->key, to), OK);
		return;
	}
	buffer_put_format(to, LOG_MODEL_ORIGIN "\n%llu\n", (unsigned long long)log->tree.size);
	base64_format(hash_bytes(&root), to);
	buffer_put_text(to, "\n\n\xE2\x80\x94 " LOG_MODEL_ORIGIN " AAAAAA==\n");
}

void log_model_show(const struct log_model *log, uint64_t older, struct buffer *to)
{
	struct witness_shown shown = {.older = 0};
	struct buffer note;

	buffer_init(&note, NOTE_BYTES);
	put_note(log, &note);
	shown.note = buffer_bytes(&note);
	if (older > 0 && older < log->tree.size) {
		shown.older = older;
		assert_int_equal(tree_prove_consistency(older, log->tree.size, read_node,
							(void *)(uintptr_t)log, &shown.proof),
				 OK);
	}
	witness_pack_shown(to, &shown);
	buffer_clear(&note);
}

/* The seal countersigns what extends what it countersigned; what it saw, the ledger takes over. */
static enum witness_verdict cosign(struct witness_model *model, const struct checkpoint *now,
				   const struct witness_shown *shown)
{
	enum witness_verdict verdict = witness_judge(&model->sealed, now, shown);

	if (verdict == WITNESS_NEW)
		model->sealed = *now;
	model->seen = model->sealed;
	return verdict;
}

static bool is_good(enum witness_verdict verdict)
{
	return verdict == WITNESS_NEW || verdict == WITNESS_SAME;
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
	verdict = witness_judge(&model->seen, &now, &shown);
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
	witness_pack_answer(answer, &said);
	return true;
}
