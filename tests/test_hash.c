/* hash, key, base64, clock: known answers of the standards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/base64.h"
#include "sampan/clock.h"
#include "sampan/hash.h"
#include "sampan/key.h"

static void sha256_gives_the_known_answers(void **state)
{
	static const struct {
		const char *text, *hex;
	} answers[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char hex[HASH_HEX_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct hash hash = hash_of(bytes_of_text(answers[i].text));

		hash_format_hex(&hash, hex);
		assert_string_equal(hex, answers[i].hex);
	}
}

static void the_hash_of_parts_is_the_hash_of_the_whole(void **state)
{
	struct bytes parts[] = {bytes_of_text("ab"), {0}, bytes_of_text("c")};
	struct hash whole = hash_of(bytes_of_text("abc")), joined = hash_of_parts(parts, 3);

	(void)state;
	assert_true(hash_equal(&whole, &joined));
	joined.at[31] ^= 1;
	assert_false(hash_equal(&whole, &joined));
}

static void only_64_hexadecimal_digits_are_a_hash(void **state)
{
	struct hash hash = {{7}}, whole = hash_of(bytes_of_text("abc"));
	char hex[HASH_HEX_BYTES + 1] = "";

	(void)state;
	hash_format_hex(&whole, hex);
	hex[3] = 'G';
	assert_false(hash_parse_hex(hex, &hash));
	hash_format_hex(&whole, hex);
	strcat(hex, "0");
	assert_false(hash_parse_hex(hex, &hash));
	hex[63] = 0;
	assert_false(hash_parse_hex(hex, &hash));
	assert_int_equal(hash.at[0], 7);
	hash_format_hex(&whole, hex);
	hex[0] = 'B';
	assert_true(hash_parse_hex(hex, &hash));
	assert_true(hash_equal(&hash, &whole));
}

static void base64_gives_the_vectors_of_rfc_4648(void **state)
{
	static const char *const vectors[][2] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
	};
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, 64);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		buffer_reset(&buffer);
		base64_format(bytes_of_text(vectors[i][0]), &buffer);
		assert_true(bytes_equal(buffer_bytes(&buffer), bytes_of_text(vectors[i][1])));
		buffer_reset(&buffer);
		assert_int_equal(base64_parse(bytes_of_text(vectors[i][1]), &buffer), OK);
		assert_true(bytes_equal(buffer_bytes(&buffer), bytes_of_text(vectors[i][0])));
	}
	buffer_clear(&buffer);
}

static void base64_has_one_form_only(void **state)
{
	static const char *const wrong[] = {"Zg=",      "Zg",   "Zh==", "Zm9=",
					    "Zg==Zg==", "Z===", "====", "Zm9v\n",
					    "Zm 9v==",  "Zm-v", "=m9v", "Zm9vYm=y"};
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, 64);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(base64_parse(bytes_of_text(wrong[i]), &buffer), ERR_FORMAT);
		assert_int_equal(buffer.len, 0);
	}
	buffer_clear(&buffer);
}

static void times_are_written_as_rfc_3339(void **state)
{
	char text[CLOCK_TEXT_BYTES];

	(void)state;
	clock_format(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000Z");
	clock_format(UINT64_C(1795340648123), text);
	assert_string_equal(text, "2026-11-22T09:44:08.123Z");
	clock_format(UINT64_C(253402300799999), text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	clock_format(UINT64_C(253402300800000), text); /* of a partner */
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	clock_format(UINT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	assert_true(clock_now_ms() > UINT64_C(1700000000000));
	assert_true(clock_monotonic_ms() <= clock_monotonic_ms());
}

/* A fresh folder; removed by the test. */
static void make_folder(char folder[64])
{
	strcpy(folder, "/tmp/sampan-key-XXXXXX");
	assert_non_null(mkdtemp(folder));
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	chmod(path, mode);
}

/* RFC 8032 section 7.1, test 2. The seed in base64 is what key_save() writes. */
static void a_loaded_key_signs_as_rfc_8032_says(void **state)
{
	static const uint8_t expected_public[] = {0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a,
						  0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc,
						  0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c,
						  0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c};
	static const uint8_t expected_signature[] = {
		0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f,
		0x64, 0x25, 0x40, 0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76,
		0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda, 0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99,
		0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae,
		0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00};
	uint8_t public_key[KEY_PUBLIC_BYTES], signature[KEY_SIGNATURE_BYTES], message = 0x72;
	char folder[64], path[128];
	struct key *key;

	(void)state;
	make_folder(folder);
	snprintf(path, sizeof(path), "%s/key", folder);
	write_file(path, "sampan.key/1 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\n",
		   0600);
	assert_int_equal(key_load(path, &key), OK);
	key_get_public(key, public_key);
	assert_memory_equal(public_key, expected_public, sizeof(expected_public));
	assert_int_equal(key_sign(key, bytes_of(&message, 1), signature), OK);
	assert_memory_equal(signature, expected_signature, sizeof(expected_signature));
	assert_true(key_verify(public_key, bytes_of(&message, 1), signature));
	message ^= 1;
	assert_false(key_verify(public_key, bytes_of(&message, 1), signature));
	key_free(key);
	unlink(path);
	rmdir(folder);
}

static void a_saved_key_is_the_same_key_again(void **state)
{
	uint8_t first[KEY_PUBLIC_BYTES], second[KEY_PUBLIC_BYTES];
	char folder[64], path[128];
	struct key *key, *loaded;
	struct stat status;

	(void)state;
	make_folder(folder);
	snprintf(path, sizeof(path), "%s/key", folder);
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(key_load(path, &loaded), ERR_MISSING);
	assert_int_equal(key_save(key, path), OK);
	assert_int_equal(key_save(key, path), ERR_EXISTS);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(key_load(path, &loaded), OK);
	key_get_public(key, first);
	key_get_public(loaded, second);
	assert_memory_equal(first, second, KEY_PUBLIC_BYTES);
	key_free(loaded);
	chmod(path, 0640);
	assert_int_equal(key_load(path, &loaded), ERR_DENIED);
	key_free(key);
	unlink(path);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
}

static void what_is_no_key_file_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"sampan.key/1 ed25519 \n",
		"sampan.key/1 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=",
		"sampan.key/2 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\n",
		"sampan.key/1 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk\n",
		"sampan.key/1 ed25519 TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\nsampan.key/1 "
		"ed25519 "
		"TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\n"};
	char folder[64], path[128];
	struct key *key;

	(void)state;
	make_folder(folder);
	snprintf(path, sizeof(path), "%s/key", folder);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		write_file(path, wrong[i], 0600);
		assert_int_equal(key_load(path, &key), ERR_FORMAT);
	}
	unlink(path);
	rmdir(folder);
}

static void random_bytes_differ(void **state)
{
	uint8_t first[32] = {0}, second[32] = {0};

	(void)state;
	key_random(first, sizeof(first));
	key_random(second, sizeof(second));
	assert_memory_not_equal(first, second, sizeof(first));
}

/* RFC 4231, test cases 1, 2 and 6. */
static void the_mac_is_that_of_the_standard(void **state)
{
	uint8_t ones[20], many[131];
	struct bytes text = bytes_of_text("Hi There");
	struct hash mac;
	char hex[HASH_HEX_BYTES];

	(void)state;
	memset(ones, 0x0b, sizeof(ones));
	memset(many, 0xaa, sizeof(many));
	mac = hash_hmac(bytes_of(ones, sizeof(ones)), &text, 1);
	hash_format_hex(&mac, hex);
	assert_string_equal(hex,
			    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	text = bytes_of_text("what do ya want for nothing?");
	mac = hash_hmac(bytes_of_text("Jefe"), &text, 1);
	hash_format_hex(&mac, hex);
	assert_string_equal(hex,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	text = bytes_of_text("Test Using Larger Than Block-Size Key - Hash Key First");
	mac = hash_hmac(bytes_of(many, sizeof(many)), &text, 1);
	hash_format_hex(&mac, hex);
	assert_string_equal(hex,
			    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_known_answers),
		cmocka_unit_test(the_hash_of_parts_is_the_hash_of_the_whole),
		cmocka_unit_test(only_64_hexadecimal_digits_are_a_hash),
		cmocka_unit_test(base64_gives_the_vectors_of_rfc_4648),
		cmocka_unit_test(base64_has_one_form_only),
		cmocka_unit_test(times_are_written_as_rfc_3339),
		cmocka_unit_test(a_loaded_key_signs_as_rfc_8032_says),
		cmocka_unit_test(a_saved_key_is_the_same_key_again),
		cmocka_unit_test(what_is_no_key_file_is_refused),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(the_mac_is_that_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
