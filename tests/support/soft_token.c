#include "tests/support/soft_token.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#include <cmocka.h>

static const char *const modules[] = {
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
};

const char *soft_token_module(void)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (access(modules[i], R_OK) == 0)
			return modules[i];
	return NULL;
}

static struct ck_function_list *begin(void **ret_library)
{
	struct ck_function_list *calls = NULL;
	ck_rv_t (*get)(struct ck_function_list **);
	void *library = dlopen(soft_token_module(), RTLD_NOW | RTLD_LOCAL), *symbol;

	assert_non_null(library);
	symbol = dlsym(library, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get));
	assert_int_equal(get(&calls), CKR_OK);
	assert_int_equal(calls->C_Initialize(NULL), CKR_OK);
	*ret_library = library;
	return calls;
}

static ck_slot_id_t slot_of(const struct ck_function_list *calls, const char *label)
{
	ck_slot_id_t slots[16];
	unsigned long count = 16;

	assert_int_equal(calls->C_GetSlotList(1, slots, &count), CKR_OK);
	for (unsigned long i = 0; i < count; i++) {
		struct ck_token_info info;

		assert_int_equal(calls->C_GetTokenInfo(slots[i], &info), CKR_OK);
		if (memcmp(info.label, label, strlen(label)) == 0 &&
		    info.label[strlen(label)] == ' ')
			return slots[i];
	}
	fail_msg("there is no token %s", label);
	return 0;
}

void soft_token_put(const char *label, uint8_t id, struct bytes certificate)
{
	unsigned long class = CKO_CERTIFICATE, type = CKC_X_509;
	unsigned char yes = 1, pin[] = "1234", subject[] = {0x30, 0x00};
	uint8_t copy[8192];
	struct ck_attribute object[] = {
		{CKA_CLASS, &class, sizeof(class)},
		{CKA_CERTIFICATE_TYPE, &type, sizeof(type)},
		{CKA_TOKEN, &yes, sizeof(yes)},
		{CKA_ID, &id, sizeof(id)},
		{CKA_SUBJECT, subject, sizeof(subject)},
		{CKA_VALUE, copy, certificate.len},
	};
	void *library;
	struct ck_function_list *calls = begin(&library);
	ck_session_handle_t session;
	ck_object_handle_t handle;

	assert_true(certificate.len <= sizeof(copy));
	memcpy(copy, certificate.at, certificate.len);
	assert_int_equal(calls->C_OpenSession(slot_of(calls, label),
					      CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
					      &session),
			 CKR_OK);
	assert_int_equal(calls->C_Login(session, CKU_USER, pin, 4), CKR_OK);
	assert_int_equal(
		calls->C_CreateObject(session, object, sizeof(object) / sizeof(object[0]), &handle),
		CKR_OK);
	assert_int_equal(calls->C_Finalize(NULL), CKR_OK);
	(void)dlclose(library);
}
