/*
 * A PKCS#11 module for tests/test_sign.c: softhsm2 with the one thing that it has not, and real tokens
 * have: after three wrong PINs it is locked, and stays so. The count stands in the file $TOKEN_TRIES,
 * as it stands on a card, one byte for each.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

static struct ck_function_list real, shown;

static long tries(int is_one_more)
{
	FILE *file = fopen(getenv("TOKEN_TRIES"), "a");
	long count;

	if (file == NULL)
		return 3;
	if (is_one_more)
		fputc('x', file);
	fseek(file, 0, SEEK_END);
	count = ftell(file);
	fclose(file);
	return count;
}

static ck_rv_t login(ck_session_handle_t session, ck_user_type_t user, unsigned char *pin,
		     unsigned long len)
{
	ck_rv_t rv;

	if (tries(0) >= 3)
		return CKR_PIN_LOCKED;
	rv = real.C_Login(session, user, pin, len);
	if (rv == CKR_PIN_INCORRECT && tries(1) >= 3)
		return CKR_PIN_LOCKED;
	return rv;
}

ck_rv_t C_GetFunctionList(struct ck_function_list **list)
{
	struct ck_function_list *found = NULL;
	ck_rv_t (*get)(struct ck_function_list **);
	void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL), *symbol;

	symbol = library == NULL ? NULL : dlsym(library, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get));
	if (symbol == NULL || get(&found) != CKR_OK)
		return CKR_GENERAL_ERROR;
	real = shown = *found;
	shown.C_Login = login;
	*list = &shown;
	return CKR_OK;
}
