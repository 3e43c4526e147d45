/*
 * api_certificate - the public page that checks a certificate: GET /certificate?number=&code=. Asked too
 * often from one address (address.h), which counts as a caller, it is refused (429).
 */
#ifndef NODE_API_CERTIFICATE_H
#define NODE_API_CERTIFICATE_H

struct api_call;

void api_certificate(struct api_call *call);

#endif
