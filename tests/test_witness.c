/* witness: what a partner shows is told apart, and read as it was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/log_model.h"

#define SIZES 40u

static struct log_model *log_of(uint64_t size)
{
	struct log_model *log = calloc(1, sizeof(*log));

	assert_non_null(log);
	log_model_grow(log, size);
	return log;
}

static const struct config_partner stranger = {.name = LOG_MODEL_NAME, .operator_key = ""};

static struct checkpoint seen_of(const struct log_model *log, uint64_t size)
{
	struct checkpoint seen = {.origin = LOG_MODEL_ORIGIN, .size = size};

	seen.root = log_model_root(log, size);
	return seen;
}

/* What a log shows with a proof from `older`, judged. */
static enum witness_verdict judge(const struct checkpoint *seen, const struct log_model *log,
				  uint64_t older)
{
	enum witness_verdict verdict;
	struct witness_shown shown;
	struct checkpoint now;
	struct buffer content;

	buffer_init(&content, 65536);
	log_model_show(log, older, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	assert_int_equal(checkpoint_parse(shown.note, &now), OK);
	verdict = witness_judge(&stranger, seen, &now, &shown);
	buffer_clear(&content);
	return verdict;
}

static void a_ledger_that_only_grows_is_never_an_alarm(void **state)
{
	(void)state;
	for (uint64_t now = 1; now <= SIZES; now++) {
		struct log_model *log = log_of(now);

		for (uint64_t size = 1; size <= now; size++) {
			struct checkpoint seen = seen_of(log, size);

			assert_int_equal(judge(&seen, log, size),
					 size == now ? WITNESS_SAME : WITNESS_NEW);
			for (uint64_t older = 0; older < now; older++)
				if (older != size && size != now)
					assert_int_equal(judge(&seen, log, older),
							 WITNESS_WANTS_PROOF);
		}
		free(log);
	}
}

static void what_does_not_extend_what_was_seen_is_told_apart(void **state)
{
	(void)state;
	for (uint64_t size = 2; size <= SIZES; size++)
		for (uint64_t kept = 1; kept < size; kept++)
			for (uint64_t grown = 0; grown < SIZES; grown += 3) {
				struct log_model *log = log_of(size);
				struct checkpoint seen = seen_of(log, size);
				enum witness_verdict expected = WITNESS_FORK;

				log_model_fork(log, kept);
				log_model_grow(log, grown);
				if (log->tree.size < size)
					expected = WITNESS_ROLLBACK;
				assert_int_equal(judge(&seen, log, size), expected);
				free(log);
			}
}

static void epochs_go_forward_by_an_operators_word_only(void **state)
{
	struct log_model *log = log_of(9);
	struct checkpoint seen = seen_of(log, 5), before = seen, behind = seen;

	(void)state;
	strcpy(before.origin, "th.sampan.example/2"); /* what is shown is of epoch 1 */
	strcpy(behind.origin, "th.sampan.example/0");
	assert_int_equal(judge(&before, log, 5), WITNESS_ROLLBACK);
	assert_int_equal(judge(&behind, log, 5), WITNESS_EPOCH);
	assert_true(witness_is_alarm(WITNESS_EPOCH));
	assert_int_equal(witness_epoch("th.sampan.example/12", "th.sampan.example"), 12);
	assert_int_equal(witness_epoch("th.sampan.example/012", "th.sampan.example"), 0);
	assert_int_equal(witness_epoch("th.sampan.example", "th.sampan.example"), 0);
	assert_int_equal(witness_epoch("th.sampan.example2/1", "th.sampan.example"), 0);
	free(log);
}

/* ---- Restored ---- */

struct restored {
	struct log_model *log, *old;
	struct key *key;
	struct buffer key_text;
	struct config_partner partner; /* with the operator's key in its card */
};

static void set_up_restored(struct restored *restored, uint64_t size, uint64_t kept)
{
	*restored =
		(struct restored){.log = log_of(size), .old = calloc(1, sizeof(struct log_model))};
	assert_int_equal(key_new(&restored->key), OK);
	buffer_init(&restored->key_text, 1000);
	assert_int_equal(epoch_format_key(LOG_MODEL_NAME, restored->key, &restored->key_text), OK);
	buffer_put_byte(&restored->key_text, '\0');
	restored->partner = (struct config_partner){
		.name = LOG_MODEL_NAME, .operator_key = (const char *)restored->key_text.at};
	log_model_restore(restored->log, kept, restored->key, restored->old);
}

static void clear_restored(struct restored *restored)
{
	key_free(restored->key);
	buffer_clear(&restored->key_text);
	free(restored->log);
	free(restored->old);
}

static enum witness_verdict judge_restored(const struct restored *restored,
					   const struct config_partner *partner,
					   const struct checkpoint *seen, uint64_t older)
{
	enum witness_verdict verdict;
	struct witness_shown shown;
	struct checkpoint now;
	struct buffer content;

	buffer_init(&content, 65536);
	log_model_show_from(restored->log, 1, older, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	assert_int_equal(checkpoint_parse(shown.note, &now), OK);
	verdict = witness_judge(partner, seen, &now, &shown);
	buffer_clear(&content);
	return verdict;
}

/* What was seen is lost, or a proof shows that it is in what was restored. */
static void a_restored_ledger_is_no_fork_by_its_operators_word(void **state)
{
	(void)state;
	for (uint64_t seen = 1; seen <= 20; seen++) {
		struct log_model *before = log_of(20);
		struct checkpoint last = seen_of(before, seen);
		struct restored restored;

		set_up_restored(&restored, 20, 12);
		assert_int_equal(judge_restored(&restored, &restored.partner, &last, seen),
				 WITNESS_RESTORED);
		if (seen < 12)
			assert_int_equal(judge_restored(&restored, &restored.partner, &last, 0),
					 WITNESS_WANTS_PROOF);
		clear_restored(&restored);
		free(before);
	}
}

/* No word, no known operator, another operator, another node's, another epoch's. */
static void nobody_elses_word_endorses_an_epoch(void **state)
{
	struct log_model *before = log_of(20);
	struct checkpoint seen = seen_of(before, 15);
	struct config_partner other;
	struct restored restored, another;

	(void)state;
	set_up_restored(&restored, 20, 12);
	set_up_restored(&another, 20, 12);
	other = restored.partner;
	other.operator_key = "";
	assert_int_equal(judge_restored(&restored, &other, &seen, 0), WITNESS_EPOCH);
	other.operator_key = NULL;
	assert_int_equal(judge_restored(&restored, &other, &seen, 0), WITNESS_EPOCH);
	assert_int_equal(judge_restored(&restored, &another.partner, &seen, 0), WITNESS_EPOCH);
	other = restored.partner;
	other.name = "my.sampan.example";
	assert_int_equal(judge_restored(&restored, &other, &seen, 0), WITNESS_EPOCH);
	restored.log->epochs = 2;
	assert_int_equal(judge_restored(&restored, &restored.partner, &seen, 0), WITNESS_EPOCH);
	restored.log->epochs = 1;
	for (size_t i = 0; i < restored.log->word_len; i++) {
		restored.log->word[i] ^= 1;
		assert_int_equal(judge_restored(&restored, &restored.partner, &seen, 0),
				 WITNESS_EPOCH);
		restored.log->word[i] ^= 1;
	}
	restored.log->word_len = 0;
	assert_int_equal(judge_restored(&restored, &restored.partner, &seen, 0), WITNESS_EPOCH);
	clear_restored(&another);
	clear_restored(&restored);
	free(before);
}

/* The operator's own: what is restored must be what was seen. */
static void a_word_about_another_past_is_a_fork(void **state)
{
	struct log_model *before = log_of(20);
	struct restored restored;

	(void)state;
	log_model_fork(before, 5);
	log_model_grow(before, 15);
	set_up_restored(&restored, 20, 12);
	for (uint64_t size = 6; size <= 12; size++) {
		struct checkpoint seen = seen_of(before, size);

		assert_int_equal(judge_restored(&restored, &restored.partner, &seen, size),
				 WITNESS_FORK);
	}
	clear_restored(&restored);
	free(before);
}

static void the_first_is_taken_as_it_comes(void **state)
{
	const struct checkpoint nothing = {.size = 0};
	struct log_model *log = log_of(7);

	(void)state;
	assert_int_equal(judge(&nothing, log, 0), WITNESS_NEW);
	free(log);
}

/* By its own key, and of its own ledger: numbers that JSON has no room for stand nowhere. */
static void what_no_ledger_can_hold_is_no_checkpoint(void **state)
{
	static const struct {
		const char *origin;
		uint64_t size;
		enum err err;
	} rows[] = {
		{LOG_MODEL_NAME "/1", 1, OK},
		{LOG_MODEL_NAME "/1", INT64_MAX, OK},
		{LOG_MODEL_NAME "/9223372036854775807", 7, OK},
		{LOG_MODEL_NAME "/1", 0, ERR_DENIED},
		{LOG_MODEL_NAME "/1", (uint64_t)INT64_MAX + 1, ERR_DENIED},
		{LOG_MODEL_NAME "/1", UINT64_MAX, ERR_DENIED},
		{LOG_MODEL_NAME "/0", 7, ERR_DENIED},
		{LOG_MODEL_NAME "/9223372036854775808", 7, ERR_DENIED},
		{LOG_MODEL_NAME "/18446744073709551615", 7, ERR_DENIED},
		{LOG_MODEL_NAME "/18446744073709551616", 7, ERR_DENIED},
		{"vn.sampan.example/1", 7, ERR_DENIED},
	};
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text, note;
	struct key *key;

	(void)state;
	assert_int_equal(key_new(&key), OK);
	key_get_public(key, public_key);
	buffer_init(&text, 1024);
	buffer_init(&note, 65536);
	assert_int_equal(checkpoint_format_key(LOG_MODEL_ORIGIN, public_key, &text), OK);
	buffer_put_byte(&text, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct config_partner partner = {.name = LOG_MODEL_NAME,
						       .ledger_key = (const char *)text.at};
		struct checkpoint checkpoint = {.size = rows[i].size}, now;

		(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", rows[i].origin);
		buffer_reset(&note);
		assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
		if (witness_verify(&partner, buffer_bytes(&note), &now) != rows[i].err)
			fail_msg("%s %llu", rows[i].origin, (unsigned long long)rows[i].size);
	}
	buffer_clear(&text);
	buffer_clear(&note);
	key_free(key);
}

/* A single hash of the proof changed: it does not hold. */
static void a_proof_that_was_changed_is_a_fork(void **state)
{
	struct log_model *log = log_of(37);
	struct checkpoint seen = seen_of(log, 13), now;
	struct witness_shown shown;
	struct buffer content;

	(void)state;
	buffer_init(&content, 65536);
	log_model_show(log, 13, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	assert_int_equal(checkpoint_parse(shown.note, &now), OK);
	assert_int_equal(witness_judge(&stranger, &seen, &now, &shown), WITNESS_NEW);
	for (size_t i = 0; i < shown.proof.count; i++) {
		shown.proof.path[i].at[i % HASH_BYTES] ^= 1;
		assert_int_equal(witness_judge(&stranger, &seen, &now, &shown), WITNESS_FORK);
		shown.proof.path[i].at[i % HASH_BYTES] ^= 1;
	}
	buffer_clear(&content);
	free(log);
}

/* Whatever is cut off or put behind it. */
static void what_is_not_whole_is_not_read(void **state)
{
	struct witness_answer answer = {.card_version = 3, .line = bytes_of_text("line\n")}, read;
	struct log_model *log = log_of(21);
	struct witness_shown shown;
	struct buffer content;

	(void)state;
	buffer_init(&content, 65536);
	log_model_show(log, 9, &content);
	for (size_t len = 0; len < content.len; len++)
		assert_int_equal(witness_unpack_shown(bytes_of(content.at, len), &shown),
				 ERR_FORMAT);
	buffer_put_byte(&content, 0);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), ERR_FORMAT);
	buffer_reset(&content);
	witness_pack_answer(&content, &answer);
	assert_int_equal(witness_unpack_answer(buffer_bytes(&content), &read), OK);
	assert_int_equal(read.card_version, 3);
	assert_true(bytes_equal(read.line, answer.line));
	for (size_t len = 0; len < content.len; len++)
		assert_int_equal(witness_unpack_answer(bytes_of(content.at, len), &read),
				 ERR_FORMAT);
	buffer_clear(&content);
	free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ledger_that_only_grows_is_never_an_alarm),
		cmocka_unit_test(what_does_not_extend_what_was_seen_is_told_apart),
		cmocka_unit_test(epochs_go_forward_by_an_operators_word_only),
		cmocka_unit_test(a_restored_ledger_is_no_fork_by_its_operators_word),
		cmocka_unit_test(nobody_elses_word_endorses_an_epoch),
		cmocka_unit_test(a_word_about_another_past_is_a_fork),
		cmocka_unit_test(the_first_is_taken_as_it_comes),
		cmocka_unit_test(what_no_ledger_can_hold_is_no_checkpoint),
		cmocka_unit_test(a_proof_that_was_changed_is_a_fork),
		cmocka_unit_test(what_is_not_whole_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
