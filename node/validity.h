/*
 * validity - until when the node's own certificates are valid: what `sampan doctor` and the gate
 * watch.
 */
#ifndef NODE_VALIDITY_H
#define NODE_VALIDITY_H

#include "node/health.h"
#include "sampan/config.h"

#define VALIDITY_COUNT 12u

/*
 * The certificate of the door over HTTPS; is_all: also the node's, and those of the document keys
 * that sign or will sign (the folders keys and seal must be readable). Names are paths below the node's
 * folder where they lie there, in the arena. One that cannot be read has the end 0. ERR_MEMORY.
 */
enum err validity_read(const struct config *config, bool is_all, struct arena *arena,
		       struct health_certificate ret_certificates[VALIDITY_COUNT],
		       size_t *ret_count);

#endif
