#include "node/event_words.h"

#include <string.h>

static const struct {
	const char *event;
	const char *en;
	const char *vi;
} words[] = {
	{"SubmissionAcceptance", "received, checked and on disk", "đã nhận, đã kiểm tra và đã ghi"},
	{"SubmissionRejection", "refused", "bị từ chối"},
	{"LodgedAgain", "lodged by another party who may, too: it stays one message",
	 "bên khác có quyền cũng đã nộp: vẫn là một thông điệp"},
	{"Registered", "registered by the desk", "đã đăng ký"},
	{"Amended", "an amendment got its number", "tờ khai sửa đổi đã được cấp số"},
	{"RegistrationRefused", "could not be registered: an officer must look",
	 "chưa đăng ký được: cán bộ phải xem"},
	{"Issued", "the certificate was issued", "đã cấp giấy chứng nhận"},
	{"OfficeDecided", "decided by the issuing office: its key signs this and it is lodged",
	 "phòng cấp đã quyết định: khóa của phòng cấp sẽ ký và nộp chứng từ"},
	{"OfficeLodged", "signed by the office's key and lodged",
	 "khóa của phòng cấp đã ký, chứng từ đã được nộp"},
	{"Replaced", "replaced by another certificate", "đã được thay bằng giấy chứng nhận khác"},
	{"ProcedureClosed", "the procedure is closed", "thủ tục đã kết thúc"},
	{"Authorised", "the exporter allows transmission", "người xuất khẩu cho phép truyền"},
	{"Withheld", "the exporter does not allow transmission",
	 "người xuất khẩu không cho phép truyền"},
	{"AttachmentAccepted", "a paper was attached", "đã đính kèm chứng từ"},
	{"DeliveryOwed", "owed", "phải gửi"},
	{"DeliveryNotOwed", "not owed", "không phải gửi"},
	{"DeliveryRenewed", "to be translated anew: another version was agreed",
	 "chuyển đổi lại: đã thỏa thuận phiên bản khác"},
	{"Translated", "translated", "đã chuyển đổi"},
	{"Canonicalised", "put into canonical form, to be signed", "đã ghi ở dạng chuẩn để ký"},
	{"Signed", "signed by this node", "nút này đã ký số"},
	{"KeyRotated", "this certificate signs what the node sends",
	 "chứng thư số dùng để ký chứng từ gửi đi"},
	{"TrustRecorded", "an authority or a revocation list that verdicts on signatures rest on",
	 "cơ quan chứng thực hoặc danh sách thu hồi làm căn cứ xác minh chữ ký số"},
	{"RelayAcceptance", "on disk at the other node", "nút bên nhận đã ghi"},
	{"RelayRejection", "set aside: the document is not in order",
	 "để riêng: chứng từ không hợp lệ"},
	{"ArrivalChecked", "checked", "đã kiểm tra"},
	{"ArrivalParked", "kept: what it speaks of is not here", "giữ lại: chưa có chứng từ gốc"},
	{"Followed", "spoken of", "có thông báo liên quan"},
	{"Cancelled", "cancelled by who made it", "người lập đã hủy"},
	{"PapersAsked", "papers are asked for: the clock stands still",
	 "yêu cầu bổ sung chứng từ: tạm dừng tính thời hạn"},
	{"Supplemented", "papers were added", "đã bổ sung chứng từ"},
	{"InspectionOrdered", "an inspection of the goods is ordered",
	 "yêu cầu kiểm tra thực tế hàng hóa"},
	{"Inspected", "inspected: the result is there", "đã kiểm tra: có kết quả"},
	{"Routed", "put into another lane", "chuyển luồng"},
	{"Cleared", "cleared", "đã thông quan"},
	{"Rejected", "rejected by the office that decides", "cơ quan giải quyết từ chối"},
	{"Invalidated", "cancelled by customs", "hải quan hủy"},
	{"ReceiptStated", "importing customs has it", "hải quan nước nhập khẩu đã nhận"},
	{"Accepted", "accepted by importing customs", "hải quan nước nhập khẩu chấp nhận"},
	{"NotAccepted", "not accepted by importing customs",
	 "hải quan nước nhập khẩu không chấp nhận"},
	{"Used", "used for an import declaration", "đã trừ lùi cho tờ khai nhập khẩu"},
	{"Reversed", "a use was reversed", "đã hủy trừ lùi"},
	{"CopyArrived", "the electronic certificate takes the place of the paper",
	 "giấy chứng nhận điện tử được dùng thay bản giấy"},
	{"Expired", "its last day is over", "đã quá ngày cuối cùng có hiệu lực"},
	{"CertificateUsed", "a certificate of origin was used for it",
	 "đã trừ lùi giấy chứng nhận xuất xứ cho tờ khai này"},
	{"Paired", "the declaration and the certificate that it names are both here",
	 "tờ khai và giấy chứng nhận xuất xứ được nêu đều đã có"},
	{"Questioned", "its verification is asked for", "yêu cầu xác minh"},
	{"Answered", "the verification was answered", "đã trả lời xác minh"},
	{"NotConfirmed", "the verification did not confirm it", "trả lời xác minh không khẳng định"},
	{"ProcedurePaused", "the procedure's clock stands still", "tạm dừng tính thời hạn"},
	{"ProcedureResumed", "the procedure's clock goes on", "tiếp tục tính thời hạn"},
	{"PayloadsArchived", "payloads were moved to an archive",
	 "nội dung đã được chuyển vào kho lưu trữ"},
	{"ContentHandover", "handed over to the recipient", "đã giao cho người nhận"},
	{"WebhookRegistered", "events are sent to this address from now on",
	 "từ nay các sự kiện được gửi đến địa chỉ này"},
	{"WebhookReplayed", "the operator has events sent again",
	 "người vận hành cho gửi lại các sự kiện"},
	{"CardIssued", "what this node says of its keys", "nút này công bố các khóa của mình"},
	{"CardReceived", "what the partner says of its keys", "đối tác công bố các khóa của mình"},
	{"PartnerAlarm", "the partner's ledger is not the one that it showed before",
	 "sổ cái của đối tác không khớp với những gì đã đưa ra trước đó"},
	{"PartnerResumed", "the operator lets the link go on",
	 "người vận hành cho phép liên kết tiếp tục"},
	{"DeliveryHeld", "held: an operator must look", "tạm giữ: người vận hành phải xem"},
	{"DeliveryKeptBack", "kept back by the operator", "người vận hành tạm giữ lại"},
	{"DeliveryReleased", "let go by the operator", "người vận hành cho gửi tiếp"},
	{"DeliveryRetried", "tried again by the operator", "người vận hành cho gửi lại"},
	/* no record: what is said in the place of one that cannot be read */
	{"Unreadable", "this record cannot be read: an operator must look (sampan ledger verify)",
	 "không đọc được bản ghi này: người vận hành phải xem (sampan ledger verify)"},
	{"DeliveryDropped", "dropped by the operator", "người vận hành hủy việc gửi"},
};

const char *event_words(const char *event, const char *origin, bool in_vietnamese)
{
	if (origin[0] != '\0' && strcmp(event, "RelayAcceptance") == 0)
		return in_vietnamese ? "đã nhận từ đối tác và đã ghi"
				     : "received from the partner and on disk";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].event, event) == 0)
			return in_vietnamese ? words[i].vi : words[i].en;
	return event;
}
