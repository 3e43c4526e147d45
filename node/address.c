#include "node/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define OWN_BYTES 8u

void address_of_one(const char *address, char ret_one[ADDRESS_BYTES])
{
	struct in6_addr six;

	if (inet_pton(AF_INET6, address, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
		memset(six.s6_addr + OWN_BYTES, 0, sizeof(six.s6_addr) - OWN_BYTES);
		if (inet_ntop(AF_INET6, &six, ret_one, ADDRESS_BYTES) != NULL)
			return;
	}
	(void)snprintf(ret_one, ADDRESS_BYTES, "%s", address);
}
