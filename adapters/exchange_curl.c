#include "adapters/exchange_curl.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "sampan/http_address.h"

#define HEAD_BYTES ((size_t)32 * 1024)
#define PLAIN "http://"
#define SECURE "https://"

/* The last moment before a connection: what is judged here is what is connected to. */
static bool is_allowed(const struct exchange *exchange, const struct sockaddr *address)
{
	enum http_address kind = HTTP_ADDRESS_PUBLIC;

	if (exchange->is_plain && (exchange->may & HTTP_MAY_PLAIN) == 0)
		kind = HTTP_ADDRESS_LOOPBACK;
	else if ((exchange->may & HTTP_MAY_PRIVATE) != 0)
		kind = HTTP_ADDRESS_ANY;
	return http_address_is(address, kind);
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *exchange = context;

	if (purpose != CURLSOCKTYPE_IPCXN || !is_allowed(exchange, &address->addr)) {
		exchange->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		      address->protocol);
}

static size_t on_body(char *at, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;

	buffer_put(&exchange->body, bytes_of(at, size * count));
	exchange->is_too_long |= buffer_error(&exchange->body) == ERR_LIMIT;
	return buffer_error(&exchange->body) == OK ? size * count : 0;
}

/* A head begins anew after "100 Continue". */
static size_t on_head(char *at, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	struct bytes line = bytes_of(at, size * count);

	if (bytes_has_prefix(line, bytes_of_text("HTTP/")))
		buffer_reset(&exchange->head);
	else
		buffer_put(&exchange->head, line);
	exchange->is_too_long |= buffer_error(&exchange->head) == ERR_LIMIT;
	return buffer_error(&exchange->head) == OK ? line.len : 0;
}

static bool has_scheme(const char *url, const char *scheme)
{
	return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

/* User and password in a URL would go out and into logs. */
static bool is_good_url(const char *url, unsigned may)
{
	size_t scheme = has_scheme(url, SECURE) ? strlen(SECURE) : strlen(PLAIN);
	bool is_plain = has_scheme(url, PLAIN);

	if (!has_scheme(url, SECURE) &&
	    !(is_plain && (may & (HTTP_MAY_PLAIN_LOOPBACK | HTTP_MAY_PLAIN)) != 0))
		return false;
	for (const char *at = url; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return false;
	return memchr(url + scheme, '@', strcspn(url + scheme, "/?#")) == NULL;
}

static void set_blob(CURL *easy, CURLoption option, struct bytes pem)
{
	struct curl_blob blob = {(void *)(uintptr_t)pem.at, pem.len, CURL_BLOB_NOCOPY};

	if (pem.len > 0)
		(void)curl_easy_setopt(easy, option, &blob);
}

static enum err set_headers(struct exchange *exchange, const struct http_client_request *request)
{
	/* without it curl waits a second for "100 Continue" */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	exchange->headers = list;
	for (const char *const *header = request->headers; list != NULL && header != NULL;
	     header++) {
		if (*header == NULL)
			break;
		list = curl_slist_append(list, *header);
	}
	return list == NULL ? ERR_MEMORY : OK;
}

static void set_body(CURL *easy, const struct http_client_request *request)
{
	if (strcmp(request->method, "GET") == 0)
		return;
	(void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	if (request->body.len == 0 && strcmp(request->method, "POST") != 0 &&
	    strcmp(request->method, "PUT") != 0)
		return;
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	(void)curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS,
			       request->body.len == 0 ? "" : (const char *)request->body.at);
}

static void set_security(CURL *easy, const struct exchange_trust *trust)
{
	(void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	set_blob(easy, CURLOPT_CAINFO_BLOB, trust->ca);
	set_blob(easy, CURLOPT_SSLCERT_BLOB, trust->certificate);
	set_blob(easy, CURLOPT_SSLKEY_BLOB, trust->key);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
}

static void set_callbacks(CURL *easy, struct exchange *exchange)
{
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->error);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
}

enum err exchange_prepare(struct exchange *exchange, const struct http_client_request *request)
{
	CURL *easy = exchange->easy;
	enum err err;

	if (!is_good_url(request->url, request->may))
		return ERR_USAGE;
	exchange->may = request->may;
	exchange->is_plain = has_scheme(request->url, PLAIN);
	buffer_init(&exchange->head, HEAD_BYTES);
	buffer_init(&exchange->body, request->max_answer_bytes);
	if ((err = set_headers(exchange, request)) != OK)
		return err;
	(void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, exchange->is_plain ? "http" : "https");
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_ms);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->total_ms);
	set_body(easy, request);
	set_security(easy, exchange->trust);
	set_callbacks(easy, exchange);
	return OK;
}

void exchange_clear(struct exchange *exchange)
{
	buffer_clear(&exchange->head);
	buffer_clear(&exchange->body);
	curl_slist_free_all(exchange->headers);
}

enum err exchange_judge(const struct exchange *exchange, CURLcode code)
{
	if (code == CURLE_OK)
		return OK;
	if (exchange->is_too_long)
		return ERR_LIMIT;
	/* an address that was refused first does not matter when a later one was reached */
	if ((exchange->is_refused && code == CURLE_COULDNT_CONNECT) ||
	    code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
	    code == CURLE_SSL_CERTPROBLEM)
		return ERR_DENIED;
	return code == CURLE_OUT_OF_MEMORY          ? ERR_MEMORY
	       : code == CURLE_URL_MALFORMAT        ? ERR_USAGE
	       : code == CURLE_UNSUPPORTED_PROTOCOL ? ERR_USAGE
						    : ERR_UNAVAILABLE;
}

void exchange_tell(const struct exchange *exchange, CURLcode code, enum err err,
		   char ret_why[HTTP_CLIENT_WHY_BYTES])
{
	const char *text = code == CURLE_OK ? "" : curl_easy_strerror(code);

	if (err == ERR_LIMIT)
		text = "the answer is too long";
	else if (err == ERR_DENIED && exchange->is_refused)
		text = "the address is not one that may be connected to";
	else if (code != CURLE_OK && exchange->error[0] != '\0')
		text = exchange->error;
	(void)snprintf(ret_why, HTTP_CLIENT_WHY_BYTES, "%.*s", (int)HTTP_CLIENT_WHY_BYTES - 1,
		       text);
	for (char *at = ret_why; *at != '\0'; at++)
		if (*at < ' ' || *at > '~' || *at == '"')
			*at = '?';
}

struct http_client_answer exchange_answer(const struct exchange *exchange)
{
	long status = 0;

	(void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
	return (struct http_client_answer){.status = (unsigned)status,
					   .head = buffer_bytes(&exchange->head),
					   .body = buffer_bytes(&exchange->body)};
}
