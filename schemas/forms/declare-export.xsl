<?xml version="1.0" encoding="UTF-8"?>
<!-- A trader or an agent declares goods for export (VNACCS EDA). The fields bear the paths of their elements (frame.xsl); days are filled in as everywhere and written as VNACCS writes them. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="from" select="about/document/Envelope/Body/Content/ExportDeclaration"/>
		<xsl:variable name="own" select="caller[roles/item = 'trader']"/>
		<fields long="yes" signed="{signed}" made="ExportDeclaration/DeclarationNumber">
			<xsl:if test="signed = 'yes'"><note name="must-sign"/></xsl:if>
			<group name="declaration">
				<field name="reference" max="35" required="yes" value="{reference}"/>
				<field name="DeclarationKindCode" type="choice" max="3" required="yes" list="vnaccs-export-kind" value="{$from/DeclarationKindCode}"/>
				<field name="TransportModeCode" type="choice" required="yes" words="transport-mode" value="{$from/TransportModeCode}"><xsl:call-template name="modes"/></field>
				<field name="CustomsOffice" max="6" list="customs-offices"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/CustomsOffice"/></xsl:when><xsl:otherwise><xsl:value-of select="office"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="CustomsSubSection" max="2" value="{$from/CustomsSubSection}"/>
				<field name="PlannedDeclarationDate" type="date" value="{today}"/>
			</group>
			<group name="exporter">
				<field name="Exporter/Code" max="13" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Exporter/Code | $own[not($from)]/taxCode"/></xsl:attribute></field>
				<field name="Exporter/Name" max="300" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Exporter/Name | $own[not($from)]/name"/></xsl:attribute></field>
				<field name="Exporter/Postcode" max="7" value="{$from/Exporter/Postcode}"/>
				<field name="Exporter/Address" max="300" wide="yes" value="{$from/Exporter/Address}"/>
				<field name="Exporter/Telephone" max="20" value="{$from/Exporter/Telephone}"/>
			</group>
			<group name="consignee">
				<field name="Consignee/Name" max="70" required="yes" value="{$from/Consignee/Name}"/>
				<field name="Consignee/Postcode" max="9" value="{$from/Consignee/Postcode}"/>
				<field name="Consignee/AddressLine1" max="35" required="yes" value="{$from/Consignee/AddressLine1}"/>
				<field name="Consignee/AddressLine2" max="35" value="{$from/Consignee/AddressLine2}"/>
				<field name="Consignee/City" max="35" value="{$from/Consignee/City}"/>
				<field name="Consignee/CountrySubdivision" max="35" value="{$from/Consignee/CountrySubdivision}"/>
				<field name="Consignee/CountryCode" max="2" required="yes" list="iso-3166" value="{$from/Consignee/CountryCode}"/>
			</group>
			<group name="cargo">
				<field name="DeclarantCode" max="5" required="yes"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/DeclarantCode"/></xsl:when><xsl:otherwise><xsl:value-of select="declarant"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="CargoNumber" max="35"/>
				<field name="Pieces" type="number" max="8" required="yes" value="{$from/Pieces}"/>
				<field name="PieceUnitCode" max="3" required="yes" list="rec21-packages" value="{$from/PieceUnitCode}"/>
				<field name="GrossWeight" type="number" max="10" value="{$from/GrossWeight}"/>
				<field name="GrossWeightUnitCode" max="3" list="rec20-units"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/GrossWeightUnitCode"/></xsl:when><xsl:otherwise><xsl:value-of select="'KGM'"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="WarehouseCode" max="7" value="{$from/WarehouseCode}"/>
				<field name="FinalDestinationCode" max="5" required="yes" list="unlocode" value="{$from/FinalDestinationCode}"/>
				<field name="FinalDestinationName" max="35" value="{$from/FinalDestinationName}"/>
				<field name="LoadingPortCode" max="6" value="{$from/LoadingPortCode}"/>
				<field name="LoadingPortName" max="35" value="{$from/LoadingPortName}"/>
				<field name="VesselCode" max="9" value="{$from/VesselCode}"/>
				<field name="VesselName" max="35" value="{$from/VesselName}"/>
				<field name="DepartureDate" type="date" required="yes"/>
				<field name="MarksAndNumbers" max="140" wide="yes" value="{$from/MarksAndNumbers}"/>
			</group>
			<group name="permits" fold="yes">
				<field name="Permit[1]/Type" max="4"/>
				<field name="Permit[1]/Number" max="20"/>
				<field name="Permit[2]/Type" max="4"/>
				<field name="Permit[2]/Number" max="20"/>
				<field name="Permit[3]/Type" max="4"/>
				<field name="Permit[3]/Number" max="20"/>
			</group>
			<group name="invoice">
				<field name="Invoice/ClassificationCode" type="choice" words="invoice-kind" value="{$from/Invoice/ClassificationCode}"><option value="A"/><option value="B"/><option value="D"/></field>
				<field name="Invoice/Number" max="35"/>
				<field name="Invoice/Date" type="date"/>
				<field name="Invoice/PaymentTerm" max="7" value="{$from/Invoice/PaymentTerm}"/>
				<field name="Invoice/PriceConditionCode" type="choice" max="3" required="yes" list="vnaccs-price-condition" value="{$from/Invoice/PriceConditionCode}"/>
				<field name="Invoice/CurrencyCode" max="3" required="yes" list="iso-4217" value="{$from/Invoice/CurrencyCode}"/>
				<field name="Invoice/TotalPrice" type="number" max="20" required="yes"/>
				<field name="Invoice/PriceKindCode" type="choice" required="yes" words="price-kind" value="{$from/Invoice/PriceKindCode}"><option value="A"/><option value="B"/><option value="C"/><option value="D"/></field>
				<field name="TaxValue/ProportionalTotal" type="number" max="20"/>
			</group>
			<group name="payment" fold="yes">
				<field name="Payment/TaxPayerCode" type="choice" words="tax-payer" value="{$from/Payment/TaxPayerCode}"><option value="1"/><option value="2"/></field>
				<field name="Payment/Bank/Code" max="11" value="{$from/Payment/Bank/Code}"/>
				<field name="Payment/Bank/IssuedYear" type="number" max="4" value="{$from/Payment/Bank/IssuedYear}"/>
				<field name="Payment/Bank/Sign" max="10" value="{$from/Payment/Bank/Sign}"/>
				<field name="Payment/Bank/Number" max="10" value="{$from/Payment/Bank/Number}"/>
				<field name="Payment/ExtensionCode" max="1" value="{$from/Payment/ExtensionCode}"/>
			</group>
			<group name="notes">
				<field name="Notes" type="area" max="300"/>
				<field name="InternalControlNumber" max="20"/>
			</group>
			<group name="vanning" fold="yes">
				<field name="Vanning/PlaceCode" max="7" value="{$from/Vanning/PlaceCode}"/>
				<field name="Vanning/PlaceName" max="70" value="{$from/Vanning/PlaceName}"/>
				<field name="Vanning/PlaceAddress" max="300" wide="yes" value="{$from/Vanning/PlaceAddress}"/>
				<field name="Container[1]" max="12"/>
				<field name="Container[2]" max="12"/>
				<field name="Container[3]" max="12"/>
				<field name="Container[4]" max="12"/>
				<field name="Container[5]" max="12"/>
				<field name="Container[6]" max="12"/>
				<field name="Container[7]" max="12"/>
				<field name="Container[8]" max="12"/>
				<field name="Container[9]" max="12"/>
				<field name="Container[10]" max="12"/>
			</group>
			<xsl:call-template name="lines">
				<xsl:with-param name="given" select="field/Line"/>
				<xsl:with-param name="from" select="$from/Line"/>
				<xsl:with-param name="most" select="50"/>
			</xsl:call-template>
			<group name="lodgement">
				<field name="Lodgement/AseanConsent" type="choice" words="answer" value="{$from/Lodgement/AseanConsent}"><option value="yes"/><option value="no"/></field>
				<field name="Lodgement/DischargePort" max="5" list="unlocode" value="{$from/Lodgement/DischargePort}"/>
			</group>
			<list name="customs-offices"><option value="{office}"/></list>
			<xsl:call-template name="unit-lists"/>
		</fields>
	</xsl:template>
	<xsl:template match="ask" mode="line">
		<xsl:param name="n"/>
		<xsl:param name="number"/>
		<xsl:param name="from" select="/.."/>
		<group name="goods" number="{$number}" line="{$n}">
			<field name="Line[{$n}]/HsCode" type="number" max="12" required="yes" list="hs" value="{$from/HsCode}"/>
			<field name="Line[{$n}]/Description" max="600" required="yes" wide="yes" value="{$from/Description}"/>
			<field name="Line[{$n}]/Quantity" type="number" max="12" required="yes" value="{$from/Quantity}"/>
			<field name="Line[{$n}]/QuantityUnitCode" max="4" required="yes" list="rec20-units" value="{$from/QuantityUnitCode}"/>
			<field name="Line[{$n}]/Quantity2" type="number" max="12" value="{$from/Quantity2}"/>
			<field name="Line[{$n}]/Quantity2UnitCode" max="4" list="rec20-units" value="{$from/Quantity2UnitCode}"/>
			<field name="Line[{$n}]/InvoiceValue" type="number" max="20" value="{$from/InvoiceValue}"/>
			<field name="Line[{$n}]/UnitPrice" type="number" max="9" value="{$from/UnitPrice}"/>
			<field name="Line[{$n}]/UnitPriceCurrencyCode" max="3" list="iso-4217" value="{$from/UnitPriceCurrencyCode}"/>
			<field name="Line[{$n}]/UnitPriceUnitCode" max="4" list="rec20-units" value="{$from/UnitPriceUnitCode}"/>
		</group>
	</xsl:template>

	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'XK01'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<ExportDeclaration>
						<xsl:apply-templates select="field/*[not(self::reference)]" mode="element"/>
					</ExportDeclaration>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
	<xsl:template match="PlannedDeclarationDate | DepartureDate | Invoice/Date" mode="content"><xsl:call-template name="vnaccs-day"><xsl:with-param name="of" select="string(.)"/></xsl:call-template></xsl:template>
	<!-- A unit without a measure is one that was only suggested. -->
	<xsl:template match="GrossWeightUnitCode[not(../GrossWeight)]" mode="element"/>
</xsl:stylesheet>
