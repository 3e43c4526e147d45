/*
 * trust_folder - the files that say whose signatures on documents are believed.
 *
 * In the node's folder they lie in trust/: *.pem and *.crt are certificates, *.crl revocation lists,
 * all PEM, several in one file as they come. They are read when a worker starts, before its sandbox
 * closes, so a SIGHUP takes up what changed.
 */
#ifndef NODE_TRUST_FOLDER_H
#define NODE_TRUST_FOLDER_H

#include "sampan/config.h"
#include "sampan/trust.h"

#define TRUST_FOLDER "trust" /* below the node's folder */

/*
 * Add all such files of a folder, in order of name. ERR_MISSING: no such folder. ERR_FORMAT,
 * ERR_LIMIT, ERR_IO: *ret_message (in the arena) names the file and says why; what was read before
 * it is added.
 */
enum err trust_folder_add(const char *folder, struct trust *trust, struct arena *arena,
			  const char **ret_message);

/*
 * Whom a node believes when a party lodges: its folder, which may be missing. Errors as above;
 * ERR_CONFIG: the field of the configuration is unknown.
 */
enum err trust_folder_open(const struct config *config, struct arena *arena,
			   struct trust **ret_trust, const char **ret_message);

/* Could it be opened? As trust_folder_open(). */
enum err trust_folder_check(const struct config *config, struct arena *arena,
			    const char **ret_message);

#endif
