/*
 * space - the key spaces of the ledger: the first byte of every key, and who owns it.
 *
 * All keys but those of SPACE_KEY are ordered by time (they begin with a record's number), because
 * random keys cost more than documents. docs/ledger-format.md describes each value.
 */
#ifndef NODE_SPACE_H
#define NODE_SPACE_H

enum space {
	SPACE_HEAD = 'H',       /* ledger: format, name, epoch, size, root */
	SPACE_RECORD = 'R',     /* ledger: number -> leaf */
	SPACE_PAYLOAD = 'P',    /* ledger: number, index -> bytes */
	SPACE_TREE = 'T',       /* ledger: number -> hashes of the subtrees that this record
				 * completes */
	SPACE_CHECKPOINT = 'C', /* ledger: size -> note */
	SPACE_COSIGNATURE = 'X', /* size, partner -> a cosignature of our checkpoint */
	SPACE_WITNESS = 'Q',    /* partner -> what each saw and countersigned of the other */
	SPACE_EPOCH = 'h',      /* ledger: last record before it -> epoch; none of the first */
	SPACE_CARD = 'Z',       /* country, version -> record that holds the card */
	SPACE_STAMP = 't',      /* size -> an authority's stamp of our checkpoint */
	SPACE_KEY = 'K',        /* message identity and other keys, by block of arrival ->
				 * message */
	SPACE_SIEVE = 'k',      /* block -> what of SPACE_KEY it cannot hold (block_sieve.h) */
	SPACE_NAMED = 'n',      /* itself -> from which message on all are found by what they name */
	SPACE_MESSAGE = 'M',    /* message -> its state */
	SPACE_STATE = 's',      /* state, message -> nothing (by_state.h) */
	SPACE_BALANCE = 'q',    /* certificate -> what was written off of it (balance.h) */
	SPACE_PAIR = 'p',       /* certificate, import declaration that names it -> nothing (pair.h) */
	SPACE_EXPIRY = 'e',     /* last day, certificate -> nothing (expiry.h) */
	SPACE_REFUSAL = 'J',    /* record of a refusal -> what a list says of it, as a message's state */
	SPACE_TIMELINE = 'E',   /* message, record -> nothing */
	SPACE_DELIVERY = 'D',   /* delivery -> its state */
	SPACE_WORK = 'W',       /* kind of work, record -> what is to be done */
	SPACE_STREAM = 'S',     /* partner, number -> what was sent under it */
	SPACE_ARRIVAL = 'A',    /* partner, number -> what was received under it */
	SPACE_LINK = 'L',       /* partner -> where both streams stand */
	SPACE_COUNTER = 'G',    /* office, year -> last number given */
	SPACE_REPEAT = 'I',     /* day, hash of an Idempotency-Key -> what was answered */
	SPACE_SIGNER = 'Y',     /* certificate that signs what is sent, base -> from, until, record (anew.h) */
	SPACE_GROUND = 'g',     /* certificate or revocation list, base -> record that holds it (anew.h) */
	SPACE_ACCOUNT = 'U',    /* name -> a person's account */
	SPACE_CREDENTIAL = 'B', /* SHA-256 of token, session or certificate -> whose it is */
	SPACE_MANDATE = 'V',    /* record -> a mandate */
	SPACE_IDENTITY = 'N',   /* kind, digest of an owner, record -> which credential or mandate */
	SPACE_ATTEMPT = 'F',    /* account or address -> sign-ins that are left */
	SPACE_WEBHOOK = 'O',    /* id of a webhook -> how far its receiver is */
	SPACE_CHANGE = 'b',     /* ledger: commit -> keys of states and indexes that it changed */
	SPACE_ARCHIVED = 'a',   /* number, index -> where the payload is now */
	SPACE_COPY = 'f',       /* only in a copy of a ledger: how far segments were taken over */
};

#endif
