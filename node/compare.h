/*
 * compare - what an import declaration says beside what the certificate of origin says that it names:
 * consignee, invoice, and line by line HS code, origin, quantity and value. Pure: facts in, rows out.
 *
 * A line stands beside the first goods item that no line stands beside yet, with its HS code; else with the
 * first six digits of it; else, where both have as many, the first that is left. A difference that does not
 * make the certificate invalid (Circular 33/2023/TT-BTC Art. 15(8): HS equal at six digits, another unit) is minor.
 * Less than was certified is part of the goods (Art. 15(5)): nothing differs. What one side does not say is unknown.
 * Names of the consignee that differ in capital letters alone are the same.
 */
#ifndef NODE_COMPARE_H
#define NODE_COMPARE_H

#include "sampan/facts.h"

#define COMPARE_LINES 64u  /* of the declaration; VNACCS has 50 */
#define COMPARE_ITEMS 999u /* of the certificate */

enum compare_verdict {
	COMPARE_EQUAL,
	COMPARE_PART,
	COMPARE_MINOR,
	COMPARE_DIFFERS,
	COMPARE_UNKNOWN,
};

struct compare_row {
	const char *field;       /* "consignee", "invoice", "hs", "origin", "quantity", "value" */
	const char *line, *item; /* "" of the whole */
	const char *declaration, *certificate;
	enum compare_verdict verdict;
	const char *hs,
		*criterion; /* of a line: its HS code, and the origin criterion of its item; "" of the whole */
};

/* "equal", "part", "minor", "differs", "unknown". */
const char *compare_verdict_name(enum compare_verdict verdict);

/* *ret_rows and its texts are in the arena. ERR_MEMORY. */
enum err compare_facts(const struct facts *declaration, const struct facts *certificate,
		       struct arena *arena, struct compare_row **ret_rows, size_t *ret_count);

#endif
