#include "node/objection.h"

#include <string.h>

#include "messages/sentence.h"

/* clang-format off */
static const struct {
	enum severity severity;
	const char *code;
	const char *vi;
	const char *en;
} objections[] = {
	[OBJECTION_NOT_LODGEABLE] = {SEVERITY_ERROR, "not-lodgeable",
		"Loại chứng từ này không do người khai nộp; hãy nộp tờ khai, đơn hoặc giấy chứng nhận.",
		"This kind of document is not lodged by parties; lodge the declaration, application or certificate instead."},
	[OBJECTION_NOT_ALLOWED] = {SEVERITY_ERROR, "not-allowed",
		"Người gửi không có vai trò được phép nộp loại chứng từ này.",
		"The sender does not have the role that may lodge this kind of document."},
	[OBJECTION_TOKEN_LIMITED] = {SEVERITY_ERROR, "token-limited",
		"Mã truy cập hoặc chứng thư số dùng để nộp chỉ dành cho những gì nêu ở giá trị; hãy dùng mã khác hoặc xin cấp mã cho loại chứng từ này.",
		"The token or certificate it was lodged with is limited to what stands as the value; use another, or have one made for this kind of document."},
	[OBJECTION_SENDER_MISMATCH] = {SEVERITY_ERROR, "sender-mismatch",
		"Mã số người gửi trong chứng từ không phải là mã số của người nộp; hãy để chính người gửi nộp, hoặc xin ủy quyền của họ.",
		"The sender named in the document is not the party who lodged it; let the sender lodge it, or give a mandate."},
	[OBJECTION_NO_MANDATE] = {SEVERITY_ERROR, "no-mandate",
		"Người nộp không có ủy quyền còn hiệu lực của người khai nêu trong chứng từ cho loại chứng từ này; hãy đề nghị người đó xác nhận ủy quyền.",
		"The trader named in the document has given the sender no mandate for this kind that holds today; ask them to confirm one."},
	[OBJECTION_WRONG_COUNTRY] = {SEVERITY_ERROR, "wrong-country",
		"Chứng từ thuộc thẩm quyền của nước khác; hãy nộp tại nút của nước đó.",
		"The document stands under another country's law; lodge it at that country's node."},
	[OBJECTION_UNKNOWN_PROCEDURE] = {SEVERITY_ERROR, "unknown-procedure",
		"Mã thủ tục không có trong danh mục hoặc không dùng cho loại chứng từ này.",
		"The procedure code is not in the catalogue, or is not for this kind of document."},
	[OBJECTION_NO_REFERENCE] = {SEVERITY_ERROR, "reference-missing",
		"Chứng từ không có số tham chiếu của người gửi.",
		"The document carries no reference of its sender."},
	[OBJECTION_IDENTITY_USED] = {SEVERITY_ERROR, "identity-used",
		"Số tham chiếu này đã được nộp với nội dung khác; hãy dùng số mới hoặc nộp bản sửa đổi.",
		"This reference was lodged before with other content; use a new reference or lodge an amendment."},
	[OBJECTION_DUPLICATE] = {SEVERITY_ERROR, "duplicate",
		"Tờ khai hoặc giấy chứng nhận này đã có; muốn thay đổi hãy nộp bản sửa đổi.",
		"This declaration or certificate is here already; lodge an amendment to change it."},
	[OBJECTION_ORIGINAL_UNKNOWN] = {SEVERITY_WARNING, "original-unknown",
		"Chưa có chứng từ gốc được nêu; chứng từ được giữ lại, chưa có hiệu lực.",
		"The document it refers to is not known here; it is kept and reported, and not acted on."},
	[OBJECTION_PARKED_TOO_MANY] = {SEVERITY_ERROR, "parked-too-many",
		"Hôm nay đã có quá nhiều chứng từ nói về chứng từ gốc không có ở đây; hãy kiểm tra số tham chiếu rồi nộp lại, hoặc nộp vào ngày mai.",
		"Too many documents of the sender speak today of what is not here; look at the references and lodge again, or lodge tomorrow."},
	[OBJECTION_NOT_ACTED_ON] = {SEVERITY_WARNING, "not-acted-on",
		"Chứng từ được ghi nhận cùng chứng từ gốc, nhưng nút này chưa thực hiện việc hủy hoặc bổ sung; hãy liên hệ cơ quan đã nhận chứng từ gốc.",
		"The document is on record with its original, but this node does not carry out cancellations and supplements yet; turn to the authority that has the original."},
	[OBJECTION_NOT_CANCELLABLE] = {SEVERITY_ERROR, "not-cancellable",
		"Chứng từ gốc đã bị hủy, hoặc không phải là loại người gửi được hủy.",
		"The document it names is cancelled already, or is not one that its sender can cancel."},
	[OBJECTION_ORIGINAL_CANCELLED] = {SEVERITY_ERROR, "original-cancelled",
		"Chứng từ gốc đã bị hủy; hãy nộp chứng từ mới.",
		"The document it refers to was cancelled; lodge a new one."},
	[OBJECTION_NOT_IN_STATE] = {SEVERITY_ERROR, "not-in-this-state",
		"Chứng từ được nói đến đang ở trạng thái nêu ở giá trị, nên quyết định này chưa hoặc không còn thực hiện được; hãy mở lại chứng từ và xem quá trình xử lý.",
		"The document it speaks of is in the state that stands as the value, where this cannot be decided (yet, or any more); open it again and look at its timeline."},
	[OBJECTION_SAME_PERSON] = {SEVERITY_ERROR, "same-person",
		"Luồng này đòi hỏi hai người: người kiểm tra không được là người ra lệnh kiểm tra hoặc người quyết định thông quan; hãy để người khác thực hiện.",
		"This lane asks for two people: who inspects neither ordered the inspection nor clears; let another person do it."},
	[OBJECTION_NOT_INSPECTED] = {SEVERITY_ERROR, "not-inspected",
		"Luồng nêu ở giá trị đòi hỏi kiểm tra thực tế hàng hóa trước khi thông quan; hãy yêu cầu kiểm tra và ghi kết quả trước.",
		"The lane that stands as the value demands an inspection before it is cleared; order one and record its result first."},
	[OBJECTION_NO_REASON] = {SEVERITY_ERROR, "reason-missing",
		"Quyết định này phải nêu lý do; hãy ghi mã lý do hoặc lý do bằng lời.",
		"This decision must give a reason; state its code, or say it in words."},
	[OBJECTION_NO_LANE] = {SEVERITY_ERROR, "unknown-lane",
		"Không có luồng này; các luồng nêu trong schemas/lanes.yaml.",
		"There is no such lane; the lanes stand in schemas/lanes.yaml."},
	[OBJECTION_NO_DECLARATION] = {SEVERITY_ERROR, "declaration-unknown",
		"Không có tờ khai nhập khẩu còn hiệu lực mang số này ở đây; chỉ trừ lùi giấy chứng nhận xuất xứ cho tờ khai đã đăng ký tại đây.",
		"No import declaration of this number is here and in force; a certificate is used only for a declaration that is registered here."},
	[OBJECTION_NO_ITEM] = {SEVERITY_ERROR, "item-unknown",
		"Giấy chứng nhận không có mục hàng này; hãy xem số thứ tự ở ô số 5.",
		"The certificate has no such goods item; see the numbers of box 5."},
	[OBJECTION_OTHER_UNIT] = {SEVERITY_ERROR, "unit-differs",
		"Mục hàng này được chứng nhận hoặc đã trừ lùi theo đơn vị tính nêu ở giá trị; hãy ghi lượng theo đơn vị đó.",
		"This item is certified, or was written off before, in the unit that stands as the value; state the quantity in that."},
	[OBJECTION_BALANCE] = {SEVERITY_ERROR, "balance-exceeded",
		"Mục hàng {0}: muốn trừ lùi {1} {3}, còn lại {2} {3}. Lượng trừ lùi phải lớn hơn 0 và không quá lượng còn lại; phần vượt không được hưởng ưu đãi theo giấy chứng nhận này.",
		"Item {0}: {1} {3} asked, {2} {3} left. What is written off must be more than 0 and no more than is left; what exceeds that has no preference under this certificate."},
	[OBJECTION_USES_FULL] = {SEVERITY_ERROR, "write-offs-full",
		"Giấy chứng nhận đã có số lần trừ lùi nhiều nhất mà nút này ghi được; hãy báo người vận hành.",
		"The certificate has as many write-offs as this node keeps; tell the operator."},
	[OBJECTION_UNSETTLED] = {SEVERITY_ERROR, "balance-unsettled",
		"Lượng đã trừ lùi trên bản giấy không khớp với giấy chứng nhận điện tử (giá trị: mục hàng và lượng thiếu); hãy hoàn lại lần trừ lùi đó và trừ lùi lại theo bản điện tử, rồi mới dùng tiếp.",
		"What was written off on the paper does not fit the electronic certificate (value: the item and what is missing); reverse that write-off and write it off as the electronic one says before more of it is used."},
	[OBJECTION_COPY_DIFFERS] = {SEVERITY_WARNING, "copy-differs",
		"Bản giấy đã ghi nhận và giấy chứng nhận điện tử không khớp ở điểm nêu ở giá trị; hãy đối chiếu hai bản.",
		"The paper that was recorded and the electronic certificate do not agree in what stands as the value; compare the two."},
	[OBJECTION_ISSUED_HERE] = {SEVERITY_ERROR, "issued-here",
		"Giấy chứng nhận do nước này cấp không được ghi nhận như giấy chứng nhận của nước xuất khẩu.",
		"A certificate that this country issued is not recorded as one of a country that exports to it."},
	[OBJECTION_ISSUED_AHEAD] = {SEVERITY_ERROR, "issued-ahead",
		"Ngày cấp (giá trị) chưa đến; hãy xem lại ngày trên bản giấy.",
		"The day of issue (the value) is still to come; look at the date on the paper again."},
	[OBJECTION_PAPER_ENDED] = {SEVERITY_ERROR, "paper-ended",
		"Giấy chứng nhận hết hiệu lực (giá trị) đã hơn 12 tháng; không tờ khai nào còn được nộp bổ sung giấy chứng nhận này.",
		"The certificate's last day (the value) is more than twelve months over: no declaration can bring it any more."},
	[OBJECTION_OTHER_ADDRESSEE] = {SEVERITY_ERROR, "addressee-differs",
		"Người nhận ghi trong trả lời (giá trị) không phải là người khai, người nộp hay doanh nghiệp của chứng từ được trả lời; hãy ghi đúng người nhận.",
		"The answer is addressed to somebody (the value) who is neither the declarant, nor the trader, nor who lodged the document that it answers; address it to them."},
	[OBJECTION_OTHER_OFFICE] = {SEVERITY_ERROR, "office-not-yours",
		"Đơn vị hải quan nêu ở giá trị không thuộc phạm vi của người thực hiện; hãy để công chức của đơn vị đó thực hiện.",
		"The customs office that stands as the value is none of yours; let an officer of that office do it."},
	[OBJECTION_NO_REQUEST] = {SEVERITY_ERROR, "request-unknown",
		"Giá trị không phải là số tham chiếu của đề nghị xác minh gần nhất về giấy chứng nhận này, hoặc nước đề nghị là nước khác; hãy trả lời đề nghị ghi trên trang của giấy chứng nhận.",
		"The value is not the reference of the latest question about this certificate, or another country asked it; answer the one that stands on the certificate's page."},
	[OBJECTION_DUE_OVER] = {SEVERITY_ERROR, "answer-by-over",
		"Ngày đề nghị trả lời (giá trị) đã qua; hãy chọn hôm nay hoặc một ngày sau.",
		"The day by which an answer is asked for (the value) is over; name today or a later day."},
	[OBJECTION_NOT_USED] = {SEVERITY_ERROR, "nothing-to-reverse",
		"Không có lần trừ lùi nào khớp với số tham chiếu, hoặc với mục hàng và tờ khai đã nêu.",
		"No write-off has this reference, or this item and declaration."},
	[OBJECTION_CERTIFICATE_EXPIRED] = {SEVERITY_ERROR, "certificate-expired",
		"Tờ khai đăng ký sau ngày cuối cùng giấy chứng nhận còn hiệu lực (giá trị).",
		"The declaration came after the certificate's last day (the value)."},
	[OBJECTION_CERTIFICATE_USED] = {SEVERITY_ERROR, "certificate-used",
		"Giấy chứng nhận nêu ở giá trị đã được trừ lùi cho tờ khai này; hải quan phải hoàn lại lượng đã trừ trước, để nước cấp được thông báo, rồi mới hủy hoặc từ chối tờ khai.",
		"The certificate that stands as the value is written off for this declaration; customs reverses that first, so that the country of issue is told, and then the declaration can be cancelled or refused."},
	[OBJECTION_OFFICE_NOT_SIGNED] = {SEVERITY_ERROR, "office-signature-missing",
		"Giấy chứng nhận đã cấp chỉ được hủy bằng chứng từ có chữ ký của phòng cấp (giá trị); hãy hủy trên trang của giấy chứng nhận, hoặc tải lên XML đã ký.",
		"An issued certificate is cancelled only by a document that its issuing office (the value) signed; cancel it on the certificate's page, or upload the signed XML."},
	[OBJECTION_NATIONAL_FORM] = {SEVERITY_ERROR, "national-form",
		"Nước này có mẫu riêng cho loại chứng từ này; hãy nộp theo mẫu quốc gia, mẫu ASW chỉ dùng giữa các nước.",
		"This country has a form of its own for this document; lodge that one: the form of the hub is for what crosses borders."},
	[OBJECTION_NOT_EXPORTER] = {SEVERITY_ERROR, "not-exporter",
		"Chỉ người xuất khẩu ghi trên giấy chứng nhận mới được cho phép truyền.",
		"Only the exporter named in the certificate may authorise its transmission."},
	[OBJECTION_WORKER_CRASHED] = {SEVERITY_ERROR, "set-aside",
		"Chứng từ làm chương trình đọc bị dừng ba lần nên được để riêng; hãy báo người vận hành.",
		"The document stopped the program that reads it three times and was set aside; tell the operator."},
	[OBJECTION_TOO_COSTLY] = {SEVERITY_ERROR, "too-costly",
		"Chứng từ cần nhiều bộ nhớ hơn mức cho phép; hãy chia thành nhiều chứng từ nhỏ hơn.",
		"The document takes more memory than a worker has; lodge it in smaller parts."},
	[OBJECTION_UNKNOWN_SENDER] = {SEVERITY_ERROR, "unknown-sender",
		"Thư mục này không thuộc người dùng đã đăng ký.",
		"This folder belongs to no registered party."},
	[OBJECTION_TOO_LARGE] = {SEVERITY_ERROR, "too-large",
		"Tệp lớn hơn giới hạn cho phép.",
		"The file is larger than this node takes."},
	[OBJECTION_BEYOND_LIMITS] = {SEVERITY_ERROR, "beyond-limits",
		"Chứng từ, hoặc một giá trị dùng để nhận biết chứng từ, dài hơn mức nút này có thể ghi lại.",
		"The document, or a value that it is known by, is longer than this node can record."},
	[OBJECTION_FRAME_TOO_LARGE] = {SEVERITY_ERROR, "frame-too-large",
		"Chứng từ lớn hơn mức đường truyền với nước đối tác cho phép nên chưa gửi; hãy báo người vận hành.",
		"The document is larger than the link to the partner carries and was not sent; tell the operator."},
	[OBJECTION_NOT_SIGNED] = {SEVERITY_ERROR, "not-signed",
		"Vai trò giữ khóa từ chối ký chứng từ này nên chưa gửi; hãy báo người vận hành.",
		"The role that keeps the keys refused to sign the document, so it was not sent; tell the operator."},
	[OBJECTION_NO_OFFICE_KEY] = {SEVERITY_ERROR, "no-office-key",
		"Nút không giữ khóa ký của phòng cấp này; hãy tải lên chứng từ XML đã ký bằng thiết bị của phòng cấp.",
		"The node holds no signing key of this issuing office; upload the XML signed with the office's own token."},
	[OBJECTION_NUMBER_TAKEN] = {SEVERITY_ERROR, "number-taken",
		"Số giấy chứng nhận này đã dùng hoặc không phải số kế tiếp của phòng cấp; hãy cấp lại với số kế tiếp.",
		"This certificate number is used, or not the office's next one; issue again with the next number."},
	[OBJECTION_GOODS_CERTIFIED] = {SEVERITY_ERROR, "goods-certified",
		"Hàng hóa của tờ khai này đã có giấy chứng nhận còn hiệu lực; hãy ghi lý do nếu vẫn cấp.",
		"The goods of this declaration have a certificate in force already; give a reason if another is issued all the same."},
	[OBJECTION_DECISION_PENDING] = {SEVERITY_ERROR, "decision-pending",
		"Đã có quyết định đang thực hiện, hoặc chứng từ không còn ở trạng thái có thể quyết định.",
		"A decision is under way already, or the document is no longer in a state to be decided on."},
	[OBJECTION_KIND_MISMATCH] = {SEVERITY_ERROR, "kind-mismatch",
		"Loại chứng từ không đúng với loại mà nước đối tác đã nêu.",
		"The document is not of the kind that the partner said it is."},
	[OBJECTION_NO_AGREEMENT] = {SEVERITY_ERROR, "no-agreement",
		"Không có thỏa thuận nào cho phép nước đối tác gửi loại chứng từ này.",
		"No agreement lets this partner send this kind of document."},
	[OBJECTION_NO_MAP] = {SEVERITY_ERROR, "no-map",
		"Không có bản đồ chuyển đổi sang loại chứng từ phải gửi; hãy báo người vận hành.",
		"No map leads to the kind of document that is owed; tell the operator."},
	[OBJECTION_SIGNATURE_NOT_YOURS] = {SEVERITY_ERROR, "signature-not-yours",
		"Chữ ký số hợp lệ nhưng mã số trên chứng thư không phải của người gửi; hãy ký bằng chứng thư của chính người gửi.",
		"The signature holds, but its certificate is not the sender's; sign with the sender's own certificate."},
	[OBJECTION_ANOTHER_ORIGINAL] = {SEVERITY_ERROR, "another-original",
		"Quyết định này không nói về chứng từ mà nó được lập từ đó.",
		"The decision does not speak of the document that it was made from."},
	[OBJECTION_NO_INBOX] = {SEVERITY_ERROR, "no-inbox",
		"Không có hoặc không ghi được thư mục nhận của người nhận; hãy báo người vận hành.",
		"The recipient's inbox folder is not there or cannot be written; tell the operator."},
};
/* clang-format on */

enum err objection_put(struct findings *findings, enum objection objection, const char *value)
{
	return findings_put(findings, &(struct finding){
					      .severity = objections[objection].severity,
					      .code = objections[objection].code,
					      .path = "",
					      .value = value,
					      .vi = objections[objection].vi,
					      .en = objections[objection].en,
				      });
}

enum err objection_put_said(struct findings *findings, enum objection objection, const char *value,
			    const char *const *said, size_t count)
{
	const struct finding finding = {
		.severity = objections[objection].severity,
		.code = objections[objection].code,
		.path = "",
		.value = value,
		.vi = sentence_fill(findings->arena, objections[objection].vi, said, count),
		.en = sentence_fill(findings->arena, objections[objection].en, said, count),
	};

	return finding.vi == NULL || finding.en == NULL ? ERR_MEMORY
							: findings_put(findings, &finding);
}

const char *objection_code(enum objection objection)
{
	return objections[objection].code;
}

bool objection_is_of_state(const char *code)
{
	static const enum objection of_state[] = {
		OBJECTION_NOT_CANCELLABLE,  OBJECTION_ORIGINAL_CANCELLED,
		OBJECTION_NOT_IN_STATE,     OBJECTION_NOT_INSPECTED,
		OBJECTION_CERTIFICATE_USED, OBJECTION_DECISION_PENDING};

	for (size_t i = 0; i < sizeof(of_state) / sizeof(of_state[0]); i++)
		if (strcmp(objections[of_state[i]].code, code) == 0)
			return true;
	return false;
}
