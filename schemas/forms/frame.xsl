<?xml version="1.0" encoding="UTF-8"?>
<!--
	What all forms share: this file is part of every other one of the folder (docs/desks.md). A form has a template for /ask, which writes
	its fields, and one for /form, which writes the document.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:output method="xml" encoding="UTF-8" indent="no"/>
	<xsl:strip-space elements="*"/>

	<!-- Of what the document in hand says in its envelope. -->
	<xsl:variable name="original" select="/*/about/document/Envelope/Header"/>

	<!-- The envelope of Viet Nam's National Single Window, from who is signed in to whom the original names, or to "to". "from": an element with name and taxCode, or Name and TaxCode. -->
	<xsl:template name="header">
		<xsl:param name="procedure"/>
		<xsl:param name="function"/>
		<xsl:param name="follows" select="true()"/>
		<xsl:param name="to" select="$original/From"/>
		<xsl:param name="from" select="/form/caller"/>
		<Header>
			<Reference>
				<version>1.0</version>
				<messageId><xsl:value-of select="/form/messageId"/></messageId>
			</Reference>
			<From>
				<name><xsl:value-of select="substring($from/name | $from/Name, 1, 255)"/></name>
				<identity><xsl:value-of select="$from/taxCode | $from/TaxCode"/></identity>
				<countryCode><xsl:value-of select="/form/country"/></countryCode>
			</From>
			<To>
				<xsl:choose>
					<xsl:when test="$to/identity != ''">
						<name><xsl:value-of select="$to/name"/></name>
						<identity><xsl:value-of select="$to/identity"/></identity>
						<countryCode><xsl:value-of select="/form/country"/></countryCode>
					</xsl:when>
					<xsl:otherwise>
						<name>NSW</name>
						<identity>NSW</identity>
						<countryCode><xsl:value-of select="/form/country"/></countryCode>
					</xsl:otherwise>
				</xsl:choose>
			</To>
			<Subject>
				<documentType><xsl:value-of select="$procedure"/></documentType>
				<type>1</type>
				<function><xsl:value-of select="$function"/></function>
				<xsl:choose>
					<xsl:when test="/form/field/reference"><reference f:field="reference"><xsl:value-of select="/form/field/reference"/></reference></xsl:when>
					<xsl:otherwise><reference><xsl:value-of select="/form/reference"/></reference></xsl:otherwise>
				</xsl:choose>
				<documentYear><xsl:value-of select="/form/year"/></documentYear>
				<xsl:if test="$follows and $original/Subject/reference != ''">
					<preReference><xsl:value-of select="$original/Subject/reference"/></preReference>
					<preDocumentYear><xsl:value-of select="$original/Subject/documentYear"/></preDocumentYear>
				</xsl:if>
				<sendDate><xsl:value-of select="concat(/form/today, ' ', /form/clock)"/></sendDate>
			</Subject>
		</Header>
	</xsl:template>

	<!--
		==== A document from its fields ====
		Fields that bear the path of their element ("Exporter/Name", "Item[2]/HsCode") become these elements, in the order of the form, which
		is that of the document. What a finding says of a group stands at its first field. A form may say otherwise of some.
	-->
	<xsl:template match="*" mode="path">
		<xsl:if test="name(../..) != 'form'"><xsl:apply-templates select=".." mode="path"/>/</xsl:if>
		<xsl:value-of select="name()"/>
		<xsl:if test="@n">[<xsl:value-of select="@n"/>]</xsl:if>
	</xsl:template>
	<xsl:template match="*" mode="element">
		<xsl:variable name="path"><xsl:apply-templates select="descendant-or-self::*[not(*)][1]" mode="path"/></xsl:variable>
		<xsl:element name="{name()}">
			<xsl:attribute name="f:field"><xsl:value-of select="$path"/></xsl:attribute>
			<xsl:apply-templates select="." mode="content"/>
		</xsl:element>
	</xsl:template>
	<xsl:template match="*" mode="content">
		<xsl:choose>
			<xsl:when test="*"><xsl:apply-templates select="*" mode="element"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!--
		Goods, one <group line="n"> each, written by the form's template of mode "line": those that were filled in, without the one whose
		button was pressed, with another one when that was; else those of what is copied ("from"); else an empty one.
	-->
	<xsl:template name="lines">
		<xsl:param name="given"/>
		<xsl:param name="from"/>
		<xsl:param name="most"/>
		<xsl:variable name="kept" select="$given[not(concat('remove-', @n) = /ask/act)]"/>
		<xsl:for-each select="$kept[position() &lt;= $most]">
			<xsl:apply-templates select="/ask" mode="line"><xsl:with-param name="n" select="@n"/><xsl:with-param name="number" select="position()"/></xsl:apply-templates>
		</xsl:for-each>
		<xsl:choose>
			<xsl:when test="$kept">
				<xsl:if test="/ask/act = 'add' and count($kept) &lt; $most">
					<xsl:apply-templates select="/ask" mode="line"><xsl:with-param name="n" select="$kept[last()]/@n + 1"/><xsl:with-param name="number" select="count($kept) + 1"/></xsl:apply-templates>
				</xsl:if>
			</xsl:when>
			<xsl:when test="$from and not(/ask/field)">
				<xsl:for-each select="$from[position() &lt;= $most]">
					<xsl:apply-templates select="/ask" mode="line"><xsl:with-param name="n" select="position()"/><xsl:with-param name="number" select="position()"/><xsl:with-param name="from" select="."/></xsl:apply-templates>
				</xsl:for-each>
			</xsl:when>
			<xsl:otherwise><xsl:apply-templates select="/ask" mode="line"><xsl:with-param name="n" select="1"/><xsl:with-param name="number" select="1"/></xsl:apply-templates></xsl:otherwise>
		</xsl:choose>
		<add most="{$most}"/>
	</xsl:template>
	<xsl:template match="*" mode="line"/>

	<!-- Means of transport, as VNACCS numbers them. -->
	<xsl:template name="modes">
		<option value="1"/><option value="2"/><option value="3"/><option value="4"/><option value="5"/><option value="6"/><option value="9"/>
	</xsl:template>

	<!-- Units and packages that goods are usually counted in; whatever else is a code may be filled in. -->
	<xsl:template name="unit-lists">
		<list name="rec20-units">
			<option value="PCE"/><option value="KGM"/><option value="TNE"/><option value="SET"/><option value="PR"/><option value="DZN"/><option value="MTR"/><option value="MTK"/><option value="MTQ"/><option value="LTR"/><option value="GRM"/><option value="YRD"/><option value="NMP"/><option value="RO"/><option value="H87"/><option value="C62"/><option value="MIL"/><option value="KWH"/>
		</list>
		<list name="rec21-packages">
			<option value="CT"/><option value="BX"/><option value="BG"/><option value="PK"/><option value="PX"/><option value="CS"/><option value="DR"/><option value="BE"/><option value="RO"/>
		</list>
	</xsl:template>

	<!-- "2026-11-20" as VNACCS writes days, "20112026", and back. -->
	<xsl:template name="vnaccs-day">
		<xsl:param name="of"/>
		<xsl:choose>
			<xsl:when test="string-length($of) = 10"><xsl:value-of select="concat(substring($of, 9, 2), substring($of, 6, 2), substring($of, 1, 4))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- Customs answers a declaration (vn.response, th.response): status as in docs/kinds.md. "more": what stands behind ResultDate. -->
	<xsl:template name="response">
		<xsl:param name="function"/>
		<xsl:param name="status"/>
		<xsl:param name="lane"/>
		<xsl:param name="more"/>
		<xsl:variable name="response">
			<Response>
				<xsl:if test="$status != ''"><StatusCode><xsl:value-of select="$status"/></StatusCode></xsl:if>
				<xsl:if test="/form/about/number != ''"><DeclarationNumber><xsl:value-of select="/form/about/number"/></DeclarationNumber></xsl:if>
				<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
				<xsl:if test="/form/about/about/office != ''"><OfficeCode><xsl:value-of select="/form/about/about/office"/></OfficeCode></xsl:if>
				<Department><xsl:value-of select="substring(/form/caller/name, 1, 256)"/></Department>
				<xsl:if test="/form/caller/user != ''"><CreaterName><xsl:value-of select="/form/caller/user"/></CreaterName></xsl:if>
				<xsl:if test="$lane != ''"><Lane f:field="lane"><xsl:value-of select="$lane"/></Lane></xsl:if>
				<ResultDate><xsl:value-of select="concat(/form/today, 'T', /form/clock, '+07:00')"/></ResultDate>
				<xsl:copy-of select="$more"/>
			</Response>
		</xsl:variable>
		<xsl:choose>
			<xsl:when test="/form/kind = 'th.response'">
				<xsl:call-template name="th-response">
					<xsl:with-param name="function" select="$function"/>
					<xsl:with-param name="response" select="$response"/>
				</xsl:call-template>
			</xsl:when>
			<xsl:otherwise>
				<Envelope>
					<xsl:call-template name="header">
						<xsl:with-param name="procedure" select="'TRA-LOI'"/>
						<xsl:with-param name="function" select="$function"/>
					</xsl:call-template>
					<Body><Content><xsl:copy-of select="$response"/></Content></Body>
				</Envelope>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- Papers that can be asked for (schemas/attachments.yaml), as choices. -->
	<xsl:template name="papers">
		<xsl:for-each select="/ask/papers/item"><option value="{.}"/></xsl:for-each>
	</xsl:template>

	<!-- The office that an officer speaks for: their first one, else their party's code. -->
	<xsl:template name="office">
		<xsl:choose>
			<xsl:when test="/*/caller/offices/item"><xsl:value-of select="substring-before(concat(/*/caller/offices/item[1], '/'), '/')"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="/*/caller/taxCode"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- "20261120" as "2026-11-20". -->
	<xsl:template name="day">
		<xsl:param name="of"/>
		<xsl:value-of select="concat(substring($of, 1, 4), '-', substring($of, 5, 2), '-', substring($of, 7, 2))"/>
	</xsl:template>

	<!-- Which certificate, as a partner sent it (asw.form-d), or as customs recorded it from paper (vn.co-paper). -->
	<xsl:variable name="received" select="/*/about/document/Declaration"/>
	<xsl:variable name="paper" select="/*/about/document/Envelope/Body/Content/PaperCertificate"/>
	<xsl:template name="certificate-number">
		<xsl:copy-of select="$paper/CertificateNumber | $paper/IssueDate"/>
		<xsl:copy-of select="$paper/IssuingCountryCode"/>
		<xsl:if test="$received">
			<CertificateNumber><xsl:value-of select="$received/AdditionalDocument[TypeCode = '861'][1]/ID"/></CertificateNumber>
			<IssueDate><xsl:call-template name="day"><xsl:with-param name="of" select="$received/AdditionalDocument[TypeCode = '861'][1]/EffectiveDateTime/DateTimeString"/></xsl:call-template></IssueDate>
			<IssuingCountryCode><xsl:value-of select="$received/GoodsShipment/ExportCountry/ID"/></IssuingCountryCode>
		</xsl:if>
	</xsl:template>

	<!-- Importing customs says what becomes of it (vn.co-status; where there is no national form, asw.co-status, from the same fields). "more": what stands behind OfficerName. -->
	<xsl:template name="co-status">
		<xsl:param name="status"/>
		<xsl:param name="more"/>
		<xsl:choose>
			<xsl:when test="/form/kind = 'asw.co-status'"><xsl:call-template name="asw-co-status"><xsl:with-param name="status" select="$status"/></xsl:call-template></xsl:when>
			<xsl:otherwise>
				<Envelope>
					<xsl:call-template name="header">
						<xsl:with-param name="procedure" select="'CO-D-SD'"/>
						<xsl:with-param name="function" select="'01'"/>
						<xsl:with-param name="follows" select="false()"/>
					</xsl:call-template>
					<Body>
						<Content>
							<CertificateStatus>
								<xsl:call-template name="certificate-number"/>
								<ImportingCountryCode><xsl:value-of select="/form/country"/></ImportingCountryCode>
								<StatusCode><xsl:value-of select="$status"/></StatusCode>
								<StatusDate><xsl:value-of select="/form/today"/></StatusDate>
								<CustomsOffice><Code><xsl:call-template name="office"/></Code></CustomsOffice>
								<xsl:if test="/form/caller/user != ''"><OfficerName><xsl:value-of select="substring(/form/caller/user, 1, 70)"/></OfficerName></xsl:if>
								<xsl:copy-of select="$more"/>
								<xsl:if test="/form/field/remarks"><Remarks f:field="remarks"><xsl:value-of select="/form/field/remarks"/></Remarks></xsl:if>
							</CertificateStatus>
						</Content>
					</Body>
				</Envelope>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!--
		A Form D (vn.co) with what an application or another Form D ("of") says in boxes 1 to 11 and 13, as it stands there. The office that
		certifies (box 12) is the one whose officer decides: /form/about/issuing.
	-->
	<xsl:template name="certificate">
		<xsl:param name="of"/>
		<xsl:param name="application"/>
		<xsl:param name="replaced"/>
		<xsl:variable name="issuing" select="/form/about/issuing"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-CAP'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateOfOrigin>
						<xsl:copy-of select="$of/FormCode"/>
						<CertificateNumber f:field="number"><xsl:value-of select="/form/field/number"/></CertificateNumber>
						<IssueDate><xsl:value-of select="/form/today"/></IssueDate>
						<!-- Twelve months, of a back-to-back certificate those of its oldest original. The 29th of February has no day of its own a year later. -->
						<xsl:variable name="from">
							<xsl:for-each select="$of/OriginalCertificate/IssueDate"><xsl:sort/><xsl:if test="position() = 1"><xsl:value-of select="."/></xsl:if></xsl:for-each>
							<xsl:if test="not($of/OriginalCertificate/IssueDate)"><xsl:value-of select="/form/today"/></xsl:if>
						</xsl:variable>
						<ExpiryDate>
							<xsl:value-of select="number(substring($from, 1, 4)) + 1"/>
							<xsl:choose>
								<xsl:when test="substring($from, 5) = '-02-29'">-02-28</xsl:when>
								<xsl:otherwise><xsl:value-of select="substring($from, 5)"/></xsl:otherwise>
							</xsl:choose>
						</ExpiryDate>
						<xsl:if test="$application != ''"><ApplicationReference><xsl:value-of select="$application"/></ApplicationReference></xsl:if>
						<xsl:copy-of select="$of/ExportDeclarationNumber"/>
						<xsl:copy-of select="$of/Exporter"/>
						<xsl:choose>
							<xsl:when test="/form/field/consignee-name != ''">
								<Consignee>
									<Name f:field="consignee-name"><xsl:value-of select="/form/field/consignee-name"/></Name>
									<Address f:field="consignee-address"><xsl:value-of select="/form/field/consignee-address"/></Address>
									<xsl:copy-of select="$of/Consignee/CountryCode"/>
								</Consignee>
							</xsl:when>
							<xsl:otherwise><xsl:copy-of select="$of/Consignee"/></xsl:otherwise>
						</xsl:choose>
						<xsl:copy-of select="$of/Transport | $of/ThirdPartyInvoice | $of/OriginalCertificate | $of/Exhibition"/>
						<xsl:copy-of select="$of/Item"/>
						<xsl:copy-of select="$of/ExporterDeclaration"/>
						<Certification>
							<AuthorityCode><xsl:value-of select="$issuing/office/code"/></AuthorityCode>
							<AuthorityName><xsl:value-of select="$issuing/office/name"/></AuthorityName>
							<Place><xsl:value-of select="$issuing/office/place"/></Place>
							<Date><xsl:value-of select="/form/today"/></Date>
							<OfficerName><xsl:value-of select="substring($issuing/officer, 1, 70)"/></OfficerName>
						</Certification>
						<xsl:copy-of select="$of/SpecialCase"/>
						<xsl:if test="/form/field/retroactive = 'yes' and not($of/SpecialCase[Code = 'RETROACTIVE'])"><SpecialCase><Code f:field="retroactive">RETROACTIVE</Code></SpecialCase></xsl:if>
						<xsl:copy-of select="$replaced"/>
						<xsl:choose>
							<xsl:when test="/form/field/remarks != ''"><Remarks f:field="remarks"><xsl:value-of select="/form/field/remarks"/></Remarks></xsl:when>
							<xsl:otherwise><xsl:copy-of select="$of/Remarks"/></xsl:otherwise>
						</xsl:choose>
					</CertificateOfOrigin>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>

	<!-- An issuing authority answers an application (vn.response). -->
	<xsl:template name="authority-response">
		<xsl:param name="function"/>
		<xsl:param name="status"/>
		<xsl:param name="more"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'TRA-LOI'"/>
				<xsl:with-param name="function" select="$function"/>
			</xsl:call-template>
			<Body>
				<Content>
					<Response>
						<StatusCode><xsl:value-of select="$status"/></StatusCode>
						<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
						<xsl:if test="/form/about/issuing/office/code != ''"><OfficeCode><xsl:value-of select="/form/about/issuing/office/code"/></OfficeCode></xsl:if>
						<Department><xsl:value-of select="substring(/form/about/issuing/office/name, 1, 256)"/></Department>
						<xsl:if test="/form/about/issuing/officer != ''"><CreaterName><xsl:value-of select="substring(/form/about/issuing/officer, 1, 256)"/></CreaterName></xsl:if>
						<ResultDate><xsl:value-of select="concat(/form/today, 'T', /form/clock, '+07:00')"/></ResultDate>
						<xsl:copy-of select="$more"/>
					</Response>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
