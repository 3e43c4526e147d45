#include "sampan/key.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "sampan/base64.h"
#include "sampan/secret_file.h"

#define FILE_PREFIX "sampan.key/1 ed25519 "
#define FILE_BYTES 128u

struct key {
	EVP_PKEY *pkey;
};

void key_random(void *at, size_t len)
{
	uint8_t *to = at;

	while (len > 0) {
		ssize_t got = getrandom(to, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		assert(got > 0);
		to += got;
		len -= (size_t)got;
	}
}

/* OpenSSL keeps private Ed25519 keys in its secure heap once there is one: locked, not dumped,
 * wiped when freed. */
static void need_secure_heap(void)
{
	if (!CRYPTO_secure_malloc_initialized())
		(void)CRYPTO_secure_malloc_init((size_t)32 * 1024, 32);
}

static enum err from_seed(const uint8_t seed[KEY_SEED_BYTES], struct key **ret_key)
{
	struct key *key = calloc(1, sizeof(*key));

	need_secure_heap();
	if (key == NULL)
		return ERR_MEMORY;
	key->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_SEED_BYTES);
	if (key->pkey == NULL) {
		free(key);
		return ERR_MEMORY;
	}
	*ret_key = key;
	return OK;
}

enum err key_new(struct key **ret_key)
{
	uint8_t seed[KEY_SEED_BYTES];
	enum err err;

	key_random(seed, sizeof(seed));
	err = from_seed(seed, ret_key);
	OPENSSL_cleanse(seed, sizeof(seed));
	return err;
}

void key_free(struct key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

static enum err parse_file(const uint8_t *text, size_t len, struct key **ret_key)
{
	size_t prefix = strlen(FILE_PREFIX);
	struct buffer seed;
	enum err err = ERR_FORMAT;

	buffer_init(&seed, KEY_SEED_BYTES);
	if (len > prefix && memcmp(text, FILE_PREFIX, prefix) == 0 && text[len - 1] == '\n' &&
	    base64_parse(bytes_of(text + prefix, len - prefix - 1), &seed) == OK &&
	    seed.len == KEY_SEED_BYTES)
		err = from_seed(seed.at, ret_key);
	if (seed.at != NULL)
		OPENSSL_cleanse(seed.at, seed.room);
	buffer_clear(&seed);
	return err;
}

enum err key_load(const char *path, struct key **ret_key)
{
	uint8_t text[FILE_BYTES];
	size_t len = 0;
	enum err err = secret_file_read(path, true, text, sizeof(text), &len);

	if (err == OK)
		err = parse_file(text, len, ret_key);
	OPENSSL_cleanse(text, sizeof(text));
	return err;
}

static enum err write_synced(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t put = write(fd, bytes.at, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
		bytes = bytes_of(bytes.at + put, bytes.len - (size_t)put);
	}
	return fsync(fd) == 0 ? OK : ERR_IO;
}

static enum err sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	int fd;
	enum err err;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return ERR_IO;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	err = fsync(fd) == 0 ? OK : ERR_IO;
	close(fd);
	return err;
}

/* Written aside and then linked, so that a crash never leaves half a key under its name. */
static enum err save_text(const char *path, struct bytes text)
{
	char aside[PATH_MAX];
	enum err err;
	int fd;

	if (snprintf(aside, sizeof(aside), "%s.XXXXXX", path) >= (int)sizeof(aside))
		return ERR_IO;
	fd = mkostemp(aside, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return ERR_IO;
	err = write_synced(fd, text);
	if (close(fd) != 0 && err == OK)
		err = ERR_IO;
	if (err == OK && link(aside, path) != 0)
		err = errno == EEXIST ? ERR_EXISTS : ERR_IO;
	unlink(aside);
	return err != OK ? err : sync_folder_of(path);
}

enum err key_save(const struct key *key, const char *path)
{
	uint8_t seed[KEY_SEED_BYTES];
	size_t len = sizeof(seed);
	struct buffer text;
	enum err err;

	buffer_init(&text, FILE_BYTES);
	if (EVP_PKEY_get_raw_private_key(key->pkey, seed, &len) != 1 || len != sizeof(seed))
		assert(!"an Ed25519 key has a seed");
	buffer_put_text(&text, FILE_PREFIX);
	base64_format(bytes_of(seed, sizeof(seed)), &text);
	buffer_put_byte(&text, '\n');
	if ((err = buffer_error(&text)) == OK)
		err = save_text(path, buffer_bytes(&text));
	OPENSSL_cleanse(seed, sizeof(seed));
	if (text.at != NULL)
		OPENSSL_cleanse(text.at, text.room);
	buffer_clear(&text);
	return err;
}

void key_get_public(const struct key *key, uint8_t ret_public[KEY_PUBLIC_BYTES])
{
	size_t len = KEY_PUBLIC_BYTES;

	if (EVP_PKEY_get_raw_public_key(key->pkey, ret_public, &len) != 1 ||
	    len != KEY_PUBLIC_BYTES)
		assert(!"an Ed25519 key has a public key");
}

enum err key_sign(const struct key *key, struct bytes message,
		  uint8_t ret_signature[KEY_SIGNATURE_BYTES])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[KEY_SIGNATURE_BYTES];
	size_t len = sizeof(signature);
	enum err err = ERR_MEMORY;

	if (ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->pkey) == 1 &&
	    EVP_DigestSign(ctx, signature, &len, message.at, message.len) == 1 &&
	    len == sizeof(signature)) {
		memcpy(ret_signature, signature, sizeof(signature));
		err = OK;
	}
	EVP_MD_CTX_free(ctx);
	return err;
}

bool key_verify(const uint8_t public_key[KEY_PUBLIC_BYTES], struct bytes message,
		const uint8_t signature[KEY_SIGNATURE_BYTES])
{
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, KEY_PUBLIC_BYTES);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_good =
		pkey != NULL && ctx != NULL &&
		EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
		EVP_DigestVerify(ctx, signature, KEY_SIGNATURE_BYTES, message.at, message.len) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return is_good;
}
