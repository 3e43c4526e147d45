#include "node/identity_words.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *why, *en, *vi;
} list[] = {
	{"bad-name",
	 "a name has 1 to 64 letters, digits, \".\", \"_\", \"-\", \"@\", and begins with a letter or digit",
	 "tên gồm 1 đến 64 chữ cái, chữ số, \".\", \"_\", \"-\", \"@\" và bắt đầu bằng chữ cái hoặc chữ số"},
	{"name-taken", "there is an account of this name already", "đã có tài khoản mang tên này"},
	{"unknown-role",
	 "roles are trader, agent, issuing-officer, customs-officer, agency, supervisor, operator, auditor",
	 "vai trò là một trong: trader, agent, issuing-officer, customs-officer, agency, supervisor, operator, auditor"},
	{"role-not-of-party",
	 "an account needs a role; those other than operator and auditor need a party that has them (--party)",
	 "tài khoản phải có vai trò; ngoài operator và auditor, vai trò phải là của bên mà tài khoản thuộc về (--party)"},
	{"unknown-party", "the configuration has no such party; see `sampan party list`",
	 "cấu hình không có bên này; xem `sampan party list`"},
	{"unknown-user", "there is no such account, or it is locked",
	 "không có tài khoản này, hoặc tài khoản đã bị khóa"},
	{"offices-without-role",
	 "offices are for customs officers and supervisors, issuing offices for issuing officers",
	 "đơn vị hải quan dành cho cán bộ và người giám sát hải quan, cơ quan cấp dành cho cán bộ cấp giấy"},
	{"party-or-user", "it belongs to a party or to a person: give --party or --user",
	 "phải thuộc về một bên hoặc một người: hãy nêu --party hoặc --user"},
	{"unknown-action", "there is no such action; docs/access.md lists them",
	 "không có hành động này; docs/access.md liệt kê các hành động"},
	{"bad-until", "the end is a date such as 2027-06-30, and lies ahead",
	 "ngày hết hạn có dạng 2027-06-30 và phải ở tương lai"},
	{"bound-already",
	 "it is bound already, to somebody else or for something else: revoke that first",
	 "đã được gắn với người khác hoặc cho việc khác: hãy thu hồi trước"},
	{"of-the-party",
	 "people make tokens of their own account (user); those of the party are made by the operator of the node",
	 "mỗi người chỉ tạo mã truy cập cho tài khoản của mình (user); mã của bên do người vận hành nút tạo"},
	{"kinds-too-wide", "nobody gives out more than they have",
	 "không ai được cấp nhiều hơn quyền mình có"},
	{"no-agent", "the agent is a party without the role agent; see `sampan party list`",
	 "bên nhận ủy quyền không có vai trò đại lý (agent); xem `sampan party list`"},
	{"unknown-agent", "there is no party of this id to be the agent; see `sampan party list`",
	 "không có bên nào mang mã này để nhận ủy quyền; xem `sampan party list`"},
	{"bad-principal", "the principal is a tax code, such as 0100101308",
	 "bên ủy quyền là một mã số thuế, ví dụ 0100101308"},
	{"own-principal", "nobody needs a mandate of their own",
	 "không ai cần ủy quyền của chính mình"},
	{"unknown-principal",
	 "no party that trades and no trader of node.yaml has the principal's tax code; compare it, or have the operator add the trader",
	 "không có bên nào là doanh nghiệp (trader) và không có doanh nghiệp nào trong node.yaml mang mã số thuế của bên ủy quyền; hãy kiểm tra lại hoặc đề nghị người vận hành bổ sung"},
	{"unknown-kind",
	 "kinds are such as can be lodged here, with blanks between them, for example \"vn.export vn.import\"; `sampan schema list` lists them",
	 "loại chứng từ phải là loại nộp được tại nút này, cách nhau bằng dấu cách, ví dụ \"vn.export vn.import\"; `sampan schema list` liệt kê các loại"},
	{"no-agents-kind",
	 "kinds are such as an agent can lodge here, with blanks between them, for example \"vn.export vn.import\"; `sampan schema list` lists all kinds",
	 "loại chứng từ phải là loại mà đại lý nộp được tại nút này, cách nhau bằng dấu cách, ví dụ \"vn.export vn.import\"; `sampan schema list` liệt kê mọi loại"},
	{"bad-dates", "dates are days of the calendar, such as 2027-06-30",
	 "ngày phải là ngày có thật, dạng 2027-06-30"},
	{"ends-before-it-begins", "the last day lies before the first",
	 "ngày kết thúc ở trước ngày bắt đầu"},
	{"ends-in-the-past", "the last day is over already: the mandate would never hold",
	 "ngày kết thúc đã qua: ủy quyền sẽ không bao giờ có hiệu lực"},
	{"no-text", "there is nothing to read in it, or what cannot be seen",
	 "chưa có nội dung nào để đọc, hoặc có ký tự không nhìn thấy được"},
	{"revoked", "it was revoked; give a new one", "đã bị thu hồi; hãy lập ủy quyền mới"},
};

const char *identity_words(const char *why, bool in_vietnamese)
{
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(list[i].why, why) == 0)
			return in_vietnamese ? list[i].vi : list[i].en;
	return why;
}
