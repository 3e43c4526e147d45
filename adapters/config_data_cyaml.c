/*
 * config - the data of the schema set: routes, procedures, holidays (config.h).
 */
#include "sampan/config.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/yaml_cyaml.h"

struct route_file {
	const char *agreement, *title;
	struct config_route *routes;
	size_t route_count;
};

struct procedure_file {
	struct config_procedure *procedures;
	size_t procedure_count;
};

struct holiday {
	const char *date, *name;
};

struct holiday_file {
	const char *country;
	struct holiday *days;
	size_t day_count;
};

struct attachment_file {
	struct config_attachment *types;
	size_t type_count;
	struct config_paper *papers;
	size_t paper_count;
	uint32_t max_count;
};

static const cyaml_schema_field_t attachment_fields[] = {
	YAML_TEXT("media", YAML_MUST, struct config_attachment, media),
	CYAML_FIELD_UINT("max_bytes", CYAML_FLAG_DEFAULT, struct config_attachment, max_bytes),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t an_attachment =
	YAML_MAPPING(struct config_attachment, attachment_fields);

static const cyaml_schema_field_t paper_fields[] = {
	YAML_TEXT("code", YAML_MUST, struct config_paper, code),
	YAML_TEXT("title_vi", YAML_MUST, struct config_paper, title_vi),
	YAML_TEXT("title_en", YAML_MUST, struct config_paper, title_en),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_paper = YAML_MAPPING(struct config_paper, paper_fields);

static const cyaml_schema_field_t attachment_file_fields[] = {
	YAML_LIST("types", YAML_MUST, struct attachment_file, types, type_count, &an_attachment),
	YAML_LIST("papers", YAML_MUST, struct attachment_file, papers, paper_count, &a_paper),
	CYAML_FIELD_UINT("max_count", CYAML_FLAG_DEFAULT, struct attachment_file, max_count),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t attachment_root =
	YAML_ROOT(struct attachment_file, attachment_file_fields);

static const cyaml_schema_field_t supply_fields[] = {
	YAML_TEXT("name", YAML_MUST, struct config_fact, name),
	YAML_TEXT("value", YAML_MUST, struct config_fact, value),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_supply = YAML_MAPPING(struct config_fact, supply_fields);

static const cyaml_schema_field_t route_fields[] = {
	YAML_TEXT("id", YAML_MUST, struct config_route, id),
	YAML_TEXT("at", YAML_MAY, struct config_route, at),
	YAML_TEXT("kind", YAML_MUST, struct config_route, kind),
	YAML_TEXT("on", YAML_MUST, struct config_route, on),
	YAML_TEXT("to", YAML_MUST, struct config_route, to),
	YAML_TEXT("as", YAML_MAY, struct config_route, as),
	YAML_TEXT("consent", YAML_MAY, struct config_route, consent),
	YAML_TEXT("basis", YAML_MUST, struct config_route, basis),
	YAML_TEXT("valid_from", YAML_MAY, struct config_route, valid_from),
	YAML_TEXT("valid_until", YAML_MAY, struct config_route, valid_until),
	YAML_LIST("supplies", YAML_MAY, struct config_route, supplies, supply_count, &a_supply),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_route = YAML_MAPPING(struct config_route, route_fields);

static const cyaml_schema_field_t route_file_fields[] = {
	YAML_TEXT("agreement", YAML_MUST, struct route_file, agreement),
	YAML_TEXT("title", YAML_MAY, struct route_file, title),
	YAML_LIST("routes", YAML_MUST, struct route_file, routes, route_count, &a_route),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t route_root = YAML_ROOT(struct route_file, route_file_fields);

static const cyaml_schema_field_t procedure_fields[] = {
	YAML_TEXT("code", YAML_MUST, struct config_procedure, code),
	YAML_TEXT("kind", YAML_MUST, struct config_procedure, kind),
	YAML_TEXT("title_vi", YAML_MUST, struct config_procedure, title_vi),
	YAML_TEXT("title_en", YAML_MUST, struct config_procedure, title_en),
	CYAML_FIELD_UINT("working_days", CYAML_FLAG_DEFAULT, struct config_procedure, working_days),
	YAML_TEXT("closed_by", YAML_MUST, struct config_procedure, closed_by),
	CYAML_FIELD_UINT("answer_days", CYAML_FLAG_OPTIONAL, struct config_procedure, answer_days),
	YAML_BOOL("agents", struct config_procedure, is_for_agents),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_procedure =
	YAML_MAPPING(struct config_procedure, procedure_fields);

static const cyaml_schema_field_t procedure_file_fields[] = {
	YAML_LIST("procedures", YAML_MUST, struct procedure_file, procedures, procedure_count,
		  &a_procedure),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t procedure_root =
	YAML_ROOT(struct procedure_file, procedure_file_fields);

static const cyaml_schema_field_t holiday_fields[] = {
	YAML_TEXT("date", YAML_MUST, struct holiday, date),
	YAML_TEXT("name", YAML_MAY, struct holiday, name),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_holiday = YAML_MAPPING(struct holiday, holiday_fields);

static const cyaml_schema_field_t holiday_file_fields[] = {
	YAML_TEXT("country", YAML_MUST, struct holiday_file, country),
	YAML_LIST("days", YAML_MUST, struct holiday_file, days, day_count, &a_holiday),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t holiday_root =
	YAML_ROOT(struct holiday_file, holiday_file_fields);

static const struct yaml_rule attachment_rules[] = {
	YAML_RULE("media", struct config_attachment, media, form_is_line, false),
};
static const struct yaml_rule paper_rules[] = {
	YAML_RULE("code", struct config_paper, code, form_is_id, false),
	YAML_RULE("title_vi", struct config_paper, title_vi, form_is_line, false),
	YAML_RULE("title_en", struct config_paper, title_en, form_is_line, false),
};
static const struct yaml_rule route_file_rules[] = {
	YAML_RULE("agreement", struct route_file, agreement, form_is_id, false),
	YAML_RULE("title", struct route_file, title, form_is_line, true),
};
static const struct yaml_rule route_rules[] = {
	YAML_RULE("id", struct config_route, id, form_is_id, false),
	YAML_RULE("at", struct config_route, at, form_is_country, true),
	YAML_RULE("kind", struct config_route, kind, form_is_node_name, false),
	YAML_RULE("on", struct config_route, on, form_is_event, false),
	YAML_RULE("to", struct config_route, to, form_is_route_target, false),
	YAML_RULE("as", struct config_route, as, form_is_kind, true),
	YAML_RULE("consent", struct config_route, consent, form_is_consent, true),
	YAML_RULE("basis", struct config_route, basis, form_is_line, false),
	YAML_RULE("valid_from", struct config_route, valid_from, form_is_date, true),
	YAML_RULE("valid_until", struct config_route, valid_until, form_is_date, true),
};
static const struct yaml_rule supply_rules[] = {
	YAML_RULE("name", struct config_fact, name, form_is_node_name, false),
	YAML_RULE("value", struct config_fact, value, form_is_line, false),
};
static const struct yaml_rule procedure_rules[] = {
	YAML_RULE("code", struct config_procedure, code, form_is_line, false),
	YAML_RULE("kind", struct config_procedure, kind, form_is_node_name, false),
	YAML_RULE("title_vi", struct config_procedure, title_vi, form_is_line, false),
	YAML_RULE("title_en", struct config_procedure, title_en, form_is_line, false),
	YAML_RULE("closed_by", struct config_procedure, closed_by, form_are_events, false),
};
static const struct yaml_rule holiday_file_rules[] = {
	YAML_RULE("country", struct holiday_file, country, form_is_country, false),
};
static const struct yaml_rule holiday_rules[] = {
	YAML_RULE("date", struct holiday, date, form_is_date, false),
	YAML_RULE("name", struct holiday, name, form_is_line, true),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_id_used(const struct config_route *routes, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(routes[i].id, id) == 0)
			return true;
	return false;
}

static enum err check_route(struct yaml_file *file, struct config_route *route)
{
	enum err err = yaml_obey(file, route_rules, COUNT(route_rules), route);

	for (size_t i = 0; i < route->supply_count && err == OK; i++)
		err = yaml_obey(file, supply_rules, COUNT(supply_rules), &route->supplies[i]);
	return err;
}

/* The routes of the file behind those that are there already. */
static enum err append_routes(struct yaml_file *file, struct route_file *from,
			      struct config_route **routes, size_t *count)
{
	struct config_route *all =
		arena_alloc_array(file->arena, *count + from->route_count + 1, sizeof(*all));
	enum err err = OK;

	if (all == NULL)
		return ERR_MEMORY;
	if (*count > 0)
		memcpy(all, *routes, *count * sizeof(*all));
	for (size_t i = 0; i < from->route_count && err == OK; i++) {
		struct config_route *route = &from->routes[i];

		err = check_route(file, route);
		if (err == OK && is_id_used(all, *count + i, route->id))
			err = yaml_complain(file, "id", route->id, "each route's id once");
		route->agreement = from->agreement;
		all[*count + i] = *route;
	}
	if (err == OK) {
		*routes = all;
		*count += from->route_count;
	}
	return err;
}

enum err config_load_routes(const char *path, const char *agreement, struct arena *arena,
			    struct config_route **routes, size_t *count, const char **ret_message)
{
	struct yaml_file file;
	void *value;
	enum err err;

	err = yaml_load(path, &route_root, arena, &file, &value);
	if (err == OK)
		err = yaml_obey(&file, route_file_rules, COUNT(route_file_rules), value);
	if (err == OK && strcmp(((struct route_file *)value)->agreement, agreement) != 0)
		err = yaml_complain(&file, "agreement", ((struct route_file *)value)->agreement,
				    "the name of the file");
	if (err == OK)
		err = append_routes(&file, value, routes, count);
	if (err != OK)
		*ret_message = file.message;
	return err;
}

enum err config_load_procedures(const char *path, struct arena *arena,
				struct config_procedure **ret_procedures, size_t *ret_count,
				const char **ret_message)
{
	struct yaml_file file;
	struct procedure_file *value;
	void *loaded = NULL;
	enum err err;

	err = yaml_load(path, &procedure_root, arena, &file, &loaded);
	value = loaded;
	for (size_t i = 0; err == OK && i < value->procedure_count; i++)
		err = yaml_obey(&file, procedure_rules, COUNT(procedure_rules),
				&value->procedures[i]);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	*ret_procedures = value->procedures;
	*ret_count = value->procedure_count;
	return OK;
}

enum err config_load_holidays(const char *path, const char *country, struct arena *arena,
			      const char ***ret_dates, size_t *ret_count, const char **ret_message)
{
	struct yaml_file file;
	struct holiday_file *value;
	const char **dates;
	void *loaded = NULL;
	enum err err;

	err = yaml_load(path, &holiday_root, arena, &file, &loaded);
	value = loaded;
	if (err == OK)
		err = yaml_obey(&file, holiday_file_rules, COUNT(holiday_file_rules), value);
	if (err == OK && strcmp(value->country, country) != 0)
		err = yaml_complain(&file, "country", value->country, "the name of the file");
	for (size_t i = 0; err == OK && i < value->day_count; i++)
		err = yaml_obey(&file, holiday_rules, COUNT(holiday_rules), &value->days[i]);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	dates = arena_alloc_array(arena, value->day_count + 1, sizeof(*dates));
	if (dates == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < value->day_count; i++)
		dates[i] = value->days[i].date;
	*ret_dates = dates;
	*ret_count = value->day_count;
	return OK;
}

static enum err check_attachments(struct yaml_file *file, const struct attachment_file *value)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < value->type_count; i++) {
		err = yaml_obey(file, attachment_rules, COUNT(attachment_rules), &value->types[i]);
		if (err == OK && (value->types[i].max_bytes == 0 ||
				  value->types[i].max_bytes > LIMIT_PAYLOAD_BYTES))
			err = yaml_complain(file, "max_bytes", "", "1 to 67108864");
	}
	for (size_t i = 0; err == OK && i < value->paper_count; i++)
		err = yaml_obey(file, paper_rules, COUNT(paper_rules), &value->papers[i]);
	return err;
}

enum err config_load_attachments(const char *path, struct arena *arena, struct config *config,
				 const char **ret_message)
{
	struct attachment_file *value;
	struct yaml_file file;
	void *loaded = NULL;
	enum err err;

	err = yaml_load(path, &attachment_root, arena, &file, &loaded);
	value = loaded;
	if (err == OK)
		err = check_attachments(&file, value);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	config->attachments = value->types;
	config->attachment_count = value->type_count;
	config->papers = value->papers;
	config->paper_count = value->paper_count;
	config->max_attachments = value->max_count;
	return OK;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err gather_holidays(struct config *config, const char **extra, size_t extra_count,
				struct arena *arena, const char **ret_message)
{
	const char *path =
		arena_format(arena, "%s/holidays/%s.yaml", config->schemas, config->country);
	const char **dates = NULL, **all;
	size_t count = 0;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	err = config_load_holidays(path, config->country, arena, &dates, &count, ret_message);
	if (err != OK && err != ERR_MISSING)
		return err;
	all = arena_alloc_array(arena, count + extra_count + 1, sizeof(*all));
	if (all == NULL)
		return ERR_MEMORY;
	if (count > 0)
		memcpy(all, dates, count * sizeof(*all));
	if (extra_count > 0)
		memcpy(all + count, extra, extra_count * sizeof(*all));
	config->holidays = all;
	config->holiday_count = count + extra_count;
	qsort(all, config->holiday_count, sizeof(*all), compare_texts);
	return OK;
}

static enum err gather_routes(struct config *config, struct arena *arena, const char **ret_message)
{
	enum err err = OK;

	for (size_t i = 0; i < config->agreement_count && err == OK; i++) {
		const char *path = arena_format(arena, "%s/routes/%s.yaml", config->schemas,
						config->agreements[i]);

		err = path == NULL ? ERR_MEMORY
				   : config_load_routes(path, config->agreements[i], arena,
							&config->routes, &config->route_count,
							ret_message);
	}
	return err;
}

enum err config_load_data(struct config *config, const char **holidays, size_t holiday_count,
			  struct arena *arena, const char **ret_message)
{
	const char *procedures = arena_format(arena, "%s/procedures.yaml", config->schemas);
	const char *attachments = arena_format(arena, "%s/attachments.yaml", config->schemas);
	const char *lanes = arena_format(arena, "%s/lanes.yaml", config->schemas);
	const char *origin = arena_format(arena, "%s/origin.yaml", config->schemas);
	enum err err;

	if (procedures == NULL || attachments == NULL || lanes == NULL || origin == NULL)
		return ERR_MEMORY;
	if ((err = gather_routes(config, arena, ret_message)) != OK ||
	    (err = config_load_procedures(procedures, arena, &config->procedures,
					  &config->procedure_count, ret_message)) != OK)
		return err;
	err = config_load_lanes(lanes, arena, config, ret_message);
	if (err != OK && err != ERR_MISSING)
		return err;
	err = config_load_origin(origin, arena, config, ret_message);
	if (err != OK && err != ERR_MISSING)
		return err;
	err = config_load_attachments(attachments, arena, config, ret_message);
	if (err != OK && err != ERR_MISSING)
		return err;
	return gather_holidays(config, holidays, holiday_count, arena, ret_message);
}
