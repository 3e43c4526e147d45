<?xml version="1.0" encoding="UTF-8"?>
<!-- The hub's own documents, of who has no national form for them: asw.co-status, asw.verification (schemas/xsd/). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">

	<!-- "2026-11-20" as "20261120"; what is no day stays as it is, for the check to see. -->
	<xsl:template name="asw-day">
		<xsl:param name="of"/>
		<xsl:choose>
			<xsl:when test="string-length($of) = 10 and translate($of, '0123456789', '') = '--'"><xsl:value-of select="translate($of, '-', '')"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- The question that waits for an answer. What was asked before the certificate kept that stands in the timeline alone. -->
	<xsl:variable name="asked" select="/*/about/verification[country != '']"/>
	<xsl:variable name="asked-once" select="/*/about/timeline/item[event = 'Questioned'][not($asked)][last()]"/>
	<xsl:variable name="asked-reference" select="concat($asked/reference, $asked-once/attributes/reference)"/>
	<xsl:variable name="asked-by" select="concat($asked/country, substring-after($asked-once/actor, 'partner:'))"/>
	<xsl:variable name="asked-on" select="($asked/asked | $asked-once/time)/@day"/>

	<!-- Importing customs says what becomes of a certificate, from what its four forms ask. -->
	<xsl:template name="asw-co-status">
		<xsl:param name="status"/>
		<xsl:variable name="field" select="/form/field"/>
		<Response xmlns="urn:sampan:asw-profile:co-status:1">
			<FunctionCode>11</FunctionCode>
			<FunctionalReferenceID><xsl:value-of select="/form/reference"/></FunctionalReferenceID>
			<ResponsibleCountryCode><xsl:value-of select="/form/country"/></ResponsibleCountryCode>
			<AdditionalDocument>
				<ID><xsl:value-of select="$received/AdditionalDocument[TypeCode = '861'][1]/ID"/></ID>
				<TypeCode>861</TypeCode>
				<EffectiveDateTime><DateTimeString formatCode="102"><xsl:value-of select="$received/AdditionalDocument[TypeCode = '861'][1]/EffectiveDateTime/DateTimeString"/></DateTimeString></EffectiveDateTime>
				<CountryCode><xsl:value-of select="$received/GoodsShipment/ExportCountry/ID"/></CountryCode>
			</AdditionalDocument>
			<xsl:for-each select="$field/reason[code]">
				<AdditionalInformation>
					<StatementCode f:field="reason[{@n}]/code"><xsl:value-of select="code"/></StatementCode>
					<xsl:if test="text"><StatementDescription f:field="reason[{@n}]/text"><xsl:value-of select="text"/></StatementDescription></xsl:if>
					<StatementTypeCode>RSN</StatementTypeCode>
					<xsl:if test="item"><Pointer><SequenceNumeric f:field="reason[{@n}]/item"><xsl:value-of select="item"/></SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode></Pointer></xsl:if>
				</AdditionalInformation>
			</xsl:for-each>
			<xsl:if test="$field/reason[not(*)] != ''">
				<AdditionalInformation>
					<StatementCode f:field="reason"><xsl:value-of select="$field/reason"/></StatementCode>
					<xsl:if test="$field/text"><StatementDescription f:field="text"><xsl:value-of select="$field/text"/></StatementDescription></xsl:if>
					<StatementTypeCode>RSN</StatementTypeCode>
				</AdditionalInformation>
			</xsl:if>
			<xsl:if test="$field/remarks != ''"><AdditionalInformation><StatementDescription f:field="remarks"><xsl:value-of select="$field/remarks"/></StatementDescription><StatementTypeCode>AAI</StatementTypeCode></AdditionalInformation></xsl:if>
			<xsl:if test="/form/caller/user != ''"><Authentication><Authentication><xsl:value-of select="substring(/form/caller/user, 1, 70)"/></Authentication></Authentication></xsl:if>
			<ContactOffice>
				<ID><xsl:call-template name="office"/></ID>
				<Name><xsl:value-of select="substring(/form/caller/name, 1, 300)"/></Name>
			</ContactOffice>
			<Status>
				<EffectiveDateTime><DateTimeString formatCode="102"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="/form/today"/></xsl:call-template></DateTimeString></EffectiveDateTime>
				<NameCode>
					<xsl:choose>
						<xsl:when test="$status = 'ACCEPTED'">ACC</xsl:when>
						<xsl:when test="$status = 'NOT-ACCEPTED'">REJ</xsl:when>
						<xsl:when test="$status = 'USED'">USE</xsl:when>
						<xsl:when test="$status = 'REVERSED'">REV</xsl:when>
					</xsl:choose>
				</NameCode>
			</Status>
			<xsl:if test="$status = 'REVERSED'"><PreviousDocument><CategoryCode>REV</CategoryCode><ID f:field="earlier"><xsl:value-of select="$field/earlier"/></ID></PreviousDocument></xsl:if>
			<xsl:for-each select="$field/item[quantity]">
				<GovernmentAgencyGoodsItem>
					<SequenceNumeric><xsl:value-of select="@n"/></SequenceNumeric>
					<AdditionalDocument>
						<EffectiveDateTime><DateTimeString formatCode="102"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="/form/today"/></xsl:call-template></DateTimeString></EffectiveDateTime>
						<WriteOff><QuantityQuantity unitCode="{unit}" f:field="item[{@n}]/quantity"><xsl:value-of select="quantity"/></QuantityQuantity></WriteOff>
					</AdditionalDocument>
					<ContactOffice><ID><xsl:call-template name="office"/></ID></ContactOffice>
					<PreviousDocument>
						<ID f:field="declaration"><xsl:value-of select="$field/declaration"/></ID>
						<TypeCode>929</TypeCode>
						<IssueDateTime><DateTimeString formatCode="102" f:field="declaration-date"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="$field/declaration-date"/></xsl:call-template></DateTimeString></IssueDateTime>
						<OfficeID f:field="declaration-office"><xsl:value-of select="$field/declaration-office"/></OfficeID>
					</PreviousDocument>
				</GovernmentAgencyGoodsItem>
			</xsl:for-each>
		</Response>
	</xsl:template>

	<!-- Importing customs asks the issuing authority about a certificate. -->
	<xsl:template name="asw-verification">
		<xsl:variable name="field" select="/form/field"/>
		<Declaration xmlns="urn:sampan:asw-profile:verification:1">
			<FunctionCode>13</FunctionCode>
			<FunctionalReferenceID><xsl:value-of select="/form/reference"/></FunctionalReferenceID>
			<AdditionalDocument>
				<ID><xsl:value-of select="$received/AdditionalDocument[TypeCode = '861'][1]/ID"/></ID>
				<TypeCode>861</TypeCode>
				<EffectiveDateTime><DateTimeString formatCode="102"><xsl:value-of select="$received/AdditionalDocument[TypeCode = '861'][1]/EffectiveDateTime/DateTimeString"/></DateTimeString></EffectiveDateTime>
				<CountryCode><xsl:value-of select="$received/GoodsShipment/ExportCountry/ID"/></CountryCode>
			</AdditionalDocument>
			<AdditionalInformation>
				<StatementCode f:field="reason"><xsl:value-of select="$field/reason"/></StatementCode>
				<xsl:if test="$field/text != ''"><StatementDescription f:field="text"><xsl:value-of select="$field/text"/></StatementDescription></xsl:if>
				<StatementTypeCode>RSN</StatementTypeCode>
			</AdditionalInformation>
			<xsl:for-each select="$field/question">
				<AdditionalInformation>
					<SequenceNumeric><xsl:value-of select="@n"/></SequenceNumeric>
					<xsl:if test="box"><StatementCode f:field="question[{@n}]/box"><xsl:value-of select="box"/></StatementCode></xsl:if>
					<StatementDescription f:field="question[{@n}]/text"><xsl:value-of select="text"/></StatementDescription>
					<StatementTypeCode>QST</StatementTypeCode>
					<xsl:if test="item"><Pointer><SequenceNumeric f:field="question[{@n}]/item"><xsl:value-of select="item"/></SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode></Pointer></xsl:if>
				</AdditionalInformation>
			</xsl:for-each>
			<xsl:if test="$field/remarks != ''"><AdditionalInformation><StatementDescription f:field="remarks"><xsl:value-of select="$field/remarks"/></StatementDescription><StatementTypeCode>AAI</StatementTypeCode></AdditionalInformation></xsl:if>
			<xsl:if test="$field/due != ''"><DueDateTime><DateTimeString formatCode="102" f:field="due"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="$field/due"/></xsl:call-template></DateTimeString></DueDateTime></xsl:if>
			<Submitter>
				<Name><xsl:value-of select="substring(/form/caller/name, 1, 300)"/></Name>
				<ID><xsl:call-template name="office"/></ID>
				<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
				<xsl:if test="/form/caller/user != ''"><ContactName><xsl:value-of select="substring(/form/caller/user, 1, 70)"/></ContactName></xsl:if>
			</Submitter>
			<xsl:if test="$field/wanted">
				<GoodsShipment>
					<xsl:for-each select="$field/wanted">
						<AdditionalDocument><CategoryCode>REQ</CategoryCode><TypeCode f:field="wanted[{@n}]/code"><xsl:value-of select="code"/></TypeCode></AdditionalDocument>
					</xsl:for-each>
				</GoodsShipment>
			</xsl:if>
		</Declaration>
	</xsl:template>

	<!-- An issuing authority answers for a certificate of its own, by its national form. -->
	<xsl:template name="asw-verification-answer">
		<xsl:variable name="field" select="/form/field"/>
		<xsl:variable name="issued" select="/form/about/document/docRequest/issued"/>
		<Declaration xmlns="urn:sampan:asw-profile:verification:1">
			<FunctionCode>11</FunctionCode>
			<FunctionalReferenceID><xsl:value-of select="/form/reference"/></FunctionalReferenceID>
			<AdditionalDocument>
				<ID><xsl:value-of select="$issued/certificateNo"/></ID>
				<TypeCode>861</TypeCode>
				<EffectiveDateTime><DateTimeString formatCode="102"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="substring($issued/issueDate, 1, 10)"/></xsl:call-template></DateTimeString></EffectiveDateTime>
				<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
			</AdditionalDocument>
			<xsl:for-each select="$field/answer">
				<AdditionalInformation>
					<SequenceNumeric f:field="answer[{@n}]/question"><xsl:value-of select="question"/></SequenceNumeric>
					<StatementCode f:field="answer[{@n}]/result"><xsl:call-template name="asw-result"><xsl:with-param name="of" select="result"/></xsl:call-template></StatementCode>
					<xsl:if test="text"><StatementDescription f:field="answer[{@n}]/text"><xsl:value-of select="text"/></StatementDescription></xsl:if>
					<StatementTypeCode>RES</StatementTypeCode>
				</AdditionalInformation>
			</xsl:for-each>
			<xsl:if test="$field/remarks != ''"><AdditionalInformation><StatementDescription f:field="remarks"><xsl:value-of select="$field/remarks"/></StatementDescription><StatementTypeCode>AAI</StatementTypeCode></AdditionalInformation></xsl:if>
			<Authentication>
				<xsl:if test="/form/caller/user != ''"><Authentication><xsl:value-of select="substring(/form/caller/user, 1, 70)"/></Authentication></xsl:if>
				<ActualDateTime><DateTimeString formatCode="102"><xsl:call-template name="asw-day"><xsl:with-param name="of" select="/form/today"/></xsl:call-template></DateTimeString></ActualDateTime>
				<Authenticator>
					<Name><xsl:value-of select="substring(/form/caller/name, 1, 300)"/></Name>
					<ID><xsl:value-of select="$issued/authorityCode"/></ID>
					<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
				</Authenticator>
			</Authentication>
			<PreviousDocument>
				<CategoryCode>REQ</CategoryCode>
				<ID f:field="request"><xsl:value-of select="$field/request"/></ID>
				<CountryCode f:field="request"><xsl:value-of select="$asked-by"/></CountryCode>
			</PreviousDocument>
			<Status><NameCode f:field="result"><xsl:call-template name="asw-result"><xsl:with-param name="of" select="$field/result"/></xsl:call-template></NameCode></Status>
		</Declaration>
	</xsl:template>
	<!-- schemas/lists/verification-result.tsv -->
	<xsl:template name="asw-result">
		<xsl:param name="of"/>
		<xsl:choose>
			<xsl:when test="$of = 'VALID'">YES</xsl:when>
			<xsl:when test="$of = 'PARTLY-VALID'">PAR</xsl:when>
			<xsl:when test="$of = 'NOT-VALID'">NO</xsl:when>
			<xsl:when test="$of = 'NOT-ISSUED'">NIS</xsl:when>
			<xsl:when test="$of = 'CANNOT-SAY'">UNK</xsl:when>
			<xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
</xsl:stylesheet>
