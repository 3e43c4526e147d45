/*
 * inquiry - the clock of a verification: customs asked the country of issue about a certificate, and waits
 * for the answer.
 *
 * It begins with the request, here and at the issuer, and stands in the facts of the certificate. It ends on
 * the day that the request names, but never behind the limit: the days that the request's procedure gives
 * (answer_days of schemas/procedures.yaml; Circular 33/2023/TT-BTC Art. 19: 180), counted from the day on which
 * the request came. Nothing happens by itself when it ends: it is shown, and what the law says is proposed
 * (propose.h). The officer decides.
 */
#ifndef NODE_INQUIRY_H
#define NODE_INQUIRY_H

#include "node/message.h"

#define INQUIRY_STATE "under-verification" /* while it runs */

struct inquiry {
	uint64_t asked_ms;    /* 0: nobody asked yet; all else is 0 and "" then */
	uint64_t due_ms;      /* until when it is to be answered; 0: its procedure has no clock */
	uint64_t limit_ms;    /* until when customs waits by law; 0: likewise */
	uint64_t answered_ms; /* 0: it is not */
	const char *result;   /* code of the answer; "" */
	const char *
		country; /* who asked, as it was authenticated; "": asked when that was not kept yet */
	const char *reference; /* of the request */
	bool was_refused; /* customs had not accepted it when it asked, and did not decide on it since */
};

/* The request is in force: the clock begins anew. The caller saves the certificate. */
enum err inquiry_begin(const struct turn *turn, const struct message *request,
		       struct message *certificate);

/*
 * Does the answer name the latest question: its reference, and the country that asked? Of one that was kept without
 * them every answer does; where nobody asked none does.
 */
bool inquiry_fits(const struct inquiry *inquiry, const struct facts *answer);

/* Customs says again that it does not accept it: what was answered is decided on. The caller saves the certificate. */
enum err inquiry_decide(struct message *certificate);

/* Was it answered as valid what customs had not accepted, and has not decided on since? Of a certificate in this state. Pure. */
bool inquiry_waits(const struct inquiry *inquiry, const char *state);

/* The answer is in force: the clock stands. The caller saves the certificate. */
enum err inquiry_end(const struct turn *turn, const struct message *answer,
		     struct message *certificate);

/* What was asked and answered of one certificate goes on with another in its place. The caller saves that. */
enum err inquiry_copy(const struct message *from, struct message *to);

/* The latest one about this certificate. */
struct inquiry inquiry_of(const struct facts *certificate);

enum inquiry_stage {
	INQUIRY_NONE,    /* nobody asked, or it was decided without an answer */
	INQUIRY_RUNS,    /* there is time left */
	INQUIRY_OVERDUE, /* the day that was named is over, the limit is not */
	INQUIRY_RUN_OUT, /* the limit is over too */
	INQUIRY_ANSWERED,
	INQUIRY_STAGES
};

/* Of a certificate in this state, now. Pure. */
enum inquiry_stage inquiry_stage(const struct inquiry *inquiry, const char *state, uint64_t now_ms);
const char *inquiry_stage_name(enum inquiry_stage stage); /* "", "runs", "overdue" ... */

/* What the record of this event (life.h) says of the clock; "" what it does not. In the arena. */
struct inquiry_told {
	const char *due, *limit, *on_time;
};
void inquiry_tell(const struct message *certificate, enum life_event event, struct arena *arena,
		  struct inquiry_told *ret_told);

#endif
