/*
 * propose - what an officer is proposed where an import declaration differs from the certificate of origin that
 * it names: the table of schemas/origin.yaml (Circular 33/2023/TT-BTC Art. 15 and 16). Pure.
 *
 * It proposes and never decides: nothing of it changes a state.
 */
#ifndef NODE_PROPOSE_H
#define NODE_PROPOSE_H

#include "node/compare.h"
#include "sampan/config.h"

/*
 * The first row that fits the difference, on this day (ISO date). `special`: the ticks of box 13, as words. NULL: the
 * table proposes nothing.
 */
const struct config_origin_row *propose_find(const struct config_origin *table,
					     const struct compare_row *compared,
					     const char *special, const char *today);

/*
 * What is proposed about a certificate whose verification ran out ("run-out"), or was answered so (the code of the
 * answer, in the hub's form). NULL: nothing.
 */
const struct config_origin_row *propose_find_answer(const struct config_origin *table,
						    const char *answer, const char *today);

#endif
