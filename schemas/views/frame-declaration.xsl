<?xml version="1.0" encoding="UTF-8"?>
<!-- Viet Nam's import and export declaration (vn.import, vn.export: the items of VNACCS) as the printed one, in its order; Thailand's (th.import) has the same names, without an envelope. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="document" mode="declaration">
		<xsl:variable name="body" select="w:group('Body/Content/ImportDeclaration ExportDeclaration') | self::document[not(w:group('Body'))]"/>
		<article class="sheet">
			<header>
				<h2><xsl:call-template name="kind"><xsl:with-param name="schema" select="@kind"/></xsl:call-template></h2>
				<p><xsl:value-of select="w:word('paper.number')"/>&#160;<b>
					<xsl:choose>
						<xsl:when test="ancestor::beside and /page/answer/issuing/declaration/number != ''"><xsl:value-of select="/page/answer/issuing/declaration/number"/></xsl:when>
						<xsl:when test="/page/answer/number != ''"><xsl:value-of select="/page/answer/number"/></xsl:when>
						<xsl:when test="w:field('DeclarationNumber', $body)/value != ''"><xsl:value-of select="w:field('DeclarationNumber', $body)/value"/></xsl:when>
						<xsl:otherwise><xsl:value-of select="w:word('paper.no-number')"/></xsl:otherwise>
					</xsl:choose>
				</b></p>
			</header>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$body | $body/group[@name != 'Line'] | group[@name != 'Line'] | group[@name != 'Line']/group"/></xsl:call-template></xsl:if>
			<xsl:call-template name="block">
				<xsl:with-param name="of" select="$body"/>
				<xsl:with-param name="layout" select="'FirstDeclarationNumber:4 DivisionBranch+DivisionCount:2 TemporaryDeclarationNumber:4 DeclarationKindCode:4 CargoClassificationCode:2 TransportModeCode:4 PersonClassificationCode:4 CustomsOffice:4 CustomsSubSection:2 PlannedDeclarationDate:3 DeclarantCode:3 ReexportTimeLimit:3 ReimportTimeLimit:3 InternalControlNumber:4'"/>
			</xsl:call-template>
			<div class="parties">
				<xsl:for-each select="w:group('Importer Exporter Consignor Consignee ImportContractor ExportContractor', $body)">
					<xsl:call-template name="party"/>
				</xsl:for-each>
			</div>
			<xsl:call-template name="block">
				<xsl:with-param name="title" select="w:word('paper.transport')"/>
				<xsl:with-param name="of" select="$body"/>
				<xsl:with-param name="layout" select="'CargoNumber:4 Pieces+PieceUnitCode:4 GrossWeight+GrossWeightUnitCode:4 VesselCode+VesselName:4 ArrivalDate:2 DepartureDate:2 LoadingPlaceCode+LoadingPlaceName:3 LoadingPortCode+LoadingPortName:3 UnloadingPortCode+UnloadingPortName:3 FinalDestinationCode+FinalDestinationName:3 Lodgement/DischargePort:3 WarehouseCode:2 WarehouseDepositDate:3 ContainerCount:2 MarksAndNumbers:4 ExportConsignorName:6'"/>
			</xsl:call-template>
			<xsl:call-template name="block">
				<xsl:with-param name="title" select="w:named('field', 'Invoice')"/>
				<xsl:with-param name="of" select="w:group('Invoice', $body)"/>
				<xsl:with-param name="layout" select="'ClassificationCode+Number:4 Date:2 ElectronicReceiptNumber:3 PriceConditionCode:2 TotalPrice+CurrencyCode:4 PriceKindCode:4 PaymentTerm:4'"/>
			</xsl:call-template>
			<xsl:call-template name="values"><xsl:with-param name="body" select="$body"/></xsl:call-template>
			<xsl:call-template name="lines"><xsl:with-param name="lines" select="w:group('Line', $body)"/></xsl:call-template>
			<xsl:call-template name="block">
				<xsl:with-param name="of" select="$body"/>
				<xsl:with-param name="layout" select="'Notes:12 Lodgement/AseanConsent:4'"/>
			</xsl:call-template>
			<xsl:call-template name="others"><xsl:with-param name="body" select="$body"/></xsl:call-template>
		</article>
	</xsl:template>

	<xsl:template name="block">
		<xsl:param name="title"/>
		<xsl:param name="of"/>
		<xsl:param name="layout"/>
		<xsl:variable name="cells"><xsl:call-template name="cells"><xsl:with-param name="of" select="$of"/><xsl:with-param name="layout" select="$layout"/></xsl:call-template></xsl:variable>
		<xsl:if test="string($cells) != ''">
			<section class="block">
				<xsl:if test="$title != ''"><h3><xsl:value-of select="$title"/></h3></xsl:if>
				<dl class="grid"><xsl:copy-of select="$cells"/></dl>
			</section>
		</xsl:if>
	</xsl:template>

	<xsl:template name="party">
		<section class="party">
			<h3><xsl:value-of select="w:named('field', @name)"/></h3>
			<p class="name"><xsl:value-of select="w:field('Name')/value"/></p>
			<xsl:if test="w:field('Code')/value != ''"><p><xsl:value-of select="w:word('paper.code')"/>&#160;<b><xsl:value-of select="w:field('Code')/value"/></b></p></xsl:if>
			<p>
				<xsl:for-each select="field[(starts-with(@name, 'Address') or @name = 'City' or @name = 'CountrySubdivision' or @name = 'Postcode') and value != '']"><xsl:if test="position() > 1">, </xsl:if><xsl:value-of select="value"/></xsl:for-each>
				<xsl:for-each select="w:field('CountryCode')"><xsl:text>, </xsl:text><xsl:apply-templates select="." mode="value"/></xsl:for-each>
			</p>
			<xsl:if test="w:field('Telephone')/value != ''"><p><xsl:value-of select="w:named('field', 'Telephone')"/>&#160;<xsl:value-of select="w:field('Telephone')/value"/></p></xsl:if>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="field"/></xsl:call-template></xsl:if>
		</section>
	</xsl:template>

	<!-- What of it costs what: valuation of an import, value for tax of an export, who pays. -->
	<xsl:template name="values">
		<xsl:param name="body"/>
		<xsl:variable name="valuation" select="w:group('Valuation TaxValue', $body)"/>
		<xsl:if test="$valuation">
			<section class="block">
				<h3><xsl:value-of select="w:word('paper.values')"/></h3>
				<dl class="grid">
					<xsl:call-template name="cells"><xsl:with-param name="of" select="$valuation"/><xsl:with-param name="layout" select="'DeclarationCode:3 ComprehensiveNumber:3 BasePrice+BaseCurrencyCode:3 Total+CurrencyCode:3 NotConvertedCode:3 ProportionalTotal:3'"/></xsl:call-template>
					<xsl:for-each select="w:group('Freight Insurance Adjustment', $valuation)">
						<div class="cell c3"><dt><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@number">&#160;<xsl:value-of select="@number"/></xsl:if></dt><dd>
							<xsl:for-each select="field[value != '']"><xsl:if test="position() > 1"><xsl:text> </xsl:text></xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each>
							<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select=". | field"/></xsl:call-template></xsl:if>
						</dd></div>
					</xsl:for-each>
					<xsl:call-template name="cells"><xsl:with-param name="of" select="w:group('Payment', $body)"/><xsl:with-param name="layout" select="'TaxPayerCode:4 EarlyReleaseCode:3 ExtensionCode:3'"/></xsl:call-template>
					<xsl:call-template name="cells"><xsl:with-param name="of" select="$valuation"/><xsl:with-param name="layout" select="'Details:12'"/></xsl:call-template>
				</dl>
			</section>
		</xsl:if>
	</xsl:template>

	<!-- ==== Goods ==== -->

	<xsl:template name="lines">
		<xsl:param name="lines"/>
		<xsl:variable name="tariff" select="w:field('TariffScheduleCode DutyRate', $lines)"/>
		<xsl:variable name="origin" select="w:field('OriginCountryCode', $lines)"/>
		<section class="block">
			<h3><xsl:value-of select="w:word('paper.goods', string(count($lines)))"/></h3>
			<table class="rows goods">
				<thead><tr>
					<th scope="col" class="n"><xsl:value-of select="w:word('paper.line')"/></th>
					<th scope="col"><xsl:value-of select="w:named('field', 'HsCode')"/></th>
					<th scope="col"><xsl:value-of select="w:named('field', 'Description')"/></th>
					<xsl:if test="$origin"><th scope="col"><xsl:value-of select="w:word('paper.origin')"/></th></xsl:if>
					<th scope="col" class="n"><xsl:value-of select="w:named('field', 'Quantity')"/></th>
					<th scope="col" class="n"><xsl:value-of select="w:word('paper.price')"/></th>
					<th scope="col" class="n"><xsl:value-of select="w:named('field', 'InvoiceValue')"/></th>
					<xsl:if test="$tariff"><th scope="col"><xsl:value-of select="w:word('paper.tariff')"/></th></xsl:if>
				</tr></thead>
				<tbody>
					<xsl:for-each select="$lines">
						<xsl:call-template name="line"><xsl:with-param name="place" select="position()"/><xsl:with-param name="has-origin" select="boolean($origin)"/><xsl:with-param name="has-tariff" select="boolean($tariff)"/></xsl:call-template>
					</xsl:for-each>
				</tbody>
			</table>
		</section>
	</xsl:template>
	<xsl:template name="line">
		<xsl:param name="place"/>
		<xsl:param name="has-origin"/>
		<xsl:param name="has-tariff"/>
		<tr id="line-{$place}">
			<td class="n" data-label="{w:word('paper.line')}"><xsl:value-of select="$place"/></td>
			<td class="hs" data-label="{w:named('field', 'HsCode')}"><xsl:apply-templates select="w:field('HsCode')" mode="text"/></td>
			<td data-label="{w:named('field', 'Description')}">
				<xsl:value-of select="w:field('Description')/value"/>
				<xsl:variable name="more" select="w:others('HsCode Description OriginCountryCode Quantity QuantityUnitCode InvoiceValue UnitPrice UnitPriceCurrencyCode UnitPriceUnitCode TariffScheduleCode DutyRate') | group/field[value != '']"/>
				<xsl:if test="$more"><small>
					<xsl:for-each select="$more"><xsl:if test="position() > 1"> · </xsl:if><xsl:value-of select="w:named('field', @name)"/>: <xsl:apply-templates select="." mode="value"/></xsl:for-each>
				</small></xsl:if>
				<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select=". | field | group | group/field"/></xsl:call-template></xsl:if>
				<xsl:if test="$compared"><xsl:call-template name="compared"><xsl:with-param name="rows" select="$compared[line = string($place)]"/></xsl:call-template></xsl:if>
			</td>
			<xsl:if test="$has-origin"><td data-label="{w:word('paper.origin')}"><xsl:apply-templates select="w:field('OriginCountryCode')" mode="country"/></td></xsl:if>
			<td class="n" data-label="{w:named('field', 'Quantity')}"><xsl:apply-templates select="w:field('Quantity')" mode="amount"/>&#160;<xsl:apply-templates select="w:field('QuantityUnitCode')" mode="unit"/></td>
			<td class="n" data-label="{w:word('paper.price')}"><xsl:for-each select="w:field('UnitPrice')"><xsl:apply-templates select="." mode="amount"/>&#160;</xsl:for-each><xsl:value-of select="w:field('UnitPriceCurrencyCode')/value"/></td>
			<td class="n" data-label="{w:named('field', 'InvoiceValue')}"><xsl:apply-templates select="w:field('InvoiceValue')" mode="amount"/></td>
			<xsl:if test="$has-tariff"><td data-label="{w:word('paper.tariff')}"><xsl:apply-templates select="w:field('TariffScheduleCode')" mode="value"/><xsl:for-each select="w:field('DutyRate')"><xsl:text> </xsl:text><xsl:apply-templates select="." mode="amount"/>%</xsl:for-each></td></xsl:if>
		</tr>
	</xsl:template>

	<!-- ==== What the printed one has on later pages, and the envelope it came in ==== -->

	<xsl:template name="others">
		<xsl:param name="body"/>
		<xsl:variable name="fields" select="w:others('DeclarationNumber FirstDeclarationNumber DivisionBranch DivisionCount TemporaryDeclarationNumber DeclarationKindCode CargoClassificationCode TransportModeCode PersonClassificationCode CustomsOffice CustomsSubSection PlannedDeclarationDate DeclarantCode ReexportTimeLimit ReimportTimeLimit InternalControlNumber CargoNumber Pieces PieceUnitCode GrossWeight GrossWeightUnitCode VesselCode VesselName ArrivalDate DepartureDate LoadingPlaceCode LoadingPlaceName LoadingPortCode LoadingPortName UnloadingPortCode UnloadingPortName FinalDestinationCode FinalDestinationName WarehouseCode WarehouseDepositDate ContainerCount MarksAndNumbers ExportConsignorName Notes', $body)"/>
		<xsl:variable name="groups" select="w:group('Payment Lodgement', $body)/group | $body/group[not(contains(' Importer Exporter Consignor Consignee ImportContractor ExportContractor Invoice Valuation TaxValue Payment Lodgement Line ', concat(' ', @name, ' ')))]"/>
		<xsl:if test="$fields or $groups">
			<section class="block">
				<xsl:if test="$fields"><dl class="facts"><xsl:apply-templates select="$fields" mode="plain"/></dl></xsl:if>
				<xsl:apply-templates select="$groups" mode="plain"/>
			</section>
		</xsl:if>
		<xsl:if test="w:group('Header')">
			<details class="envelope">
				<summary><xsl:value-of select="w:word('paper.envelope')"/></summary>
				<xsl:apply-templates select="w:group('Header')" mode="fields"/>
			</details>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
