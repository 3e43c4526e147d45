<?xml version="1.0" encoding="UTF-8"?>
<!-- A trader or an agent declares goods for import (VNACCS IDA), and names their proofs of origin. The fields bear the paths of their elements (frame.xsl); days are filled in as everywhere and written as VNACCS writes them. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="from" select="about/document/Envelope/Body/Content/ImportDeclaration"/>
		<xsl:variable name="own" select="caller[roles/item = 'trader']"/>
		<fields long="yes" signed="{signed}" made="ImportDeclaration/DeclarationNumber">
			<xsl:if test="signed = 'yes'"><note name="must-sign"/></xsl:if>
			<group name="declaration">
				<field name="reference" max="35" required="yes" value="{reference}"/>
				<field name="DeclarationKindCode" type="choice" max="3" required="yes" list="vnaccs-import-kind" value="{$from/DeclarationKindCode}"/>
				<field name="TransportModeCode" type="choice" required="yes" words="transport-mode" value="{$from/TransportModeCode}"><xsl:call-template name="modes"/></field>
				<field name="PersonClassificationCode" max="1" required="yes"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/PersonClassificationCode"/></xsl:when><xsl:otherwise><xsl:value-of select="'4'"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="CustomsOffice" max="6" list="customs-offices"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/CustomsOffice"/></xsl:when><xsl:otherwise><xsl:value-of select="office"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="CustomsSubSection" max="2" value="{$from/CustomsSubSection}"/>
				<field name="PlannedDeclarationDate" type="date" value="{today}"/>
			</group>
			<group name="importer">
				<field name="Importer/Code" max="13" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Importer/Code | $own[not($from)]/taxCode"/></xsl:attribute></field>
				<field name="Importer/Name" max="300" required="yes"><xsl:attribute name="value"><xsl:value-of select="$from/Importer/Name | $own[not($from)]/name"/></xsl:attribute></field>
				<field name="Importer/Postcode" max="7" value="{$from/Importer/Postcode}"/>
				<field name="Importer/Address" max="300" wide="yes" value="{$from/Importer/Address}"/>
				<field name="Importer/Telephone" max="20" value="{$from/Importer/Telephone}"/>
			</group>
			<group name="consignor">
				<field name="Consignor/Name" max="70" value="{$from/Consignor/Name}"/>
				<field name="Consignor/Postcode" max="9" value="{$from/Consignor/Postcode}"/>
				<field name="Consignor/AddressLine1" max="35" value="{$from/Consignor/AddressLine1}"/>
				<field name="Consignor/AddressLine2" max="35" value="{$from/Consignor/AddressLine2}"/>
				<field name="Consignor/City" max="35" value="{$from/Consignor/City}"/>
				<field name="Consignor/CountrySubdivision" max="35" value="{$from/Consignor/CountrySubdivision}"/>
				<field name="Consignor/CountryCode" max="2" list="iso-3166" value="{$from/Consignor/CountryCode}"/>
			</group>
			<group name="cargo">
				<field name="DeclarantCode" max="5" required="yes"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/DeclarantCode"/></xsl:when><xsl:otherwise><xsl:value-of select="declarant"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="CargoNumber" max="35"/>
				<field name="Pieces" type="number" max="8" required="yes" value="{$from/Pieces}"/>
				<field name="PieceUnitCode" max="3" required="yes" list="rec21-packages" value="{$from/PieceUnitCode}"/>
				<field name="GrossWeight" type="number" max="10" value="{$from/GrossWeight}"/>
				<field name="GrossWeightUnitCode" max="3" list="rec20-units"><xsl:attribute name="value"><xsl:choose><xsl:when test="$from"><xsl:value-of select="$from/GrossWeightUnitCode"/></xsl:when><xsl:otherwise><xsl:value-of select="'KGM'"/></xsl:otherwise></xsl:choose></xsl:attribute></field>
				<field name="WarehouseCode" max="7" value="{$from/WarehouseCode}"/>
				<field name="MarksAndNumbers" max="140" wide="yes" value="{$from/MarksAndNumbers}"/>
				<field name="VesselCode" max="9" value="{$from/VesselCode}"/>
				<field name="VesselName" max="35" value="{$from/VesselName}"/>
				<field name="ArrivalDate" type="date" required="yes"/>
				<field name="UnloadingPortCode" max="6" value="{$from/UnloadingPortCode}"/>
				<field name="UnloadingPortName" max="35" value="{$from/UnloadingPortName}"/>
				<field name="LoadingPlaceCode" max="5" required="yes" list="unlocode" value="{$from/LoadingPlaceCode}"/>
				<field name="LoadingPlaceName" max="35" value="{$from/LoadingPlaceName}"/>
				<field name="ContainerCount" type="number" max="3" value="{$from/ContainerCount}"/>
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
				<field name="Invoice/PriceKindCode" type="choice" words="price-kind" value="{$from/Invoice/PriceKindCode}"><option value="A"/><option value="B"/><option value="C"/><option value="D"/></field>
				<field name="Invoice/PriceConditionCode" type="choice" max="3" list="vnaccs-price-condition" value="{$from/Invoice/PriceConditionCode}"/>
				<field name="Invoice/CurrencyCode" max="3" list="iso-4217" value="{$from/Invoice/CurrencyCode}"/>
				<field name="Invoice/TotalPrice" type="number" max="20"/>
			</group>
			<group name="valuation" fold="yes">
				<field name="Valuation/DeclarationCode" max="1" value="{$from/Valuation/DeclarationCode}"/>
				<field name="Valuation/Freight/Code" max="1" value="{$from/Valuation/Freight/Code}"/>
				<field name="Valuation/Freight/CurrencyCode" max="3" list="iso-4217" value="{$from/Valuation/Freight/CurrencyCode}"/>
				<field name="Valuation/Freight/Amount" type="number" max="18"/>
				<field name="Valuation/Insurance/Code" max="1" value="{$from/Valuation/Insurance/Code}"/>
				<field name="Valuation/Insurance/CurrencyCode" max="3" list="iso-4217" value="{$from/Valuation/Insurance/CurrencyCode}"/>
				<field name="Valuation/Insurance/Amount" type="number" max="16"/>
				<field name="Valuation/Details" type="area" max="600" value="{$from/Valuation/Details}"/>
				<field name="Valuation/ProportionalTotal" type="number" max="20"/>
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
			<xsl:call-template name="lines">
				<xsl:with-param name="given" select="field/Line"/>
				<xsl:with-param name="from" select="$from/Line"/>
				<xsl:with-param name="most" select="50"/>
			</xsl:call-template>
			<group name="proofs">
				<field name="Lodgement/ProofOfOrigin[1]/TypeCode" type="choice" words="proof"><option value="FORM-D"/><option value="PAPER-FORM-D"/><option value="ORIGIN-DECLARATION"/><option value="WAIVER"/><option value="LATE"/></field>
				<field name="Lodgement/ProofOfOrigin[1]/CountryCode" max="2" list="iso-3166"/>
				<field name="Lodgement/ProofOfOrigin[1]/Number" max="35"/>
				<field name="Lodgement/ProofOfOrigin[1]/IssueDate" type="date"/>
				<field name="Lodgement/ProofOfOrigin[2]/TypeCode" type="choice" words="proof"><option value="FORM-D"/><option value="PAPER-FORM-D"/><option value="ORIGIN-DECLARATION"/><option value="WAIVER"/><option value="LATE"/></field>
				<field name="Lodgement/ProofOfOrigin[2]/CountryCode" max="2" list="iso-3166"/>
				<field name="Lodgement/ProofOfOrigin[2]/Number" max="35"/>
				<field name="Lodgement/ProofOfOrigin[2]/IssueDate" type="date"/>
				<field name="Lodgement/ProofOfOrigin[3]/TypeCode" type="choice" words="proof"><option value="FORM-D"/><option value="PAPER-FORM-D"/><option value="ORIGIN-DECLARATION"/><option value="WAIVER"/><option value="LATE"/></field>
				<field name="Lodgement/ProofOfOrigin[3]/CountryCode" max="2" list="iso-3166"/>
				<field name="Lodgement/ProofOfOrigin[3]/Number" max="35"/>
				<field name="Lodgement/ProofOfOrigin[3]/IssueDate" type="date"/>
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
			<field name="Line[{$n}]/DutyRate" type="number" max="10" value="{$from/DutyRate}"/>
			<field name="Line[{$n}]/Description" max="600" required="yes" wide="yes" value="{$from/Description}"/>
			<field name="Line[{$n}]/OriginCountryCode" max="2" required="yes" list="iso-3166" value="{$from/OriginCountryCode}"/>
			<field name="Line[{$n}]/TariffScheduleCode" max="3" value="{$from/TariffScheduleCode}"/>
			<field name="Line[{$n}]/Quantity" type="number" max="12" required="yes" value="{$from/Quantity}"/>
			<field name="Line[{$n}]/QuantityUnitCode" max="4" required="yes" list="rec20-units" value="{$from/QuantityUnitCode}"/>
			<field name="Line[{$n}]/Quantity2" type="number" max="12" value="{$from/Quantity2}"/>
			<field name="Line[{$n}]/Quantity2UnitCode" max="4" list="rec20-units" value="{$from/Quantity2UnitCode}"/>
			<field name="Line[{$n}]/InvoiceValue" type="number" max="20" value="{$from/InvoiceValue}"/>
			<field name="Line[{$n}]/UnitPrice" type="number" max="9" value="{$from/UnitPrice}"/>
			<field name="Line[{$n}]/UnitPriceCurrencyCode" max="3" list="iso-4217" value="{$from/UnitPriceCurrencyCode}"/>
			<field name="Line[{$n}]/UnitPriceUnitCode" max="4" list="rec20-units" value="{$from/UnitPriceUnitCode}"/>
			<field name="Line[{$n}]/CustomsValueCurrencyCode" max="3" list="iso-4217" value="{$from/CustomsValueCurrencyCode}"/>
			<field name="Line[{$n}]/CustomsValue" type="number" max="20" value="{$from/CustomsValue}"/>
		</group>
	</xsl:template>

	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'NK01'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<ImportDeclaration>
						<xsl:apply-templates select="field/*[not(self::reference)]" mode="element"/>
					</ImportDeclaration>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
	<xsl:template match="PlannedDeclarationDate | ArrivalDate | Invoice/Date" mode="content"><xsl:call-template name="vnaccs-day"><xsl:with-param name="of" select="string(.)"/></xsl:call-template></xsl:template>
	<!-- A unit without a measure is one that was only suggested. -->
	<xsl:template match="GrossWeightUnitCode[not(../GrossWeight)]" mode="element"/>
</xsl:stylesheet>
