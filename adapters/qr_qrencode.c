#include "sampan/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

/* What lies together in a row is one bar. */
static void put_row(const unsigned char *row, int width, int y, struct buffer *to)
{
	for (int x = 0; x < width; x++) {
		int begin = x;

		while (x < width && (row[x] & 1) != 0)
			x++;
		if (x > begin)
			buffer_put_format(to, "M%d,%dh%dv1h-%dz", begin, y, x - begin, x - begin);
	}
}

enum err qr_path(const char *text, struct buffer *to, unsigned *ret_modules)
{
	QRcode *code;

	if (text[0] == '\0')
		return ERR_USAGE;
	if (strlen(text) > QR_TEXT_BYTES)
		return ERR_LIMIT;
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return errno == ENOMEM ? ERR_MEMORY : ERR_LIMIT;
	for (int y = 0; y < code->width; y++)
		put_row(code->data + (size_t)y * (size_t)code->width, code->width, y, to);
	*ret_modules = (unsigned)code->width;
	QRcode_free(code);
	return buffer_error(to);
}
