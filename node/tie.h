/*
 * tie - which conversation a lodgement belongs to.
 *
 * An original begins a conversation. What amends, cancels or supplements joins that of the message
 * it names: by the number that the desk gave, by its sender's own reference, by the certificate it
 * repeats; or, when it names none, by bearing the same reference of the same year. It joins only
 * what is of its kind and what its sender may speak of: who lodged it, the trader whom it is about,
 * and whom that trader gave a mandate for it. For everybody else it is as if it were not here.
 *
 * A notice (notice.h) joins what it speaks of, of whatever kind: certificates by country, number and
 * date, declarations by number and office or by reference. What came from a partner only customs
 * may speak of, a certificate only who issued it.
 */
#ifndef NODE_TIE_H
#define NODE_TIE_H

#include "node/find.h"
#include "node/intake.h"

struct tie {
	uint64_t root; /* of the conversation it joins; 0: it begins one */
	bool is_parked; /* it follows something, and the conversation did not begin with an original */
	bool is_cancelled; /* that original was cancelled */
	bool is_rejected;  /* the office that decides on it did not let it pass */
};

enum err tie_find(const struct turn *turn, const struct intake *intake, struct tie *ret_tie);

/*
 * Let the document's reference lead to the entry: of whose document it is, and of the party that
 * lodges it. What is parked claims no reference that leads somewhere already.
 */
enum err tie_put_reference(const struct turn *turn, const struct intake *intake,
			   const struct find_entry *entry, bool is_parked);

#endif
