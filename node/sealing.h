/*
 * sealing - the ledger role's talk with the seal: which size is signed, and the signed notes on
 * their way into the ledger.
 *
 * Only a durable root is shown to the seal, and the seal has a note on disk before it gives it out.
 * So a receipt may be made from a note that is not stored in the ledger yet: the seal forgets no
 * note before it was told that it is stored, and after a crash of either all that are missing come
 * from it again, before anything else is signed. So the first note that covers a record never
 * changes. Whatever goes wrong is asked again: sealing_step() is called now and then and does what
 * is next. The seal is believed only where its note says what this ledger holds.
 */
#ifndef NODE_SEALING_H
#define NODE_SEALING_H

#include "node/ledger.h"
#include "node/role.h"

struct sealing;

/* A signed note has come, or it is known now what the seal signed last. */
typedef void sealing_on_note(void *context);

/* Role and ledger are borrowed. Reads what was signed last; asks nothing yet. */
enum err sealing_open(struct role *role, struct ledger *ledger, sealing_on_note *callback,
		      void *context, struct sealing **ret_sealing);
void sealing_close(struct sealing *sealing); /* NULL is accepted */

/*
 * Ask the seal what is to be asked now; nothing while a question is under way. is_wanted: somebody
 * waits for a checkpoint over what is durable; otherwise only what the seal signed last is asked
 * for, if it is not known.
 */
void sealing_step(struct sealing *sealing, bool is_wanted);

/* Put the notes that wait, if any, into the batch. Those that the ledger does not take are
 * forgotten and asked for anew. */
void sealing_put(struct sealing *sealing, struct batch *batch);

/* The batch is durable, and the notes with it. */
void sealing_committed(struct sealing *sealing);

/* Does a note wait to be put? */
bool sealing_has_note(const struct sealing *sealing);

/*
 * Did the seal say that it has signed another ledger than this, or a longer one? Then nothing may be added to it: what
 * is would be lost when an operator puts the right one in its place.
 */
bool sealing_is_another(const struct sealing *sealing);

/* Is an answer of the seal under way? */
bool sealing_is_asking(const struct sealing *sealing);

/* How many records of the epoch the note will be for that the seal is asked to sign; 0: it is not asked to. */
uint64_t sealing_asked(const struct sealing *sealing);

/* How many records there are before the epoch. */
uint64_t sealing_base(const struct sealing *sealing);

/* The note that waits and is the first of all to cover this record, borrowed until the next call of
 * any other function, and for how many records of the epoch it is; false: none, or a durable one does. */
bool sealing_first_covering(const struct sealing *sealing, uint64_t number, struct bytes *ret_note,
			    uint64_t *ret_size);

/* The newest signed note, in the arena. ERR_MISSING: there is none yet. */
enum err sealing_newest(const struct sealing *sealing, struct arena *arena, struct bytes *ret_note);

/* The last record that the newest durable checkpoint covers; and the newest signed one. */
uint64_t sealing_covered(const struct sealing *sealing);
uint64_t sealing_signed(const struct sealing *sealing);

#endif
