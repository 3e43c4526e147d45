/*
 * pool_wire - what pools and workers say to each other (pool.c, pool_serve.c).
 *
 * One message each; a worker's identity is its name:
 *   worker to pool  READY  1 u8 | incarnation u64 | last task begun u64   when idle, again and again
 *                   DONE   3 u8 | incarnation u64 | task u64 | err u16 | body
 *   pool to worker  first task u64 | operations, u16 each | a body for each
 * A task is one giving of a job to a worker; those of one message are numbered one after the other,
 * done and answered in that order. READY is repeated, so that a pool that was restarted learns who
 * is there; the incarnation tells a worker that was started anew from one that was only idle.
 */
#ifndef NODE_POOL_WIRE_H
#define NODE_POOL_WIRE_H

#include "sampan/limit.h"
#include "sampan/socket.h"

#define POOL_TOGETHER (SOCKET_PARTS - 3u) /* jobs in one message: name, task, operations */
#define POOL_MESSAGE_BYTES (LIMIT_CALL_BYTES + 4096u) /* with what stands before the body */
#define POOL_READY_MS 200u

enum pool_word { WORD_READY = 1, WORD_DONE = 3 };

static inline void pool_wire_put_u16(uint8_t at[2], uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline uint16_t pool_wire_get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

#endif
