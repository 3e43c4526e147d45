#include "sampan/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "sampan/bytes.h"

struct range {
	uint32_t address;
	unsigned bits;
};

static bool is_public_v4(uint32_t address)
{
	/* RFC 6890 and RFC 1112: what the registry calls not globally reachable */
	static const struct range never[] = {
		{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
		{0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
		{0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
		{0xcb007100, 24}, {0xe0000000, 3},
	};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if ((address ^ never[i].address) >> (32 - never[i].bits) == 0)
			return false;
	return true;
}

/* Only 2000::/3 is given out; in it stand tunnels, which hide another address, and examples. */
static bool is_public_v6(const uint8_t at[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(at, mapped, sizeof(mapped)) == 0 ||
	    memcmp(at, translated, sizeof(translated)) == 0)
		return is_public_v4(bytes_get_u32(at + 12));
	if ((at[0] & 0xe0) != 0x20 || (at[0] == 0x20 && at[1] == 0x02))
		return false;
	if (at[0] == 0x3f && at[1] == 0xff && at[2] >> 4 == 0) /* RFC 9637: examples */
		return false;
	return !(at[0] == 0x20 && at[1] == 0x01 &&
		 (at[2] < 0x02 || (at[2] == 0x0d && at[3] == 0xb8)));
}

static bool is_loopback_v6(const uint8_t at[16])
{
	static const uint8_t loopback[16] = {[15] = 1};

	return memcmp(at, loopback, sizeof(loopback)) == 0;
}

bool http_address_is_public(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return is_public_v4(ntohl(v4.s_addr));
	return inet_pton(AF_INET6, address, &v6) == 1 && is_public_v6(v6.s6_addr);
}

static bool is_v4(uint32_t address, enum http_address kind)
{
	return kind == HTTP_ADDRESS_LOOPBACK ? address >> 24 == 127 : is_public_v4(address);
}

static bool is_v6(const uint8_t at[16], enum http_address kind)
{
	return kind == HTTP_ADDRESS_LOOPBACK ? is_loopback_v6(at) : is_public_v6(at);
}

bool http_address_is(const struct sockaddr *address, enum http_address kind)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return kind == HTTP_ADDRESS_ANY || is_v4(ntohl(v4.sin_addr.s_addr), kind);
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof(v6));
	return kind == HTTP_ADDRESS_ANY || is_v6(v6.sin6_addr.s6_addr, kind);
}
