/*
 * form_examples_certificate - rows of the examples of tests/test_forms.c: what importing customs and issuing officers say of a
 * certificate. Included once, in the middle of that table.
 */
/* clang-format off */
	{"co-accept", FORM_D, CUSTOMS, "{\"remarks\":\"Phù hợp\"}",
	 "<CertificateNumber>VN-TH 26/01/00417</CertificateNumber><IssueDate>2026-11-20</IssueDate>"
	 "<IssuingCountryCode>VN</IssuingCountryCode>"},
	{"co-not-accept", FORM_D, CUSTOMS,
	 "{\"reason\":[{\"code\":\"HS-CODE\",\"text\":\"Khác ở 6 số\",\"item\":1},{\"code\":\"QUANTITY\"}],"
	 "\"remarks\":\"x\"}",
	 "<Reason><Code>QUANTITY</Code></Reason>"},
	{"co-use", FORM_D, CUSTOMS,
	 "{\"declaration\":\"106012345670\",\"declaration-date\":\"2026-11-22\",\"declaration-office\":\"03CC\","
	 "\"item\":[{\"quantity\":1800,\"unit\":\"PCE\"}],\"remarks\":\"x\"}",
	 "<Use><ItemNumber>1</ItemNumber><Quantity>1800</Quantity><QuantityUnitCode>PCE</QuantityUnitCode>"},
	{"co-reverse", FORM_D, CUSTOMS,
	 "{\"earlier\":\"TCHQ-1\",\"reason\":\"CANCELLED\",\"text\":\"Tờ khai đã hủy\"}",
	 "<ReversedReference>TCHQ-1</ReversedReference>"},
	{"co-verify", FORM_D, CUSTOMS,
	 "{\"reason\":\"ORIGIN\",\"text\":\"x\",\"due\":\"2027-02-20\",\"question\":[{\"text\":\"Do quý cơ quan cấp?\","
	 "\"box\":12,\"item\":1}],\"wanted\":[{\"code\":\"380\"}],\"remarks\":\"x\"}",
	 "<Question><Number>1</Number><BoxNumber>12</BoxNumber><ItemNumber>1</ItemNumber>"},
	{"issue", "schemas/samples/vn/gom-bat-trang/11-co-application-third-party.xml", AUTHORITY,
	 "{\"number\":\"VN-TH 26/01/00007\"}",
	 "<CertificateNumber>VN-TH 26/01/00007</CertificateNumber>"},
	{"issue", "schemas/samples/vn/nong-san-viet/12-co-application-four-criteria.xml", AUTHORITY,
	 "{\"number\":\"VN-TH 26/01/00008\",\"remarks\":\"Đã xem\",\"reason\":\"chia lô\"}",
	 "<Remarks>Đã xem</Remarks>"},
	{"refuse-application", "schemas/samples/vn/gom-bat-trang/11-co-application-third-party.xml",
	 AUTHORITY, "{\"reason\":\"NOT-ORIGINATING\",\"text\":\"RVC thấp hơn 40%\"}",
	 "<Code>NOT-ORIGINATING</Code>"},
	{"ask-supplement", "schemas/samples/vn/gom-bat-trang/11-co-application-third-party.xml",
	 AUTHORITY, "{\"paper\":\"380\",\"text\":\"Hóa đơn có ký tên\",\"due\":\"2026-11-27\"}",
	 "<DueDate form=\"day\">2026-11-27</DueDate>"},
	{"replace", "schemas/samples/vn/bct-hanoi/21-co-third-party.xml", AUTHORITY,
	 "{\"number\":\"VN-TH 26/01/00009\",\"consignee-name\":\"SIAM CO.\","
	 "\"consignee-address\":\"BANGKOK\",\"reason\":\"sai tên\"}",
	 "<ReplacedCertificate><Number>VN-TH 26/01/00417</Number>"},
	{"cancel-certificate", "schemas/samples/vn/bct-hanoi/21-co-third-party.xml", AUTHORITY,
	 "{\"reason\":\"ISSUED-IN-ERROR\",\"text\":\"Cấp nhầm\"}", "<Code>ISSUED-IN-ERROR</Code>"},
	{"verification-answer", "schemas/samples/vn/bct-hanoi/21-co-third-party.xml", AUTHORITY,
	 "{\"request\":\"Q-1\",\"result\":\"VALID\",\"answer\":[{\"question\":1,\"result\":\"VALID\",\"text\":\"x\"}],"
	 "\"remarks\":\"x\"}",
	 "<RequestReference>Q-1</RequestReference><RequestCountryCode>TH</RequestCountryCode>"},
	/* clang-format on */
