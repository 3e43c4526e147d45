/*
 * ledger_node - the node whose ledger is measured: one party, no partners, no agreements, so that a
 * document brings its record and nothing else.
 */
#ifndef TESTS_BENCH_LEDGER_NODE_H
#define TESTS_BENCH_LEDGER_NODE_H

#include "sampan/facts.h"

#define LEDGER_NODE_PARTY "gom"
#define LEDGER_NODE_OFFICES 20u
#define LEDGER_NODE_TRADERS 1000u

/* Folders, keys and node.yaml. */
void ledger_node_make(const char *folder, struct arena *arena);

/*
 * What a worker reads in an application for a certificate: its reference is that of the serial
 * number; it goes to one of the offices and names one of the traders as the manufacturer.
 */
void ledger_node_facts(uint64_t serial, struct arena *arena, struct facts *facts);

#endif
