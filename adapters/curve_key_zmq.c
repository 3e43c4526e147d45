/* The CURVE keys of sockets: made, read and written. */
#include <assert.h>
#include <string.h>
#include <zmq.h>

#include "sampan/curve.h"

#define Z85_KEY_BYTES 41u

void curve_key_new(uint8_t ret_public[CURVE_KEY_BYTES], uint8_t ret_secret[CURVE_KEY_BYTES])
{
	char public[Z85_KEY_BYTES], secret[Z85_KEY_BYTES];
	int rc = zmq_curve_keypair(public, secret);

	assert(rc == 0);
	zmq_z85_decode(ret_public, public);
	zmq_z85_decode(ret_secret, secret);
	explicit_bzero(secret, sizeof(secret));
}

bool curve_key_parse(const char *text, uint8_t ret_key[CURVE_KEY_BYTES])
{
	char trimmed[CURVE_TEXT_BYTES] = "";
	uint8_t key[CURVE_KEY_BYTES];
	size_t len = strcspn(text, " \t\r\n");

	if (len != sizeof(trimmed) - 1 || text[len + strspn(text + len, " \t\r\n")] != '\0')
		return false;
	memcpy(trimmed, text, len);
	if (zmq_z85_decode(key, trimmed) == NULL)
		return false;
	memcpy(ret_key, key, sizeof(key));
	return true;
}

void curve_key_format(const uint8_t key[CURVE_KEY_BYTES], char ret_text[CURVE_TEXT_BYTES])
{
	zmq_z85_encode(ret_text, key, CURVE_KEY_BYTES);
}
