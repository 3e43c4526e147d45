/*
 * address - whom the address of a connection stands for, where something is counted per address.
 *
 * Who has an IPv6 address usually has all that share its first 64 bits (RFC 6177), so those count
 * as one. Pure.
 */
#ifndef NODE_ADDRESS_H
#define NODE_ADDRESS_H

#define ADDRESS_BYTES 46u /* INET6_ADDRSTRLEN */

/*
 * The text that all addresses of one have in common: "2001:db8:1:2::" of IPv6; an IPv4 address,
 * also one written as IPv6 ("::ffff:192.0.2.1"), and what is no address as they are. What is longer is
 * cut off.
 */
void address_of_one(const char *address, char ret_one[ADDRESS_BYTES]);

#endif
