/*
 * contract - schemas/openapi.yaml for tests: its references followed, and JSON checked against its
 * schemas.
 *
 * The subset of JSON Schema 2020-12 that it uses: $ref (beside it only a description), type,
 * properties, required, additionalProperties (true, false or a schema), items, enum, const, pattern
 * (POSIX extended), minimum, maximum, minLength, maxLength, anyOf. tests/test_openapi.c refuses every
 * other keyword, so nothing goes unchecked.
 */
#ifndef TESTS_CONTRACT_H
#define TESTS_CONTRACT_H

#include <stdbool.h>

#include <jansson.h>

#define CONTRACT_WHY_BYTES 512u

struct contract {
	json_t *root;
};

/* Ends the test when it cannot be read. */
void contract_load(struct contract *contract);
void contract_free(struct contract *contract);

/* What a node says, with its references followed; borrowed. NULL stays NULL. */
const json_t *contract_follow(const struct contract *contract, const json_t *node);

/* false: ret_why says where and why not. */
bool contract_fits(const struct contract *contract, const json_t *schema, const json_t *value,
		   char ret_why[CONTRACT_WHY_BYTES]);

/* Calls back for each operation. */
typedef void contract_visit(void *context, const char *path, const char *method,
			    const json_t *operation);
void contract_each(const struct contract *contract, contract_visit *visit, void *context);

/* The response of a status, followed; NULL: not documented. */
const json_t *contract_response(const struct contract *contract, const json_t *operation,
				unsigned status);

#endif
