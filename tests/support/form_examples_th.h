/*
 * form_examples_th - rows of the examples of tests/test_forms.c: what Thailand's forms make. Included
 * once, in the middle of that table.
 */
/* clang-format off */
#define THAI_CUSTOMS \
	"\"caller\":{\"party\":\"thai-customs\",\"name\":\"Thai Customs\",\"taxCode\":\"TCD\",\"user\":\"somchai\"}"
#define THAI_AUTHORITY \
	"\"caller\":{\"party\":\"thai-dft\",\"name\":\"Department of Foreign Trade\",\"taxCode\":\"DFT\",\"user\":\"niran\"}"
#define THAI_TRADER \
	"\"caller\":{\"party\":\"siam-tableware\",\"name\":\"Siam Tableware\",\"taxCode\":\"0105541004567\",\"user\":\"\"}"
#define THAI_IMPORT "schemas/samples/th/siam-tableware/04-th-import.xml"

	{"clear", THAI_IMPORT, THAI_CUSTOMS, "{\"remarks\":\"x\"}",
	 "<To>0105541004567</To><OriginalReference>STT-IMP-2026-0031</OriginalReference>"},
	{"refuse", THAI_IMPORT, THAI_CUSTOMS, "{\"reason\":\"OTHER\",\"text\":\"x\"}",
	 "<StatusCode>03</StatusCode>"},
	{"ask-papers", THAI_IMPORT, THAI_CUSTOMS,
	 "{\"due\":\"2026-11-27\",\"paper\":[{\"code\":\"380\",\"text\":\"x\"}],\"remarks\":\"x\"}",
	 "<FunctionCode>25</FunctionCode>"},
	{"inspect", THAI_IMPORT, THAI_CUSTOMS,
	 "{\"text\":\"x\",\"place\":\"Laem Chabang\",\"day\":\"2026-11-24\"}",
	 "<StatusCode>05</StatusCode>"},
	{"inspection-result", THAI_IMPORT, THAI_CUSTOMS,
	 "{\"result\":\"DIFFERS\",\"text\":\"x\",\"line\":\"1\"}", "<Line>1</Line>"},
	{"re-route", THAI_IMPORT, THAI_CUSTOMS, "{\"lane\":\"red\",\"text\":\"x\"}",
	 "<Lane>red</Lane>"},
	{"supplement", THAI_IMPORT, THAI_TRADER, "{\"text\":\"x\",\"attachment\":[\"" PAPER "\"]}",
	 "<OriginalYear>2026</OriginalYear><DeclarationNumber>106012345670</DeclarationNumber>"
	 "<CustomsOffice>2801</CustomsOffice><Text>x</Text><Attachment>"},
	{"cancel", THAI_IMPORT, THAI_TRADER, "{\"reason\":\"NOT-SHIPPED\",\"text\":\"x\"}",
	 "<Code>NOT-SHIPPED</Code>"},
	{"co-accept", FORM_D, THAI_CUSTOMS, "{\"remarks\":\"x\"}",
	 "<ID>VN-TH 26/01/00417</ID><TypeCode>861</TypeCode>"},
	{"co-not-accept", FORM_D, THAI_CUSTOMS,
	 "{\"reason\":[{\"code\":\"HS-CODE\",\"text\":\"x\",\"item\":1},{\"code\":\"QUANTITY\"}],"
	 "\"remarks\":\"x\"}",
	 "<StatementCode>QUANTITY</StatementCode><StatementTypeCode>RSN</StatementTypeCode>"},
	{"co-use", FORM_D, THAI_CUSTOMS,
	 "{\"declaration\":\"126000000010\",\"declaration-date\":\"2026-11-22\",\"declaration-office\":\"2801\","
	 "\"item\":[{\"quantity\":1200,\"unit\":\"PCE\"}],\"remarks\":\"x\"}",
	 "<QuantityQuantity unitCode=\"PCE\">1200</QuantityQuantity>"},
	{"co-reverse", FORM_D, THAI_CUSTOMS,
	 "{\"earlier\":\"TCD-1\",\"reason\":\"CANCELLED\",\"text\":\"x\"}",
	 "<CategoryCode>REV</CategoryCode><ID>TCD-1</ID>"},
	{"co-verify", FORM_D, THAI_CUSTOMS,
	 "{\"reason\":\"ORIGIN\",\"text\":\"x\",\"due\":\"2027-02-20\",\"question\":[{\"text\":\"x\","
	 "\"box\":12,\"item\":1}],\"wanted\":[{\"code\":\"380\"}],\"remarks\":\"x\"}",
	 "<StatementTypeCode>QST</StatementTypeCode><Pointer>"},
	{"verification-answer", "schemas/samples/th/dft/01-th-co.xml", THAI_AUTHORITY,
	 "{\"request\":\"Q-1\",\"result\":\"NOT-ISSUED\",\"answer\":[{\"question\":1,\"result\":\"CANNOT-SAY\",\"text\":\"x\"}],"
	 "\"remarks\":\"x\"}",
	 "<ID>Q-1</ID><CountryCode>TH</CountryCode></PreviousDocument><Status><NameCode>NIS</NameCode></Status>"},
	{"th-declare", EXPORT, THAI_TRADER,
	 "{\"reference\":\"STT-1\",\"CustomsOffice\":\"2801\",\"Importer\":{\"Code\":\"0105541004567\",\"Name\":\"SIAM TABLEWARE\","
	 "\"Address\":\"BANGKOK\"},\"Consignor\":{\"Name\":\"x\",\"CountryCode\":\"VN\"},\"CargoNumber\":\"HPH1\",\"VesselName\":\"x\","
	 "\"ArrivalDate\":\"2026-11-28\",\"Invoice\":{\"Number\":\"MCT-26-0911\",\"Date\":\"2026-11-18\",\"CurrencyCode\":\"USD\","
	 "\"TotalPrice\":\"2340\"},\"Line\":[{\"HsCode\":\"69120000\",\"Description\":\"Bowls\",\"OriginCountryCode\":\"VN\","
	 "\"Quantity\":\"1200\",\"QuantityUnitCode\":\"PCE\",\"InvoiceValue\":\"2340\",\"UnitPriceCurrencyCode\":\"USD\"}],"
	 "\"ProofOfOrigin\":{\"TypeCode\":\"FORM-D\",\"CountryCode\":\"VN\",\"Number\":\"VN-TH 26/01/00417\",\"IssueDate\":\"2026-11-20\"},"
	 "\"Notes\":\"x\"}",
	 "<UnitPriceCurrencyCode>USD</UnitPriceCurrencyCode></Line><ProofOfOrigin><TypeCode>FORM-D</TypeCode>"},
/* clang-format on */
