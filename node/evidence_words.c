#include "node/evidence_words.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *code;
	const char *en;
	const char *vi;
} words[] = {
	/* faults of the container */
	{"zip-cut-off", "the file is cut off", "tệp bị cắt cụt"},
	{"zip-none", "this is no evidence file", "đây không phải là tệp bằng chứng"},
	{"zip-name", "a part has a name that no part can have", "có phần mang tên không hợp lệ"},
	{"zip-order", "a part stands twice or not in order", "có phần bị lặp lại hoặc sai thứ tự"},
	{"zip-many", "there are more parts or bytes than evidence can have", "số phần hoặc dung lượng vượt quá giới hạn"},
	{"zip-encrypted", "the part is encrypted", "phần này bị mã hóa"},
	{"zip-compressed", "the part is compressed", "phần này bị nén"},
	{"zip-descriptor", "the part's size stands behind it", "độ dài của phần này ghi ở phía sau"},
	{"zip-64", "the part is written as ZIP64", "phần này ghi theo dạng ZIP64"},
	{"zip-checksum", "the part was changed: it does not have its checksum", "phần này đã bị sửa: không khớp mã kiểm tra"},
	{"zip-header", "the part's header was changed", "phần đầu của phần này đã bị sửa"},
	{"zip-directory", "the part's entry in the directory was changed", "mục của phần này trong thư mục đã bị sửa"},
	{"zip-names", "the part has another name in the directory, which is named behind the byte", "trong thư mục phần này mang tên khác, nêu sau số byte"},
	{"zip-end", "the end of the file was changed, or something stands behind it", "phần cuối tệp đã bị sửa hoặc có dữ liệu thừa"},
	/* faults of what is in it */
	{"part-missing", "the part is missing", "thiếu phần này"},
	{"part-unknown", "nothing vouches for this part", "không có gì bảo đảm cho phần này"},
	{"newer", "it was made by a newer version of this program", "do phiên bản mới hơn của chương trình lập"},
	{"manifest", "the list of records cannot be read", "không đọc được danh sách bản ghi"},
	{"manifest-form", "the list of records says something else than the records", "danh sách bản ghi không khớp với các bản ghi"},
	{"readme", "the page for readers was changed", "trang giới thiệu đã bị sửa"},
	{"checkpoint-form", "the ledger's checkpoint does not have its form", "điểm kiểm soát của sổ cái không đúng dạng"},
	{"checkpoint-signature", "the ledger's checkpoint is not signed by the ledger's key", "điểm kiểm soát không do khóa của sổ cái ký"},
	{"ledger-unknown", "no public key that was given (--key FILE, or *.pub in --trust DIR) is that of this ledger: get the key of the ledger that made it", "không khóa công khai nào được nêu (--key, hoặc *.pub trong thư mục --trust) là của sổ cái này: hãy lấy khóa của sổ cái đã lập nó"},
	{"ledger-other", "the list of records names another ledger than the checkpoint", "danh sách bản ghi ghi tên sổ cái khác với điểm kiểm soát"},
	{"cosignature", "the witness's signature on the checkpoint does not hold", "chữ ký của bên làm chứng trên điểm kiểm soát không hợp lệ"},
	{"stamp", "the time stamp on the checkpoint does not hold", "dấu thời gian trên điểm kiểm soát không hợp lệ"},
	{"proof", "the record is not in the ledger's tree under this checkpoint", "bản ghi không nằm trong cây của sổ cái theo điểm kiểm soát này"},
	{"leaf-changed", "the record was changed", "bản ghi đã bị sửa"},
	{"leaf-form", "the record cannot be read", "không đọc được bản ghi"},
	{"leaf-other", "the record is of another message", "bản ghi thuộc về chứng từ khác"},
	{"content-changed", "the content is not the one that the record names", "nội dung không phải là nội dung mà bản ghi nêu"},
	{"first-missing", "the record that began the message is missing", "thiếu bản ghi mở đầu"},
	{"receipt", "the receipt is not that of the first record", "biên nhận không phải của bản ghi mở đầu"},
	{"receipt-form", "it is no receipt, or one that was changed", "không phải là biên nhận, hoặc biên nhận đã bị sửa"},
	{"other-document", "it is of another document than the one given", "đây là của tài liệu khác, không phải tài liệu đã cho"},
	{"history", "the receipt's checkpoint and this one are not of one history", "điểm kiểm soát của biên nhận và điểm này không cùng một lịch sử"},
	{"disclosure", "what is shown is not what this reader is shown", "phần được cho xem không đúng với người đọc này"},
	{"signature-broken", "the document's signature does not hold", "chữ ký số trên chứng từ không hợp lệ"},
	{"node-signature-broken", "the node's signature on what it sent does not hold", "chữ ký số của nút trên chứng từ gửi đi không hợp lệ"},
	{"authority-form", "the authority's certificate cannot be read", "không đọc được chứng thư số của tổ chức chứng thực"},
	{"list-form", "the revocation list cannot be read", "không đọc được danh sách thu hồi chứng thư số"},
	{"translation-source", "the translation is of another document", "bản chuyển đổi là của chứng từ khác"},
	{"translation-differs", "the translation, done again, comes out otherwise", "chuyển đổi lại cho kết quả khác"},
	/* what was looked at */
	{"signature-holds", "the signature holds", "chữ ký số hợp lệ"},
	{"signature-unknown", "the node found the signature valid; nobody in the trust folder vouches for the signer", "nút đã xác nhận chữ ký số; thư mục tin cậy không có chứng thư bảo đảm cho người ký"},
	{"signature-doubtful", "the node found the signature valid; by the trust folder it is not", "nút đã xác nhận chữ ký số; theo thư mục tin cậy thì không hợp lệ"},
	{"signer-not-revoked", "the signer's certificate was not revoked then, by the revocation list that was in force (from / until)", "lúc đó chứng thư số của người ký chưa bị thu hồi, theo danh sách thu hồi đang có hiệu lực (từ / đến)"},
	{"signer-revoked-later", "the signer's certificate was valid then, and revoked later", "lúc đó chứng thư số của người ký còn hiệu lực, về sau mới bị thu hồi"},
	{"signer-revoked-before", "the signer's certificate had been revoked before", "chứng thư số của người ký đã bị thu hồi từ trước"},
	{"signer-list-missing", "whether the signer's certificate was revoked then cannot be told: no revocation list of that time is here", "không biết lúc đó chứng thư số của người ký đã bị thu hồi hay chưa: ở đây không có danh sách thu hồi của thời điểm đó"},
	{"node-signature-holds", "the node's signature holds; the ledger names its certificate", "chữ ký số của nút hợp lệ; sổ cái có ghi chứng thư số"},
	{"certificate-not-recorded", "the node's signature was not looked at: its certificate is not in this file", "chưa xem chữ ký số của nút: tệp không có chứng thư số"},
	{"sent", "SHA-256 of what was sent, with its signature", "SHA-256 của chứng từ đã gửi, kèm chữ ký số"},
	{"translation-same", "done again with the same schema set: the same bytes", "chuyển đổi lại với cùng bộ lược đồ: giống từng byte"},
	{"canonical-same", "done again: the same bytes", "làm lại: giống từng byte"},
	{"translation-not-shown", "not done again: a part of it is not shown to this reader", "không chuyển đổi lại: có phần không cho người đọc này xem"},
	{"translation-other-set", "not done again: the schema set here is another than", "không chuyển đổi lại: bộ lược đồ ở đây khác với"},
	{"translation-too-large", "not done again: its report is too large", "không chuyển đổi lại: báo cáo quá lớn"},
};

static const char *const sentences[EVIDENCE_SENTENCES][2] = {
	[EVIDENCE_PROVED] = {"proved", "đã chứng minh"},
	[EVIDENCE_NOT_PROVED] = {"NOT PROVED", "KHÔNG CHỨNG MINH ĐƯỢC"},
	[EVIDENCE_LEDGER] = {"ledger", "sổ cái"},
	[EVIDENCE_MESSAGE] = {"message", "chứng từ"},
	[EVIDENCE_SIZE] = {"records under its signed checkpoint", "bản ghi theo điểm kiểm soát đã ký"},
	[EVIDENCE_FOR] = {"made for", "lập cho"},
	[EVIDENCE_HIDDEN] = {"records of it are in the ledger and not shown", "bản ghi có trong sổ cái nhưng không cho xem"},
	[EVIDENCE_NOT_SHOWN] = {"not shown", "không cho xem"},
	[EVIDENCE_GIVEN] = {"which is the document given", "đúng là tài liệu đã cho"},
	[EVIDENCE_NO_SET] = {"signatures and translations were not looked at: there is no schema set here", "chưa xem chữ ký số và bản chuyển đổi: ở đây không có bộ lược đồ"},
	[EVIDENCE_WITNESSED] = {"countersigned by", "có bên làm chứng ký"},
	[EVIDENCE_NOT_BELIEVED] = {"nobody in the trust folder vouches for it", "thư mục tin cậy không có khóa bảo đảm"},
	[EVIDENCE_STAMPED] = {"was there by then: time stamp of", "đã có vào lúc đó: dấu thời gian của"},
	[EVIDENCE_STAMP_UNKNOWN] = {"it has a time stamp; nobody in the trust folder vouches for who gave it", "có dấu thời gian; thư mục tin cậy không có chứng thư bảo đảm cho bên cấp"},
	[EVIDENCE_LATE] = {"records say a later time than that: the node's clock was wrong", "bản ghi nêu thời gian muộn hơn: đồng hồ của nút đã sai"},
	[EVIDENCE_RECORD] = {"record", "bản ghi"},
	[EVIDENCE_BYTE] = {"byte", "byte"},
	[EVIDENCE_ELSEWHERE] = {"what it sent was received, byte for byte", "nơi nhận đã nhận đúng từng byte"},
	[EVIDENCE_FORK] = {"FORK: the ledger signed two histories with as many records", "SỔ CÁI RẼ NHÁNH: cùng số bản ghi mà sổ cái đã ký hai lịch sử khác nhau"},
	[EVIDENCE_FORK_RECORD] = {"FORK: the ledger signed two different records at one place", "SỔ CÁI RẼ NHÁNH: ở cùng một vị trí sổ cái đã ký hai bản ghi khác nhau"},
};
/* clang-format on */

const char *evidence_words(const char *code, bool in_vietnamese)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].code, code) == 0)
			return in_vietnamese ? words[i].vi : words[i].en;
	return code;
}

const char *evidence_sentence(enum evidence_sentence sentence, bool in_vietnamese)
{
	return sentences[sentence][in_vietnamese];
}

const char *evidence_words_code(unsigned index)
{
	return index < sizeof(words) / sizeof(words[0]) ? words[index].code : NULL;
}
