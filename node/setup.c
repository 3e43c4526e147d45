#include "node/setup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/card_file.h"
#include "node/checkpoint.h"
#include "node/document_key.h"
#include "node/epoch.h"
#include "node/file.h"
#include "node/seal.h"
#include "sampan/certificate.h"
#include "sampan/clock.h"
#include "sampan/form.h"
#include "sampan/key.h"
#include "sampan/curve.h"

#define MAX_KEY_FILE_BYTES 16384u
#define NODE_YAML_BYTES 16384u
#define DEFAULT_DOOR "127.0.0.1:8443"

static const char *path_of(const char *directory, const char *name, struct arena *arena)
{
	return arena_format(arena, "%s/%s", directory, name);
}

static enum err make_file(const char *directory, const char *name, unsigned mode, const char *text,
			  struct arena *arena)
{
	const char *path = path_of(directory, name, arena);

	return path == NULL || text == NULL ? ERR_MEMORY
					    : file_make(path, mode, bytes_of_text(text));
}

static enum err make_folder(const char *path)
{
	if (path == NULL)
		return ERR_MEMORY;
	return mkdir(path, 0700) == 0 || errno == EEXIST ? OK : ERR_IO;
}

enum err setup_folders(const char *directory, struct arena *arena)
{
	static const char *const names[] = {"keys", "run", "ledger", "seal", "parties", "partners"};
	enum err err = OK;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && err == OK; i++)
		err = make_folder(path_of(directory, names[i], arena));
	return err;
}

/* Also the folders above it. */
static enum err make_folders(const char *path, struct arena *arena)
{
	char *copy = arena_text(arena, bytes_of_text(path));

	if (copy == NULL)
		return ERR_MEMORY;
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			return ERR_IO;
		*slash = '/';
	}
	return make_folder(copy);
}

static bool is_empty(const char *directory)
{
	DIR *folder = opendir(directory);
	const struct dirent *entry;
	bool is_empty = true;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			is_empty = false;
	if (folder != NULL)
		closedir(folder);
	return folder != NULL && is_empty;
}

static enum err make_curve(const char *directory, struct arena *arena)
{
	uint8_t public_key[CURVE_KEY_BYTES], secret_key[CURVE_KEY_BYTES];
	char text[CURVE_TEXT_BYTES];
	enum err err;

	curve_key_new(public_key, secret_key);
	curve_key_format(secret_key, text);
	err = make_file(directory, SETUP_CURVE_SECRET, 0600, arena_format(arena, "%s\n", text),
			arena);
	if (err != OK)
		return err;
	curve_key_format(public_key, text);
	return make_file(directory, SETUP_CURVE_PUBLIC, 0644, arena_format(arena, "%s\n", text),
			 arena);
}

static enum err make_ledger_key(const char *directory, const char *name, struct arena *arena)
{
	const char *path = path_of(directory, SEAL_KEY_FILE, arena);
	const char *origin = arena_format(arena, "%s/1", name);
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;
	struct key *key = NULL;
	enum err err = ERR_MEMORY;

	buffer_init(&text, MAX_KEY_FILE_BYTES);
	if (path == NULL || origin == NULL || (err = key_new(&key)) != OK ||
	    (err = key_save(key, path)) != OK)
		goto out;
	key_get_public(key, public_key);
	if ((err = checkpoint_format_key(origin, public_key, &text)) != OK)
		goto out;
	buffer_put_byte(&text, '\n');
	buffer_put_byte(&text, '\0');
	if ((err = buffer_error(&text)) == OK)
		err = make_file(directory, SETUP_LEDGER_PUBLIC, 0644, (const char *)text.at, arena);
	if (err == OK)
		err = make_file(directory, SEAL_LAST_FILE, 0600, "", arena);
out:
	key_free(key);
	buffer_clear(&text);
	return err;
}

static enum err make_certificate(const struct setup *setup, const char *name, struct arena *arena)
{
	struct bytes key, certificate;
	enum err err = certificate_new(name, setup->country, arena, &key, &certificate);

	if (err == OK)
		err = make_file(setup->directory, SETUP_NODE_KEY, 0600, (const char *)key.at,
				arena);
	if (err == OK)
		err = make_file(setup->directory, SETUP_NODE_CERTIFICATE, 0644,
				(const char *)certificate.at, arena);
	return err;
}

static enum err make_door(const struct setup *setup, const char *name, struct arena *arena)
{
	struct bytes key, certificate;
	enum err err = certificate_new_server(name, setup->country, arena, &key, &certificate);

	if (err == OK)
		err = make_file(setup->directory, SETUP_DOOR_KEY, 0600, (const char *)key.at,
				arena);
	if (err == OK)
		err = make_file(setup->directory, SETUP_DOOR_CERTIFICATE, 0644,
				(const char *)certificate.at, arena);
	return err;
}

/* The first key that signs what is sent. */
static enum err make_document_key(const struct setup *setup, const char *name, struct arena *arena)
{
	struct document_key_rotation rotation = {.directory = setup->directory,
						 .name = name,
						 .country = setup->country,
						 .now_ms = clock_now_ms()};
	struct document_key key;

	return document_key_rotate(&rotation, arena, &key);
}

static const char yaml_template[] =
	"# A Sampan node. docs/configuration.md lists every key; unknown keys are errors.\n"
	"country: %s\n"
	"# The name in this node's ledger and checkpoints. Never change it: signatures are bound to it.\n"
	"name: %s\n"
	"%soffice: %s # customs office of the built-in desk when a declaration names none\n"
	"\n"
	"# Agreements in force here: schemas/routes/NAME.yaml. What no route names goes nowhere.\n"
	"agreements: [ASEAN]\n"
	"\n"
	"# The door over HTTPS for brokers, officers and agencies. Clients trust keys/door.crt.\n"
	"%s"
	"\n"
	"# One entry per partner: where we listen for it, and how it reaches us from outside.\n"
	"# listen:\n"
	"#   - partner: TH\n"
	"#     bind: tcp://0.0.0.0:7766\n"
	"#     endpoint: tcp://node.example:7766\n"
	"\n"
	"# Who lodges and receives here; each has a folder parties/ID.\n"
	"# Roles: trader, agent, issuing-authority, customs, agency.\n"
	"# parties:\n"
	"#   - id: cong-ty-a\n"
	"#     name: Công ty A\n"
	"#     tax_code: 0100101308\n"
	"#     roles: [trader]\n"
	"\n"
	"# What the registry knows of traders and agents: consent to the ACDD, ports of discharge.\n"
	"# traders:\n"
	"#   - tax_code: 0100101308\n"
	"#     name: Công ty A\n"
	"#     consent_from: 2026-01-01\n"
	"#     ports:\n"
	"#       - {country: TH, port: THBKK}\n"
	"\n"
	"# limits:\n"
	"#   document_bytes: 8388608\n"
	"#   map_bytes: 68719476736\n"
	"# workers: 2\n"
	"# holidays: [2026-02-17]\n";

static const char *default_name(const char *country, struct arena *arena)
{
	return arena_format(arena, "%c%c.sampan.example", country[0] | 0x20, country[1] | 0x20);
}

/* The place of the last ":" in "127.0.0.1:8443" or "[::1]:8443"; NULL: not such a text. */
static const char *port_of(const char *https)
{
	const char *colon = strrchr(https, ':');
	const char *endpoint = colon == NULL ? NULL : colon + 1;
	long port = endpoint == NULL ? 0 : strtol(endpoint, NULL, 10);
	bool is_bare = *https != '[' && colon != NULL && strchr(https, ':') != colon;

	if (port < 1 || port > 65535 || colon == https || is_bare ||
	    strspn(endpoint, "0123456789") != strlen(endpoint))
		return NULL;
	return strspn(https, "0123456789abcdefABCDEF.:[]") == strlen(https) ? endpoint : NULL;
}

static const char *door_yaml(const struct setup *setup, struct arena *arena)
{
	const char *https = setup->https == NULL ? DEFAULT_DOOR : setup->https;
	bool is_none = strcmp(https, "none") == 0;
	const char *port = port_of(is_none ? DEFAULT_DOOR : https);
	const char *begin = is_none ? DEFAULT_DOOR : https;
	size_t skip = *begin == '[' ? 1 : 0;
	const char *mark = is_none ? "# " : "";

	return arena_format(arena, "%shttps:\n%s  address: \"%.*s\"\n%s  port: %s\n", mark, mark,
			    (int)((size_t)(port - begin) - 1 - 2 * skip), begin + skip, mark, port);
}

static const char *objection_to(const struct setup *setup, const char *name)
{
	if (!form_is_country(setup->country))
		return "--country: expected two capital letters, such as VN";
	if (!form_is_node_name(name))
		return "--name: expected a node's name, such as vn.sampan.example";
	if (setup->office != NULL && !form_is_id(setup->office))
		return "--office: expected letters, digits and \"-\"";
	if (setup->https != NULL && strcmp(setup->https, "none") != 0 &&
	    port_of(setup->https) == NULL)
		return "--https: expected an address and a port, such as 127.0.0.1:8443, or none";
	return NULL;
}

static enum err make_all(const struct setup *setup, const char *name, struct arena *arena)
{
	uint64_t version;
	enum err err;

	if ((err = setup_folders(setup->directory, arena)) != OK ||
	    (err = make_curve(setup->directory, arena)) != OK ||
	    (err = make_ledger_key(setup->directory, name, arena)) != OK ||
	    (err = make_certificate(setup, name, arena)) != OK ||
	    (err = make_door(setup, name, arena)) != OK ||
	    (err = make_document_key(setup, name, arena)) != OK ||
	    (err = card_file_make(setup->directory, setup->country, name, arena, &version)) != OK)
		return err;
	return make_file(setup->directory, "node.yaml", 0600,
			 arena_format(arena, yaml_template, setup->country, name,
				      setup->office == NULL ? "# " : "",
				      setup->office == NULL ? "01B1" : setup->office,
				      door_yaml(setup, arena)),
			 arena);
}

enum err setup_make(const struct setup *setup, struct arena *arena, const char **ret_message)
{
	const char *name = setup->name;
	enum err err;

	if (name == NULL && form_is_country(setup->country))
		name = default_name(setup->country, arena);
	*ret_message = objection_to(setup, name);
	if (*ret_message != NULL)
		return ERR_USAGE;
	if (*setup->directory == '\0' || make_folders(setup->directory, arena) != OK) {
		*ret_message = arena_format(arena, "%s: %s", setup->directory, strerror(errno));
		return ERR_IO;
	}
	if (!is_empty(setup->directory)) {
		*ret_message = arena_format(arena, "%s: not an empty folder; nothing was changed",
					    setup->directory);
		return ERR_EXISTS;
	}
	err = make_all(setup, name, arena);
	if (err != OK)
		*ret_message = arena_format(arena, "%s: %s", setup->directory, err_text(err));
	return err;
}

/* ---- The card ---- */

static enum err read_line(const struct config *config, const char *name, struct arena *arena,
			  const char **ret_line)
{
	const char *path = path_of(config->directory, name, arena);
	struct bytes bytes;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = file_read(path, MAX_KEY_FILE_BYTES, arena, &bytes)) != OK)
		return err;
	while (bytes.len > 0 && bytes.at[bytes.len - 1] == '\n')
		bytes.len--;
	*ret_line = arena_text(arena, bytes);
	return *ret_line == NULL ? ERR_MEMORY : OK;
}

static enum err read_fingerprint(const char *path, struct arena *arena,
				 char ret_hex[HASH_HEX_BYTES])
{
	struct bytes pem;
	struct hash hash;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = file_read(path, MAX_KEY_FILE_BYTES, arena, &pem)) != OK ||
	    (err = certificate_fingerprint(pem, &hash)) != OK)
		return err;
	hash_format_hex(&hash, ret_hex);
	return OK;
}

/* What a partner must believe now, and what it will have to. A node of an older version has none. */
static enum err put_document_keys(const struct config *config, struct arena *arena,
				  struct buffer *to)
{
	char day[CALENDAR_DATE_BYTES], fingerprint[HASH_HEX_BYTES];
	struct document_keys keys;
	enum err err = document_key_load(config->directory, arena, &keys);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	calendar_format_date(clock_now_ms(), day);
	buffer_put_text(to, "signs:\n");
	for (size_t i = 0; i < keys.count; i++) {
		const struct document_key *key = &keys.items[i];

		if (!document_key_counts(key, day))
			continue;
		err = read_fingerprint(document_key_path(config->directory, key, "crt", arena),
				       arena, fingerprint);
		if (err != OK)
			return err;
		buffer_put_format(to, "  - certificate: %s\n", fingerprint);
		if (key->until[0] != '\0')
			buffer_put_format(to, "    until: %s\n", key->until);
	}
	return OK;
}

enum err setup_card(const struct config *config, const char *endpoint, struct arena *arena,
		    struct buffer *to)
{
	const char *curve_public, *ledger_key, *operator_key;
	char fingerprint[HASH_HEX_BYTES];
	enum err err;

	if ((err = read_line(config, SETUP_CURVE_PUBLIC, arena, &curve_public)) != OK ||
	    (err = read_line(config, SETUP_LEDGER_PUBLIC, arena, &ledger_key)) != OK ||
	    (err = read_fingerprint(path_of(config->directory, SETUP_NODE_CERTIFICATE, arena),
				    arena, fingerprint)) != OK)
		return err;
	buffer_put_format(to, "country: %s\nname: %s\nendpoint: %s\n", config->country,
			  config->name, endpoint);
	/* Z85 holds "#", ":" and braces but no quotes: it must be quoted in YAML. */
	buffer_put_format(to, "curve_public: '%s'\nledger_key: %s\ncertificate: %s\n", curve_public,
			  ledger_key, fingerprint);
	if ((err = epoch_load_key(config->directory, arena, &operator_key)) == OK)
		buffer_put_format(to, "operator_key: %s\n", operator_key);
	else if (err != ERR_MISSING)
		return err;
	if ((err = put_document_keys(config, arena, to)) != OK)
		return err;
	return buffer_error(to);
}
