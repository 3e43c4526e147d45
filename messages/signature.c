#include "messages/signature.h"

#include <string.h>

#include "messages/signature_form.h"
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

static bool put(struct verifying *verifying, enum severity severity, const char *code,
		const xmlNode *node, const char *value)
{
	const char *path = node == NULL ? "" : document_path(node, verifying->findings->arena);
	const char *name = node == NULL ? "" : (const char *)node->name;

	if (path == NULL)
		verifying->err = ERR_MEMORY;
	else
		verifying->err =
			schema_finding(verifying->task->set, verifying->findings, severity, code,
				       path, document_line(node), value, name, value, NULL);
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

static bool is_value_good(struct verifying *verifying, const struct one *one)
{
	const struct signature_form *form = &one->form;
	struct buffer info;
	enum err err = canonical(verifying, form->c14n, form->info, NULL, &info);
	bool is_good = err == OK && trust_signer_verify(one->signer, form->algorithm, form->digest,
							buffer_bytes(&info), form->value);

	buffer_clear(&info);
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

static bool is_signer_good(struct verifying *verifying, struct one *one)
{
	const struct signature_task *task = verifying->task;
	enum trust_verdict verdict = TRUST_STRANGER;
	const char *subject;

	verifying->err =
		trust_judge(task->trust, one->form.certificates, one->form.certificate_count,
			    task->now_ms, &verdict, &one->signer);
	if (verifying->err != OK)
		return false;
	subject = one->signer == NULL ? "" : trust_signer_identity(one->signer)->subject;
	one->is_unverified = verdict == TRUST_STRANGER && trust_is_empty(task->trust);
	if (verdict == TRUST_GOOD || one->is_unverified)
		return one->signer != NULL;
	return refuse(verifying, code_of(verdict), one->form.element, subject);
}

/* ---- The verdict ---- */

static bool put_fact(struct verifying *verifying, const struct one *one, const char *name,
		     const char *value)
{
	const char *full =
		arena_format(verifying->facts->arena, "signature.%s%s",
			     one->found->place == SIGNATURE_SYSTEM ? "system." : "", name);

	verifying->err = full == NULL ? ERR_MEMORY : facts_put(verifying->facts, full, value);
	return verifying->err == OK;
}

static void put_verdict(struct verifying *verifying, const struct one *one)
{
	const struct trust_identity *identity = trust_signer_identity(one->signer);
	char hex[HASH_HEX_BYTES], time[CLOCK_TEXT_BYTES];
	const char *verdict = one->is_unverified ? "unverified" : "valid";

	hash_format_hex(&identity->certificate, hex);
	clock_format((uint64_t)verifying->task->now_ms, time);
	(void)(put_fact(verifying, one, "verdict", verdict) &&
	       put_fact(verifying, one, "signer", identity->signer) &&
	       put_fact(verifying, one, "subject", identity->subject) &&
	       put_fact(verifying, one, "certificate", hex) &&
	       put_fact(verifying, one, "covers", signature_form_covers(&one->form)) &&
	       put_fact(verifying, one, "algorithm", one->form.algorithm_uri) &&
	       put_fact(verifying, one, "time", time));
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
	if (found->place != SIGNATURE_SYSTEM)
		verifying->is_signed = true;
	remark(verifying, &one);
	if (verifying->err == OK)
		put_verdict(verifying, &one);
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
	return sheet->count <= SIGNATURE_FOUND ||
	       refuse(verifying, "signature-place", document, "");
}

enum err signature_verify(const struct signature_task *task, struct findings *findings,
			  struct facts *facts)
{
	struct verifying verifying = {
		.task = task, .sheet = task->document->sheet, .findings = findings, .facts = facts};
	size_t errors = findings->errors;

	if (verifying.sheet != NULL && are_places_good(&verifying))
		for (size_t i = 0; i < verifying.sheet->count && verifying.err == OK; i++)
			verify_one(&verifying, &verifying.sheet->found[i]);
	if (verifying.err == OK && task->is_required && !verifying.is_signed &&
	    findings->errors == errors && (verifying.err = document_need_xml(task->document)) == OK)
		(void)refuse(&verifying, "signature-missing", document_root(task->document), "");
	return verifying.err;
}
