/*
 * reading - may this caller see this message? access_may() over what the ledger holds of it.
 *
 * A message is its lodger's, and that of the tax codes it names as sender, exporter and importer;
 * it belongs to the office it names, of customs or of the issuing authority by its life; a notice to
 * the office of what it speaks of. What a
 * partner sent is nobody's here: its tax codes and offices are words of another country, so it is
 * seen by those to whom it was handed over, and by whom the table lets see everything.
 */
#ifndef NODE_READING_H
#define NODE_READING_H

#include "node/access.h"
#include "node/glance.h"
#include "node/mandate.h"

/* Facts of a notice: life and office of what it speaks of. A look at very many messages looks up no other. */
#define READING_ABOUT_LIFE "aboutLife"
#define READING_ABOUT_OFFICE "aboutOffice"

/* Put them, for a notice of this message; of what a partner sent there are none, and the notice's own hold. */
enum err reading_put_about(const struct message *about, struct facts *facts);

struct reading {
	const struct turn *turn;
	const struct caller *caller;
	const struct mandate
		*mandates; /* in which the caller's party is the agent, in order of principal */
	size_t mandate_count;
	enum err *failed; /* NULL, or set where a batch's mandate could not be read */
};

/*
 * All borrowed for as long as the reading is used. The caller's mandates are read once, so that
 * looking at very many messages asks the store for nothing more.
 */
enum err reading_init(const struct turn *turn, const struct caller *caller,
		      struct reading *ret_reading);

enum access_verdict reading_may(const struct reading *reading, enum access_action action,
				const struct glance *glance);

/* The same of a record SubmissionRejection, of which there is no message. */
enum access_verdict reading_may_refusal(const struct reading *reading, enum access_action action,
					const struct record *refusal);

#endif
