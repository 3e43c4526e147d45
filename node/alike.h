/*
 * alike - certificates in force that may be for the goods of an application: issued to the same exporter,
 * with an invoice of the same number in box 10. That is all that can be compared where an application names
 * no export declaration, so it warns and refuses nothing: one invoice may rightly be certified in parts.
 */
#ifndef NODE_ALIKE_H
#define NODE_ALIKE_H

#include "node/compare.h"
#include "node/message.h"

/* Note the invoices of a certificate that is issued. What has none is not noted. */
enum err alike_note(const struct turn *turn, const struct message *certificate);

/*
 * The newest such certificate, other than the one that was issued for this very application, and what was
 * compared: date of the invoice, and goods item by goods item the HS code at six digits and the quantity
 * ("line" is the item of the application, "item" that of the certificate, "declaration" what the
 * application says). ERR_MISSING: there is none. Rows and texts are in the turn's arena.
 */
enum err alike_find(const struct turn *turn, const struct message *application,
		    struct message *ret_certificate, struct compare_row **ret_rows,
		    size_t *ret_count);

#endif
