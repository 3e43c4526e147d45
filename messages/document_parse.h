/*
 * document_parse - how libxml2 reads a document: document.h:document_parse(). What is shared with
 * document.c; nobody else includes it.
 */
#ifndef MESSAGES_DOCUMENT_PARSE_H
#define MESSAGES_DOCUMENT_PARSE_H

#include "messages/document.h"

/* The line that an offset lies on, from 1. */
unsigned document_parse_line(struct bytes bytes, size_t offset);

#endif
