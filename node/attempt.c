#include "node/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "node/account.h"
#include "node/address.h"
#include "sampan/key.h"
#include "sampan/secret.h"

#define TOLD_MS (3600ull * 1000) /* an attack is on record once in an hour for each account */
#define SALT_BYTES 32u
#define VALUE_BYTES 64u

enum whose { OF_SALT = 's', OF_ACCOUNT = 'a', OF_UNKNOWN = 'n', OF_ADDRESS = 'i' };

/* ---- Pure ---- */

void attempt_fill(struct attempt_bucket *bucket, uint64_t now_ms, uint32_t room,
		  uint64_t interval_ms)
{
	uint64_t more;

	if (now_ms < bucket->since_ms || bucket->left >= room) {
		bucket->since_ms = now_ms;
		return;
	}
	more = (now_ms - bucket->since_ms) / interval_ms;
	if (more >= room - bucket->left) {
		bucket->left = room;
		bucket->since_ms = now_ms;
	} else {
		bucket->left += (uint32_t)more;
		bucket->since_ms += more * interval_ms;
	}
}

uint64_t attempt_wait_ms(const struct attempt_bucket *bucket, uint64_t now_ms, uint64_t interval_ms)
{
	uint64_t passed = now_ms < bucket->since_ms ? 0 : now_ms - bucket->since_ms;

	if (bucket->left > 0)
		return 0;
	return passed >= interval_ms ? 1 : interval_ms - passed;
}

/* ---- The state ---- */

struct place {
	struct turn_key key;
	struct attempt_bucket bucket;
	uint32_t room;
	uint64_t interval_ms;
	bool is_set_back; /* the clock stands before what was written */
};

static struct turn_key key_of(enum whose whose)
{
	struct turn_key key = turn_key(SPACE_ATTEMPT);
	uint8_t letter = (uint8_t)whose;

	turn_key_add_bytes(&key, &letter, 1);
	return key;
}

/* Made once: under it nobody outside can say what shares a bucket with what. */
static enum err load_salt(const struct turn *turn, struct bytes *ret_salt)
{
	struct turn_key key = key_of(OF_SALT);
	uint8_t salt[SALT_BYTES];
	const uint8_t *copy;
	enum err err = turn_get(turn, &key, ret_salt);

	if (err != ERR_MISSING)
		return err;
	key_random(salt, sizeof(salt));
	copy = arena_copy(turn->arena, bytes_of(salt, sizeof(salt)));
	if (copy == NULL)
		return ERR_MEMORY;
	*ret_salt = bytes_of(copy, sizeof(salt));
	return batch_put(turn->batch, turn_key_bytes(&key), *ret_salt);
}

static struct hash digest_of(struct bytes salt, enum whose whose, struct bytes of)
{
	uint8_t letter = (uint8_t)whose;
	struct bytes parts[] = {salt, bytes_of(&letter, 1), of};

	return hash_of_parts(parts, sizeof(parts) / sizeof(parts[0]));
}

static enum err load(const struct turn *turn, struct place *place)
{
	struct bytes bytes;
	struct unpack from;
	enum err err = turn_get(turn, &place->key, &bytes);

	place->bucket = (struct attempt_bucket){.left = place->room, .since_ms = turn->now_ms};
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	unpack_init(&from, bytes);
	place->bucket.left = unpack_u32(&from);
	place->bucket.since_ms = unpack_u64(&from);
	place->bucket.told_ms = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_CORRUPT;
	place->is_set_back = place->bucket.since_ms > turn->now_ms;
	attempt_fill(&place->bucket, turn->now_ms, place->room, place->interval_ms);
	return OK;
}

static enum err save(const struct turn *turn, const struct place *place)
{
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, VALUE_BYTES);
	pack_u32(&buffer, place->bucket.left);
	pack_u64(&buffer, place->bucket.since_ms);
	pack_u64(&buffer, place->bucket.told_ms);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&place->key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

static void add_slot(struct turn_key *key, const struct hash *digest)
{
	uint32_t slot = bytes_get_u32(digest->at) % ATTEMPT_SLOTS;
	uint8_t at[4];

	bytes_put_u32(at, slot);
	turn_key_add_bytes(key, at, sizeof(at));
}

/* A name that has no account shares its bucket with others such. */
static enum err place_of_name(const struct turn *turn, struct bytes salt, const char *name,
			      bool is_known, struct place *ret)
{
	struct hash digest = digest_of(salt, OF_ACCOUNT, bytes_of_text(name));

	*ret = (struct place){.key = key_of(is_known ? OF_ACCOUNT : OF_UNKNOWN),
			      .room = ATTEMPT_OF_ACCOUNT,
			      .interval_ms = ATTEMPT_OF_ACCOUNT_MS};
	if (is_known)
		turn_key_add_bytes(&ret->key, digest.at, IDENTITY_DIGEST_BYTES);
	else
		add_slot(&ret->key, &digest);
	return load(turn, ret);
}

static enum err place_of_address(const struct turn *turn, struct bytes salt, const char *address,
				 struct place *ret)
{
	char one[ADDRESS_BYTES];
	struct hash digest;

	address_of_one(address, one);
	digest = digest_of(salt, OF_ADDRESS, bytes_of_text(one));
	*ret = (struct place){.key = key_of(OF_ADDRESS),
			      .room = ATTEMPT_OF_ADDRESS,
			      .interval_ms = ATTEMPT_OF_ADDRESS_MS};
	add_slot(&ret->key, &digest);
	return load(turn, ret);
}

/* ---- A try ---- */

static enum err say_wait(const struct turn *turn, const struct place *name,
			 const struct place *address, struct facts *answer)
{
	uint64_t wait_ms = attempt_wait_ms(&name->bucket, turn->now_ms, name->interval_ms);
	uint64_t other_ms = attempt_wait_ms(&address->bucket, turn->now_ms, address->interval_ms);
	const char *text;

	if (other_ms > wait_ms)
		wait_ms = other_ms;
	text = arena_format(turn->arena, "%llu", (unsigned long long)((wait_ms + 999) / 1000));
	return text == NULL ? ERR_MEMORY : facts_put(answer, "wait", text);
}

/* The last try of an account is gone: somebody guesses, and its people should know. */
static enum err tell(const struct turn *turn, const struct account *account, const char *address,
		     struct place *name)
{
	const char *attributes[] = {"name", account->name, "address", address, NULL};
	struct caller nobody;
	uint64_t ignored;

	if (name->bucket.left > 0 || account->number == 0 ||
	    (name->bucket.told_ms != 0 && turn->now_ms - name->bucket.told_ms < TOLD_MS))
		return OK;
	name->bucket.told_ms = turn->now_ms;
	caller_init(&nobody);
	return identity_record(turn, account->number, "SignInsLimited", &nobody, attributes,
			       &ignored);
}

static enum err say_verifier(struct bytes salt, const char *name, const struct account *account,
			     struct facts *answer)
{
	char decoy[SECRET_VERIFIER_BYTES];
	struct hash digest = digest_of(salt, OF_UNKNOWN, bytes_of_text(name));

	if (account->number != 0 && !account->is_locked && account->verifier[0] != '\0')
		return facts_put(answer, "verifier", account->verifier);
	secret_decoy(digest.at, decoy);
	return facts_put(answer, "verifier", decoy);
}

enum err attempt_begin(const struct turn *turn, const struct caller *caller,
		       const struct facts *facts, struct facts *answer)
{
	const char *name_text = facts_get_or_empty(facts, "name");
	const char *address_text = facts_get_or_empty(facts, "address");
	struct account account = {0};
	struct place name, address;
	struct bytes salt;
	enum err err = account_load(turn, name_text, &account);

	(void)caller;
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == ERR_MISSING)
		account = (struct account){0};
	if ((err = load_salt(turn, &salt)) != OK ||
	    (err = place_of_name(turn, salt, name_text, account.number != 0, &name)) != OK ||
	    (err = place_of_address(turn, salt, address_text, &address)) != OK)
		return err;
	if (name.bucket.left == 0 || address.bucket.left == 0) {
		/* nothing is written for who must wait, but from when the wait counts */
		if ((name.is_set_back && (err = save(turn, &name)) != OK) ||
		    (address.is_set_back && (err = save(turn, &address)) != OK))
			return err;
		return say_wait(turn, &name, &address, answer);
	}
	name.bucket.left--;
	address.bucket.left--;
	if ((err = tell(turn, &account, address_text, &name)) != OK ||
	    (err = save(turn, &name)) != OK || (err = save(turn, &address)) != OK)
		return err;
	return say_verifier(salt, name_text, &account, answer);
}

enum err attempt_passed(const struct turn *turn, const char *name_text, const char *address_text)
{
	struct place name, address;
	struct bytes salt;
	enum err err;

	if ((err = load_salt(turn, &salt)) != OK ||
	    (err = place_of_name(turn, salt, name_text, true, &name)) != OK ||
	    (err = place_of_address(turn, salt, address_text, &address)) != OK)
		return err;
	name.bucket.left = name.room;
	if (address.bucket.left < address.room)
		address.bucket.left++;
	err = save(turn, &name);
	return err != OK ? err : save(turn, &address);
}
