/* Examples of forms that are a whole document; rows of tests/test_forms.c. */
	{"apply", EXPORT, TRADER,
	 "{\"reference\":\"GBT-CO-1\",\"AuthorityCode\":\"BCTHN\",\"Exporter\":{\"TaxCode\":\"0100101308\","
	 "\"Name\":\"Gốm sứ Bát Tràng\",\"Address\":\"Bát Tràng\",\"CountryCode\":\"VN\"},"
	 "\"Consignee\":{\"Name\":\"SIAM\",\"Address\":\"BANGKOK\",\"CountryCode\":\"TH\"},"
	 "\"Transport\":{\"ModeCode\":\"2\",\"DepartureDate\":\"2026-11-24\"},"
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
