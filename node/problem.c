#include "node/problem.h"

#include <stdlib.h>

#include "node/findings_json.h"

static const struct row {
	unsigned status;
	const char *code;
	const char *en;
	const char *vi;
} rows[PROBLEM_COUNT] = {
	[PROBLEM_BAD_REQUEST] = {400, "bad-request",
				 "The request does not have the form that this call needs.",
				 "Yêu cầu không đúng dạng mà lệnh gọi này cần."},
	[PROBLEM_UNAUTHENTICATED] =
		{401, "unauthenticated",
		 "Say who you are: a client certificate, a bearer token or a session.",
		 "Cần xác thực: chứng thư số của bên gọi, mã truy cập hoặc phiên đăng nhập."},
	[PROBLEM_FORBIDDEN] = {403, "forbidden", "You may not do this.",
			       "Bạn không có quyền thực hiện việc này."},
	[PROBLEM_NO_SUCH_CALL] = {404, "no-such-call", "There is no such call.",
				  "Không có lệnh gọi này."},
	[PROBLEM_NO_SUCH_MESSAGE] = {404, "no-such-message", "There is no such message for you.",
				     "Không có thông điệp này dành cho bạn."},
	[PROBLEM_NO_SUCH_ENTRY] =
		{404, "no-such-entry", "There is no such account, token or mandate for you.",
		 "Không có tài khoản, mã truy cập hoặc ủy quyền này dành cho bạn."},
	[PROBLEM_METHOD] = {405, "method-not-allowed",
			    "This call does not know the method; Allow lists those it knows.",
			    "Lệnh gọi này không hỗ trợ phương thức đã dùng; xem Allow."},
	[PROBLEM_NOT_ACCEPTABLE] = {406, "not-acceptable",
				    "Accept leaves out what this call answers.",
				    "Accept không gồm kiểu dữ liệu mà lệnh gọi này trả lời."},
	[PROBLEM_IN_FLIGHT] = {409, "in-flight",
			       "A request with this Idempotency-Key is being worked on; ask again.",
			       "Một yêu cầu với Idempotency-Key này đang được xử lý; hãy thử lại."},
	[PROBLEM_STATE] = {409, "state", "The state of the message does not allow this.",
			   "Trạng thái của thông điệp không cho phép việc này."},
	[PROBLEM_CHANGED] = {412, "changed",
			     "Something has happened to the message since you saw it; look again.",
			     "Thông điệp đã có thay đổi kể từ khi bạn xem; hãy xem lại."},
	[PROBLEM_IF_MATCH] =
		{428, "if-match", "Say with If-Match which state of the message you saw: its ETag.",
		 "Cần nêu trạng thái thông điệp bạn đã xem bằng If-Match: ETag của nó."},
	[PROBLEM_TOO_LARGE] = {413, "too-large", "The body is larger than this call takes.",
			       "Nội dung lớn hơn mức lệnh gọi này nhận."},
	[PROBLEM_MEDIA_TYPE_UNKNOWN] = {415, "media-type",
					"This call does not take a body of this kind.",
					"Lệnh gọi này không nhận nội dung kiểu này."},
	[PROBLEM_REFUSED] = {422, "refused", "The document was refused: see findings.",
			     "Chứng từ bị từ chối: xem findings."},
	[PROBLEM_KEY_REUSED] = {422, "key-reused",
				"This Idempotency-Key came with another request before.",
				"Idempotency-Key này đã được dùng với một yêu cầu khác."},
	[PROBLEM_TOO_MANY] =
		{429, "too-many-requests",
		 "Too many requests; go on after the time in Retry-After.",
		 "Quá nhiều yêu cầu; hãy tiếp tục sau thời gian ghi trong Retry-After."},
	[PROBLEM_INTERNAL] = {500, "internal", "The node failed at this; its log says more.",
			      "Nút xử lý bị lỗi; nhật ký của nút có thêm thông tin."},
	[PROBLEM_UNAVAILABLE] = {503, "unavailable",
				 "The node cannot do this now; nothing was taken. Try again.",
				 "Hiện nút chưa thực hiện được; chưa nhận gì. Hãy thử lại."},
	[PROBLEM_NOT_SIGNED] = {503, "not-signed",
				"It is on disk; its receipt is not signed yet. Ask again.",
				"Đã lưu; biên nhận chưa được ký. Hãy hỏi lại."},
	[PROBLEM_ARCHIVED] = {503, "archived",
			      "The bytes were moved to an archive that is not on this node now.",
			      "Dữ liệu đã chuyển vào tệp lưu trữ, hiện không có trên nút."},
	[PROBLEM_RECEIPT_LOST] =
		{410, "receipt-lost",
		 "It is on disk; what signed it was lost in a restore. The receipt that was given then holds.",
		 "Đã lưu; phần ký đã mất khi khôi phục sổ cái. Biên nhận đã cấp khi đó vẫn có giá trị."},
};

unsigned problem_status(enum problem problem)
{
	return rows[problem].status;
}

const char *problem_code(enum problem problem)
{
	return rows[problem].code;
}

enum problem problem_of_error(enum err err)
{
	static const struct {
		enum err err;
		enum problem problem;
	} meanings[] = {
		{ERR_UNAVAILABLE, PROBLEM_UNAVAILABLE}, {ERR_FULL, PROBLEM_UNAVAILABLE},
		{ERR_MEMORY, PROBLEM_UNAVAILABLE},      {ERR_IO, PROBLEM_UNAVAILABLE},
		{ERR_CONFLICT, PROBLEM_UNAVAILABLE},    {ERR_CORRUPT, PROBLEM_UNAVAILABLE},
		{ERR_MISSING, PROBLEM_NO_SUCH_MESSAGE}, {ERR_DENIED, PROBLEM_FORBIDDEN},
		{ERR_LIMIT, PROBLEM_TOO_LARGE},         {ERR_ARCHIVED, PROBLEM_ARCHIVED},
		{ERR_LOST, PROBLEM_RECEIPT_LOST},
	};

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].err == err)
			return meanings[i].problem;
	return PROBLEM_INTERNAL;
}

/* false: no memory. A text that there is not is left out. */
static bool set_text(json_t *json, const char *name, const char *text)
{
	return text == NULL || *text == '\0' ||
	       json_object_set_new(json, name, json_string(text)) == 0;
}

static json_t *findings_new(const struct problem_words *words)
{
	json_t *list = findings_json_new(words->findings);

	for (size_t i = 0; words->fields != NULL && i < words->findings->count; i++)
		if (words->fields[i] != NULL)
			(void)json_object_set_new(json_array_get(list, i), "field",
						  json_string(words->fields[i]));
	return list;
}

static json_t *problem_new(const struct row *row, const struct problem_words *words)
{
	json_t *json = json_pack("{s:s+, s:s, s:i, s:s}", "type", "urn:sampan:problem:", row->code,
				 "title", row->en, "status", (int)row->status, "vi", row->vi);

	if (json != NULL && set_text(json, "detail", words->detail) &&
	    set_text(json, "detailVi", words->detail_vi) && set_text(json, "id", words->id) &&
	    (words->findings == NULL ||
	     json_object_set_new(json, "findings", findings_new(words)) == 0))
		return json;
	json_decref(json);
	return NULL;
}

enum err problem_format(enum problem problem, const struct problem_words *words, struct buffer *to)
{
	json_t *json = problem_new(&rows[problem], words);
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	enum err err = ERR_MEMORY;

	if (text != NULL) {
		buffer_put(to, bytes_of_text(text));
		err = buffer_error(to);
	}
	free(text);
	json_decref(json);
	return err;
}
