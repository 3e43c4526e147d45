#include "node/change.h"

#include "node/identity.h"
#include "node/reading.h"

enum err change_judge(const struct turn *turn, const struct caller *caller,
		      enum access_action action, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct reading reading;
	struct glance glance;
	struct bytes stored;
	enum access_verdict verdict;
	enum err err, failed = OK;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &stored)) != OK ||
	    (err = glance_read(stored, &glance)) != OK ||
	    (err = reading_init(turn, caller, &reading)) != OK)
		return err;
	reading.failed = &failed;
	verdict = reading_may(&reading, action, &glance);
	if (verdict == ACCESS_YES)
		return OK;
	if (failed != OK) /* it may be allowed: nothing is decided upon what could not be read */
		return turn_is_bad_value(failed) ? ERR_CORRUPT : failed;
	/* who may read it learns that it is there and that this is not allowed */
	return reading_may(&reading, ACCESS_READ, &glance) == ACCESS_YES ? ERR_DENIED : ERR_MISSING;
}

enum err change_message(const struct turn *turn, const struct caller *claimed,
			enum access_action action, const char *id, struct caller *ret_caller,
			struct message *ret_message)
{
	uint64_t number;
	enum err err = identity_resolve(turn, claimed, ret_caller);

	if (err != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	if (!message_find_id(turn, id, &number))
		return ERR_MISSING;
	if ((err = change_judge(turn, ret_caller, action, number)) != OK)
		return err;
	return message_load(turn, number, ret_message);
}
