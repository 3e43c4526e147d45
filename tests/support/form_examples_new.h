/* Examples of forms that are a whole document; rows of tests/test_forms.c. */
	{"co-paper", EXPORT, CUSTOMS,
	 "{\"CustomsOffice\":\"03CC\",\"Reason\":\"Đường truyền ASW gián đoạn\",\"IssuingCountryCode\":\"TH\","
	 "\"CertificateNumber\":\"D2026-0001\",\"IssueDate\":\"2026-11-20\",\"ExpiryDate\":\"2027-11-19\","
	 "\"ExporterName\":\"SIAM CERAMICS\",\"ConsigneeName\":\"Gốm sứ Bát Tràng\","
	 "\"ConsigneeTaxCode\":\"0100101308\",\"Item\":[{\"Description\":\"Bát sứ\",\"HsCode\":\"69111000\","
	 "\"OriginCriterion\":\"CTH\",\"OriginCountryCode\":\"TH\",\"Quantity\":2400,"
	 "\"QuantityUnitCode\":\"PCE\",\"InvoiceNumber\":\"SC-1\"}]}",
	 "<Item><Number>1</Number><Description>Bát sứ</Description><HsCode>69111000</HsCode>"
	 "<OriginCriterion>CTH</OriginCriterion><OriginCountryCode>TH</OriginCountryCode>"
	 "<Quantity>2400</Quantity><QuantityUnitCode>PCE</QuantityUnitCode>"
	 "<InvoiceNumber>SC-1</InvoiceNumber></Item>"},
	{"apply", EXPORT, TRADER,
	 "{\"reference\":\"GBT-CO-1\",\"AuthorityCode\":\"BCTHN\",\"Exporter\":{\"TaxCode\":\"0100101308\","
	 "\"Name\":\"Gốm sứ Bát Tràng\",\"Address\":\"Bát Tràng\",\"CountryCode\":\"VN\"},"
	 "\"Consignee\":{\"Name\":\"SIAM\",\"Address\":\"BANGKOK\",\"CountryCode\":\"TH\"},"
	 "\"Transport\":{\"ModeCode\":\"2\",\"VesselName\":\"HAI AN PARK\",\"DepartureDate\":\"2026-11-24\","
	 "\"DischargePortCode\":\"THBKK\"},"
	 "\"ThirdPartyInvoice\":{\"CompanyName\":\"MERLION\",\"CountryCode\":\"SG\"},"
	 "\"Item\":[{\"Description\":\"Bát\",\"HsCode\":\"69120000\",\"OriginCriterion\":\"CTH\",\"Quantity\":3000,"
	 "\"QuantityUnitCode\":\"PCE\",\"GrossWeightUnitCode\":\"KGM\"},{\"Description\":\"Đĩa\","
	 "\"HsCode\":\"69120000\",\"OriginCriterion\":\"CTH\",\"GrossWeight\":12.5,\"GrossWeightUnitCode\":\"KGM\"}],"
	 "\"ExporterDeclaration\":{\"ProductionCountryCode\":\"VN\",\"ImportingCountryCode\":\"TH\","
	 "\"Place\":\"Hà Nội\",\"Date\":\"2026-11-23\",\"SignatoryName\":\"Lan\"},"
	 "\"SpecialCase\":[{\"Code\":\"THIRD-INVOICING\"}],\"Remarks\":\"x\"}",
	 "<Item><Number>2</Number><Description>Đĩa</Description><HsCode>69120000</HsCode>"
	 "<OriginCriterion>CTH</OriginCriterion><GrossWeight>12.5</GrossWeight>"
	 "<GrossWeightUnitCode>KGM</GrossWeightUnitCode></Item>"},
	{"declare-export", IMPORT, TRADER,
	 "{\"reference\":\"XK-1\",\"DeclarationKindCode\":\"B11\",\"TransportModeCode\":\"2\",\"CustomsOffice\":\"03CC\","
	 "\"PlannedDeclarationDate\":\"2026-11-23\",\"Exporter\":{\"Code\":\"0100101308\",\"Name\":\"Gốm sứ\"},"
	 "\"Consignee\":{\"Name\":\"SIAM\",\"AddressLine1\":\"88 SUKHUMVIT\",\"CountryCode\":\"TH\"},"
	 "\"DeclarantCode\":\"K1234\",\"Pieces\":125,\"PieceUnitCode\":\"CT\",\"GrossWeight\":1875.5,"
	 "\"GrossWeightUnitCode\":\"KGM\",\"FinalDestinationCode\":\"THBKK\",\"DepartureDate\":\"2026-11-24\","
	 "\"Invoice\":{\"Number\":\"GBT/141\",\"Date\":\"2026-11-18\",\"PriceConditionCode\":\"FOB\","
	 "\"CurrencyCode\":\"USD\",\"TotalPrice\":2550,\"PriceKindCode\":\"A\"},\"Notes\":\"x\","
	 "\"Container\":[\"HLXU2008419\"],\"Line\":[{\"HsCode\":\"69120000\",\"Description\":\"Bát\","
	 "\"Quantity\":3000,\"QuantityUnitCode\":\"PCE\"}],\"Lodgement\":{\"AseanConsent\":\"yes\","
	 "\"DischargePort\":\"THBKK\"}}",
	 "<DepartureDate>24112026</DepartureDate><Invoice><Number>GBT/141</Number><Date>18112026</Date>"},
	{"declare-import", EXPORT, TRADER,
	 "{\"reference\":\"NK-1\",\"DeclarationKindCode\":\"A12\",\"TransportModeCode\":\"2\","
	 "\"PersonClassificationCode\":\"4\",\"CustomsOffice\":\"03CC\",\"Importer\":{\"Code\":\"0100101308\",\"Name\":\"Gốm sứ\"},"
	 "\"Consignor\":{\"Name\":\"RANONG KAOLIN\",\"AddressLine1\":\"59 MOO 2\",\"CountryCode\":\"TH\"},"
	 "\"DeclarantCode\":\"K1234\",\"Pieces\":48,\"PieceUnitCode\":\"BG\",\"ArrivalDate\":\"2026-11-19\","
	 "\"LoadingPlaceCode\":\"THLCH\",\"Invoice\":{\"Number\":\"RKM-388\",\"Date\":\"2026-11-11\",\"CurrencyCode\":\"USD\","
	 "\"TotalPrice\":8160},\"Valuation\":{\"DeclarationCode\":\"6\",\"Freight\":{\"Code\":\"A\",\"CurrencyCode\":\"USD\","
	 "\"Amount\":960}},\"Line\":[{\"HsCode\":\"25070000\",\"Description\":\"Cao lanh\",\"OriginCountryCode\":\"TH\","
	 "\"Quantity\":48,\"QuantityUnitCode\":\"TNE\"}],\"Lodgement/ProofOfOrigin[1]/TypeCode\":\"FORM-D\","
	 "\"Lodgement/ProofOfOrigin[1]/CountryCode\":\"TH\",\"Lodgement/ProofOfOrigin[1]/Number\":\"TH-D-1\","
	 "\"Lodgement/ProofOfOrigin[1]/IssueDate\":\"2026-11-12\"}",
	 "<ProofOfOrigin><TypeCode>FORM-D</TypeCode><CountryCode>TH</CountryCode><Number>TH-D-1</Number>"},
