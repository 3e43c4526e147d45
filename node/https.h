/*
 * https - the door over HTTPS as the configuration says it: keys and certificates from their files,
 * limits, the address. Opened by the gate before its sandbox closes; afterwards the gate can accept
 * connections but neither read a key nor open another internet socket.
 */
#ifndef NODE_HTTPS_H
#define NODE_HTTPS_H

#include "node/http.h"
#include "node/role.h"

/* Is there such a door here? */
bool https_is_wanted(const struct config *config);

/*
 * Could its files be used? For who validates a configuration before anything ends for it. The key is
 * wiped again. What is wrong is logged under that name.
 */
enum err https_check(const struct config *config, const char *name);

/*
 * Open it, for handlers that are borrowed as long as it lives. Key material is wiped from memory
 * that is not OpenSSL's. The socket that the supervisor handed down is taken. ERR_CONFIG: a file or the
 * address cannot be used; what is wrong is logged, with the file's name.
 */
enum err https_open(struct role *role, const struct http_handlers *handlers, void *context,
		    struct http **ret_http);

#endif
