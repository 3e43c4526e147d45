/*
 * notify - tell the service manager how it goes: the sd_notify protocol, without its library.
 */
#ifndef NODE_NOTIFY_H
#define NODE_NOTIFY_H

/* Send a state such as "READY=1" to $NOTIFY_SOCKET; does nothing when there is none. */
void notify_send(const char *state);

#endif
