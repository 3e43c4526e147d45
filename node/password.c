#include "node/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "messages/utf8.h"
#include "node/who_secret.h"

static enum err complain(const char *what)
{
	fprintf(stderr, "sampan: %s\n", what);
	return ERR_USAGE;
}

/* Unbuffered, so that no copy stays in stdio's memory. */
static enum err read_line(char to[PASSWORD_BYTES + 1])
{
	size_t len = 0;
	ssize_t got;
	char c = '\0';

	while ((got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n') {
		if (len == PASSWORD_BYTES)
			return complain("the password is too long");
		to[len++] = c;
	}
	if (len > 0 && to[len - 1] == '\r')
		len--;
	to[len] = '\0';
	if (got < 0 || (got == 0 && len == 0))
		return ERR_MISSING;
	return strlen(to) == len && utf8_first_wrong(bytes_of(to, len)) == len
		       ? OK
		       : complain("the password is no UTF-8 text");
}

static enum err ask_unseen(const char *prompt, char to[PASSWORD_BYTES + 1])
{
	struct termios before, quiet;
	bool is_terminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before) == 0;
	enum err err;

	if (is_terminal) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
			return ERR_IO;
		fprintf(stderr, "%s: ", prompt);
	}
	err = read_line(to);
	if (is_terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	return err;
}

static enum err ask_again(const char password[PASSWORD_BYTES + 1])
{
	char again[PASSWORD_BYTES + 1];
	enum err err = ask_unseen("The same again", again);

	if (err == OK && strcmp(password, again) != 0)
		err = complain("the two are not the same");
	secret_wipe(again, sizeof(again));
	return err;
}

enum err password_read(const char *prompt, bool is_new, char ret_password[PASSWORD_BYTES + 1])
{
	enum err err = ask_unseen(prompt, ret_password);

	if (err == OK && is_new && strlen(ret_password) < PASSWORD_SHORTEST)
		err = complain("a password has at least 12 characters");
	if (err == OK && is_new && isatty(STDIN_FILENO) == 1)
		err = ask_again(ret_password);
	return err;
}

enum err password_read_verifier(char ret_verifier[SECRET_VERIFIER_BYTES])
{
	char password[PASSWORD_BYTES + 1];
	struct hash digest = {0};
	enum err err = password_read("New password", true, password);

	if (err == OK) {
		digest = who_secret_password(bytes_of_text(password));
		err = secret_make_verifier(hash_bytes(&digest), ret_verifier);
	}
	secret_wipe(password, sizeof(password));
	secret_wipe(&digest, sizeof(digest));
	return err;
}
