/*
 * http_address - which Internet addresses a request may go to (http_client.h).
 */
#ifndef SAMPAN_HTTP_ADDRESS_H
#define SAMPAN_HTTP_ADDRESS_H

#include <stdbool.h>

enum http_address {
	HTTP_ADDRESS_PUBLIC,   /* given out for the whole Internet (RFC 6890), no tunnel and no
				* example */
	HTTP_ADDRESS_LOOPBACK, /* this machine */
	HTTP_ADDRESS_ANY       /* any address of IPv4 or IPv6 */
};

struct sockaddr;

/* false also for what is no IPv4 or IPv6 address. */
bool http_address_is(const struct sockaddr *address, enum http_address kind);

/* Of the text of an address ("203.0.113.7", "2001:db8::1"); false for anything else. */
bool http_address_is_public(const char *address);

#endif
