#include "node/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "messages/signature_seat.h"
#include "messages/signature_write.h"
#include "node/command_set.h"
#include "node/file.h"
#include "node/plain.h"
#include "sampan/certificate.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "sampan/process.h"

static const char usage[] =
	"usage: sampan sign FILE --key PEM --certificate PEM [-o FILE]\n"
	"       sampan sign FILE --pkcs11 MODULE [--token LABEL] [--key-label LABEL] [-o FILE]\n"
	"\n"
	"Sign a document (XML Signature, docs/signatures.md) with a key in a file or on a token, and write\n"
	"it in canonical form. \"-\" is standard input.\n"
	"\n"
	"  --key PEM          a private key, P-256 or RSA; only its owner may be able to read it\n"
	"  --certificate PEM  the certificate of that key\n"
	"  --pkcs11 MODULE    the library that came with the token, such as libsofthsm2.so\n"
	"  --token LABEL      which token, where several are there\n"
	"  --key-label LABEL  which key, where it holds several\n"
	"  --pin-file FILE    the token's PIN, or what the key file is encrypted with: its first line. \"-\"\n"
	"                     is standard input; without it, it is asked for on the terminal\n"
	"  --pss              RSASSA-PSS instead of RSASSA-PKCS1-v1_5\n"
	"  --system           in VNSW's envelope: as SystemSignature instead of Body/Signature\n"
	"  -o FILE            write there instead of to standard output\n"
	"\n"
	"Ends with 65 when the document cannot be read or is signed already, 66 when a file, token or key is\n"
	"missing, 77 when the PIN is wrong.\n";

struct sign_options {
	const char *key, *certificate;
	struct token_search search;
	const char *pin_file;
	const char *output; /* NULL: standard output */
	bool is_system;
	bool wants_pss;
};

struct signing_command {
	const struct sign_options *options;
	const char *file;
	struct arena *arena;
	struct token *token;
	uint8_t pin[TOKEN_PIN_BYTES];
	size_t pin_len;
};

static int complain(const char *what, const char *why, enum err err)
{
	fputs("sampan sign: ", stderr);
	plain_print(stderr, what);
	fputs(": ", stderr);
	plain_print(stderr, why == NULL || *why == '\0' ? err_text(err) : why);
	fputc('\n', stderr);
	return err == ERR_CONFLICT ? EX_CONFIG : err_exit_code(err);
}

/* ---- The PIN: from a file or the terminal, never an argument ---- */

/* The first line; what does not fit is no PIN. */
static enum err read_pin(int fd, struct signing_command *command)
{
	for (;;) {
		uint8_t c;
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_IO;
		if (got == 0 || c == '\n')
			break;
		if (command->pin_len == sizeof(command->pin))
			return ERR_LIMIT;
		command->pin[command->pin_len++] = c;
	}
	if (command->pin_len > 0 && command->pin[command->pin_len - 1] == '\r')
		command->pin_len--;
	return OK;
}

static enum err read_pin_file(const char *path, struct signing_command *command)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	enum err err;

	if (fd < 0)
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	err = read_pin(fd, command);
	(void)close(fd);
	return err;
}

static enum err ask_pin(struct signing_command *command)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, silent;
	enum err err;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return ERR_UNAVAILABLE;
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(fd, TCSAFLUSH, &silent);
	(void)!write(fd, "PIN: ", 5);
	err = read_pin(fd, command);
	(void)!write(fd, "\n", 1);
	(void)tcsetattr(fd, TCSAFLUSH, &before);
	(void)close(fd);
	return err;
}

static int get_pin(struct signing_command *command)
{
	const char *path = command->options->pin_file;
	enum err err = path == NULL ? ask_pin(command) : read_pin_file(path, command);

	if (err == ERR_UNAVAILABLE)
		return complain("PIN", "there is no terminal to ask on; give --pin-file",
				ERR_USAGE);
	return err == OK ? EX_OK : complain(path == NULL ? "PIN" : path, NULL, err);
}

/* ---- The key ---- */

static struct bytes pin_of(const struct signing_command *command)
{
	return bytes_of(command->pin, command->pin_len);
}

static const char *why_not_file(enum err err, bool has_pin)
{
	if (err == ERR_DENIED)
		return has_pin ? "wrong PIN, or others than its owner can read it (chmod 600)"
			       : "others than its owner can read it (chmod 600)";
	if (err == ERR_CONFLICT)
		return "the certificate is of another key";
	if (err == ERR_USAGE)
		return "the key is neither P-256 nor RSA with 2048 bits or more";
	return err == ERR_FORMAT ? "no private key and certificate in PEM" : NULL;
}

static bool is_encrypted(const struct signing_command *command)
{
	struct bytes pem;

	return file_read(command->options->key, 65536, command->arena, &pem) == OK &&
	       memmem(pem.at, pem.len, "ENCRYPTED", 9) != NULL;
}

static int open_file(struct signing_command *command)
{
	const struct sign_options *options = command->options;
	bool needs_pin = options->pin_file != NULL || is_encrypted(command);
	int code = needs_pin ? get_pin(command) : EX_OK;
	enum err err;

	if (code != EX_OK)
		return code;
	err = token_open_file(options->key, options->certificate, pin_of(command),
			      options->wants_pss, &command->token);
	return err == OK ? EX_OK : complain(options->key, why_not_file(err, needs_pin), err);
}

static int open_pkcs11(struct signing_command *command)
{
	struct token_search search = command->options->search;
	const char *message = "";
	int code = get_pin(command);
	enum err err;

	if (code != EX_OK)
		return code;
	search.pin = pin_of(command);
	search.wants_pss = command->options->wants_pss;
	err = token_open_pkcs11(&search, command->arena, &command->token, &message);
	if (err == OK)
		return EX_OK;
	(void)complain(search.module, message, err);
	return err == ERR_CONFLICT ? EX_USAGE : err_exit_code(err);
}

/* ---- Signing ---- */

static int write_out(const struct signing_command *command, const struct signature_seat *seat,
		     struct bytes signature)
{
	struct buffer document;
	enum err err;

	buffer_init(&document, LIMIT_DOCUMENT_BYTES + SIGNATURE_WRITE_BYTES);
	buffer_put(&document, seat->before);
	buffer_put(&document, signature);
	buffer_put(&document, seat->after);
	err = buffer_error(&document);
	if (err == OK && command->options->output != NULL)
		err = file_replace(command->options->output, buffer_bytes(&document));
	else if (err == OK && fwrite(document.at, 1, document.len, stdout) != document.len)
		err = ERR_IO;
	buffer_clear(&document);
	if (err == OK)
		return EX_OK;
	(void)complain(command->options->output == NULL ? "-" : command->options->output, NULL,
		       err);
	return EX_CANTCREAT;
}

static int sign_document(struct signing_command *command, struct document *document)
{
	struct token *token = command->token;
	struct signature_seat seat;
	struct buffer signature;
	enum err err =
		signature_seat_make(document, command->options->is_system, command->arena, &seat);
	int code;

	if (err == ERR_EXISTS)
		return complain(command->file, "it is signed already", ERR_FORMAT);
	if (err != OK)
		return complain(command->file, NULL, err);
	if (!certificate_is_current(token->certificate, clock_now_ms()))
		(void)complain(command->file, "warning: the certificate is not valid today", OK);
	buffer_init(&signature, SIGNATURE_WRITE_BYTES);
	/* a token can hold a certificate that is not the key's; nobody would believe such a signature */
	err = signature_write_with(token, &seat.digest, certificate_verifies, &signature);
	code = err == ERR_CONFLICT
		       ? complain(command->file, "the certificate is of another key", err)
	       : err != OK ? complain(command->file, "the token does not sign", err)
			   : write_out(command, &seat, buffer_bytes(&signature));
	buffer_clear(&signature);
	return code;
}

static int sign_bytes(struct signing_command *command, struct bytes bytes)
{
	struct document *document = NULL;
	struct findings findings;
	enum err err;
	int code;

	findings_init(&findings, command->arena);
	err = document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document);
	for (size_t i = 0; i < findings.count; i++)
		command_set_print(stderr, command->file, &findings.items[i], false);
	code = err != OK          ? complain(command->file, NULL, err)
	       : document == NULL ? EX_DATAERR
				  : sign_document(command, document);
	document_free(document);
	return code;
}

static int run(struct signing_command *command)
{
	struct buffer bytes;
	enum err err;
	int code;

	buffer_init(&bytes, LIMIT_DOCUMENT_BYTES + 1);
	err = command_set_read(command->file, &bytes);
	if (err != OK) {
		code = command_set_complain("sign", command->file, err);
	} else {
		code = command->options->key != NULL ? open_file(command) : open_pkcs11(command);
		if (code == EX_OK)
			code = sign_bytes(command, buffer_bytes(&bytes));
	}
	buffer_clear(&bytes);
	return code;
}

static bool is_sound(const struct sign_options *options, const char *file)
{
	bool by_file = options->key != NULL || options->certificate != NULL;
	bool by_token = options->search.module != NULL;
	bool pin_is_input = options->pin_file != NULL && strcmp(options->pin_file, "-") == 0;

	if (by_file == by_token || (by_file && (!options->key || !options->certificate)))
		return false;
	return (by_token || (!options->search.label && !options->search.key)) &&
	       !(pin_is_input && strcmp(file, "-") == 0);
}

int cmd_sign(int argc, char **argv)
{
	struct sign_options options = {0};
	const struct command_option known[] = {{"--key", &options.key, NULL},
					       {"--certificate", &options.certificate, NULL},
					       {"--pkcs11", &options.search.module, NULL},
					       {"--token", &options.search.label, NULL},
					       {"--key-label", &options.search.key, NULL},
					       {"--pin-file", &options.pin_file, NULL},
					       {"--pss", NULL, &options.wants_pss},
					       {"--system", NULL, &options.is_system},
					       {"-o", &options.output, NULL},
					       {NULL, NULL, NULL}};
	int count = command_options(argc, argv, known, usage);
	struct signing_command command = {.options = &options};
	int code;

	if (count < 0)
		return command_exit_code(count);
	if (count != 1 || !is_sound(&options, argv[1])) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	process_harden();
	command.file = argv[1];
	command.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	if (command.arena == NULL)
		return EX_OSERR;
	code = run(&command);
	token_close(command.token);
	explicit_bzero(command.pin, sizeof(command.pin));
	arena_free(command.arena);
	return code;
}
