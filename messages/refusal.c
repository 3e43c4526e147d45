#include "messages/refusal.h"

#include <libxml/parser.h>
#include <string.h>

#include "messages/sentence.h"

struct words {
	const char *code;
	const char *vi;
	const char *en;
};

/* clang-format off */
static const struct words refusals[] = {
	[REFUSAL_EMPTY] = {"empty", "Tài liệu rỗng.", "The document is empty."},
	[REFUSAL_TOO_LARGE] = {"too-large", "Tài liệu vượt giới hạn {1} byte.",
			       "The document has more than {1} bytes, which is the limit."},
	[REFUSAL_NOT_UTF_8] = {"not-utf-8",
			       "Byte này không thuộc ký tự UTF-8 nào; tài liệu phải được mã hóa UTF-8.",
			       "This byte is part of no UTF-8 character; a document must be in UTF-8."},
	[REFUSAL_OTHER_ENCODING] = {"not-utf-8",
				    "Tài liệu dùng bảng mã {0}; tài liệu phải được mã hóa UTF-8.",
				    "The document is in {0}; a document must be in UTF-8."},
	[REFUSAL_ZERO_BYTE] = {"not-well-formed",
			       "Tài liệu không đúng cú pháp XML: có byte bằng không.",
			       "The document is not well-formed XML: there is a zero byte."},
	[REFUSAL_DOCTYPE] = {"doctype-refused",
			     "Tài liệu có DOCTYPE; không chấp nhận DOCTYPE và thực thể tự định nghĩa.",
			     "The document has a DOCTYPE; a DOCTYPE and entities of one's own are refused."},
	[REFUSAL_TOO_DEEP] = {"too-deep", "Các phần tử lồng nhau sâu hơn 256 cấp.",
			      "The elements are nested deeper than 256 levels."},
	[REFUSAL_TOO_MANY_VALUES] = {"too-many-values",
				     "Tài liệu có hơn 1.000.000 phần tử và thuộc tính.",
				     "The document has more than 1,000,000 elements and attributes."},
	[REFUSAL_TOO_MANY_ATTRIBUTES] = {"too-many-values",
					 "Một phần tử có hơn 256 thuộc tính.",
					 "An element has more than 256 attributes."},
	[REFUSAL_TOO_MANY_NAMESPACES] = {"too-many-values",
					 "Hơn 64 không gian tên có hiệu lực tại một phần tử.",
					 "More than 64 namespaces are in force at one element."},
	[REFUSAL_TOO_MANY_NAMES] = {"too-many-values",
				    "Hơn 65.536 tên phần tử, tên thuộc tính và giá trị ngắn khác nhau.",
				    "There are more than 65,536 different names and short values."},
	[REFUSAL_NAME_TOO_LONG] = {"name-too-long",
				   "Tên phần tử hoặc thuộc tính dài hơn 255 byte.",
				   "The name of an element or attribute is longer than 255 bytes."},
};
/* clang-format on */

#define VI "Tài liệu không đúng cú pháp XML: "
#define EN "The document is not well-formed XML: "

/* {0} and {1} are the parser's words, {2} its number, {3} its own message. */
/* clang-format off */
static const struct cause {
	int error;
	struct words words;
} causes[] = {
	{XML_ERR_TAG_NAME_MISMATCH, {"not-well-formed",
		VI "thẻ đóng {1} không khớp với thẻ mở {0} ở dòng {2}.",
		EN "the end tag {1} does not match the start tag {0} of line {2}."}},
	{XML_ERR_TAG_NOT_FINISHED, {"not-well-formed",
		VI "tài liệu kết thúc khi thẻ {0} ở dòng {2} chưa được đóng.",
		EN "it ends before the element {0} of line {2} is closed."}},
	{XML_ERR_HYPHEN_IN_COMMENT, {"not-well-formed",
		VI "không được dùng “--” bên trong chú thích.",
		EN "\"--\" must not stand inside a comment."}},
	{XML_ERR_COMMENT_NOT_FINISHED, {"not-well-formed",
		VI "chú thích chưa được kết thúc.", EN "a comment is not closed."}},
	{XML_ERR_CDATA_NOT_FINISHED, {"not-well-formed",
		VI "phần CDATA chưa được kết thúc.", EN "a CDATA section is not closed."}},
	{XML_ERR_PI_NOT_FINISHED, {"not-well-formed",
		VI "chỉ thị xử lý chưa được kết thúc.", EN "a processing instruction is not closed."}},
	{XML_ERR_DOCUMENT_EMPTY, {"not-well-formed",
		VI "không tìm thấy phần tử nào.", EN "it does not begin with an element."}},
	{XML_ERR_DOCUMENT_END, {"not-well-formed",
		VI "có nội dung thừa sau phần tử gốc, hoặc thiếu phần tử gốc.",
		EN "there is more after the root element, or no root element."}},
	{XML_ERR_UNDECLARED_ENTITY, {"not-well-formed",
		VI "thực thể &{0}; không tồn tại.", EN "there is no entity &{0};."}},
	{XML_ERR_ENTITYREF_SEMICOL_MISSING, {"not-well-formed",
		VI "sau “&” thiếu dấu “;”; ký tự & phải viết là &amp;.",
		EN "\";\" is missing after \"&\"; an ampersand is written &amp;."}},
	{XML_ERR_ATTRIBUTE_REDEFINED, {"not-well-formed",
		VI "thuộc tính {0} xuất hiện hai lần trong một phần tử.",
		EN "the attribute {0} stands twice in one element."}},
	{XML_NS_ERR_ATTRIBUTE_REDEFINED, {"not-well-formed",
		VI "một thuộc tính xuất hiện hai lần trong một phần tử.",
		EN "an attribute stands twice in one element."}},
	{XML_ERR_LT_IN_ATTRIBUTE, {"not-well-formed",
		VI "giá trị thuộc tính chứa “<”; phải viết là &lt;.",
		EN "an attribute's value holds \"<\"; it is written &lt;."}},
	{XML_ERR_ATTRIBUTE_NOT_STARTED, {"not-well-formed",
		VI "giá trị thuộc tính phải nằm trong dấu nháy.",
		EN "an attribute's value must stand in quotes."}},
	{XML_ERR_ATTRIBUTE_NOT_FINISHED, {"not-well-formed",
		VI "giá trị thuộc tính chưa được kết thúc.", EN "an attribute's value is not closed."}},
	{XML_ERR_ATTRIBUTE_WITHOUT_VALUE, {"not-well-formed",
		VI "thuộc tính {0} không có giá trị.", EN "the attribute {0} has no value."}},
	{XML_ERR_SPACE_REQUIRED, {"not-well-formed",
		VI "thiếu khoảng trắng.", EN "a space is missing."}},
	{XML_ERR_GT_REQUIRED, {"not-well-formed",
		VI "thẻ chưa được kết thúc bằng “>”.", EN "a tag is not ended by \">\"."}},
	{XML_ERR_INVALID_CHAR, {"not-well-formed",
		VI "có ký tự mà XML không cho phép.", EN "there is a character that XML does not allow."}},
	{XML_ERR_INVALID_CHARREF, {"not-well-formed",
		VI "tham chiếu ký tự không hợp lệ.", EN "a character reference is wrong."}},
	{XML_ERR_RESERVED_XML_NAME, {"not-well-formed",
		VI "khai báo <?xml ...?> chỉ được đứng ở đầu tài liệu.",
		EN "<?xml ...?> may stand only at the very beginning."}},
	{XML_NS_ERR_UNDEFINED_NAMESPACE, {"not-well-formed",
		VI "tiền tố {0} chưa được khai báo.", EN "the prefix {0} is not declared."}},
};
/* clang-format on */

static const struct words any_cause = {"not-well-formed", VI "{3}.", EN "{3}."};

static enum err put(struct findings *findings, const struct words *words, unsigned line,
		    const char *value, const char *const arguments[4])
{
	struct finding finding = {.severity = SEVERITY_ERROR,
				  .code = words->code,
				  .path = "",
				  .line = line,
				  .value = value};

	finding.vi = sentence_fill(findings->arena, words->vi, arguments, 4);
	finding.en = sentence_fill(findings->arena, words->en, arguments, 4);
	if (finding.vi == NULL || finding.en == NULL)
		return ERR_MEMORY;
	return findings_put(findings, &finding);
}

enum err refusal_put(struct findings *findings, enum refusal refusal, unsigned line,
		     const char *value, const char *detail)
{
	return put(findings, &refusals[refusal], line, value,
		   (const char *const[]){value, detail, "", ""});
}

static const struct words *words_of(int error)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (causes[i].error == error)
			return &causes[i].words;
	return &any_cause;
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/*
 * Parser messages end with a line break and quote at most 50 characters; cut elsewhere they might
 * not be UTF-8.
 */
static const char *message_of(struct arena *arena, const xmlError *error)
{
	struct bytes message = bytes_of_text(error->message);

	while (message.len > 0 && strchr("\n .", message.at[message.len - 1]) != NULL)
		message.len--;
	return arena_text(arena, message);
}

enum err refusal_put_ill_formed(struct findings *findings, const xmlError *error)
{
	const char *message = message_of(findings->arena, error);
	const char *number = arena_format(findings->arena, "%d", error->int1);

	if (message == NULL || number == NULL)
		return ERR_MEMORY;
	if (!xmlCheckUTF8((const xmlChar *)message))
		message = "?";
	return put(findings, words_of(error->code), error->line > 0 ? (unsigned)error->line : 0, "",
		   (const char *const[]){or_empty(error->str1), or_empty(error->str2), number,
					 message});
}
