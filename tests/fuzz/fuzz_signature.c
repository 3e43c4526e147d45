/*
 * Whatever the bytes: take signatures off, verify them with nobody and with somebody to trust, and
 * compare our canonical form with libxml2's. libFuzzer calls it with its own;
 * tests/test_signature_c14n.c with those of tests/fuzz/corpus/signature/.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>

#include "messages/signature.h"
#include "messages/signature_c14n.h"
#include "messages/signature_sheet.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct trust *nobody(void)
{
	static struct trust *trust;

	if (trust == NULL && trust_new("UID", "MST:", &trust) != OK)
		abort();
	return trust;
}

/* What libxml2 cannot write (a relative name of a namespace) is not compared. */
static void compare(xmlDoc *xml, enum signature_c14n method, int mode)
{
	xmlOutputBuffer *theirs = xmlAllocOutputBuffer(NULL);
	struct buffer ours;

	buffer_init(&ours, 64u * 1024 * 1024);
	if (xmlC14NExecute(xml, NULL, NULL, mode, NULL, 0, theirs) >= 0) {
		assert(signature_c14n_put(method, xmlDocGetRootElement(xml), NULL, &ours) == OK);
		assert(xmlOutputBufferGetSize(theirs) == ours.len);
		assert(memcmp(xmlOutputBufferGetContent(theirs), ours.at, ours.len) == 0);
	}
	buffer_clear(&ours);
	xmlOutputBufferClose(theirs);
}

static const char *verdict_of(const struct document *document, struct findings *findings)
{
	const struct signature_task task = {
		.set = shipped_set(), .document = document, .trust = nobody(), .now_ms = 1};
	struct facts facts;
	enum err err;

	facts_init(&facts, findings->arena);
	err = signature_verify(&task, findings, &facts);
	assert(err == OK || err == ERR_MEMORY);
	for (size_t i = 0; i < findings->count; i++)
		assert(findings->items[i].line > 0 && *findings->items[i].path == '/');
	return facts_get_or_empty(&facts, "signature.verdict");
}

/* The short way and the long way end in the same place; nobody makes a signature that holds. */
static void use(const struct document *document, struct findings *findings)
{
	const char *verdict = verdict_of(document, findings);
	struct findings again;

	struct bytes bare;

	findings_init(&again, findings->arena);
	assert(strcmp(verdict, "valid") != 0);
	if (document->sheet == NULL)
		return;
	bare = document->sheet->bare;
	bare.at = arena_copy(findings->arena, bare);
	assert(signature_sheet_complete(document->sheet, document->bytes, &again) == OK);
	assert(bytes_equal(bare, document->sheet->bare));
	assert(strcmp(verdict_of(document, &again), verdict) == 0);
	assert(again.count == findings->count);
	for (size_t i = 0; i < again.count; i++) {
		assert(strcmp(again.items[i].code, findings->items[i].code) == 0);
		assert(strcmp(again.items[i].path, findings->items[i].path) == 0);
		assert(again.items[i].line == findings->items[i].line);
	}
}

/* What is said to be canonical as it stands, is. */
static void use_xml(xmlDoc *xml, struct bytes bytes, bool is_canonical)
{
	struct buffer ours;

	compare(xml, SIGNATURE_C14N_EXCLUSIVE, XML_C14N_EXCLUSIVE_1_0);
	compare(xml, SIGNATURE_C14N_INCLUSIVE, XML_C14N_1_0);
	if (!is_canonical)
		return;
	buffer_init(&ours, 64u * 1024 * 1024);
	assert(signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, xmlDocGetRootElement(xml), NULL,
				  &ours) == OK);
	assert(bytes_equal(bytes_trimmed(bytes), buffer_bytes(&ours)));
	buffer_clear(&ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct findings findings;

	if (arena == NULL)
		return 0;
	xmlSetStructuredErrorFunc(NULL, NULL);
	findings_init(&findings, arena);
	if (document_read(bytes_of(data, size), LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL) {
		assert(document_need_xml(document) == OK);
		use_xml(document->xml,
			document->sheet == NULL ? document->bytes : document->sheet->bare,
			document->trunk->is_canonical);
		use(document, &findings);
	}
	document_free(document);
	arena_free(arena);
	return 0;
}
