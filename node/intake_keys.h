/*
 * intake_keys - the keys of what is lodged (find.h): by which it is recognised when it comes again, refused when another
 * takes its number, and found.
 */
#ifndef NODE_INTAKE_KEYS_H
#define NODE_INTAKE_KEYS_H

#include "node/intake.h"

struct find_entry;

/* The text of the key that one document has and no other; in the turn's arena. NULL: out of memory. */
const char *intake_keys_identity(const struct turn *turn, const struct intake *intake,
				 const struct hash *document);

/* What is parked claims nothing: neither a number that its original will bring, nor a reference that is known already. */
enum err intake_keys_put(const struct turn *turn, const struct intake *intake,
			 const struct message *message, bool is_parked);

/*
 * For verification: is the message, which was lodged, recognised by its identity and by the numbers that only one
 * document may have? Of a document that names nobody only the configuration of then could say whose it is: its identity
 * is not asked for. ERR_MEMORY, ERR_IO and the like: nothing is known.
 */
enum err intake_keys_check(const struct turn *turn, const struct message *message,
			   bool *ret_is_recognised);

#endif
