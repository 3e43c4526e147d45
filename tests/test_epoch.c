/*
 * epoch: an operator's word is believed as it was signed and not otherwise; by it alone seal and ledger go
 * on in a new epoch, in which numbers go on, the tree begins anew, and nothing of before changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/epoch.h"
#include "node/file.h"
#include "node/ledger_fit.h"
#include "node/receipt.h"
#include "node/reopen.h"
#include "node/seal.h"
#include "node/setup.h"
#include "tests/support/ledger_bench.h"

#define NAME "vn.sampan.example"
#define BEFORE 7u /* records of the first epoch */
#define AFTER 6u  /* of the second */

/* ---- The word ---- */

static struct epoch_word a_word(void)
{
	return (struct epoch_word){.name = NAME,
				   .epoch = 2,
				   .before = 1,
				   .size = 1234,
				   .root = hash_of(bytes_of_text("root")),
				   .records = 1234,
				   .known = 1300,
				   .known_root = hash_of(bytes_of_text("known")),
				   .time_ms = 1795387994000};
}

static void make_key(struct key **ret_key, char ret_text[500])
{
	struct buffer text;

	buffer_init(&text, 499);
	assert_int_equal(key_new(ret_key), OK);
	assert_int_equal(epoch_format_key(NAME, *ret_key, &text), OK);
	memcpy(ret_text, text.at, text.len);
	ret_text[text.len] = '\0';
	buffer_clear(&text);
}

static void a_word_is_read_as_it_was_signed(void **state)
{
	const struct epoch_word word = a_word();
	struct epoch_word read;
	struct buffer note;
	struct key *key;
	char text[500];

	(void)state;
	make_key(&key, text);
	buffer_init(&note, EPOCH_WORD_BYTES);
	assert_int_equal(epoch_sign(&word, key, &note), OK);
	assert_int_equal(epoch_verify(buffer_bytes(&note), text, NAME, &read), OK);
	assert_string_equal(read.name, word.name);
	assert_true(read.epoch == 2 && read.before == 1 && read.size == 1234 &&
		    read.records == 1234 && read.known == 1300 && read.time_ms == word.time_ms);
	assert_true(hash_equal(&read.root, &word.root) &&
		    hash_equal(&read.known_root, &word.known_root));
	assert_int_equal(epoch_verify(buffer_bytes(&note), text, "th.sampan.example", &read),
			 ERR_DENIED);
	buffer_clear(&note);
	key_free(key);
}

static void whatever_byte_of_a_word_is_changed_it_is_not_believed(void **state)
{
	const struct epoch_word word = a_word();
	struct key *key, *other;
	struct epoch_word read;
	struct buffer note;
	char text[500], others[500];

	(void)state;
	make_key(&key, text);
	make_key(&other, others);
	buffer_init(&note, EPOCH_WORD_BYTES);
	assert_int_equal(epoch_sign(&word, key, &note), OK);
	for (size_t i = 0; i < note.len; i++) {
		note.at[i] ^= 1;
		assert_int_not_equal(epoch_verify(buffer_bytes(&note), text, NAME, &read), OK);
		note.at[i] ^= 1;
		assert_int_not_equal(epoch_verify(bytes_of(note.at, i), text, NAME, &read), OK);
	}
	assert_int_equal(epoch_verify(buffer_bytes(&note), others, NAME, &read), ERR_DENIED);
	assert_int_equal(epoch_verify(buffer_bytes(&note), "", NAME, &read), ERR_DENIED);
	buffer_clear(&note);
	key_free(other);
	key_free(key);
}

static void a_word_that_says_nothing_possible_is_not_signed(void **state)
{
	struct epoch_word words[5];
	struct buffer note;
	struct key *key;
	char text[500];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		words[i] = a_word();
	words[0].epoch = 1; /* not behind the one before */
	words[1].before = 0;
	words[2].size = 0;
	words[3].records = 1233; /* fewer than in one epoch */
	strcpy(words[4].name, "no name");
	make_key(&key, text);
	buffer_init(&note, EPOCH_WORD_BYTES);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(epoch_sign(&words[i], key, &note), ERR_USAGE);
	buffer_clear(&note);
	key_free(key);
}

/* ---- The tree ---- */

static void open_epoch(struct batch *batch, struct arena *arena, const struct hash *restored)
{
	struct record record = {
		.time_ms = 1795340648123, .event = "EpochOpened", .actor = "operator:root"};
	char root[HASH_HEX_BYTES];

	assert_int_equal(batch_open_epoch(batch, 2), OK);
	facts_init(&record.attributes, arena);
	hash_format_hex(restored, root);
	assert_int_equal(facts_put(&record.attributes, "root", root), OK);
	assert_int_equal(batch_append(batch, &record, NULL, 0, NULL), OK);
}

struct two {
	struct ledger_bench *bench; /* as it was opened first */
	struct ledger_bench again;  /* opened anew, in epoch 2 */
	struct ledger_shared shared;
	struct hash restored;
};

/* Seven records and a checkpoint over five; then six in a new epoch, with a checkpoint over three. */
static void make_two(struct ledger_bench *bench, struct two *two)
{
	struct batch *batch;
	uint64_t size;

	*two = (struct two){.bench = bench, .shared = ledger_bench_share(bench->engine)};
	ledger_bench_add_records(bench, 5);
	ledger_bench_add_checkpoint(bench);
	ledger_bench_add_records(bench, 2);
	assert_int_equal(ledger_tree(bench->ledger, &size, &two->restored), OK);
	batch = ledger_bench_begin(bench);
	open_epoch(batch, bench->arena, &two->restored);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	two->again = *bench;
	assert_int_equal(ledger_open(&two->shared.engine, NULL, false, &two->again.ledger), OK);
	ledger_bench_add_records(&two->again, 2);
	ledger_bench_add_checkpoint(&two->again);
	ledger_bench_add_records(&two->again, AFTER - 3);
}

static void numbers_go_on_and_the_tree_begins_anew(void **state)
{
	struct ledger_bench *bench = *state;
	struct tree_proof proof;
	struct hash root, leaf;
	struct two two;
	uint64_t size;

	make_two(bench, &two);
	assert_int_equal(ledger_epoch(two.again.ledger), 2);
	assert_string_equal(ledger_origin(two.again.ledger), "vn.test.example/2");
	assert_int_equal(ledger_bench_size(&two.again), BEFORE + AFTER);
	assert_int_equal(ledger_tree(two.again.ledger, &size, &root), OK);
	assert_int_equal(size, AFTER);
	for (uint64_t number = 1; number <= BEFORE + AFTER; number++) {
		bool is_old = number <= BEFORE;
		struct bytes bytes;

		assert_int_equal(ledger_epoch_of(two.again.ledger, number), is_old ? 1 : 2);
		assert_int_equal(
			ledger_record(two.again.ledger, number, bench->arena, NULL, &bytes), OK);
		leaf = record_leaf_hash(bytes);
		assert_int_equal(ledger_prove_inclusion(two.again.ledger, number,
							is_old ? BEFORE : AFTER, &proof),
				 OK);
		assert_true(tree_verify_inclusion(&leaf, number - 1 - (is_old ? 0 : BEFORE),
						  is_old ? BEFORE : AFTER, &proof,
						  is_old ? &two.restored : &root));
	}
	assert_int_equal(ledger_prove_consistency_in(two.again.ledger, 1, 5, BEFORE, &proof), OK);
	assert_int_equal(ledger_prove_consistency_in(two.again.ledger, 1, 5, BEFORE + 1, &proof),
			 ERR_USAGE);
	assert_int_equal(ledger_prove_consistency(two.again.ledger, 3, AFTER, &proof), OK);
	ledger_close(two.again.ledger);
}

/* A checkpoint covers nothing of another epoch. */
static void receipts_are_of_the_epoch_of_their_record(void **state)
{
	struct ledger_bench *bench = *state;
	struct record record;
	struct buffer receipt;
	struct two two;

	make_two(bench, &two);
	for (uint64_t number = 1; number <= BEFORE + AFTER; number++) {
		bool is_covered = number <= 5 || (number > BEFORE && number <= BEFORE + 3);

		buffer_init(&receipt, 100000);
		assert_int_equal(receipt_format(two.again.ledger, number, &receipt),
				 is_covered         ? OK
				 : number <= BEFORE ? ERR_LOST
						    : ERR_UNAVAILABLE);
		if (is_covered)
			assert_int_equal(receipt_verify(buffer_bytes(&receipt), bench->public_key,
							bench->arena, &record),
					 OK);
		buffer_clear(&receipt);
	}
	ledger_close(two.again.ledger);
}

static void both_epochs_are_verified(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_verdict verdict;
	struct two two;

	make_two(bench, &two);
	verdict = ledger_bench_verify(&two.again);
	assert_int_equal(verdict.first_bad, 0);
	assert_int_equal(verdict.records, BEFORE + AFTER);
	assert_int_equal(verdict.checkpoints, 2);
	for (uint64_t since = 1; since <= BEFORE + AFTER; since++) {
		assert_int_equal(ledger_verify_since(two.again.ledger, since, bench->public_key,
						     NULL, NULL, &verdict),
				 OK);
		assert_int_equal(verdict.first_bad, 0);
	}
	ledger_close(two.again.ledger);
}

/* Where it says that a past was restored which is not there. */
static void an_epoch_that_names_another_past_is_damage(void **state)
{
	struct ledger_bench *bench = *state;
	const struct hash other = hash_of(bytes_of_text("another past"));
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger_bench again = *bench;
	struct batch *batch;

	ledger_bench_add_records(bench, 5);
	batch = ledger_bench_begin(bench);
	open_epoch(batch, bench->arena, &other);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_open(&shared.engine, NULL, false, &again.ledger), OK);
	assert_int_equal(ledger_bench_verify(&again).first_bad, 6);
	batch = ledger_bench_begin(&again);
	assert_int_equal(batch_open_epoch(batch, 2), ERR_USAGE);
	ledger_drop(again.ledger, batch);
	ledger_close(again.ledger);
}

/* ---- The node ---- */

struct node {
	char directory[64];
	struct arena *arena;
	struct config config;
	struct key *key; /* the operator's */
	bool was_open;   /* before the last reopen() */
};

static void open_node(struct node *node)
{
	struct setup setup = {.directory = node->directory, .country = "VN"};
	const char *message = "", *path;

	strcpy(node->directory, "/tmp/sampan-epoch-XXXXXX");
	assert_non_null(mkdtemp(node->directory));
	node->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(setup_make(&setup, node->arena, &message), OK);
	node->config = (struct config){.directory = node->directory,
				       .country = "VN",
				       .name = NAME,
				       .map_bytes = (size_t)1 << 30};
	path = arena_format(node->arena, "%s.key", node->directory);
	assert_int_equal(reopen_make_key(&node->config, path, node->arena), OK);
	assert_int_equal(reopen_make_key(&node->config, path, node->arena), ERR_EXISTS);
	assert_int_equal(key_load(path, &node->key), OK);
	unlink(path);
}

static void close_node(struct node *node)
{
	const char *line = arena_format(node->arena, "rm -r '%s'", node->directory);

	assert_int_equal(system(line), 0);
	key_free(node->key);
	arena_free(node->arena);
}

/* So many records in the ledger below the node's folder. */
static void add_records(struct node *node, int count)
{
	const char *folder = arena_format(node->arena, "%s/ledger", node->directory);
	struct ledger_bench bench = {.arena = node->arena};

	assert_int_equal(engine_lmdb_open(folder, node->config.map_bytes, false, &bench.engine),
			 OK);
	assert_int_equal(ledger_open(bench.engine, NAME, false, &bench.ledger), OK);
	ledger_bench_add_records(&bench, count);
	ledger_close(bench.ledger);
}

static enum err reopen(struct node *node, struct epoch_word *ret_word)
{
	struct reopen_done done;
	enum err err = reopen_ledger(&node->config, node->key, "root", node->arena, &done);

	if (err == OK) {
		*ret_word = done.word;
		node->was_open = done.was_open;
	}
	return err;
}

static void shell(struct node *node, const char *format)
{
	const char *line = arena_format(node->arena, "cd '%s' && %s", node->directory, format);

	assert_int_equal(system(line), 0);
}

/* Killed behind the word and before the record: the same word counts, once. */
static void a_word_without_its_record_is_taken_up_again(void **state)
{
	struct epoch_word word, again;
	struct node node;

	(void)state;
	open_node(&node);
	add_records(&node, 5);
	shell(&node, "cp -a ledger ledger.old");
	assert_int_equal(reopen(&node, &word), OK);
	assert_true(word.epoch == 2 && word.before == 1 && word.size == 5 && word.records == 5);
	shell(&node, "rm -r ledger && cp -a ledger.old ledger");
	assert_int_equal(reopen(&node, &again), OK);
	assert_true(again.epoch == 2 && again.time_ms == word.time_ms);
	assert_false(node.was_open);
	/* another ledger needs another word */
	shell(&node, "rm -r ledger && mv ledger.old ledger");
	add_records(&node, 1);
	assert_int_equal(reopen(&node, &again), OK);
	assert_true(again.epoch == 3 && again.before == 1 && again.size == 6);
	add_records(&node, 2);
	assert_int_equal(reopen(&node, &again), OK);
	assert_true(again.epoch == 4 && again.before == 3 && again.size == 3 && again.records == 9);
	close_node(&node);
}

static void what_was_opened_is_not_opened_again(void **state)
{
	struct epoch_word word, again;
	struct node node;

	(void)state;
	open_node(&node);
	add_records(&node, 5);
	assert_int_equal(reopen(&node, &word), OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(reopen(&node, &again), OK);
		assert_true(node.was_open);
		assert_memory_equal(&again, &word, sizeof(word));
	}
	add_records(&node, 1); /* it went on: this may be a copy of it */
	assert_int_equal(reopen(&node, &again), OK);
	assert_false(node.was_open);
	assert_int_equal(again.epoch, 3);
	close_node(&node);
}

/* ---- May a node run on it? ---- */

static enum err sign(struct seal *seal, const char *origin, uint64_t size);

static bool is_fit(struct node *node, const char *said)
{
	struct ledger_fit fit;

	assert_int_equal(ledger_fit_look(&node->config, node->arena, &fit), OK);
	if (!fit.is_fit)
		print_message("%s\n%s\n", fit.en, fit.vi);
	assert_true(fit.is_fit ? fit.en[0] == '\0' : strstr(fit.en, said) != NULL);
	assert_true(fit.is_fit || strstr(fit.vi, "map_bytes") != NULL ||
		    strstr(fit.vi, "node reopen --operator-key") != NULL);
	return fit.is_fit;
}

static void a_node_is_told_that_its_ledger_is_an_older_copy_and_what_to_do(void **state)
{
	struct epoch_word word;
	struct node node;
	struct seal *seal;

	(void)state;
	open_node(&node);
	node.config.path = "node.yaml";
	shell(&node, "mv ledger ledger.0");
	assert_true(is_fit(&node, "")); /* nothing was signed: it is made anew */
	shell(&node, "mv ledger.0 ledger");
	assert_true(is_fit(&node, ""));
	add_records(&node, 5);
	shell(&node, "cp -a ledger ledger.5");
	add_records(&node, 4);
	assert_int_equal(seal_open(node.directory, NAME, &seal), OK);
	assert_int_equal(sign(seal, NAME "/1", 9), OK);
	seal_close(seal);
	assert_true(is_fit(&node, ""));
	node.config.map_bytes = 4096;
	assert_false(is_fit(&node, "limits.map_bytes is 4096"));
	node.config.map_bytes = (size_t)1 << 30;
	shell(&node, "mv ledger ledger.9");
	assert_false(is_fit(&node, "the ledger is gone"));
	shell(&node, "cp -a ledger.5 ledger && : >ledger/data.mdb");
	assert_false(is_fit(&node, "page damage in "));
	shell(&node, "rm -r ledger && cp -a ledger.5 ledger");
	assert_false(is_fit(&node, "sampan node reopen --operator-key KEYFILE --config node.yaml"));
	shell(&node, "mv seal/operator.pub operator.pub");
	assert_false(is_fit(&node, "`sampan node operator KEYFILE`"));
	shell(&node, "mv operator.pub seal/operator.pub");
	assert_int_equal(reopen(&node, &word), OK);
	assert_true(is_fit(&node, ""));
	/* and then the ledger of before, whole as it is */
	shell(&node, "rm -r ledger && mv ledger.9 ledger");
	assert_false(is_fit(&node, "an operator's word for epoch 2"));
	close_node(&node);
}

static void nobody_else_opens_an_epoch(void **state)
{
	struct epoch_word word;
	struct node node;
	struct key *own;

	(void)state;
	open_node(&node);
	assert_int_equal(reopen(&node, &word), ERR_MISSING);
	add_records(&node, 5);
	own = node.key;
	assert_int_equal(key_new(&node.key), OK);
	assert_int_equal(reopen(&node, &word), ERR_DENIED);
	key_free(node.key);
	node.key = own;
	shell(&node, "rm seal/operator.pub");
	assert_int_equal(reopen(&node, &word), ERR_MISSING);
	close_node(&node);
}

static enum err sign(struct seal *seal, const char *origin, uint64_t size)
{
	struct seal_sign question = {.checkpoint = {.size = size}};
	struct buffer note;
	enum err err;

	strcpy(question.checkpoint.origin, origin);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	err = seal_sign(seal, &question, &note);
	buffer_clear(&note);
	return err;
}

/* And keeps what it signed last in the one before, which it never signs in again. */
static void the_seal_signs_in_an_epoch_that_an_operator_opened_only(void **state)
{
	struct epoch_word word;
	struct bytes before, after, note;
	struct seal *seal;
	struct node node;

	(void)state;
	open_node(&node);
	add_records(&node, 5);
	assert_int_equal(seal_open(node.directory, NAME, &seal), OK);
	assert_int_equal(sign(seal, NAME "/2", 1), ERR_DENIED);
	assert_int_equal(sign(seal, NAME "/1", 9), OK);
	seal_close(seal);
	const char *last = arena_format(node.arena, "%s/seal/last", node.directory);
	const char *path = arena_format(node.arena, "%s/seal/epoch-2.word", node.directory);

	assert_int_equal(file_read(last, 100000, node.arena, &before), OK);
	assert_int_equal(reopen(&node, &word), OK);
	assert_int_equal(word.known, 9);
	assert_int_equal(seal_open(node.directory, NAME, &seal), OK);
	assert_int_equal(sign(seal, NAME "/1", 9), ERR_DENIED);
	assert_int_equal(sign(seal, NAME "/1", 10), ERR_DENIED);
	assert_int_equal(sign(seal, NAME "/2", 3), OK);
	assert_int_equal(sign(seal, NAME "/2", 2), ERR_DENIED);
	seal_close(seal);
	assert_int_equal(file_read(last, 100000, node.arena, &after), OK);
	assert_true(bytes_equal(before, after));
	/* a word that was changed, and one without an operator */
	assert_int_equal(file_read(path, EPOCH_WORD_BYTES, node.arena, &note), OK);
	shell(&node, "sed -i 's/records 5/records 6/' seal/epoch-2.word");
	assert_int_equal(seal_open(node.directory, NAME, &seal), ERR_DENIED);
	assert_int_equal(file_replace(path, note), OK);
	shell(&node, "rm seal/last-2");
	assert_int_equal(seal_open(node.directory, NAME, &seal), ERR_MISSING);
	shell(&node, "touch seal/last-2 && rm seal/operator.pub");
	assert_int_equal(seal_open(node.directory, NAME, &seal), ERR_DENIED);
	close_node(&node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_read_as_it_was_signed),
		cmocka_unit_test(whatever_byte_of_a_word_is_changed_it_is_not_believed),
		cmocka_unit_test(a_word_that_says_nothing_possible_is_not_signed),
		cmocka_unit_test_setup_teardown(numbers_go_on_and_the_tree_begins_anew,
						ledger_bench_set_up, ledger_bench_tear_down),
		cmocka_unit_test_setup_teardown(receipts_are_of_the_epoch_of_their_record,
						ledger_bench_set_up, ledger_bench_tear_down),
		cmocka_unit_test_setup_teardown(both_epochs_are_verified, ledger_bench_set_up,
						ledger_bench_tear_down),
		cmocka_unit_test_setup_teardown(an_epoch_that_names_another_past_is_damage,
						ledger_bench_set_up, ledger_bench_tear_down),
		cmocka_unit_test(a_word_without_its_record_is_taken_up_again),
		cmocka_unit_test(what_was_opened_is_not_opened_again),
		cmocka_unit_test(a_node_is_told_that_its_ledger_is_an_older_copy_and_what_to_do),
		cmocka_unit_test(nobody_else_opens_an_epoch),
		cmocka_unit_test(the_seal_signs_in_an_epoch_that_an_operator_opened_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
