<?xml version="1.0" encoding="UTF-8"?>
<!-- An importer in Thailand, or their broker, declares goods that arrive (th.import), with the certificate of origin that they name. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<!-- Copied from an earlier one: who, where and which goods; not what is another each time. -->
	<xsl:template match="/ask">
		<fields>
			<field name="office-of-entry" max="17" required="yes" value="{$th-original/CustomsOffice}"/>
			<field name="importer-code" max="17" required="yes" value="{$th-original/Importer/Code}{caller/taxCode[not($th-original)]}"/>
			<field name="importer-name" max="256" required="yes" value="{$th-original/Importer/Name}"/>
			<field name="consignor-name" max="256" value="{$th-original/Consignor/Name}"/>
			<field name="consignor-country" max="2" value="{$th-original/Consignor/CountryCode}{substring('VN', 1, 9 * not($th-original))}"/>
			<field name="cargo" max="35"/>
			<field name="arrival" type="date"/>
			<field name="invoice-number" max="35" required="yes"/>
			<field name="invoice-date" type="date"/>
			<field name="invoice-currency" max="3" value="{$th-original/Invoice/CurrencyCode}{substring('USD', 1, 9 * not($th-original))}"/>
			<field name="invoice-total" type="number" max="17"/>
			<xsl:call-template name="declared"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="declared"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<xsl:call-template name="declared"><xsl:with-param name="number" select="3"/></xsl:call-template>
			<field name="proof-country" max="2" value="VN"/>
			<field name="proof-number" max="70"/>
			<field name="proof-issued" type="date"/>
			<field name="notes" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template name="declared">
		<xsl:param name="number"/>
		<xsl:variable name="line" select="$th-original/Line[position() = $number]"/>
		<group name="goods" number="{$number}">
			<field name="goods[{$number}]/hs-code" max="11" value="{$line/HsCode}"><xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if></field>
			<field name="goods[{$number}]/description" max="512" value="{$line/Description}"><xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if></field>
			<field name="goods[{$number}]/origin" max="2" value="{$line/OriginCountryCode}{substring('VN', 1, 9 * not($line))}"/>
			<field name="goods[{$number}]/amount" type="number" max="17"><xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if></field>
			<field name="goods[{$number}]/unit" max="3" value="{$line/QuantityUnitCode}{substring('PCE', 1, 9 * not($line))}"/>
			<field name="goods[{$number}]/price" type="number" max="17"/>
		</group>
	</xsl:template>

	<xsl:template match="/form">
		<ImportDeclaration>
			<ReferenceNumber><xsl:value-of select="reference"/></ReferenceNumber>
			<Year><xsl:value-of select="year"/></Year>
			<FunctionCode>01</FunctionCode>
			<DeclarantCode><xsl:value-of select="caller/taxCode"/></DeclarantCode>
			<CustomsOffice f:field="office-of-entry"><xsl:value-of select="field/office-of-entry"/></CustomsOffice>
			<Importer>
				<Code f:field="importer-code"><xsl:value-of select="field/importer-code"/></Code>
				<Name f:field="importer-name"><xsl:value-of select="field/importer-name"/></Name>
			</Importer>
			<xsl:if test="field/consignor-name">
				<Consignor>
					<Name f:field="consignor-name"><xsl:value-of select="field/consignor-name"/></Name>
					<CountryCode f:field="consignor-country"><xsl:value-of select="field/consignor-country"/></CountryCode>
				</Consignor>
			</xsl:if>
			<xsl:if test="field/cargo"><CargoNumber f:field="cargo"><xsl:value-of select="field/cargo"/></CargoNumber></xsl:if>
			<xsl:if test="field/arrival"><ArrivalDate f:field="arrival"><xsl:value-of select="field/arrival"/></ArrivalDate></xsl:if>
			<Invoice>
				<Number f:field="invoice-number"><xsl:value-of select="field/invoice-number"/></Number>
				<xsl:if test="field/invoice-date"><Date f:field="invoice-date"><xsl:value-of select="field/invoice-date"/></Date></xsl:if>
				<xsl:if test="field/invoice-currency"><CurrencyCode f:field="invoice-currency"><xsl:value-of select="field/invoice-currency"/></CurrencyCode></xsl:if>
				<xsl:if test="field/invoice-total"><TotalPrice f:field="invoice-total"><xsl:value-of select="field/invoice-total"/></TotalPrice></xsl:if>
			</Invoice>
			<!-- Of a group that stays as it was shown there are only the values that stood in it at first. -->
			<xsl:for-each select="field/goods[@n = 1 or hs-code or description or amount or price]">
				<Line>
					<HsCode f:field="goods[{@n}]/hs-code"><xsl:value-of select="hs-code"/></HsCode>
					<Description f:field="goods[{@n}]/description"><xsl:value-of select="description"/></Description>
					<OriginCountryCode f:field="goods[{@n}]/origin"><xsl:value-of select="origin"/></OriginCountryCode>
					<Quantity f:field="goods[{@n}]/amount"><xsl:value-of select="amount"/></Quantity>
					<QuantityUnitCode f:field="goods[{@n}]/unit"><xsl:value-of select="unit"/></QuantityUnitCode>
					<xsl:if test="price">
						<InvoiceValue f:field="goods[{@n}]/price"><xsl:value-of select="price"/></InvoiceValue>
						<xsl:if test="/form/field/invoice-currency"><UnitPriceCurrencyCode f:field="invoice-currency"><xsl:value-of select="/form/field/invoice-currency"/></UnitPriceCurrencyCode></xsl:if>
					</xsl:if>
				</Line>
			</xsl:for-each>
			<xsl:if test="field/proof-number or field/proof-issued">
				<ProofOfOrigin>
					<TypeCode>FORM-D</TypeCode>
					<CountryCode f:field="proof-country"><xsl:value-of select="field/proof-country"/></CountryCode>
					<Number f:field="proof-number"><xsl:value-of select="field/proof-number"/></Number>
					<IssueDate f:field="proof-issued"><xsl:value-of select="field/proof-issued"/></IssueDate>
				</ProofOfOrigin>
			</xsl:if>
			<xsl:if test="field/notes"><Notes f:field="notes"><xsl:value-of select="field/notes"/></Notes></xsl:if>
		</ImportDeclaration>
	</xsl:template>
</xsl:stylesheet>
