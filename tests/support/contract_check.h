/*
 * contract_check - answers of a running node held to schemas/openapi.yaml, and which of those that it
 * documents came.
 */
#ifndef TESTS_CONTRACT_CHECK_H
#define TESTS_CONTRACT_CHECK_H

#include "tests/support/contract.h"
#include "tests/support/door_client.h"

/* Nothing came yet. */
void contract_check_begin(const struct contract *contract);

/* Ends the test when status, headers, media type or form are not what the operation documents. */
void contract_check_answer(const struct contract *contract, struct rig *rig,
			   const json_t *operation, const struct door_answer *answer);

/* How many documented answers did not come; each is printed. */
size_t contract_check_unseen(void);

#endif
