/*
 * soft_token - a certificate put onto a token of softhsm2, whose own tool cannot do that.
 */
#ifndef TESTS_SUPPORT_SOFT_TOKEN_H
#define TESTS_SUPPORT_SOFT_TOKEN_H

#include "sampan/bytes.h"

/* The path of softhsm2's library; NULL: it is not here. */
const char *soft_token_module(void);

/*
 * Store a certificate (DER) under an id of one byte on the token with this label, whose PIN is
 * 1234. Fails the test when that does not work.
 */
void soft_token_put(const char *label, uint8_t id, struct bytes certificate);

#endif
