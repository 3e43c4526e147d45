#include <string.h>

#include <jansson.h>

#include "node/evidence.h"
#include "sampan/base64.h"

/* ---- Writing ---- */

static json_t *hex_new(const struct hash *hash)
{
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	return json_string(hex);
}

static json_t *base64_new(const struct hash *hash)
{
	struct buffer text;
	json_t *json = NULL;

	buffer_init(&text, 2 * HASH_BYTES);
	base64_format(hash_bytes(hash), &text);
	if (buffer_error(&text) == OK)
		json = json_stringn((const char *)text.at, text.len);
	buffer_clear(&text);
	return json;
}

/* NULL when one of them could not be made. */
static json_t *path_new(const struct hash *path, size_t len)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < len; i++)
		if (json_array_append_new(list, base64_new(&path[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *payloads_new(const struct evidence_record *of)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < of->record.payload_count; i++) {
		const struct record_payload *payload = &of->record.payloads[i];

		if (json_array_append_new(list,
					  json_pack("{s:s, s:o, s:I, s:b}", "role", payload->role,
						    "sha256", hex_new(&payload->hash), "bytes",
						    (json_int_t)payload->len, "shown",
						    of->has_payload[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *record_new(const struct evidence_record *of)
{
	return json_pack("{s:I, s:o, s:o, s:b, s:o*}", "number", (json_int_t)of->number, "leafHash",
			 hex_new(&of->leaf_hash), "proof", path_new(of->path, of->path_len),
			 "shown", of->is_shown, "payloads",
			 of->is_shown && of->record.payload_count > 0 ? payloads_new(of) : NULL);
}

static json_t *records_new(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < evidence->count; i++)
		if (json_array_append_new(list, record_new(&evidence->records[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *lines_new(const struct evidence_later *later)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < later->count; i++)
		if (json_array_append_new(list, hex_new(&later->cosignatures[i].hash)) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *later_new(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < evidence->later_count; i++) {
		const struct evidence_later *later = &evidence->later[i];

		if (json_array_append_new(
			    list, json_pack("{s:I, s:o, s:o*, s:o*}", "size",
					    (json_int_t)later->size, "consistency",
					    path_new(later->path, later->path_len), "cosignatures",
					    later->count == 0 ? NULL : lines_new(later), "stamp",
					    later->is_stamped ? hex_new(&later->stamp_hash)
							      : NULL)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int put_piece(const char *at, size_t len, void *context)
{
	buffer_put(context, bytes_of(at, len));
	return 0;
}

enum err evidence_manifest_put(const struct evidence *evidence, struct buffer *to)
{
	char view[EVIDENCE_VIEW_BYTES];
	json_t *json;

	evidence_view_format(&evidence->view, view);
	json = json_pack("{s:s, s:s, s:I, s:o*, s:s, s:o*, s:o*, s:o}", "format", EVIDENCE_FORMAT,
			 "ledger", evidence->origin, "message", (json_int_t)evidence->message,
			 "base",
			 evidence->base == 0 ? NULL : json_integer((json_int_t)evidence->base),
			 "for", view, "consistency",
			 evidence->receipt.len == 0
				 ? NULL
				 : path_new(evidence->consistency, evidence->consistency_len),
			 "later", evidence->later_count == 0 ? NULL : later_new(evidence),
			 "records", records_new(evidence));
	if (json == NULL)
		return ERR_MEMORY;
	(void)json_dump_callback(json, put_piece, to, JSON_COMPACT); /* in the order given */
	json_decref(json);
	buffer_put_byte(to, '\n');
	return buffer_error(to);
}

/* ---- Reading ---- */

static enum err parse_hash(const json_t *item, struct hash *ret_hash)
{
	struct buffer hash;
	enum err err = ERR_FORMAT;

	buffer_init(&hash, HASH_BYTES);
	if (json_is_string(item) &&
	    base64_parse(bytes_of_text(json_string_value(item)), &hash) == OK &&
	    hash.len == HASH_BYTES) {
		memcpy(ret_hash->at, hash.at, HASH_BYTES);
		err = OK;
	}
	buffer_clear(&hash);
	return err;
}

static enum err parse_path(const json_t *list, struct arena *arena, const struct hash **ret_path,
			   size_t *ret_len)
{
	size_t len = json_array_size(list);
	struct hash *path;
	enum err err = OK;

	if (!json_is_array(list) || len > 2 * TREE_LEVELS)
		return ERR_FORMAT;
	if ((path = arena_alloc_array(arena, len + 1, sizeof(*path))) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == OK && i < len; i++)
		err = parse_hash(json_array_get(list, i), &path[i]);
	*ret_path = path;
	*ret_len = len;
	return err;
}

static enum err parse_record(json_t *json, struct arena *arena, struct evidence_record *to)
{
	json_t *proof = NULL, *payloads = NULL;
	const char *leaf = NULL;
	json_int_t number = 0;
	int is_shown = 0;

	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:I, s:s, s:o, s:b, s?o}", "number", &number,
			   "leafHash", &leaf, "proof", &proof, "shown", &is_shown, "payloads",
			   &payloads) != 0 ||
	    number < 1 || (uint64_t)number > EVIDENCE_MAX_NUMBER ||
	    !hash_parse_hex(leaf, &to->leaf_hash))
		return ERR_FORMAT;
	to->number = (uint64_t)number;
	to->is_shown = is_shown != 0;
	return parse_path(proof, arena, &to->path, &to->path_len);
}

static enum err parse_records(const json_t *list, struct arena *arena, struct evidence *evidence)
{
	size_t count = json_array_size(list);
	enum err err = OK;

	if (!json_is_array(list) || count == 0 || count > EVIDENCE_RECORDS)
		return ERR_FORMAT;
	evidence->records = arena_alloc_array(arena, count, sizeof(*evidence->records));
	if (evidence->records == NULL)
		return ERR_MEMORY;
	evidence->count = count;
	for (size_t i = 0; err == OK && i < count; i++) {
		err = parse_record(json_array_get(list, i), arena, &evidence->records[i]);
		if (err == OK && i > 0 &&
		    evidence->records[i].number <= evidence->records[i - 1].number)
			err = ERR_FORMAT;
		if (err == OK && evidence->records[i].number <= evidence->base)
			err = ERR_FORMAT;
	}
	return err;
}

static enum err parse_lines(const json_t *list, struct arena *arena, struct evidence_later *to)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count == 0 || count > EVIDENCE_COSIGNATURES)
		return ERR_FORMAT;
	to->cosignatures = arena_alloc_array(arena, count, sizeof(*to->cosignatures));
	if (to->cosignatures == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_string(item) ||
		    !hash_parse_hex(json_string_value(item), &to->cosignatures[i].hash))
			return ERR_FORMAT;
	}
	to->count = count;
	return OK;
}

static enum err parse_one_later(json_t *json, struct arena *arena, struct evidence_later *to)
{
	json_t *consistency = NULL, *lines = NULL;
	const char *stamp = NULL;
	json_int_t size = 0;
	enum err err;

	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:I, s:o, s?o, s?s}", "size", &size,
			   "consistency", &consistency, "cosignatures", &lines, "stamp",
			   &stamp) != 0 ||
	    size < 1 || (uint64_t)size > EVIDENCE_MAX_NUMBER ||
	    (stamp != NULL && !hash_parse_hex(stamp, &to->stamp_hash)))
		return ERR_FORMAT;
	to->size = (uint64_t)size;
	to->is_stamped = stamp != NULL;
	err = parse_path(consistency, arena, &to->path, &to->path_len);
	return err != OK || lines == NULL ? err : parse_lines(lines, arena, to);
}

static enum err parse_later(const json_t *list, struct arena *arena, struct evidence *evidence)
{
	size_t count = json_array_size(list);
	enum err err = OK;

	if (!json_is_array(list) || count == 0 || count > EVIDENCE_LATER)
		return ERR_FORMAT;
	evidence->later = arena_alloc_array(arena, count, sizeof(*evidence->later));
	if (evidence->later == NULL)
		return ERR_MEMORY;
	evidence->later_count = count;
	for (size_t i = 0; err == OK && i < count; i++) {
		err = parse_one_later(json_array_get(list, i), arena, &evidence->later[i]);
		if (err == OK && i > 0 && evidence->later[i].size <= evidence->later[i - 1].size)
			err = ERR_FORMAT;
	}
	return err;
}

static enum err parse(json_t *json, struct arena *arena, struct evidence *evidence)
{
	json_t *records = NULL, *consistency = NULL, *later = NULL;
	const char *format = NULL, *origin = NULL, *view = NULL;
	json_int_t message = 0, base = 0;
	enum err err;

	if (json_unpack(json, "{s:s}", "format", &format) != 0)
		return ERR_FORMAT;
	if (strcmp(format, EVIDENCE_FORMAT) != 0)
		return strncmp(format, "sampan.evidence/", 16) == 0 ? ERR_VERSION : ERR_FORMAT;
	if (json_unpack_ex(json, NULL, JSON_STRICT, "{s:s, s:s, s:I, s?I, s:s, s?o, s?o, s:o}",
			   "format", &format, "ledger", &origin, "message", &message, "base", &base,
			   "for", &view, "consistency", &consistency, "later", &later, "records",
			   &records) != 0 ||
	    message < 1 || base < 0 || base >= message ||
	    !evidence_view_parse(view, &evidence->view))
		return ERR_FORMAT;
	evidence->message = (uint64_t)message;
	evidence->base = (uint64_t)base;
	if ((evidence->origin = arena_text(arena, bytes_of_text(origin))) == NULL)
		return ERR_MEMORY;
	err = consistency == NULL ? OK
				  : parse_path(consistency, arena, &evidence->consistency,
					       &evidence->consistency_len);
	if (err == OK && later != NULL)
		err = parse_later(later, arena, evidence);
	return err != OK ? err : parse_records(records, arena, evidence);
}

enum err evidence_manifest_parse(struct bytes bytes, struct arena *arena,
				 struct evidence *ret_evidence)
{
	struct evidence evidence = {0};
	json_t *json;
	enum err err;

	if (bytes.len == 0 || bytes.len > EVIDENCE_MANIFEST_BYTES)
		return ERR_FORMAT;
	json = json_loadb((const char *)bytes.at, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		return ERR_FORMAT;
	if ((err = parse(json, arena, &evidence)) == OK)
		*ret_evidence = evidence;
	json_decref(json);
	return err;
}
