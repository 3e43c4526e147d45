/*
 * The worker's process: the only one that parses XML, with nothing else to lose. One job at a time,
 * its memory freed whole.
 */
#include "node/role.h"

#include <string.h>
#include <unistd.h>

#include "messages/hub.h"
#include "messages/signature.h"
#include "messages/signature_c14n.h"
#include "node/file.h"
#include "node/form_work.h"
#include "node/page_work.h"
#include "node/partner_trust.h"
#include "node/pool.h"
#include "node/trust_folder.h"
#include "node/work.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "sampan/process.h"

/* a job that takes longer kills the process; the pool counts it as a crash */
#define JOB_SECONDS 30u
#define STAMP_ANCHOR_BYTES ((size_t)1024 * 1024)

struct worker {
	struct role *role;
	struct schema_set *schemas;
	struct stylesheet_set *views;   /* of pages */
	struct stylesheet_set *forms;   /* what people fill in */
	struct trust *trust;            /* whose signatures are believed */
	struct partner_trust *partners; /* and on what partners send */
	struct stamp_trust *stamps;     /* and whose time stamps; NULL: nobody's */
};

/* What one job works on; everything is released by job_end(). */
struct job {
	struct arena *arena;
	struct document *document;
	const struct schema *schema;
	struct findings findings;
};

static enum err job_begin(struct job *job)
{
	*job = (struct job){.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
	if (job->arena == NULL)
		return ERR_MEMORY;
	findings_init(&job->findings, job->arena);
	return OK;
}

static void job_end(struct job *job)
{
	document_free(job->document);
	arena_free(job->arena);
}

/* Read and identify; what is wrong stands in the findings, and then schema stays NULL. */
static enum err job_read(struct job *job, const struct worker *worker, struct bytes bytes,
			 size_t max_bytes)
{
	enum err err = document_read(bytes, max_bytes, &job->findings, &job->document);

	if (err == OK && job->document != NULL)
		job->schema = schema_identify(worker->schemas, job->document, &job->findings);
	return err;
}

/* The kind's facts come first: they say whether it must be signed. */
static enum err verify_lodged(const struct worker *worker, bool is_to_be_signed, struct job *job,
			      struct facts *facts)
{
	const char *demand = facts_get_or_empty(facts, "signature");
	const struct signature_task task = {
		.set = worker->schemas,
		.document = job->document,
		.trust = worker->trust,
		.now_ms = (int64_t)clock_now_ms(),
		.is_required =
			!is_to_be_signed &&
			config_must_be_signed(worker->role->config, schema_id(job->schema),
					      strcmp(demand, "required") == 0)};

	return signature_verify(&task, &job->findings, facts);
}

/* What a partner sends must be signed as its card says. */
static enum err verify_sent(const struct worker *worker, const char *sender, struct job *job,
			    struct facts *facts)
{
	uint64_t now_ms = clock_now_ms();
	struct signature_task task = {.set = worker->schemas,
				      .document = job->document,
				      .now_ms = (int64_t)now_ms,
				      .is_required = true};
	enum err err = partner_trust_of(worker->partners, sender, now_ms, &task.trust);

	if (err == ERR_MISSING)
		return OK;
	return err == OK ? signature_verify(&task, &job->findings, facts) : err;
}

static enum err verify(const struct worker *worker, const struct work_check *check, struct job *job,
		       struct facts *facts)
{
	return check->sender[0] == '\0' ? verify_lodged(worker, check->is_to_be_signed, job, facts)
					: verify_sent(worker, check->sender, job, facts);
}

static enum err check(const struct worker *worker, struct bytes body, struct job *job,
		      struct buffer *answer)
{
	struct work_checked checked;
	struct work_check question;
	size_t max_bytes = worker->role->config->max_document_bytes;
	enum err err;

	facts_init(&checked.facts, job->arena);
	if ((err = work_unpack_check(body, job->arena, &question)) != OK ||
	    (err = job_read(job, worker, question.document, max_bytes)) != OK)
		return err;
	if (job->schema != NULL &&
	    ((err = schema_check(worker->schemas, job->schema, job->document, &job->findings)) !=
		     OK ||
	     (err = schema_facts(job->schema, job->document, &checked.facts)) != OK ||
	     (err = verify(worker, &question, job, &checked.facts)) != OK))
		return err;
	checked.findings = job->findings;
	work_pack_checked(answer, &checked);
	return buffer_error(answer);
}

/* A delivery carries one document. */
static enum err find_several(const struct worker *worker, struct job *job, size_t count)
{
	const char *text = arena_format(job->arena, "%zu", count);

	if (text == NULL)
		return ERR_MEMORY;
	return schema_finding(worker->schemas, &job->findings, SEVERITY_ERROR, "split-not-owed", "",
			      0, "", text, NULL);
}

/* Owed as it came: what is sent is its canonical form, because that is what is signed. */
static enum err canonicalise(struct job *job, struct work_translated *ret)
{
	struct buffer output;
	enum err err = document_need_xml(job->document);

	if (err != OK)
		return err;
	buffer_init(&output, LIMIT_DOCUMENT_BYTES);
	err = signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, document_root(job->document), NULL,
				 &output);
	if (err == OK)
		err = buffer_give(&output, job->arena, &ret->output);
	buffer_clear(&output);
	return err;
}

static enum err translate(const struct worker *worker, struct job *job,
			  const struct work_translate *question, struct work_translated *ret)
{
	const struct hub_source source = {.document = job->document, .findings = &job->findings};
	const struct hub_task task = {.set = worker->schemas,
				      .from = job->schema,
				      .to = schema_set_agreed(worker->schemas, question->to),
				      .outside = &question->outside,
				      .sources = &source,
				      .source_count = 1};
	struct hub_result *result = arena_alloc(job->arena, sizeof(*result));
	enum err err;

	if (result == NULL)
		return ERR_MEMORY;
	if (task.to == NULL)
		return ERR_MISSING;
	ret->schema_set = *schema_set_hash(worker->schemas);
	if (task.to == task.from)
		return canonicalise(job, ret);
	err = hub_translate(&task, job->arena, result);
	if (err != OK || findings_has_errors(&job->findings))
		return err;
	if (result->output_count > 1)
		return find_several(worker, job, result->output_count);
	ret->output = result->outputs[0];
	ret->rows = &result->report;
	return OK;
}

static enum err answer_translate(const struct worker *worker, struct bytes body, struct job *job,
				 struct buffer *answer)
{
	struct work_translated translated = {0};
	struct work_translate question;
	enum err err;

	if ((err = work_unpack_translate(body, job->arena, &question)) != OK ||
	    (err = job_read(job, worker, question.document, LIMIT_DOCUMENT_BYTES)) != OK ||
	    (job->schema != NULL && (err = translate(worker, job, &question, &translated)) != OK))
		return err;
	translated.findings = job->findings;
	work_pack_translated(answer, &translated);
	return buffer_error(answer);
}

static enum err answer_stamp(const struct worker *worker, struct bytes body, struct job *job,
			     struct buffer *answer)
{
	struct work_stamped stamped = {.verdict = STAMP_STRANGER, .authority = ""};
	struct work_stamp question;
	struct stamp stamp = {0};
	enum err err = work_unpack_stamp(body, job->arena, &question);

	if (err == OK && worker->stamps != NULL)
		err = stamp_reply_check(worker->stamps, question.reply, &question.question,
					job->arena, &stamped.verdict, &stamp, &stamped.token);
	if (err != OK)
		return err;
	if (stamped.verdict == STAMP_GOOD) {
		stamped.time_ms = stamp.time_ms;
		stamped.authority = stamp.authority;
	} else {
		stamped.token = (struct bytes){0};
	}
	work_pack_stamped(answer, &stamped);
	return buffer_error(answer);
}

static enum err work(void *context, uint16_t operation, struct bytes body, struct buffer *answer)
{
	const struct worker *worker = context;
	struct job job;
	enum err err = job_begin(&job);

	if (err != OK)
		return err;
	(void)alarm(JOB_SECONDS);
	switch ((enum work_operation)operation) {
	case WORK_CHECK:
		err = check(worker, body, &job, answer);
		break;
	case WORK_TRANSLATE:
		err = answer_translate(worker, body, &job, answer);
		break;
	case WORK_PAGE:
		err = page_work_serve(
			&(struct page_work_sets){worker->views, worker->schemas, worker->forms},
			body, job.arena, answer);
		break;
	case WORK_COMPOSE:
		err = form_work_serve(
			&(struct form_work_sets){worker->forms, worker->schemas,
						 worker->role->config->max_document_bytes},
			body, job.arena, answer);
		break;
	case WORK_STAMP:
		err = answer_stamp(worker, body, &job, answer);
		break;
	default:
		err = ERR_USAGE;
	}
	(void)alarm(0);
	job_end(&job);
	return err;
}

static void log_findings(const struct role *role, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		role_log(role, "error", "schema-set", "code=%s path=%s line=%u why=\"%s\"",
			 findings->items[i].code, findings->items[i].path, findings->items[i].line,
			 findings->items[i].en);
}

static enum err open_trust(struct role *role, struct worker *worker)
{
	const char *message = "";
	enum err err = trust_folder_open(role->config, role->arena, &worker->trust, &message);

	if (err != OK)
		role_log(role, "error", "trust", "why=\"%s\"", message);
	return err;
}

/* What kinds and papers are called stands where they are defined. */
static enum err name_kinds(struct worker *worker)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < schema_set_count(worker->schemas); i++) {
		const struct schema *schema = schema_set_at(worker->schemas, i);
		const struct stylesheet_word word = {"kind", schema_id(schema),
						     schema_title(schema, true),
						     schema_title(schema, false)};

		err = stylesheet_put_word(worker->views, &word);
		if (err == ERR_EXISTS) /* a second version */
			err = OK;
	}
	return err;
}

static enum err name_papers(struct worker *worker)
{
	const struct config *config = worker->role->config;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < config->paper_count; i++) {
		const struct stylesheet_word word = {"paper", config->papers[i].code,
						     config->papers[i].title_vi,
						     config->papers[i].title_en};

		err = stylesheet_put_word(worker->views, &word);
		if (err == ERR_EXISTS)
			err = OK;
	}
	return err;
}

static enum err open_views(struct role *role, struct worker *worker)
{
	const char *folder = arena_format(role->arena, "%s/views", role->config->schemas);
	const char *message = "";
	enum err err =
		folder == NULL ? ERR_MEMORY : stylesheet_load(folder, &worker->views, &message);

	if (err != OK)
		role_log(role, "error", "views", "why=\"%s\"", message);
	if (err == OK)
		err = name_kinds(worker);
	return err == OK ? name_papers(worker) : err;
}

static enum err open_forms(struct role *role, struct worker *worker)
{
	const char *folder = arena_format(role->arena, "%s/forms", role->config->schemas);
	const char *message = "";
	enum err err = folder == NULL ? ERR_MEMORY
				      : stylesheet_load_forms(folder, &worker->forms, &message);

	if (err != OK)
		role_log(role, "error", "forms", "why=\"%s\"", message);
	return err;
}

/* A file that cannot be used takes no document's worker away: nothing is stamped, and it is told. */
static enum err open_stamps(struct role *role, struct worker *worker)
{
	const char *path = role->config->stamps.trust;
	struct bytes pem;
	enum err err;

	if (path == NULL || *path == '\0')
		return OK;
	if ((err = stamp_trust_new(&worker->stamps)) != OK)
		return err;
	err = file_read(path, STAMP_ANCHOR_BYTES, role->arena, &pem);
	if (err == OK)
		err = stamp_trust_add(worker->stamps, pem);
	if (err != OK)
		role_log(role, "error", "stamp-trust", "file=%s error=%s", path, err_name(err));
	return OK;
}

static enum err serve(struct role *role, struct worker *worker, const char *pool)
{
	const char *endpoint = role_endpoint(role->config, pool, role->arena);
	const char *name = arena_format(role->arena, "worker-%u", role->index);

	if (endpoint == NULL || name == NULL)
		return ERR_MEMORY;
	return pool_serve(role->loop, endpoint, name, work, worker);
}

static enum err open_worker(struct role *role)
{
	struct worker *worker = arena_alloc(role->arena, sizeof(*worker));
	struct findings findings;
	enum err err;

	if (worker == NULL)
		return ERR_MEMORY;
	worker->role = role;
	role->state = worker;
	findings_init(&findings, role->arena);
	err = schema_set_load(role->config->schemas, &findings, &worker->schemas);
	log_findings(role, &findings);
	if (err != OK)
		return err;
	if ((err = open_trust(role, worker)) != OK || (err = open_views(role, worker)) != OK ||
	    (err = open_forms(role, worker)) != OK ||
	    (err = partner_trust_new(role->config, &worker->partners)) != OK ||
	    (err = open_stamps(role, worker)) != OK ||
	    (err = serve(role, worker, "gate-pool")) != OK ||
	    (err = serve(role, worker, "courier-pool")) != OK) {
		stamp_trust_free(worker->stamps);
		partner_trust_free(worker->partners);
		stylesheet_free(worker->forms);
		stylesheet_free(worker->views);
		trust_free(worker->trust);
		schema_set_free(worker->schemas);
	}
	return err;
}

static void close_worker(struct role *role)
{
	struct worker *worker = role->state;

	stamp_trust_free(worker->stamps);
	partner_trust_free(worker->partners);
	stylesheet_free(worker->forms);
	stylesheet_free(worker->views);
	trust_free(worker->trust);
	schema_set_free(worker->schemas);
}

const struct role_table role_worker = {
	.name = "worker", .open = open_worker, .close = close_worker, .may = 0};
