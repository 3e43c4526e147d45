#include "node/https.h"

#include <string.h>
#include <sys/stat.h>

#include "node/file.h"
#include "node/page_form.h"
#include "node/trust_folder.h"
#include "sampan/limit.h"
#include "sampan/tls.h"

#define PEM_BYTES ((size_t)1024 * 1024)
#define ARENA_BYTES (TRUST_FOLDER_LIST_BYTES + (size_t)40 * 1024 * 1024)

bool https_is_wanted(const struct config *config)
{
	return *config->https.address != '\0';
}

static enum err read_pem(struct role *role, const char *path, struct arena *arena,
			 struct bytes *ret_pem)
{
	enum err err = *path == '\0' ? OK : file_read(path, PEM_BYTES, arena, ret_pem);

	if (err != OK)
		role_log(role, "error", "https-failed", "file=%s error=%s", path, err_name(err));
	return err;
}

/* A group may be the operator's choice (ssl-cert); everybody is not. */
static enum err judge_key(struct role *role, const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && (status.st_mode & S_IRWXO) == 0)
		return OK;
	role_log(role, "error", "https-failed", "file=%s why=\"other users can read this key\"",
		 path);
	return ERR_DENIED;
}

/* Who was revoked may not come in, nor sign: one folder of lists for both. */
static enum err read_lists(struct role *role, struct arena *arena, struct http_options *options)
{
	const char *folder = arena_format(arena, "%s/" TRUST_FOLDER, role->config->directory);
	const char *message = "out of memory";
	enum err err = ERR_MEMORY;

	if (options->client_ca.len == 0)
		return OK;
	if (folder != NULL)
		err = trust_folder_lists(folder, arena, &options->client_lists, &message);
	if (err != OK)
		role_log(role, "error", "https-failed", "why=\"%s\"", message);
	return err;
}

static struct http_limits limits_of(const struct config *config)
{
	struct http_limits limits = http_limits_default();
	const struct config_https *https = &config->https;

	if (https->connections != 0)
		limits.connections = https->connections;
	/* Half of the places at most are for one address, unless all come through one. */
	limits.connections_per_address = https->connections_per_address != 0
						 ? https->connections_per_address
						 : (limits.connections + 1) / 2;
	if (https->buffered_bytes != 0)
		limits.buffered_bytes = https->buffered_bytes;
	/* Else the longest document would find no room in a form, however often one tries. */
	if (limits.buffered_bytes < LIMIT_DOCUMENT_BYTES + PAGE_FORM_WRAP_BYTES)
		limits.buffered_bytes = LIMIT_DOCUMENT_BYTES + PAGE_FORM_WRAP_BYTES;
	/* Attachments may be larger than documents: what each call takes is the handler's to say. */
	limits.body_bytes = limits.buffered_bytes;
	return limits;
}

static enum err open_door(struct role *role, const struct http_options *options,
			  const struct http_handlers *handlers, void *context,
			  struct http **ret_http)
{
	const char *message = "";
	enum err err = http_open(role->loop, options, handlers, context, ret_http, &message);

	if (err == OK)
		role_log(role, "info", "https-open", "address=%s port=%u client-ca=%s",
			 options->address, http_port(*ret_http),
			 options->client_ca.len > 0 ? "yes" : "no");
	else
		role_log(role, "error", "https-failed",
			 "address=%s port=%u certificate=%s why=\"%s\"", options->address,
			 options->port, role->config->https.certificate, message);
	return err;
}

/* Everything that stands in files. The key is wiped by the caller, also after an error. */
static enum err read_files(struct role *role, struct arena *arena, struct http_options *options)
{
	const struct config_https *https = &role->config->https;
	enum err err;

	if ((err = read_pem(role, https->certificate, arena, &options->certificate)) == OK &&
	    (err = read_pem(role, https->key, arena, &options->key)) == OK &&
	    (err = judge_key(role, https->key)) == OK &&
	    (err = read_pem(role, https->client_ca, arena, &options->client_ca)) == OK)
		err = read_lists(role, arena, options);
	return err;
}

enum err https_open(struct role *role, const struct http_handlers *handlers, void *context,
		    struct http **ret_http)
{
	const struct config_https *https = &role->config->https;
	struct http_options options = {.address = https->address,
				       .port = https->port,
				       .listener = role->door_fd < 0 ? 0 : role->door_fd,
				       .limits = limits_of(role->config)};
	struct arena *arena = arena_new(ARENA_BYTES);
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	if ((err = read_files(role, arena, &options)) == OK)
		err = open_door(role, &options, handlers, context, ret_http);
	bytes_wipe(options.key);
	arena_free(arena);
	/* files and addresses that do not fit: trying again does not help until somebody changes them */
	return err == OK || err == ERR_MEMORY ? err : ERR_CONFIG;
}

enum err https_check(const struct config *config, const char *name)
{
	struct role role = {.name = name, .config = config};
	struct http_options options = {0};
	struct tls_server *server = NULL;
	const char *message = "";
	struct arena *arena;
	enum err err;

	if (!https_is_wanted(config))
		return OK;
	if ((arena = arena_new(ARENA_BYTES)) == NULL)
		return ERR_MEMORY;
	if ((err = read_files(&role, arena, &options)) == OK &&
	    (err = tls_server_new(&(struct tls_options){options.certificate, options.key,
							options.client_ca, options.client_lists},
				  &server, &message)) != OK)
		role_log(&role, "error", "https-failed", "certificate=%s key=%s why=\"%s\"",
			 config->https.certificate, config->https.key, message);
	tls_server_free(server);
	bytes_wipe(options.key);
	arena_free(arena);
	return err;
}
