#include "messages/signature.h"

#include <string.h>

#include "messages/signature_form.h"
#include "messages/signature_quick.h"
#include "messages/signature_usual.h"
#include "sampan/clock.h"
#include "sampan/limit.h"

/* Characters that must be written otherwise make a canonical form longer than what was read. */
#define MAX_GROWTH 4u
#define MAX_MORE_BYTES (64u * 1024)

struct verifying {
	const struct signature_task *task;
	const struct signature_sheet *sheet;
	struct findings *findings;
	struct facts *facts;
	bool is_signed; /* by a signature of the document that holds */
	enum err err;
};

/* One signature on its way. */
struct one {
	const struct signature_found *found;
	struct signature_form form;
	const struct trust_signer *signer;
	bool is_unverified; /* nobody is believed, so nobody vouches for the certificate */
};

/* ---- Findings ---- */

/* Path and line in the bytes as they came. */
static const char *place_of(const struct verifying *verifying, const xmlNode *node,
			    unsigned *ret_line)
{
	struct arena *arena = verifying->findings->arena;
	const char *outside;

	if (node != NULL) {
		*ret_line = document_line(node);
		return document_path(node, arena);
	}
	outside = signature_quick_path(verifying->task->document->bytes,
				       &verifying->sheet->found[0], arena, ret_line);
	return outside == NULL ? NULL : arena_format(arena, "%s/Signature[1]", outside);
}

/* node NULL: the usual signature, which has none. */
static bool put(struct verifying *verifying, enum severity severity, const char *code,
		const xmlNode *node, const char *value)
{
	unsigned line = 0;
	const char *path = place_of(verifying, node, &line);

	if (path == NULL)
		verifying->err = ERR_MEMORY;
	else
		verifying->err = schema_finding(
			verifying->task->set, verifying->findings, severity, code, path, line,
			value, node == NULL ? "Signature" : (const char *)node->name, value, NULL);
	return false;
}

static bool refuse(struct verifying *verifying, const char *code, const xmlNode *node,
		   const char *value)
{
	return put(verifying, SEVERITY_ERROR, code, node, value);
}

/* What matters only where a signature must be there. */
static bool object(struct verifying *verifying, const char *code, const xmlNode *node,
		   const char *value)
{
	return put(verifying, verifying->task->is_required ? SEVERITY_ERROR : SEVERITY_WARNING,
		   code, node, value);
}

/* ---- What is signed ---- */

static enum err canonical(const struct verifying *verifying, enum signature_c14n method,
			  const xmlNode *node, const xmlNode *without, struct buffer *to)
{
	buffer_init(to, MAX_GROWTH * verifying->task->document->bytes.len + MAX_MORE_BYTES);
	return signature_c14n_put(method, node, without, to);
}

/* ERR_LIMIT comes of the document: no canonical form of a sane one is so long. */
static bool take_limit(struct verifying *verifying, enum err err, const xmlNode *node)
{
	if (err == ERR_LIMIT)
		return refuse(verifying, "signature-form", node, "xmlns");
	verifying->err = err;
	return err == OK;
}

static bool is_digest_good(struct verifying *verifying, const struct one *one,
			   const struct signature_reference *reference)
{
	const xmlNode *part = verifying->sheet->parts[reference->part];
	uint8_t digest[DIGEST_MAX_BYTES];
	struct buffer bytes;
	enum err err = canonical(verifying, reference->c14n, part, one->form.element, &bytes);
	bool is_good = false;

	if (err == OK) {
		size_t len = digest_of(reference->digest, buffer_bytes(&bytes), digest);

		is_good = memcmp(digest, reference->value, len) == 0;
	}
	buffer_clear(&bytes);
	if (!take_limit(verifying, err, part))
		return false;
	return is_good || refuse(verifying, "signature-invalid", part, (const char *)part->name);
}

/* SignedInfo under the certificate's key. */
static enum err match_value(const struct verifying *verifying, const struct one *one,
			    bool *ret_is_good)
{
	const struct signature_form *form = &one->form;
	struct buffer info;
	enum err err = canonical(verifying, form->c14n, form->info, NULL, &info);

	*ret_is_good = err == OK && trust_signer_verify(one->signer, form->algorithm, form->digest,
							buffer_bytes(&info), form->value);
	buffer_clear(&info);
	return err;
}

static bool is_value_good(struct verifying *verifying, const struct one *one)
{
	const struct signature_form *form = &one->form;
	bool is_good = false;
	enum err err = match_value(verifying, one, &is_good);

	if (!take_limit(verifying, err, form->info))
		return false;
	return is_good || refuse(verifying, "signature-invalid", form->info, form->algorithm_uri);
}

/* ---- Who signed ---- */

static const char *code_of(enum trust_verdict verdict)
{
	switch (verdict) {
	case TRUST_EARLY:
	case TRUST_EXPIRED:
		return "signature-expired";
	case TRUST_REVOKED:
		return "signature-revoked";
	case TRUST_PURPOSE:
	case TRUST_WEAK:
		return "signature-purpose";
	case TRUST_OLD_LIST:
		return "signature-list-old";
	case TRUST_UNREADABLE:
		return "signature-certificate";
	case TRUST_GOOD:
	case TRUST_STRANGER:
		break;
	}
	return "signature-stranger";
}

static enum trust_verdict judge(struct verifying *verifying, struct one *one)
{
	const struct signature_task *task = verifying->task;
	enum trust_verdict verdict = TRUST_STRANGER;

	verifying->err =
		trust_judge(task->trust, one->form.certificates, one->form.certificate_count,
			    task->now_ms, &verdict, &one->signer);
	one->is_unverified = verdict == TRUST_STRANGER && trust_is_empty(task->trust);
	return verdict;
}

static bool is_signer_good(struct verifying *verifying, struct one *one)
{
	enum trust_verdict verdict = judge(verifying, one);

	if (verifying->err != OK)
		return false;
	if (verdict == TRUST_GOOD || one->is_unverified)
		return one->signer != NULL;
	return refuse(verifying, code_of(verdict), one->form.element,
		      one->signer == NULL ? "" : trust_signer_identity(one->signer)->subject);
}

/* ---- The verdict ---- */

enum about { VERDICT, SIGNER, SUBJECT, CERTIFICATE, COVERS, ALGORITHM, TIME, ISSUERS, LISTS };

static bool put_fact(struct verifying *verifying, const struct one *one, enum about about,
		     const char *value)
{
	static const char *const names[][2] = {
		[VERDICT] = {"signature.verdict", "signature.system.verdict"},
		[SIGNER] = {"signature.signer", "signature.system.signer"},
		[SUBJECT] = {"signature.subject", "signature.system.subject"},
		[CERTIFICATE] = {"signature.certificate", "signature.system.certificate"},
		[COVERS] = {"signature.covers", "signature.system.covers"},
		[ALGORITHM] = {"signature.algorithm", "signature.system.algorithm"},
		[TIME] = {"signature.time", "signature.system.time"},
		[ISSUERS] = {"signature.issuers", "signature.system.issuers"},
		[LISTS] = {"signature.lists", "signature.system.lists"}};
	const char *name = names[about][one->found->place == SIGNATURE_SYSTEM];

	if (*value == '\0' && about >= ISSUERS)
		return true;
	verifying->err = facts_put(verifying->facts, name, value);
	return verifying->err == OK;
}

static void put_verdict(struct verifying *verifying, const struct one *one)
{
	const struct trust_identity *identity = trust_signer_identity(one->signer);
	char hex[HASH_HEX_BYTES], time[CLOCK_TEXT_BYTES];
	const char *verdict = one->is_unverified ? "unverified" : "valid";

	hash_format_hex(&identity->certificate, hex);
	clock_format((uint64_t)verifying->task->now_ms, time);
	(void)(put_fact(verifying, one, VERDICT, verdict) &&
	       put_fact(verifying, one, SIGNER, identity->signer) &&
	       put_fact(verifying, one, SUBJECT, identity->subject) &&
	       put_fact(verifying, one, CERTIFICATE, hex) &&
	       put_fact(verifying, one, COVERS, signature_form_covers(&one->form)) &&
	       put_fact(verifying, one, ALGORITHM, one->form.algorithm_uri) &&
	       put_fact(verifying, one, TIME, time) &&
	       put_fact(verifying, one, ISSUERS, identity->issuers) &&
	       put_fact(verifying, one, LISTS, identity->lists));
}

/* What is no fault of the signature itself. */
static void remark(struct verifying *verifying, const struct one *one)
{
	const struct trust_identity *identity = trust_signer_identity(one->signer);
	bool is_document = one->found->place != SIGNATURE_SYSTEM;

	if (one->is_unverified) {
		if (is_document)
			(void)object(verifying, "signature-unverified", one->form.element,
				     identity->subject);
		else
			(void)put(verifying, SEVERITY_WARNING, "signature-unverified",
				  one->form.element, identity->subject);
	} else if (identity->is_list_missing) {
		(void)put(verifying, SEVERITY_WARNING, "signature-list", one->form.element,
			  identity->subject);
	}
	if (verifying->err == OK && is_document && !signature_form_is_whole(&one->form))
		(void)object(verifying, "signature-partial", one->form.element, "Header");
}

/* It holds. */
static void hold(struct verifying *verifying, const struct one *one)
{
	if (one->found->place != SIGNATURE_SYSTEM)
		verifying->is_signed = true;
	remark(verifying, one);
	if (verifying->err == OK)
		put_verdict(verifying, one);
}

static void verify_one(struct verifying *verifying, const struct signature_found *found)
{
	struct one one = {.found = found};
	struct signature_fault fault = {0};

	verifying->err = signature_form_read(verifying->sheet, found, verifying->findings->arena,
					     &one.form, &fault);
	if (verifying->err != OK)
		return;
	if (fault.code != NULL) {
		(void)refuse(verifying, fault.code, fault.node, fault.value);
		return;
	}
	if (!is_signer_good(verifying, &one) || !is_value_good(verifying, &one))
		return;
	for (size_t i = 0; i < one.form.reference_count; i++)
		if (!is_digest_good(verifying, &one, &one.form.references[i]))
			return;
	hold(verifying, &one);
}

/* ---- The short way ---- */

/* The very bytes that are read on. */
static bool are_bytes_signed(const struct signature_sheet *sheet,
			     const struct signature_reference *reference)
{
	struct bytes bytes = bytes_trimmed(sheet->bare);
	uint8_t digest[DIGEST_MAX_BYTES];
	size_t len = digest_of(reference->digest, bytes, digest);

	return memcmp(digest, reference->value, len) == 0;
}

static bool is_usual_value_good(const struct signature_usual *usual, const struct one *one)
{
	struct buffer info;
	bool is_good;

	buffer_init(&info, SIGNATURE_FORM_BYTES);
	signature_usual_put_info(usual, &info);
	is_good = buffer_error(&info) == OK &&
		  trust_signer_verify(one->signer, one->form.algorithm, one->form.digest,
				      buffer_bytes(&info), one->form.value);
	buffer_clear(&info);
	return is_good;
}

/* False: the long way must say what is so; nothing was put. */
static bool verify_quickly(struct verifying *verifying)
{
	const struct signature_sheet *sheet = verifying->sheet;
	struct one one = {.found = &sheet->found[0]};
	enum trust_verdict verdict;
	bool is_good = false;

	verifying->err =
		signature_usual_form(sheet->usual, verifying->findings->arena, &one.form, &is_good);
	if (verifying->err != OK)
		return true;
	if (!is_good || !verifying->task->document->trunk->is_canonical ||
	    !are_bytes_signed(sheet, &one.form.references[0]))
		return false;
	verdict = judge(verifying, &one);
	if (verifying->err != OK)
		return true;
	if ((verdict != TRUST_GOOD && !one.is_unverified) || one.signer == NULL ||
	    !is_usual_value_good(sheet->usual, &one))
		return false;
	hold(verifying, &one);
	return true;
}

/* ---- All of them ---- */

/* One signature of the document and one of the system that sent it, each where it belongs. */
static bool are_places_good(struct verifying *verifying)
{
	const struct signature_sheet *sheet = verifying->sheet;
	const xmlNode *document = NULL, *system = NULL;

	if (sheet->has_instruction || sheet->has_long_uri)
		return refuse(verifying, "signature-form", sheet->parts[SIGNATURE_WHOLE],
			      sheet->has_instruction ? "<?" : "xmlns");
	for (size_t i = 0; i < SIGNATURE_FOUND && i < sheet->count; i++) {
		const struct signature_found *found = &sheet->found[i];
		const xmlNode **one = found->place == SIGNATURE_SYSTEM ? &system : &document;

		if (found->place == SIGNATURE_NOWHERE || *one != NULL)
			return refuse(verifying, "signature-place", found->element, "");
		*one = found->element;
	}
	return (sheet->count > 0 && sheet->count <= SIGNATURE_FOUND) ||
	       refuse(verifying, "signature-place", sheet->parts[SIGNATURE_WHOLE], "");
}

static void verify_all(struct verifying *verifying)
{
	struct signature_sheet *sheet = verifying->task->document->sheet;

	if (sheet->usual != NULL && verify_quickly(verifying))
		return;
	if (verifying->err == OK)
		verifying->err = signature_sheet_complete(sheet, verifying->task->document->bytes,
							  verifying->findings);
	if (verifying->err != OK || sheet->xml == NULL || !are_places_good(verifying))
		return;
	for (size_t i = 0; i < sheet->count && verifying->err == OK; i++)
		verify_one(verifying, &sheet->found[i]);
}

enum err signature_verify(const struct signature_task *task, struct findings *findings,
			  struct facts *facts)
{
	struct verifying verifying = {
		.task = task, .sheet = task->document->sheet, .findings = findings, .facts = facts};
	size_t errors = findings->errors;

	if (verifying.sheet != NULL)
		verify_all(&verifying);
	if (verifying.err == OK && task->is_required && !verifying.is_signed &&
	    findings->errors == errors && (verifying.err = document_need_xml(task->document)) == OK)
		(void)refuse(&verifying, "signature-missing", document_root(task->document), "");
	return verifying.err;
}
