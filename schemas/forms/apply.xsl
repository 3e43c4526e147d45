<?xml version="1.0" encoding="UTF-8"?>
<!--
	A trader or an agent applies for a Form D, box by box. The fields bear the paths of their elements (frame.xsl); what is copied is an
	application that was lodged before.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="from" select="about/document/Envelope/Body/Content/CertificateApplication"/>
		<xsl:variable name="own" select="caller[roles/item = 'trader']"/>
		<fields long="yes" signed="{signed}" made="CertificateApplication/FormCode Item/Number">
			<xsl:if test="signed = 'yes'"><note name="must-sign"/></xsl:if>
			<group name="application">
				<field name="reference" max="35" required="yes" value="{reference}"/>
				<field name="AuthorityCode" type="choice" max="17" required="yes" list="authorities">
					<xsl:attribute name="value"><xsl:choose>
						<xsl:when test="$from"><xsl:value-of select="$from/AuthorityCode"/></xsl:when>
						<xsl:when test="count(authorities/item) = 1"><xsl:value-of select="authorities/item/identity"/></xsl:when>
					</xsl:choose></xsl:attribute>
				</field>
				<field name="ExportDeclarationNumber" type="number" max="12"/>
			</group>
			<group name="box-1">
				<field name="Exporter/TaxCode" max="17" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Exporter/TaxCode | $own[not($from)]/taxCode"/></xsl:attribute></field>
				<field name="Exporter/Name" max="300" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Exporter/Name | $own[not($from)]/name"/></xsl:attribute></field>
				<field name="Exporter/Address" max="300" required="yes" wide="yes" value="{$from/Exporter/Address}"/>
				<field name="Exporter/CountryCode" max="2" required="yes" list="iso-3166" value="{country}"/>
			</group>
			<group name="box-2">
				<field name="Consignee/Name" max="300" required="yes" value="{$from/Consignee/Name}"/>
				<field name="Consignee/Address" max="300" required="yes" wide="yes" value="{$from/Consignee/Address}"/>
				<field name="Consignee/CountryCode" max="2" required="yes" list="iso-3166" value="{$from/Consignee/CountryCode}"/>
			</group>
			<group name="box-3">
				<field name="Transport/ModeCode" type="choice" words="transport-mode" value="{$from/Transport/ModeCode}"><xsl:call-template name="modes"/></field>
				<field name="Transport/VesselName" max="70" required="yes" value="{$from/Transport/VesselName}"/>
				<field name="Transport/JourneyNumber" max="17"/>
				<field name="Transport/DepartureDate" type="date" required="yes"/>
				<field name="Transport/DischargePortCode" max="5" required="yes" list="unlocode" value="{$from/Transport/DischargePortCode}"/>
				<field name="Transport/DischargePortName" max="70" value="{$from/Transport/DischargePortName}"/>
				<field name="Transport/Route" max="512" wide="yes" value="{$from/Transport/Route}"/>
			</group>
			<group name="third-party-invoice" fold="yes">
				<field name="ThirdPartyInvoice/CompanyName" max="300" value="{$from/ThirdPartyInvoice/CompanyName}"/>
				<field name="ThirdPartyInvoice/Address" max="300" wide="yes" value="{$from/ThirdPartyInvoice/Address}"/>
				<field name="ThirdPartyInvoice/CountryCode" max="2" list="iso-3166" value="{$from/ThirdPartyInvoice/CountryCode}"/>
			</group>
			<group name="original-certificates" fold="yes">
				<xsl:call-template name="original"><xsl:with-param name="n" select="1"/></xsl:call-template>
				<xsl:call-template name="original"><xsl:with-param name="n" select="2"/></xsl:call-template>
				<xsl:call-template name="original"><xsl:with-param name="n" select="3"/></xsl:call-template>
			</group>
			<group name="exhibition" fold="yes">
				<field name="Exhibition/Name" max="300"/>
				<field name="Exhibition/Address" max="300" wide="yes"/>
				<field name="Exhibition/CountryCode" max="2" list="iso-3166"/>
			</group>
			<xsl:call-template name="lines">
				<xsl:with-param name="given" select="field/Item"/>
				<xsl:with-param name="from" select="$from/Item"/>
				<xsl:with-param name="most" select="50"/>
			</xsl:call-template>
			<group name="box-11">
				<field name="ExporterDeclaration/ProductionCountryCode" max="2" required="yes" list="iso-3166"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/ExporterDeclaration/ProductionCountryCode"/></xsl:when><xsl:otherwise><xsl:value-of select="country"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="ExporterDeclaration/ImportingCountryCode" max="2" required="yes" list="iso-3166" value="{$from/ExporterDeclaration/ImportingCountryCode}"/>
				<field name="ExporterDeclaration/Place" max="70" required="yes" value="{$from/ExporterDeclaration/Place}"/>
				<field name="ExporterDeclaration/Date" type="date" required="yes" value="{today}"/>
				<field name="ExporterDeclaration/SignatoryName" max="70" required="yes" value="{$from/ExporterDeclaration/SignatoryName}"/>
			</group>
			<group name="box-13">
				<xsl:call-template name="case"><xsl:with-param name="n" select="1"/><xsl:with-param name="code" select="'THIRD-INVOICING'"/><xsl:with-param name="from" select="$from"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="2"/><xsl:with-param name="code" select="'ACCUMULATION'"/><xsl:with-param name="from" select="$from"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="3"/><xsl:with-param name="code" select="'BACK-TO-BACK'"/><xsl:with-param name="from" select="$from"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="4"/><xsl:with-param name="code" select="'PARTIAL-CUMUL'"/><xsl:with-param name="from" select="$from"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="5"/><xsl:with-param name="code" select="'EXHIBITION'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="6"/><xsl:with-param name="code" select="'DE-MINIMIS'"/><xsl:with-param name="from" select="$from"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="n" select="7"/><xsl:with-param name="code" select="'RETROACTIVE'"/></xsl:call-template>
			</group>
			<group name="replaced-certificate" fold="yes">
				<field name="ReplacedCertificate/Number" max="35"/>
				<field name="ReplacedCertificate/IssueDate" type="date"/>
				<field name="ReplacedCertificate/CountryCode" max="2" list="iso-3166"/>
			</group>
			<field name="Remarks" type="area" max="512"/>
			<list name="authorities"><xsl:for-each select="authorities/item"><option value="{identity}" label="{name}"/></xsl:for-each></list>
			<list name="origin-criterion"><option value="WO"/><option value="PE"/><option value="CTH"/><option value="CTSH"/><option value="CC"/><option value="RVC 40%"/><option value="CTH + RVC 40%"/><option value="PC 25%"/></list>
			<xsl:call-template name="unit-lists"/>
		</fields>
	</xsl:template>
	<xsl:template name="original">
		<xsl:param name="n"/>
		<field name="OriginalCertificate[{$n}]/Number" max="35"/>
		<field name="OriginalCertificate[{$n}]/IssueDate" type="date"/>
		<field name="OriginalCertificate[{$n}]/CountryCode" max="2" list="iso-3166"/>
	</xsl:template>
	<xsl:template name="case">
		<xsl:param name="n"/>
		<xsl:param name="code"/>
		<xsl:param name="from" select="/.."/>
		<field name="SpecialCase[{$n}]/Code" type="check" set="{$code}" words="form-d">
			<xsl:if test="$from/SpecialCase[Code = $code]"><xsl:attribute name="value"><xsl:value-of select="$code"/></xsl:attribute></xsl:if>
			<option value="{$code}"/>
		</field>
	</xsl:template>
	<xsl:template match="ask" mode="line">
		<xsl:param name="n"/>
		<xsl:param name="number"/>
		<xsl:param name="from" select="/.."/>
		<group name="goods" number="{$number}" line="{$n}" hint="box-9">
			<field name="Item[{$n}]/Marks" max="512" value="{$from/Marks}"/>
			<field name="Item[{$n}]/PackageCount" type="number" max="8" value="{$from/PackageCount}"/>
			<field name="Item[{$n}]/PackageTypeCode" max="2" list="rec21-packages" value="{$from/PackageTypeCode}"/>
			<field name="Item[{$n}]/Description" max="512" required="yes" wide="yes" value="{$from/Description}"/>
			<field name="Item[{$n}]/HsCode" type="number" max="12" required="yes" list="hs" value="{$from/HsCode}"/>
			<field name="Item[{$n}]/OriginCriterion" max="17" required="yes" list="origin-criterion" value="{$from/OriginCriterion}"/>
			<field name="Item[{$n}]/OriginCountryCode" max="2" list="iso-3166" value="{$from/OriginCountryCode}"/>
			<field name="Item[{$n}]/GrossWeight" type="number" max="17" value="{$from/GrossWeight}"/>
			<field name="Item[{$n}]/GrossWeightUnitCode" max="4" list="rec20-units"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/GrossWeightUnitCode"/></xsl:when><xsl:otherwise>KGM</xsl:otherwise></xsl:choose></xsl:attribute></field>
			<field name="Item[{$n}]/Quantity" type="number" max="17" value="{$from/Quantity}"/>
			<field name="Item[{$n}]/QuantityUnitCode" max="4" list="rec20-units" value="{$from/QuantityUnitCode}"/>
			<field name="Item[{$n}]/FobValue" type="number" max="17" value="{$from/FobValue}"/>
			<field name="Item[{$n}]/FobCurrencyCode" max="3" list="iso-4217" value="{$from/FobCurrencyCode}"/>
			<field name="Item[{$n}]/InvoiceNumber" max="70"/>
			<field name="Item[{$n}]/InvoiceDate" type="date"/>
		</group>
	</xsl:template>

	<xsl:template match="/form">
		<xsl:variable name="authority" select="authorities/item[identity = /form/field/AuthorityCode][1]"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="$authority"/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateApplication>
						<FormCode>D</FormCode>
						<xsl:apply-templates select="field/*[not(self::reference)]" mode="element"/>
					</CertificateApplication>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
	<!-- What is wrong with a line as a whole is what box 9 lacks (schemas/rules/certificates.xml). -->
	<xsl:template match="Item" mode="element">
		<Item f:field="Item[{@n}]/GrossWeight"><xsl:apply-templates select="." mode="content"/></Item>
	</xsl:template>
	<xsl:template match="Item" mode="content">
		<Number><xsl:value-of select="count(preceding-sibling::Item) + 1"/></Number>
		<xsl:apply-templates select="*" mode="element"/>
	</xsl:template>
	<!-- A unit without a measure is one that was only suggested. -->
	<xsl:template match="Item/GrossWeightUnitCode[not(../GrossWeight)]" mode="element"/>
</xsl:stylesheet>
