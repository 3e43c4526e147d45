/* checkpoint: against notes and keys that other programs made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "tests/fuzz/fuzz_checkpoint.c"
#include "tests/support/fuzz_corpus.h"

#define DASH "\xE2\x80\x94"
#define ROOT "Kne6dN6qnzZtofxc56wcnZEghnR4D4M/rJ8IQUhlA1Y="
#define LINE \
	DASH " vn.sampan.example/1 " \
	     "Kt0Hl/" \
	     "oKZzo36f51jPZbInoIfhU81WTzoOjsKM29yHWAZPw7KLsHfUuMUhdWeri25QJzIw3GlFaSLNDUlAsfQeXL+" \
	     "w8=\n"
#define TEXT "vn.sampan.example/1\n3\n" ROOT "\n"
#define KEY_TEXT "vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"

/* The private key of RFC 8032 section 7.1 test 2, which the independent program used too. */
static struct key *golden_key(void)
{
	char path[] = "/tmp/sampan-checkpoint-XXXXXX";
	int fd = mkstemp(path);
	struct key *key = NULL;

	assert_true(fd >= 0);
	assert_true(
		dprintf(fd, "sampan.key/1 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\n") >
		0);
	close(fd);
	assert_int_equal(key_load(path, &key), OK);
	unlink(path);
	return key;
}

static void golden_public(uint8_t ret_public[KEY_PUBLIC_BYTES])
{
	char origin[CHECKPOINT_ORIGIN_BYTES];

	assert_int_equal(checkpoint_parse_key(KEY_TEXT, origin, ret_public), OK);
}

static struct checkpoint golden(void)
{
	struct checkpoint checkpoint = {.origin = "vn.sampan.example/1", .size = 3};

	assert_true(
		hash_parse_hex("2a77ba74deaa9f366da1fc5ce7ac1c9d91208674780f833fac9f084148650356",
			       &checkpoint.root));
	return checkpoint;
}

static void the_note_is_the_one_another_program_signs(void **state)
{
	struct checkpoint checkpoint = golden(), read;
	char expected[CHECKPOINT_MAX_BYTES];
	struct key *key = golden_key();
	struct buffer note;
	FILE *file = fopen("tests/data/ledger/checkpoint-3.note", "r");
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(expected, 1, sizeof(expected), file);
	fclose(file);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
	assert_true(bytes_equal(buffer_bytes(&note), bytes_of(expected, len)));
	assert_true(bytes_equal(buffer_bytes(&note), bytes_of_text(TEXT "\n" LINE)));
	assert_int_equal(checkpoint_parse(buffer_bytes(&note), &read), OK);
	assert_string_equal(read.origin, checkpoint.origin);
	assert_int_equal(read.size, 3);
	assert_true(hash_equal(&read.root, &checkpoint.root));
	buffer_clear(&note);
	key_free(key);
}

/* The verifier key in the package documentation of golang.org/x/mod/sumdb/note. */
static void verifier_keys_are_those_of_the_signed_note_tools(void **state)
{
	static const char theirs[] =
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
	static const char *const texts[] = {theirs, KEY_TEXT};
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;

	(void)state;
	buffer_init(&text, 1000);
	for (size_t i = 0; i < 2; i++) {
		buffer_reset(&text);
		assert_int_equal(checkpoint_parse_key(texts[i], origin, public_key), OK);
		assert_int_equal(checkpoint_format_key(origin, public_key, &text), OK);
		assert_true(bytes_equal(buffer_bytes(&text), bytes_of_text(texts[i])));
	}
	buffer_clear(&text);
}

static void damaged_verifier_keys_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"vn",
		"vn+2add0797",
		"+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		"vn.sampan.example/1+2add0796+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		"vn.sampan.example/1+2ADD0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		"vn.sampan.example/2+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		"vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GY",
		"vn.sampan.example/1+2add0797+Aj1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		KEY_TEXT "\n"};
	char origin[CHECKPOINT_ORIGIN_BYTES] = "untouched";
	uint8_t public_key[KEY_PUBLIC_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(checkpoint_parse_key(wrong[i], origin, public_key), ERR_FORMAT);
	assert_string_equal(origin, "untouched");
}

static void only_the_key_under_the_origins_name_is_believed(void **state)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], other[KEY_PUBLIC_BYTES];
	struct checkpoint checkpoint = golden(), read = {.size = 99};
	struct key *key;
	struct buffer note;

	(void)state;
	golden_public(public_key);
	assert_int_equal(checkpoint_verify(bytes_of_text(TEXT "\n" LINE), public_key, &read), OK);
	assert_int_equal(read.size, 3);
	read.size = 99;
	assert_int_equal(key_new(&key), OK);
	key_get_public(key, other);
	assert_int_equal(checkpoint_verify(bytes_of_text(TEXT "\n" LINE), other, &read),
			 ERR_DENIED);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
	assert_int_equal(checkpoint_verify(buffer_bytes(&note), public_key, &read), ERR_DENIED);
	/* signed for one ledger, shown as another's */
	assert_int_equal(
		checkpoint_verify(bytes_of_text("vn.sampan.example/2\n3\n" ROOT "\n\n" LINE),
				  public_key, &read),
		ERR_DENIED);
	/* another size or root under the same signature */
	assert_int_equal(
		checkpoint_verify(bytes_of_text("vn.sampan.example/1\n4\n" ROOT "\n\n" LINE),
				  public_key, &read),
		ERR_DENIED);
	assert_int_equal(read.size, 99);
	buffer_clear(&note);
	key_free(key);
}

static void cosignatures_of_others_do_not_disturb(void **state)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct checkpoint read;

	(void)state;
	golden_public(public_key);
	assert_int_equal(
		checkpoint_verify(bytes_of_text(TEXT "\n" DASH
						     " th.sampan.example/1 AAAAAAAA\n" LINE DASH
						     " witness AAAAAAAAAAAA\n"),
				  public_key, &read),
		OK);
	/* but a bad signature under the known key spoils the note */
	assert_int_equal(
		checkpoint_verify(bytes_of_text(TEXT
						"\n" LINE DASH " vn.sampan.example/1 "
						"Kt0HlwAKZzo36f51jPZbInoIfhU81WTzoOjsKM29yHWAZPw7KL"
						"sHfUuMUhdWeri25QJzIw3GlFaSLNDUlAsfQeXL+w8=\n"),
				  public_key, &read),
		ERR_DENIED);
}

static void what_is_no_checkpoint_is_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "\n",
					    "\n\n",
					    TEXT,
					    TEXT "\n",
					    TEXT LINE,
					    TEXT "\n"
						 "no line\n",
					    TEXT "\n" DASH " name\n",
					    TEXT "\n" DASH " na+me AAAA\n",
					    TEXT "\n" LINE "x",
					    "\n3\n" ROOT "\n\n" LINE,
					    "a b\n3\n" ROOT "\n\n" LINE,
					    "a\n03\n" ROOT "\n\n" LINE,
					    "a\n-3\n" ROOT "\n\n" LINE,
					    "a\n\n" ROOT "\n\n" LINE,
					    "a\n18446744073709551616\n" ROOT "\n\n" LINE,
					    "a\n3\nAAAA\n\n" LINE,
					    "a\n3\n" ROOT "=\n\n" LINE,
					    "a\n3\n\n" LINE,
					    "a\r\n3\n" ROOT "\n\n" LINE,
					    "a\n3\n" ROOT "\n\nextension\n\n" LINE};
	struct checkpoint read = {.size = 99};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(checkpoint_parse(bytes_of_text(wrong[i]), &read), ERR_FORMAT);
	assert_int_equal(read.size, 99);
	assert_int_equal(checkpoint_parse(bytes_of_text("a\n18446744073709551615\n" ROOT
							"\nextension\n\n" LINE),
					  &read),
			 OK);
	assert_int_equal(read.size, UINT64_MAX);
	assert_int_equal(checkpoint_parse(bytes_of_text("a\n0\n" ROOT "\n\n" LINE), &read), OK);
}

/* Any byte of the note changed: never believed. */
static void no_changed_byte_is_believed(void **state)
{
	char note[] = TEXT "\n" LINE;
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct checkpoint read;

	(void)state;
	golden_public(public_key);
	for (size_t i = 0; i < sizeof(note) - 1; i++) {
		note[i] ^= 1;
		assert_int_not_equal(
			checkpoint_verify(bytes_of(note, sizeof(note) - 1), public_key, &read), OK);
		note[i] ^= 1;
	}
}

static void a_bad_origin_is_not_signed(void **state)
{
	static const char *const wrong[] = {"", "a b", "a+b", "a\nb"};
	struct key *key = golden_key();
	struct buffer note;

	(void)state;
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct checkpoint checkpoint = golden();

		strcpy(checkpoint.origin, wrong[i]);
		assert_int_equal(checkpoint_sign(&checkpoint, key, &note), ERR_USAGE);
	}
	assert_int_equal(note.len, 0);
	buffer_clear(&note);
	key_free(key);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/checkpoint", LLVMFuzzerTestOneInput) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_note_is_the_one_another_program_signs),
		cmocka_unit_test(verifier_keys_are_those_of_the_signed_note_tools),
		cmocka_unit_test(damaged_verifier_keys_are_refused),
		cmocka_unit_test(only_the_key_under_the_origins_name_is_believed),
		cmocka_unit_test(cosignatures_of_others_do_not_disturb),
		cmocka_unit_test(what_is_no_checkpoint_is_refused),
		cmocka_unit_test(no_changed_byte_is_believed),
		cmocka_unit_test(a_bad_origin_is_not_signed),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
