/* cosignature, cosigned: against a line that another program made, and as a side table of a ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/cosignature.h"
#include "node/cosigned.h"

#define DASH "\xE2\x80\x94"
#define TEXT "vn.sampan.example/1\n3\nKne6dN6qnzZtofxc56wcnZEghnR4D4M/rJ8IQUhlA1Y=\n"
#define NOTE \
	TEXT "\n" DASH " vn.sampan.example/1 " \
	     "Kt0Hl/" \
	     "oKZzo36f51jPZbInoIfhU81WTzoOjsKM29yHWAZPw7KLsHfUuMUhdWeri25QJzIw3GlFaSLNDUlAsfQeXL+" \
	     "w8=\n"
#define WITNESS "th.sampan.example"
#define KEY_TEXT WITNESS "+32ed2f60+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
#define TIME_S 1679315147u
/* Made by a Python program from C2SP tlog-cosignature and RFC 8032, with the same key. */
#define LINE \
	DASH " " WITNESS " Mu0vYAAAAABkGFDLpMfwZ4VryO0aIlDWwP38XRAAkJLuinD4r/" \
	     "Xc8WN1b8s6CtjCQDTd3yV/TnSy50aJzMjWKW7IAkC4i/QXMADQAw==\n"

/* The private key of RFC 8032 section 7.1 test 2. */
static struct key *golden_key(void)
{
	char path[] = "/tmp/sampan-cosignature-XXXXXX";
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

static struct cosigner golden_cosigner(void)
{
	struct cosigner cosigner;

	assert_int_equal(cosigner_parse(KEY_TEXT, &cosigner), OK);
	return cosigner;
}

static void the_line_is_the_one_another_program_makes(void **state)
{
	struct cosigner cosigner = golden_cosigner();
	struct key *key = golden_key();
	struct buffer line, text;
	uint64_t time_s = 0;

	(void)state;
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	buffer_init(&text, COSIGNATURE_MAX_BYTES);
	assert_int_equal(cosignature_sign(bytes_of_text(NOTE), WITNESS, key, TIME_S, &line), OK);
	assert_true(bytes_equal(buffer_bytes(&line), bytes_of_text(LINE)));
	assert_int_equal(
		cosignature_verify(bytes_of_text(NOTE), bytes_of_text(LINE), &cosigner, &time_s),
		OK);
	assert_int_equal(time_s, TIME_S);
	assert_int_equal(cosigner_format(&cosigner, &text), OK);
	assert_true(bytes_equal(buffer_bytes(&text), bytes_of_text(KEY_TEXT)));
	buffer_clear(&line);
	buffer_clear(&text);
	key_free(key);
}

/* Whoever signed it besides: the text is what is countersigned. */
static void further_lines_of_the_note_change_nothing(void **state)
{
	struct cosigner cosigner = golden_cosigner();
	uint64_t time_s;

	(void)state;
	assert_int_equal(cosignature_verify(bytes_of_text(NOTE LINE), bytes_of_text(LINE),
					    &cosigner, &time_s),
			 OK);
}

/* Each byte of the text and of the line, changed in each of some ways. */
static void whatever_is_changed_is_noticed(void **state)
{
	static const uint8_t changes[] = {0x01, 0x20, 0x80};
	struct cosigner cosigner = golden_cosigner();
	char note[] = NOTE, line[] = LINE;
	uint64_t time_s;

	(void)state;
	for (size_t c = 0; c < sizeof(changes); c++) {
		for (size_t i = 0; i < strlen(TEXT); i++) {
			note[i] = (char)(note[i] ^ changes[c]);
			assert_int_not_equal(cosignature_verify(bytes_of_text(note),
								bytes_of_text(line), &cosigner,
								&time_s),
					     OK);
			note[i] = (char)(note[i] ^ changes[c]);
		}
		for (size_t i = 0; i + 1 < strlen(LINE); i++) {
			line[i] = (char)(line[i] ^ changes[c]);
			assert_int_not_equal(cosignature_verify(bytes_of_text(note),
								bytes_of_text(line), &cosigner,
								&time_s),
					     OK);
			line[i] = (char)(line[i] ^ changes[c]);
		}
	}
}

static void others_lines_are_told_from_bad_ones(void **state)
{
	struct cosigner cosigner = golden_cosigner(), other = cosigner;
	uint64_t time_s;

	(void)state;
	other.public_key[0] ^= 1;
	assert_int_equal(
		cosignature_verify(bytes_of_text(NOTE), bytes_of_text(LINE), &other, &time_s),
		ERR_MISSING);
	(void)snprintf(other.name, sizeof(other.name), "my.sampan.example");
	assert_int_equal(
		cosignature_verify(bytes_of_text(NOTE), bytes_of_text(LINE), &other, &time_s),
		ERR_MISSING);
	assert_int_equal(cosignature_verify(bytes_of_text("nothing\n"), bytes_of_text(LINE),
					    &cosigner, &time_s),
			 ERR_FORMAT);
	/* the ledger's own signature is no cosignature: its key has another type */
	assert_int_equal(
		cosigner_parse("vn.sampan.example/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLs"
			       "SWjMDNVfEq9GYM",
			       &cosigner),
		ERR_FORMAT);
}

/* Whoever shows it would have no digits for its year. */
static void a_time_behind_the_year_9999_is_no_time(void **state)
{
	struct cosigner cosigner = golden_cosigner();
	struct key *key = golden_key();
	struct buffer line;
	uint64_t time_s = 0;

	(void)state;
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	for (uint64_t more = 0; more < 2; more++) {
		buffer_reset(&line);
		assert_int_equal(cosignature_sign(bytes_of_text(NOTE), WITNESS, key,
						  COSIGNATURE_LAST_S + more, &line),
				 OK);
		assert_int_equal(cosignature_verify(bytes_of_text(NOTE), buffer_bytes(&line),
						    &cosigner, &time_s),
				 more == 0 ? OK : ERR_DENIED);
		assert_int_equal(time_s, COSIGNATURE_LAST_S);
	}
	buffer_clear(&line);
	key_free(key);
}

/* ---- The side table ---- */

static const char *note_of(struct arena *arena, uint64_t size)
{
	return arena_format(
		arena,
		"vn.example/1\n%llu\nKne6dN6qnzZtofxc56wcnZEghnR4D4M/rJ8IQUhlA1Y=\n\n" DASH
		" vn.example/1 AAAAAA==\n",
		(unsigned long long)size);
}

static void put_all(const struct turn *turn)
{
	static const uint64_t sizes[] = {2, 5, 7};

	for (size_t i = 0; i < 8; i++) {
		struct record record = {.event = "Followed", .actor = "test", .time_ms = 1};

		facts_init(&record.attributes, turn->arena);
		assert_int_equal(batch_append(turn->batch, &record, NULL, 0, NULL), OK);
	}
	assert_int_equal(ledger_commit(turn->ledger, turn->batch), OK);
	for (size_t i = 0; i < 3; i++) {
		struct turn next = *turn;

		assert_int_equal(ledger_begin(turn->ledger, &next.batch), OK);
		assert_int_equal(
			batch_put_checkpoint(next.batch, sizes[i],
					     bytes_of_text(note_of(turn->arena, sizes[i]))),
			OK);
		if (sizes[i] == 5) {
			assert_int_equal(cosigned_put(&next, "TH", 5, bytes_of_text("first\n")),
					 OK);
			assert_int_equal(cosigned_put(&next, "KH", 5, bytes_of_text("no end")), OK);
			assert_int_equal(cosigned_put(&next, "LA", 5, bytes_of_text("lao\n")), OK);
			assert_int_equal(cosigned_put(&next, "TH", 5, bytes_of_text("again\n")),
					 OK);
		}
		assert_int_equal(ledger_commit(turn->ledger, next.batch), OK);
	}
}

static void a_record_finds_the_first_checkpoint_that_was_countersigned_behind_it(void **state)
{
	struct turn turn = {.arena = arena_new((size_t)1 << 24)};
	struct engine *engine;
	struct bytes note, lines;
	uint64_t size = 0;

	(void)state;
	assert_int_equal(engine_sim_open(&engine), OK);
	assert_int_equal(ledger_open(engine, "vn.example", false, &turn.ledger), OK);
	assert_int_equal(ledger_begin(turn.ledger, &turn.batch), OK);
	put_all(&turn);
	for (uint64_t number = 1; number <= 5; number++) {
		assert_int_equal(cosigned_covering(turn.ledger, number, turn.arena, &note, &size),
				 OK);
		assert_int_equal(size, 5);
		assert_true(
			bytes_equal(note, bytes_of_text(arena_format(turn.arena, "%slao\nfirst\n",
								     note_of(turn.arena, 5)))));
	}
	assert_int_equal(cosigned_covering(turn.ledger, 6, turn.arena, &note, &size), ERR_MISSING);
	assert_int_equal(cosigned_lines(turn.ledger, 2, turn.arena, &lines), OK);
	assert_int_equal(lines.len, 0);
	assert_int_equal(cosigned_newest(turn.ledger, turn.arena, &note), OK);
	assert_true(bytes_equal(note, bytes_of_text(note_of(turn.arena, 7))));
	ledger_close(turn.ledger);
	arena_free(turn.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_is_the_one_another_program_makes),
		cmocka_unit_test(further_lines_of_the_note_change_nothing),
		cmocka_unit_test(whatever_is_changed_is_noticed),
		cmocka_unit_test(others_lines_are_told_from_bad_ones),
		cmocka_unit_test(a_time_behind_the_year_9999_is_no_time),
		cmocka_unit_test(
			a_record_finds_the_first_checkpoint_that_was_countersigned_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
