<?xml version="1.0" encoding="UTF-8"?>
<!--
	An importer in Thailand, or their broker, declares goods that arrive (th.import), with the certificate of origin that they name. The
	fields bear the paths of their elements (frame.xsl) and stand in the order of the document; what is copied is a declaration that was lodged before.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="from" select="$th-original"/>
		<xsl:variable name="own" select="caller[roles/item = 'trader']"/>
		<fields long="yes" signed="{signed}" made="ImportDeclaration/ReferenceNumber ImportDeclaration/Year ImportDeclaration/FunctionCode ImportDeclaration/DeclarantCode ImportDeclaration/DeclarationNumber">
			<xsl:if test="signed = 'yes'"><note name="must-sign"/></xsl:if>
			<group name="th-entry">
				<field name="reference" max="35" required="yes" value="{reference}"/>
				<field name="CustomsOffice" max="17" required="yes" value="{$from/CustomsOffice}"/>
			</group>
			<group name="th-importer">
				<field name="Importer/Code" max="17" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Importer/Code | $own[not($from)]/taxCode"/></xsl:attribute></field>
				<field name="Importer/Name" max="256" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Importer/Name | $own[not($from)]/name"/></xsl:attribute></field>
				<field name="Importer/Address" max="512" wide="yes" value="{$from/Importer/Address}"/>
			</group>
			<group name="th-consignor" fold="yes">
				<field name="Consignor/Name" max="256" value="{$from/Consignor/Name}"/>
				<field name="Consignor/Address" max="512" wide="yes" value="{$from/Consignor/Address}"/>
				<field name="Consignor/CountryCode" max="2" list="iso-3166" value="{$from/Consignor/CountryCode}"/>
			</group>
			<group name="th-transport" fold="yes">
				<field name="CargoNumber" max="35"/>
				<field name="VesselName" max="70"/>
				<field name="ArrivalDate" type="date"/>
			</group>
			<group name="th-invoice">
				<field name="Invoice/Number" max="35" required="yes"/>
				<field name="Invoice/Date" type="date"/>
				<field name="Invoice/CurrencyCode" max="3" list="iso-4217" value="{$from/Invoice/CurrencyCode}"/>
				<field name="Invoice/TotalPrice" type="number" max="17"/>
			</group>
			<xsl:call-template name="lines">
				<xsl:with-param name="given" select="field/Line"/>
				<xsl:with-param name="from" select="$from/Line"/>
				<xsl:with-param name="most" select="50"/>
			</xsl:call-template>
			<group name="th-proof">
				<field name="ProofOfOrigin/TypeCode" type="choice" words="proof" value="{$from/ProofOfOrigin/TypeCode}">
					<option value="FORM-D"/>
					<option value="PAPER-FORM-D"/>
					<option value="ORIGIN-DECLARATION"/>
					<option value="LATE"/>
				</field>
				<field name="ProofOfOrigin/CountryCode" max="2" list="iso-3166" value="{$from/ProofOfOrigin/CountryCode}"/>
				<field name="ProofOfOrigin/Number" max="70"/>
				<field name="ProofOfOrigin/IssueDate" type="date"/>
			</group>
			<field name="Notes" type="area" max="512"/>
			<xsl:call-template name="unit-lists"/>
		</fields>
	</xsl:template>
	<xsl:template match="ask" mode="line">
		<xsl:param name="n"/>
		<xsl:param name="number"/>
		<xsl:param name="from" select="/.."/>
		<group name="goods" number="{$number}" line="{$n}">
			<field name="Line[{$n}]/HsCode" type="number" max="11" required="yes" list="hs" value="{$from/HsCode}"/>
			<field name="Line[{$n}]/Description" max="512" required="yes" wide="yes" value="{$from/Description}"/>
			<field name="Line[{$n}]/OriginCountryCode" max="2" required="yes" list="iso-3166" value="{$from/OriginCountryCode}"/>
			<field name="Line[{$n}]/Quantity" type="number" max="17" required="yes" value="{$from/Quantity}"/>
			<field name="Line[{$n}]/QuantityUnitCode" max="3" required="yes" list="rec20-units" value="{$from/QuantityUnitCode}"/>
			<field name="Line[{$n}]/InvoiceValue" type="number" max="17"/>
			<field name="Line[{$n}]/UnitPriceCurrencyCode" max="3" list="iso-4217" value="{$from/UnitPriceCurrencyCode}"/>
		</group>
	</xsl:template>

	<xsl:template match="/form">
		<ImportDeclaration>
			<ReferenceNumber f:field="reference"><xsl:value-of select="field/reference"/></ReferenceNumber>
			<Year><xsl:value-of select="year"/></Year>
			<FunctionCode>01</FunctionCode>
			<DeclarantCode><xsl:value-of select="caller/taxCode"/></DeclarantCode>
			<xsl:apply-templates select="field/*[not(self::reference)]" mode="element"/>
		</ImportDeclaration>
	</xsl:template>
</xsl:stylesheet>
