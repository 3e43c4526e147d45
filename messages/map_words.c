#include "messages/map_words.h"

#include <stdio.h>
#include <string.h>

#define WORDS_BYTES ((size_t)16 * 1024)

void map_words_init(struct map_words *words)
{
	buffer_init(&words->vi, WORDS_BYTES);
	buffer_init(&words->en, WORDS_BYTES);
}

void map_words_clear(struct map_words *words)
{
	buffer_clear(&words->vi);
	buffer_clear(&words->en);
}

static void put_phrase(struct buffer *to, const char *phrase, const char *value)
{
	const char *hole = strstr(phrase, "{}");

	if (to->len > 0)
		buffer_put_text(to, ", ");
	if (hole == NULL) {
		buffer_put_text(to, phrase);
		return;
	}
	buffer_put(to, bytes_of(phrase, (size_t)(hole - phrase)));
	buffer_put_text(to, value);
	buffer_put_text(to, hole + 2);
}

void map_words_put(struct map_words *words, const char *vi, const char *en, const char *value)
{
	put_phrase(&words->vi, vi, value);
	put_phrase(&words->en, en, value);
}

/* ---- Carried ---- */

static void put_date(struct map_words *words, const struct convert *convert)
{
	char forms[64];

	(void)snprintf(forms, sizeof(forms), "%s → %s", date_form_name(convert->from_form),
		       date_form_name(convert->to_form));
	map_words_put(words, "đổi dạng ngày {}", "date form {}", forms);
}

static void put_list(struct map_words *words, const struct convert *convert)
{
	const char *name = code_list_name(convert->list);

	if (convert->is_back)
		map_words_put(words, "đọc ngược bảng mã {}", "code list {}, read backwards", name);
	else
		map_words_put(words, "theo bảng mã {}", "code list {}", name);
}

static void put_convert(struct map_words *words, const struct convert *convert)
{
	switch (convert->kind) {
	case CONVERT_DATE:
		put_date(words, convert);
		return;
	case CONVERT_LIST:
		put_list(words, convert);
		return;
	case CONVERT_UNIT:
		map_words_put(words, "đổi đơn vị theo bảng mã {}", "unit by code list {}",
			      code_list_name(convert->list));
		return;
	case CONVERT_ASCII:
		map_words_put(words, "bỏ dấu", "letters without marks", "");
		return;
	case CONVERT_UPPER:
		map_words_put(words, "đổi thành chữ hoa", "capital letters", "");
		return;
	case CONVERT_DECIMAL:
		map_words_put(words, "số thập phân viết gọn", "decimal in its shortest form", "");
		return;
	}
}

void map_words_put_carried(struct map_words *words, const struct map_rule *rule,
			   const struct shape *target)
{
	char length[16];

	map_words_put(words, "chuyển sang", "carried", "");
	if (rule->kind == MAP_POINTER)
		map_words_put(words, "vị trí WCO thành mã mục hoặc ngược lại, theo bảng mã {}",
			      "WCO place and item, code list {}", code_list_name(rule->places));
	for (size_t i = 0; i < rule->convert_count; i++)
		put_convert(words, &rule->converts[i]);
	(void)snprintf(length, sizeof(length), "%u", (unsigned)target->max_length);
	if (rule->may_cut && target->max_length > 0)
		map_words_put(words, "cắt còn {} ký tự khi dài hơn",
			      "cut to {} characters when longer", length);
	if (rule->may_drop_many)
		map_words_put(words, "bỏ phần vượt quá số lần cho phép",
			      "what is too many is dropped", "");
	if (rule->kind == MAP_VALUE && rule->text != NULL)
		map_words_put(words, "nếu không có thì \"{}\"", "\"{}\" when it has none",
			      rule->text);
	if (rule->is_rest)
		map_words_put(words, "phần trường trước không nhận hết",
			      "what the field before had no place for", "");
}

/* ---- Dropped ---- */

static const struct {
	const char *reason;
	const char *vi;
	const char *en;
} reasons[] = {
	{"no-counterpart", "bên kia không có chỗ cho trường này",
	 "the other side has no place for it"},
	{"stays-national", "chỉ dùng trong nước", "it concerns this country only"},
	{"envelope", "thuộc phong bì thư, không thuộc chứng từ",
	 "it belongs to the envelope, not to the document"},
	{"implied", "loại chứng từ hoặc trường bên kia đã nói lên điều này",
	 "the other side says it by its kind or place"},
	{"sequence", "bên kia tự đánh số lại", "the other side counts anew"},
	{"too-many", "vượt quá số lần bên kia cho phép", "the other side takes fewer of them"},
	{"schema-hint", "chỉ dành cho chương trình kiểm tra", "it is for validators only"},
	{"supplied-again", "bên kia đã có giá trị này", "the other side has this value already"},
	{"signature", "chữ ký chỉ có giá trị với chứng từ gốc",
	 "a signature is of the document it was made for"},
	{"empty", "không có nội dung", "there is nothing in it"},
	{"link", "mã liên kết, nội dung đã được chuyển đến nơi nêu mã",
	 "a key; what it names is carried to where it is named"},
};

void map_words_put_dropped(struct map_words *words, const char *reason)
{
	size_t i = 0;

	while (i < sizeof(reasons) / sizeof(reasons[0]) && strcmp(reasons[i].reason, reason) != 0)
		i++;
	map_words_put(words, "bỏ ({})", "dropped ({})", reason);
	if (i < sizeof(reasons) / sizeof(reasons[0]))
		map_words_put(words, reasons[i].vi, reasons[i].en, "");
}

/* ---- Supplied ---- */

static void put_constant(struct map_words *words, const struct map_rule *rule)
{
	map_words_put(words, "hằng số \"{}\"", "the constant \"{}\"", rule->text);
	if (rule->with.text != NULL)
		map_words_put(words, "khi có {}", "where {} is written", rule->with.text);
}

/* What only a split supplies. false: it is another fact. */
static bool put_counter(struct map_words *words, const char *fact)
{
	if (strcmp(fact, MAP_SPLIT_FIRST) == 0)
		map_words_put(
			words, "khi chứng từ được tách: phần đầu tiên, hoặc số của phần đầu",
			"when the document is split: the first part, or the first part's number",
			"");
	else if (strcmp(fact, MAP_SPLIT_NUMBER) == 0)
		map_words_put(words, "khi chứng từ được tách: phần thứ mấy",
			      "when the document is split: which part it is", "");
	else if (strcmp(fact, MAP_SPLIT_TOTAL) == 0)
		map_words_put(words, "khi chứng từ được tách: tổng số phần",
			      "when the document is split: how many parts there are", "");
	else
		return false;
	return true;
}

static void put_fact(struct map_words *words, const struct map_rule *rule)
{
	if (put_counter(words, rule->fact))
		return;
	map_words_put(words, "bổ sung từ {}", "supplied by {}", rule->fact);
	if (rule->text != NULL)
		map_words_put(words, "nếu không có thì \"{}\"", "else \"{}\"", rule->text);
	if (rule->is_optional)
		map_words_put(words, "có thể thiếu", "may be missing", "");
}

void map_words_put_supplied(struct map_words *words, const struct map_rule *rule)
{
	if (rule->kind == MAP_COUNT)
		map_words_put(words, "số thứ tự, từ 1", "its number among its likes, from 1", "");
	else if (rule->kind == MAP_CONSTANT)
		put_constant(words, rule);
	else
		put_fact(words, rule);
}

/* ---- Conditions ---- */

void map_words_put_conditions(struct map_words *words, const struct map_condition *conditions,
			      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct map_condition *condition = &conditions[i];
		const char *path = condition->path.text;

		map_words_put(words, "khi {}", "when {}", path == NULL ? "." : path);
		for (size_t j = 0; j < condition->word_count; j++) {
			const char *before = j == 0 ? " = " : " | ";

			buffer_put_text(&words->vi, before);
			buffer_put_text(&words->vi, condition->words[j]);
			buffer_put_text(&words->en, before);
			buffer_put_text(&words->en, condition->words[j]);
		}
	}
}
