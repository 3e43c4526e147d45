<?xml version="1.0" encoding="UTF-8"?>
<!--
	A certificate of origin as Form D (ATIGA, 13 boxes), from whichever kind holds it: vn.co, vn.co-application, vn.co-received,
	asw.form-d (names of the WCO Data Model) or th.co-received. Each value names where each of them has it; a document has one.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="document" mode="form-d">
		<xsl:variable name="own" select="group[@name = 'Body']/group[@name = 'Content']/group"/>
		<xsl:variable name="c" select="$own | self::*[not($own)]"/>
		<xsl:variable name="shipment" select="$c/group[@name = 'GoodsShipment']"/>
		<xsl:variable name="number" select="$c/field[@name = 'CertificateNumber' or @name = 'certificateNo']/value | $c/group[@name = 'AdditionalDocument']/field[@name = 'ID']/value"/>
		<xsl:variable name="issuer" select="$c/field[@name = 'IssuingCountryCode' or @name = 'issuingCountry']/value | $shipment/group[@name = 'ExportCountry']/field/value"/>
		<article class="sheet form-d">
			<header>
				<h2><xsl:value-of select="w:word('form-d.title')"/></h2>
				<p><xsl:value-of select="w:word('form-d.number')"/>&#160;<b><xsl:value-of select="$number"/></b></p>
				<p class="quiet"><xsl:value-of select="w:word('form-d.agreement')"/><xsl:if test="$issuer != ''"> · <xsl:value-of select="w:word('form-d.issued-in', w:named('country', $issuer))"/></xsl:if></p>
			</header>
			<xsl:call-template name="found"><xsl:with-param name="at" select="$c | $own/../.. | group[@name = 'Header']"/></xsl:call-template>
			<div class="boxes">
				<xsl:call-template name="box">
					<xsl:with-param name="box" select="1"/>
					<xsl:with-param name="party" select="$c/group[@name = 'Exporter' or @name = 'company']"/>
				</xsl:call-template>
				<xsl:call-template name="box">
					<xsl:with-param name="box" select="2"/>
					<xsl:with-param name="party" select="$c/group[@name = 'Consignee' or @name = 'receiver'] | $shipment/group[@name = 'Consignee']"/>
				</xsl:call-template>
				<xsl:call-template name="box-3"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
				<xsl:call-template name="box-4"/>
			</div>
			<xsl:call-template name="boxes-5-to-10">
				<xsl:with-param name="items" select="$c/group[@name = 'Item' or @name = 'products'] | $shipment/group[@name = 'GovernmentAgencyGoodsItem']"/>
				<xsl:with-param name="invoices" select="$c/group[@name = 'Invoice' or @name = 'invoices'] | $shipment/group[@name = 'Invoice']"/>
				<xsl:with-param name="marks" select="$c/group[@name = 'Marks' or @name = 'marks'] | $shipment/group[@name = 'Consignment']/group[@name = 'Packaging']"/>
			</xsl:call-template>
			<xsl:call-template name="box-7-more"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
			<div class="boxes">
				<xsl:call-template name="box-11"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
				<xsl:call-template name="box-12"><xsl:with-param name="c" select="$c"/></xsl:call-template>
			</div>
			<xsl:call-template name="box-13"><xsl:with-param name="codes" select="$c/group[@name = 'SpecialCase' or @name = 'specialCases']/field/value | $c/group[@name = 'AdditionalInformation'][field[@name = 'StatementTypeCode']/value = 'TIK']/field[@name = 'StatementCode']/value"/></xsl:call-template>
			<xsl:call-template name="remarks"><xsl:with-param name="text" select="$c/field[@name = 'Remarks' or @name = 'remark']/value | $c/group[@name = 'AdditionalInformation'][field[@name = 'StatementTypeCode']/value = 'AAI']/field[@name = 'StatementDescription']/value"/></xsl:call-template>
			<details class="envelope">
				<summary><xsl:value-of select="w:word('paper.all-fields')"/></summary>
				<xsl:apply-templates select="." mode="fields"/>
			</details>
		</article>
	</xsl:template>

	<xsl:template name="box-head">
		<xsl:param name="box"/>
		<h3><span class="no"><xsl:value-of select="$box"/></span><xsl:value-of select="w:word(concat('form-d.', $box))"/></h3>
	</xsl:template>

	<!-- 1 exporter, 2 consignee: an address is one field, or a group of its own. -->
	<xsl:template name="box">
		<xsl:param name="box"/>
		<xsl:param name="party"/>
		<section class="box b{$box}">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="$box"/></xsl:call-template>
			<p class="name"><xsl:value-of select="$party/field[@name = 'Name' or @name = 'name']/value"/></p>
			<p>
				<xsl:for-each select="($party/field[@name = 'Address' or @name = 'address' or @name = 'City'] | $party/group[@name = 'Address']/field[@name = 'Line' or @name = 'CityName'])[value != '']"><xsl:if test="position() > 1">, </xsl:if><xsl:value-of select="value"/></xsl:for-each>
				<xsl:variable name="country" select="$party/field[@name = 'CountryCode' or @name = 'country']/value | $party/group[@name = 'Address']/field[@name = 'CountryCode']/value"/>
				<xsl:if test="$country != ''"><xsl:text>, </xsl:text><xsl:call-template name="coded"><xsl:with-param name="group" select="'country'"/><xsl:with-param name="code" select="string($country)"/></xsl:call-template></xsl:if>
			</p>
			<xsl:variable name="code" select="$party/field[@name = 'TaxCode' or @name = 'Identity' or @name = 'ID' or @name = 'taxNo']/value"/>
			<xsl:if test="$code != ''"><p><xsl:value-of select="w:word('paper.code')"/>&#160;<b><xsl:value-of select="$code"/></b></p></xsl:if>
			<xsl:call-template name="found"><xsl:with-param name="at" select="$party | $party/field | $party/group | $party/group/field"/></xsl:call-template>
		</section>
	</xsl:template>

	<xsl:template name="said">
		<xsl:param name="word"/>
		<xsl:param name="value"/>
		<xsl:if test="$value != ''"><div><dt><xsl:value-of select="w:named('field', $word)"/></dt><dd><xsl:value-of select="$value"/></dd></div></xsl:if>
	</xsl:template>
	<xsl:template name="said-day">
		<xsl:param name="word"/>
		<xsl:param name="value"/>
		<xsl:if test="$value != ''"><div><dt><xsl:value-of select="w:named('field', $word)"/></dt><dd><xsl:call-template name="day"><xsl:with-param name="day" select="string($value)"/></xsl:call-template></dd></div></xsl:if>
	</xsl:template>

	<xsl:template name="box-3">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="t" select="$c/group[@name = 'Transport' or @name = 'vehicle' or @name = 'BorderTransportMeans']"/>
		<xsl:variable name="place" select="$shipment/group[@name = 'Consignment']/group[@name = 'UnloadingLocation']"/>
		<section class="box b3">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="3"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'DepartureDate'"/><xsl:with-param name="value" select="$t/field[@name = 'DepartureDate' or @name = 'departureDate']/value | $t/group[@name = 'DepartureDateTime']/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'VesselName'"/><xsl:with-param name="value" select="$t/field[@name = 'VesselName' or @name = 'name' or @name = 'Name']/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'JourneyNumber'"/><xsl:with-param name="value" select="$t/field[@name = 'JourneyNumber' or @name = 'JourneyID']/value"/></xsl:call-template>
				<div><dt><xsl:value-of select="w:named('field', 'DischargePort')"/></dt><dd>
					<xsl:value-of select="$t/field[@name = 'DischargePortName' or @name = 'portDischargeName']/value | $place/field[@name = 'Name']/value"/><xsl:text> </xsl:text>
					<span class="meaning"><xsl:value-of select="$t/field[@name = 'DischargePortCode' or @name = 'portDischarge']/value | $place/field[@name = 'ID']/value"/></span>
				</dd></div>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Route'"/><xsl:with-param name="value" select="$t/field[@name = 'Route' or @name = 'route']/value | $shipment/group[@name = 'Consignment']/group[@name = 'Itinerary']/field/value"/></xsl:call-template>
			</dl>
			<xsl:call-template name="found"><xsl:with-param name="at" select="$t | $t/field | $t/group/field | $place/field"/></xsl:call-template>
		</section>
	</xsl:template>

	<!-- For official use: what the importing customs decided, as far as it is on record. -->
	<xsl:template name="box-4">
		<xsl:variable name="state" select="/page[not(current()/ancestor::beside)]/answer/state | /page[current()/ancestor::beside]/answer/pairs/item[starts-with(schema, 'asw.form-d')][1]/state"/>
		<section class="box b4">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="4"/></xsl:call-template>
			<ul class="ticks">
				<xsl:call-template name="tick"><xsl:with-param name="is-set" select="contains(' accepted partly-used used-up ', concat(' ', $state, ' '))"/><xsl:with-param name="word" select="'form-d.given'"/></xsl:call-template>
				<xsl:call-template name="tick"><xsl:with-param name="is-set" select="$state = 'not-accepted'"/><xsl:with-param name="word" select="'form-d.not-given'"/></xsl:call-template>
			</ul>
		</section>
	</xsl:template>
	<xsl:template name="tick">
		<xsl:param name="is-set"/>
		<xsl:param name="word"/>
		<li><xsl:if test="$is-set"><xsl:attribute name="class">set</xsl:attribute></xsl:if><span class="mark" aria-hidden="true"><xsl:choose><xsl:when test="$is-set">☒</xsl:when><xsl:otherwise>☐</xsl:otherwise></xsl:choose></span><xsl:value-of select="w:word($word)"/><span class="unseen">: <xsl:value-of select="w:named('answer', substring('yesno', 1 + 3 * not($is-set), 3 - not($is-set)))"/></span></li>
	</xsl:template>

	<!-- ==== Goods ==== -->

	<!-- Invoices and marks stand at each item, or once for all, tied by a link. -->
	<xsl:template name="boxes-5-to-10">
		<xsl:param name="items"/>
		<xsl:param name="invoices"/>
		<xsl:param name="marks"/>
		<table class="rows goods">
			<thead><tr>
				<xsl:call-template name="column"><xsl:with-param name="box" select="5"/></xsl:call-template>
				<xsl:call-template name="column"><xsl:with-param name="box" select="6"/></xsl:call-template>
				<xsl:call-template name="column"><xsl:with-param name="box" select="7"/></xsl:call-template>
				<xsl:call-template name="column"><xsl:with-param name="box" select="8"/></xsl:call-template>
				<xsl:call-template name="column"><xsl:with-param name="box" select="9"/></xsl:call-template>
				<xsl:call-template name="column"><xsl:with-param name="box" select="10"/></xsl:call-template>
			</tr></thead>
			<tbody><xsl:for-each select="$items"><xsl:call-template name="certified"><xsl:with-param name="invoices" select="$invoices"/><xsl:with-param name="marks" select="$marks"/></xsl:call-template></xsl:for-each></tbody>
		</table>
	</xsl:template>
	<xsl:template name="column">
		<xsl:param name="box"/>
		<th scope="col"><span class="no"><xsl:value-of select="$box"/></span><xsl:value-of select="w:word(concat('form-d.', $box))"/></th>
	</xsl:template>
	<xsl:template name="certified">
		<xsl:param name="invoices"/>
		<xsl:param name="marks"/>
		<xsl:variable name="packaging" select="group[@name = 'Packaging']"/>
		<xsl:variable name="goods" select="group[@name = 'Commodity']"/>
		<xsl:variable name="measure" select="$goods/group[@name = 'GoodsMeasure']"/>
		<xsl:variable name="invoice" select="group[@name = 'Invoice']"/>
		<xsl:variable name="origin" select="field[@name = 'OriginCountryCode' or @name = 'country']/value | group[@name = 'Origin']/field[@name = 'CountryCode']/value"/>
		<xsl:variable name="fob" select="field[@name = 'FobValue' or @name = 'valueFob' or @name = 'CustomsValueAmount']"/>
		<tr>
			<td data-label="{w:word('form-d.5')}"><xsl:value-of select="field[@name = 'Number' or @name = 'orderNo' or @name = 'SequenceNumeric']/value"/></td>
			<td data-label="{w:word('form-d.6')}"><xsl:value-of select="field[@name = 'Marks' or @name = 'mark']/value | $packaging/field[@name = 'MarksNumbersID']/value"/>
				<xsl:variable name="marks-link" select="field[@name = 'MarksLink' or @name = 'markUuid']/value | $packaging/field[@name = 'ReferenceID']/value"/>
				<xsl:for-each select="$marks[not(current()/field[@name = 'Marks' or @name = 'mark'] | $packaging/field[@name = 'MarksNumbersID'])][field[@name = 'Link' or @name = 'uuid' or @name = 'ReferenceID']/value = $marks-link]"><small><xsl:value-of select="field[@name = 'Text' or @name = 'mark' or @name = 'MarksNumbersID']/value"/></small></xsl:for-each>
			</td>
			<td data-label="{w:word('form-d.7')}">
				<xsl:call-template name="measured"><xsl:with-param name="amount" select="field[@name = 'PackageCount' or @name = 'qtyPackage']/value | $packaging/field[@name = 'QuantityQuantity']/value"/><xsl:with-param name="unit" select="field[@name = 'PackageTypeCode' or @name = 'qtyPackageUnitCode']/value | $packaging/field[@name = 'TypeCode']/value"/><xsl:with-param name="group" select="'package'"/></xsl:call-template>
				<xsl:text> </xsl:text><xsl:value-of select="field[@name = 'Description' or @name = 'productDescription']/value | $goods/field[@name = 'Description']/value"/>
				<small><xsl:value-of select="w:named('field', 'HsCode')"/>&#160;<b class="hs"><xsl:value-of select="field[@name = 'HsCode' or @name = 'productTariffCode']/value | $goods/group[@name = 'Classification']/field[@name = 'ID']/value"/></b>
				<xsl:if test="$origin != ''"> · <xsl:value-of select="w:word('paper.origin')"/>: <xsl:value-of select="w:named('country', $origin)"/></xsl:if></small>
				<xsl:call-template name="found"><xsl:with-param name="at" select="descendant-or-self::*[@path]"/></xsl:call-template>
				<xsl:if test="ancestor::beside"><xsl:call-template name="compared"><xsl:with-param name="rows" select="/page/answer/pairs/item[starts-with(schema, 'asw.form-d')][1]/comparison/item[item = current()/field[@name = 'Number' or @name = 'orderNo' or @name = 'SequenceNumeric']/value]"/></xsl:call-template></xsl:if>
			</td>
			<td data-label="{w:word('form-d.8')}"><xsl:value-of select="field[@name = 'OriginCriterion' or @name = 'rule']/value | group[@name = 'AdditionalInformation'][field[@name = 'StatementTypeCode']/value = 'ORC']/field[@name = 'StatementCode']/value"/></td>
			<td data-label="{w:word('form-d.9')}">
				<xsl:variable name="gross" select="field[@name = 'GrossWeight' or @name = 'grossWeight'] | $measure/field[@name = 'GrossMassMeasure']"/>
				<xsl:variable name="quantity" select="field[@name = 'Quantity' or @name = 'quantity'] | $measure/field[@name = 'TariffQuantity']"/>
				<xsl:call-template name="measured"><xsl:with-param name="amount" select="$quantity/value"/><xsl:with-param name="unit" select="field[@name = 'QuantityUnitCode' or @name = 'quantityUnit']/value | $quantity/attribute"/></xsl:call-template>
				<xsl:if test="$gross"><small><xsl:value-of select="w:named('field', 'GrossWeight')"/>&#160;<xsl:call-template name="measured"><xsl:with-param name="amount" select="$gross/value"/><xsl:with-param name="unit" select="field[@name = 'GrossWeightUnitCode' or @name = 'grossWeightUnit']/value | $gross/attribute"/></xsl:call-template></small></xsl:if>
				<xsl:if test="$fob"><small>FOB&#160;<xsl:call-template name="measured"><xsl:with-param name="amount" select="$fob/value"/><xsl:with-param name="unit" select="field[@name = 'FobCurrencyCode' or @name = 'valueFobCurrency']/value | $fob/attribute"/></xsl:call-template></small></xsl:if>
			</td>
			<td data-label="{w:word('form-d.10')}">
				<xsl:call-template name="invoice"><xsl:with-param name="number" select="field[@name = 'InvoiceNumber' or @name = 'invoiceNo']/value | $invoice/field[@name = 'ID']/value"/><xsl:with-param name="day" select="field[@name = 'InvoiceDate' or @name = 'invoiceDate']/value | $invoice/group[@name = 'IssueDateTime']/field/value"/></xsl:call-template>
				<xsl:variable name="invoice-link" select="field[@name = 'InvoiceLink' or @name = 'invoiceUuid']/value | $invoice/field[@name = 'ReferenceID']/value"/>
				<xsl:for-each select="$invoices[not(current()/field[@name = 'InvoiceNumber' or @name = 'invoiceNo'] | $invoice/field[@name = 'ID'])][field[@name = 'Link' or @name = 'uuid' or @name = 'ReferenceID']/value = $invoice-link]">
					<xsl:call-template name="invoice"><xsl:with-param name="number" select="field[@name = 'Number' or @name = 'invoiceNo' or @name = 'ID']/value"/><xsl:with-param name="day" select="field[@name = 'Date' or @name = 'invoiceDate']/value | group[@name = 'IssueDateTime']/field/value"/></xsl:call-template>
				</xsl:for-each>
			</td>
		</tr>
	</xsl:template>
	<xsl:template name="invoice">
		<xsl:param name="number"/>
		<xsl:param name="day"/>
		<xsl:if test="$number != ''"><xsl:value-of select="$number"/><small><xsl:call-template name="day"><xsl:with-param name="day" select="string($day)"/></xsl:call-template></small></xsl:if>
	</xsl:template>
	<xsl:template name="measured">
		<xsl:param name="amount"/>
		<xsl:param name="unit"/>
		<xsl:param name="group" select="'unit'"/>
		<xsl:if test="$amount != ''"><xsl:call-template name="amount"><xsl:with-param name="amount" select="string($amount)"/></xsl:call-template>&#160;<xsl:call-template name="unit"><xsl:with-param name="code" select="$unit"/><xsl:with-param name="group" select="$group"/></xsl:call-template></xsl:if>
	</xsl:template>

	<!-- What belongs to box 7 beside the goods: who invoiced, which certificates went before, where it is shown. -->
	<xsl:template name="box-7-more">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="third" select="$c/group[@name = 'ThirdPartyInvoice' or @name = 'thirdPartyInvoicing'] | $shipment/group[@name = 'Seller']"/>
		<xsl:variable name="before" select="$c/group[@name = 'OriginalCertificate' or @name = 'backToBack'] | $shipment/group[@name = 'PreviousDocument'][field[@name = 'CategoryCode']/value = 'BTB']"/>
		<xsl:variable name="replaced" select="$c/group[@name = 'ReplacedCertificate' or @name = 'replaced'] | $shipment/group[@name = 'PreviousDocument'][field[@name = 'CategoryCode']/value = 'RPL']"/>
		<xsl:variable name="shown" select="$c/group[@name = 'Exhibition' or @name = 'exhibition'] | $shipment/group[@name = 'Exhibition']"/>
		<xsl:variable name="export" select="$c/field[@name = 'ExportDeclarationNumber' or @name = 'exportDeclarationNo']/value | $shipment/group[@name = 'PreviousDocument'][field[@name = 'CategoryCode']/value = 'EXD']/field[@name = 'ID']/value"/>
		<xsl:if test="$third or $before or $replaced or $shown or $export != ''">
			<section class="box b7">
				<dl class="facts">
					<xsl:for-each select="$third"><div><dt><xsl:value-of select="w:named('field', 'ThirdPartyInvoice')"/></dt><dd><xsl:call-template name="listed"/></dd></div></xsl:for-each>
					<xsl:for-each select="$before"><div><dt><xsl:value-of select="w:named('field', 'OriginalCertificate')"/></dt><dd><xsl:call-template name="certificate"/></dd></div></xsl:for-each>
					<xsl:for-each select="$replaced"><div><dt><xsl:value-of select="w:named('field', 'ReplacedCertificate')"/></dt><dd><xsl:call-template name="certificate"/></dd></div></xsl:for-each>
					<xsl:for-each select="$shown"><div><dt><xsl:value-of select="w:named('field', 'Exhibition')"/></dt><dd><xsl:call-template name="listed"/></dd></div></xsl:for-each>
					<xsl:call-template name="said"><xsl:with-param name="word" select="'ExportDeclarationNumber'"/><xsl:with-param name="value" select="$export"/></xsl:call-template>
				</dl>
			</section>
		</xsl:if>
	</xsl:template>
	<xsl:template name="listed">
		<xsl:for-each select="(field | group/field)[value != '']"><xsl:if test="position() > 1">, </xsl:if><xsl:choose><xsl:when test="contains(@name, 'ountry')"><xsl:value-of select="w:named('country', value)"/></xsl:when><xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise></xsl:choose></xsl:for-each>
	</xsl:template>
	<xsl:template name="certificate">
		<b><xsl:value-of select="field[@name = 'Number' or @name = 'certificateNo' or @name = 'ID']/value"/></b><xsl:text> </xsl:text>
		<xsl:call-template name="day"><xsl:with-param name="day" select="string(field[@name = 'IssueDate' or @name = 'issueDate']/value | group[@name = 'IssueDateTime']/field/value)"/></xsl:call-template><xsl:text> </xsl:text>
		<xsl:value-of select="w:named('country', field[@name = 'CountryCode' or @name = 'country']/value)"/>
	</xsl:template>

	<!-- ==== Who says so ==== -->

	<xsl:template name="box-11">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="said" select="$c/group[@name = 'ExporterDeclaration' or @name = 'declaration' or @name = 'Declarant']"/>
		<section class="box b11">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="11"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'ProductionCountryCode'"/><xsl:with-param name="value" select="w:named('country', $said/field[@name = 'ProductionCountryCode' or @name = 'productionCountry']/value | $shipment/group[@name = 'Origin']/field/value)"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'ImportingCountryCode'"/><xsl:with-param name="value" select="w:named('country', $said/field[@name = 'ImportingCountryCode' or @name = 'destinationCountry']/value | $shipment/group[@name = 'Destination']/field/value)"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Place'"/><xsl:with-param name="value" select="$said/field[@name = 'Place' or @name = 'place' or @name = 'LocationName']/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'Date'"/><xsl:with-param name="value" select="$said/field[@name = 'Date' or @name = 'date']/value | $said/group[@name = 'DeclarationDateTime']/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'SignatoryName'"/><xsl:with-param name="value" select="$said/field[@name = 'SignatoryName' or @name = 'signatoryName' or @name = 'Name']/value"/></xsl:call-template>
			</dl>
			<xsl:call-template name="found"><xsl:with-param name="at" select="$said | $said/field"/></xsl:call-template>
		</section>
	</xsl:template>
	<xsl:template name="box-12">
		<xsl:param name="c"/>
		<xsl:variable name="by" select="$c/group[@name = 'Certification' or @name = 'authority' or @name = 'Authentication']"/>
		<section class="box b12">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="12"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'AuthorityName'"/><xsl:with-param name="value" select="$by/field[@name = 'AuthorityName' or @name = 'name']/value | $by/group[@name = 'Authenticator']/field[@name = 'Name']/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Place'"/><xsl:with-param name="value" select="$by/field[@name = 'Place' or @name = 'place' or @name = 'LocationName']/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'IssueDate'"/><xsl:with-param name="value" select="$c/field[@name = 'IssueDate' or @name = 'issueDate']/value | $c/group[@name = 'AdditionalDocument']/group[@name = 'EffectiveDateTime']/field/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'ExpiryDate'"/><xsl:with-param name="value" select="$c/field[@name = 'ExpiryDate' or @name = 'expiryDate']/value | $c/group[@name = 'AdditionalDocument']/group[@name = 'ExpirationDateTime']/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'OfficerName'"/><xsl:with-param name="value" select="$by/field[@name = 'OfficerName' or @name = 'officerName' or @name = 'Authentication']/value"/></xsl:call-template>
			</dl>
			<xsl:call-template name="verdict"/>
			<xsl:call-template name="found"><xsl:with-param name="at" select="$by | $by/field | $c/field[contains(@name, 'Date')]"/></xsl:call-template>
		</section>
	</xsl:template>

	<xsl:template name="box-13">
		<xsl:param name="codes"/>
		<section class="box b13">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="13"/></xsl:call-template>
			<ul class="ticks">
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'THIRD-INVOICING'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'ACCUMULATION'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'BACK-TO-BACK'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'PARTIAL-CUMUL'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'EXHIBITION'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'DE-MINIMIS'"/></xsl:call-template>
				<xsl:call-template name="case"><xsl:with-param name="codes" select="$codes"/><xsl:with-param name="case" select="'RETROACTIVE'"/></xsl:call-template>
			</ul>
		</section>
	</xsl:template>
	<xsl:template name="case">
		<xsl:param name="codes"/>
		<xsl:param name="case"/>
		<xsl:call-template name="tick"><xsl:with-param name="is-set" select="$codes = $case"/><xsl:with-param name="word" select="concat('form-d.', $case)"/></xsl:call-template>
	</xsl:template>

	<xsl:template name="remarks">
		<xsl:param name="text"/>
		<xsl:if test="$text != ''"><section class="box"><h3><xsl:value-of select="w:named('field', 'Remarks')"/></h3><xsl:for-each select="$text"><p><xsl:value-of select="."/></p></xsl:for-each></section></xsl:if>
	</xsl:template>

	<!-- The newest verdict on a signature that the timeline tells. -->
	<xsl:template name="verdict">
		<xsl:variable name="verdicts" select="/page/answer/timeline/item/attributes/*[name() = 'signature.verdict']"/>
		<xsl:if test="not(ancestor::beside) and $verdicts">
			<p class="seal {$verdicts[last()]}"><xsl:value-of select="w:named('verdict', $verdicts[last()])"/></p>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
