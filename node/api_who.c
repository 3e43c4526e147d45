#include "node/api_who.h"

#include <string.h>

#include "sampan/clock.h"

struct identifying {
	struct api_call *call;
	api_on_known *callback;
};

/* Answers are made by who asked: a stream that asks again has begun its answer already. */
static enum err error_of(enum who_verdict verdict)
{
	switch (verdict) {
	case WHO_FORGED:
		return ERR_USAGE;
	case WHO_SLOW:
		return ERR_LIMIT;
	case WHO_WRONG:
	case WHO_ENDED:
	case WHO_REVOKED:
		return ERR_DENIED;
	case WHO_AWAY:
		return ERR_UNAVAILABLE;
	case WHO_KNOWN:
	case WHO_NOBODY:
	default:
		return OK;
	}
}

static void on_known(void *context, enum who_verdict verdict, const struct caller *caller)
{
	struct identifying *identifying = context;

	identifying->call->verdict = verdict;
	identifying->callback(identifying->call, error_of(verdict), caller);
}

static bool is_change(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 &&
	       strcmp(method, "OPTIONS") != 0;
}

/* The handshake judged the certificate; the connection, or a stream in it, may have outlived it. */
static bool is_over(const struct http_peer *peer)
{
	return peer->has_certificate && clock_now_ms() > peer->until_ms;
}

void api_who_identify(void *context, struct api_call *call, api_on_known *callback)
{
	struct identifying *identifying = arena_alloc(call->arena, sizeof(*identifying));
	const struct http_peer *peer = http_peer(call->http);
	const struct who_shown shown = {
		.authorization = http_header(call->http, "authorization"),
		.cookie = http_header(call->http, "cookie"),
		.certificate = peer->has_certificate && !is_over(peer) ? &peer->certificate : NULL,
		.csrf = http_header(call->http, "sampan-csrf"),
		.reason = http_header(call->http, "sampan-reason"),
		.address = peer->address,
		/* a page's form says what is meant in its body: page_take_form() */
		.is_change = call->page == NULL && is_change(http_method(call->http)),
		.is_again = http_is_streaming(call->http),
	};
	struct caller nobody;
	enum err err = identifying == NULL ? ERR_MEMORY : OK;

	caller_init(&nobody);
	if (is_over(peer) && shown.authorization == NULL && shown.cookie == NULL) {
		call->verdict = WHO_ENDED;
		callback(call, ERR_DENIED, &nobody);
		return;
	}
	if (err == OK) {
		*identifying = (struct identifying){call, callback};
		err = who_resolve(context, &shown, on_known, identifying);
	}
	if (err != OK)
		callback(call, err, &nobody);
}

/* ---- What is wrong, and what to do ---- */

static const struct who_words {
	unsigned verdict;
	const char *en, *vi;
} words_of[] = {
	{WHO_NOBODY,
	 "Nothing was shown. Send Authorization: Bearer with a token (`sampan user token` makes one), "
	 "a client certificate, or sign in with POST /v1/session.",
	 "Chưa xuất trình gì. Hãy gửi Authorization: Bearer kèm mã truy cập (tạo bằng `sampan user "
	 "token`), dùng chứng thư số của bên gọi, hoặc đăng nhập bằng POST /v1/session."},
	{WHO_WRONG,
	 "What was shown is not known here. Compare the token with the one that was given out, or have "
	 "a new one made (`sampan user token`); have the certificate bound (`sampan user "
	 "certificate`); or sign in again.",
	 "Nút này không biết mã đã xuất trình. Hãy so lại với mã đã được cấp hoặc xin cấp mã mới "
	 "(`sampan user token`); đăng ký chứng thư số (`sampan user certificate`); hoặc đăng nhập "
	 "lại."},
	{WHO_ENDED,
	 "Its time is over. Have a new token made (`sampan user token`), bind the new certificate, or "
	 "sign in again.",
	 "Đã hết hạn. Hãy xin cấp mã truy cập mới (`sampan user token`), đăng ký chứng thư số mới, "
	 "hoặc đăng nhập lại."},
	{WHO_REVOKED,
	 "It was revoked, or its owner is locked. Ask the operator of the node why before a new one "
	 "is made.",
	 "Đã bị thu hồi, hoặc tài khoản đã bị khóa. Hãy hỏi người vận hành nút lý do trước khi xin "
	 "cấp mã mới."},
};

void api_who_refuse(struct api_call *call, enum err err)
{
	struct problem_words words = {0};
	enum problem problem = problem_of_error(err);

	if (err == ERR_DENIED) {
		problem = PROBLEM_UNAUTHENTICATED;
		for (size_t i = 0; i < sizeof(words_of) / sizeof(words_of[0]); i++)
			if (words_of[i].verdict == call->verdict)
				words = (struct problem_words){.detail = words_of[i].en,
							       .detail_vi = words_of[i].vi};
	} else if (err == ERR_LIMIT) {
		problem = PROBLEM_TOO_MANY;
		words.detail = "Too many wrong credentials came from this address.";
		words.detail_vi = "Quá nhiều lần xuất trình sai từ địa chỉ này.";
	} else if (err == ERR_USAGE) {
		problem = PROBLEM_FORBIDDEN;
		words.detail = "A session changes something only with the header Sampan-Csrf, as "
			       "signing in answered it.";
		words.detail_vi = "Phiên đăng nhập chỉ được thay đổi dữ liệu khi có tiêu đề "
				  "Sampan-Csrf nhận được lúc đăng nhập.";
	}
	api_problem_words(call, problem, &words);
}

void api_who_forbid(struct api_call *call)
{
	const struct caller *caller = &call->caller;
	const char *action = access_action_name(call->route->action);
	const char *actions = access_format_actions(caller->actions, call->arena);
	const char *roles = caller_format_roles(caller->roles, call->arena);
	bool is_limited = (caller->actions >> call->route->action & 1) == 0;
	struct problem_words words;

	if (is_limited)
		words = (struct problem_words){
			.detail =
				arena_format(call->arena,
					     "This token is limited to: %s; the call needs %s. Use "
					     "another, or have one made for it.",
					     actions, action),
			.detail_vi =
				arena_format(call->arena,
					     "Mã truy cập này chỉ dùng cho: %s; lệnh gọi cần %s. "
					     "Hãy dùng mã khác hoặc xin cấp mã cho việc này.",
					     actions, action)};
	else
		words = (struct problem_words){
			.detail = arena_format(call->arena,
					       "None of your roles (%s) may do this (%s).", roles,
					       action),
			.detail_vi =
				arena_format(call->arena,
					     "Không vai trò nào của bạn (%s) được làm việc này "
					     "(%s).",
					     roles, action)};
	api_problem_words(call, PROBLEM_FORBIDDEN, &words);
}
