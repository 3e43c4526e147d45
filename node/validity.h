/*
 * validity - until when the node's own certificates are valid: what `sampan doctor` and the gate
 * watch.
 */
#ifndef NODE_VALIDITY_H
#define NODE_VALIDITY_H

#include "node/health.h"
#include "sampan/config.h"

#define VALIDITY_COUNT 32u

/*
 * The certificate of the door over HTTPS; is_all: also the node's, those of the document keys that sign
 * or will sign, and those of the issuing offices (the folders keys and seal must be readable). Names are paths below the node's
 * folder where they lie there, in the arena. One that cannot be read has the end 0. ERR_MEMORY.
 */
enum err validity_read(const struct config *config, bool is_all, struct arena *arena,
		       struct health_certificate ret_certificates[VALIDITY_COUNT],
		       size_t *ret_count);

/* The same files, unread: what the gate's sandbox leaves open until they were read. */
enum err validity_paths(const struct config *config, bool is_all, struct arena *arena,
			const char *ret_paths[VALIDITY_COUNT], size_t *ret_count);

#endif
