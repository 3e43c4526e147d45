<?xml version="1.0" encoding="UTF-8"?>
<!--
	A certificate of origin as Form D (ATIGA, 13 boxes), from whichever kind holds it: vn.co, vn.co-application, vn.co-received,
	asw.form-d (names of the WCO Data Model) or th.co-received. Each value names where each of them has it; a document has one.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="document" mode="form-d">
		<xsl:variable name="own" select="w:group('Body/Content')/group"/>
		<xsl:variable name="c" select="$own | self::*[not($own)]"/>
		<xsl:variable name="shipment" select="w:group('GoodsShipment', $c)"/>
		<xsl:variable name="number" select="w:field('CertificateNumber certificateNo', $c)/value | w:field('AdditionalDocument/ID', $c)/value"/>
		<xsl:variable name="issuer" select="w:field('IssuingCountryCode issuingCountry', $c)/value | w:group('ExportCountry', $shipment)/field/value"/>
		<article class="sheet form-d">
			<header>
				<h2><xsl:value-of select="w:word('form-d.title')"/></h2>
				<p><xsl:value-of select="w:word('form-d.number')"/>&#160;<b><xsl:value-of select="$number"/></b></p>
				<p class="quiet"><xsl:value-of select="w:word('form-d.agreement')"/><xsl:if test="$issuer != ''"> · <xsl:value-of select="w:word('form-d.issued-in', w:named('country', $issuer))"/></xsl:if></p>
			</header>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$c | $own/../.. | w:group('Header')"/></xsl:call-template></xsl:if>
			<div class="boxes">
				<xsl:call-template name="box">
					<xsl:with-param name="box" select="1"/>
					<xsl:with-param name="party" select="w:group('Exporter company', $c)"/>
				</xsl:call-template>
				<xsl:call-template name="box">
					<xsl:with-param name="box" select="2"/>
					<xsl:with-param name="party" select="w:group('Consignee receiver', $c) | w:group('Consignee', $shipment)"/>
				</xsl:call-template>
				<xsl:call-template name="box-3"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
				<xsl:call-template name="box-4"/>
			</div>
			<xsl:call-template name="boxes-5-to-10">
				<xsl:with-param name="items" select="w:group('Item products', $c) | w:group('GovernmentAgencyGoodsItem', $shipment)"/>
				<xsl:with-param name="invoices" select="w:group('Invoice invoices', $c) | w:group('Invoice', $shipment)"/>
				<xsl:with-param name="marks" select="w:group('Marks marks', $c) | w:group('Consignment/Packaging', $shipment)"/>
			</xsl:call-template>
			<xsl:call-template name="box-7-more"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
			<div class="boxes">
				<xsl:call-template name="box-11"><xsl:with-param name="c" select="$c"/><xsl:with-param name="shipment" select="$shipment"/></xsl:call-template>
				<xsl:call-template name="box-12"><xsl:with-param name="c" select="$c"/></xsl:call-template>
			</div>
			<xsl:call-template name="box-13"><xsl:with-param name="codes" select="w:group('SpecialCase specialCases', $c)/field/value | w:group('AdditionalInformation', $c)[w:field('StatementTypeCode')/value = 'TIK']/field[@name = 'StatementCode']/value"/></xsl:call-template>
			<xsl:call-template name="remarks"><xsl:with-param name="text" select="w:field('Remarks remark', $c)/value | w:group('AdditionalInformation', $c)[w:field('StatementTypeCode')/value = 'AAI']/field[@name = 'StatementDescription']/value"/></xsl:call-template>
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
			<p class="name"><xsl:value-of select="w:field('Name name', $party)/value"/></p>
			<p>
				<xsl:for-each select="(w:field('Address address City', $party) | w:field('Address/Line CityName', $party))[value != '']"><xsl:if test="position() > 1">, </xsl:if><xsl:value-of select="value"/></xsl:for-each>
				<xsl:variable name="country" select="w:field('CountryCode country', $party)/value | w:field('Address/CountryCode', $party)/value"/>
				<xsl:if test="$country != ''"><xsl:text>, </xsl:text><xsl:call-template name="coded"><xsl:with-param name="group" select="'country'"/><xsl:with-param name="code" select="string($country)"/></xsl:call-template></xsl:if>
			</p>
			<xsl:variable name="code" select="w:field('TaxCode Identity ID taxNo', $party)/value"/>
			<xsl:if test="$code != ''"><p><xsl:value-of select="w:word('paper.code')"/>&#160;<b><xsl:value-of select="$code"/></b></p></xsl:if>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$party | $party/field | $party/group | $party/group/field"/></xsl:call-template></xsl:if>
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
		<xsl:if test="$value != ''"><div><dt><xsl:value-of select="w:named('field', $word)"/></dt><dd><xsl:value-of select="w:day($value)"/></dd></div></xsl:if>
	</xsl:template>

	<xsl:template name="box-3">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="t" select="w:group('Transport vehicle BorderTransportMeans', $c)"/>
		<xsl:variable name="place" select="w:group('Consignment/UnloadingLocation', $shipment)"/>
		<section class="box b3">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="3"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'DepartureDate'"/><xsl:with-param name="value" select="w:field('DepartureDate departureDate', $t)/value | w:group('DepartureDateTime', $t)/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'VesselName'"/><xsl:with-param name="value" select="w:field('VesselName name Name', $t)/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'JourneyNumber'"/><xsl:with-param name="value" select="w:field('JourneyNumber JourneyID', $t)/value"/></xsl:call-template>
				<div><dt><xsl:value-of select="w:named('field', 'DischargePort')"/></dt><dd>
					<xsl:value-of select="w:field('DischargePortName portDischargeName', $t)/value | w:field('Name', $place)/value"/><xsl:text> </xsl:text>
					<span class="meaning"><xsl:value-of select="w:field('DischargePortCode portDischarge', $t)/value | w:field('ID', $place)/value"/></span>
				</dd></div>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Route'"/><xsl:with-param name="value" select="w:field('Route route', $t)/value | w:group('Consignment/Itinerary', $shipment)/field/value"/></xsl:call-template>
			</dl>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$t | $t/field | $t/group/field | $place/field"/></xsl:call-template></xsl:if>
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
		<xsl:variable name="packaging" select="w:group('Packaging')"/>
		<xsl:variable name="goods" select="w:group('Commodity')"/>
		<xsl:variable name="measure" select="w:group('GoodsMeasure', $goods)"/>
		<xsl:variable name="invoice" select="w:group('Invoice')"/>
		<xsl:variable name="origin" select="w:field('OriginCountryCode country')/value | w:field('Origin/CountryCode')/value"/>
		<xsl:variable name="fob" select="w:field('FobValue valueFob CustomsValueAmount')"/>
		<tr>
			<td data-label="{w:word('form-d.5')}"><xsl:value-of select="w:field('Number orderNo SequenceNumeric')/value"/></td>
			<td data-label="{w:word('form-d.6')}"><xsl:value-of select="w:field('Marks mark')/value | w:field('MarksNumbersID', $packaging)/value"/>
				<xsl:variable name="marks-link" select="w:field('MarksLink markUuid')/value | w:field('ReferenceID', $packaging)/value"/>
				<xsl:for-each select="$marks[not(w:field('Marks mark', current()) | w:field('MarksNumbersID', $packaging))][w:field('Link uuid ReferenceID')/value = $marks-link]"><small><xsl:value-of select="w:field('Text mark MarksNumbersID')/value"/></small></xsl:for-each>
			</td>
			<td data-label="{w:word('form-d.7')}">
				<xsl:call-template name="measured"><xsl:with-param name="amount" select="w:field('PackageCount qtyPackage')/value | w:field('QuantityQuantity', $packaging)/value"/><xsl:with-param name="unit" select="w:field('PackageTypeCode qtyPackageUnitCode')/value | w:field('TypeCode', $packaging)/value"/><xsl:with-param name="group" select="'package'"/></xsl:call-template>
				<xsl:text> </xsl:text><xsl:value-of select="w:field('Description productDescription')/value | w:field('Description', $goods)/value"/>
				<small><xsl:value-of select="w:named('field', 'HsCode')"/>&#160;<b class="hs"><xsl:value-of select="w:field('HsCode productTariffCode')/value | w:field('Classification/ID', $goods)/value"/></b>
				<xsl:if test="$origin != ''"> · <xsl:value-of select="w:word('paper.origin')"/>: <xsl:value-of select="w:named('country', $origin)"/></xsl:if></small>
				<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="descendant-or-self::*[@path]"/></xsl:call-template></xsl:if>
				<xsl:if test="$compared and ancestor::beside"><xsl:call-template name="compared"><xsl:with-param name="rows" select="/page/answer/pairs/item[starts-with(schema, 'asw.form-d')][1]/comparison/item[item = w:field('Number orderNo SequenceNumeric', current())/value]"/></xsl:call-template></xsl:if>
			</td>
			<td data-label="{w:word('form-d.8')}"><xsl:value-of select="w:field('OriginCriterion rule')/value | w:group('AdditionalInformation')[w:field('StatementTypeCode')/value = 'ORC']/field[@name = 'StatementCode']/value"/></td>
			<td data-label="{w:word('form-d.9')}">
				<xsl:variable name="gross" select="w:field('GrossWeight grossWeight') | w:field('GrossMassMeasure', $measure)"/>
				<xsl:variable name="quantity" select="w:field('Quantity quantity') | w:field('TariffQuantity', $measure)"/>
				<xsl:call-template name="measured"><xsl:with-param name="amount" select="$quantity/value"/><xsl:with-param name="unit" select="w:field('QuantityUnitCode quantityUnit')/value | $quantity/attribute"/></xsl:call-template>
				<xsl:if test="$gross"><small><xsl:value-of select="w:named('field', 'GrossWeight')"/>&#160;<xsl:call-template name="measured"><xsl:with-param name="amount" select="$gross/value"/><xsl:with-param name="unit" select="w:field('GrossWeightUnitCode grossWeightUnit')/value | $gross/attribute"/></xsl:call-template></small></xsl:if>
				<xsl:if test="$fob"><small>FOB&#160;<xsl:call-template name="measured"><xsl:with-param name="amount" select="$fob/value"/><xsl:with-param name="unit" select="w:field('FobCurrencyCode valueFobCurrency')/value | $fob/attribute"/></xsl:call-template></small></xsl:if>
			</td>
			<td data-label="{w:word('form-d.10')}">
				<xsl:call-template name="invoice"><xsl:with-param name="number" select="w:field('InvoiceNumber invoiceNo')/value | w:field('ID', $invoice)/value"/><xsl:with-param name="day" select="w:field('InvoiceDate invoiceDate')/value | w:group('IssueDateTime', $invoice)/field/value"/></xsl:call-template>
				<xsl:variable name="invoice-link" select="w:field('InvoiceLink invoiceUuid')/value | w:field('ReferenceID', $invoice)/value"/>
				<xsl:for-each select="$invoices[not(w:field('InvoiceNumber invoiceNo', current()) | w:field('ID', $invoice))][w:field('Link uuid ReferenceID')/value = $invoice-link]">
					<xsl:call-template name="invoice"><xsl:with-param name="number" select="w:field('Number invoiceNo ID')/value"/><xsl:with-param name="day" select="w:field('Date invoiceDate')/value | w:group('IssueDateTime')/field/value"/></xsl:call-template>
				</xsl:for-each>
			</td>
		</tr>
	</xsl:template>
	<xsl:template name="invoice">
		<xsl:param name="number"/>
		<xsl:param name="day"/>
		<xsl:if test="$number != ''"><xsl:value-of select="$number"/><small><xsl:value-of select="w:day($day)"/></small></xsl:if>
	</xsl:template>
	<xsl:template name="measured">
		<xsl:param name="amount"/>
		<xsl:param name="unit"/>
		<xsl:param name="group" select="'unit'"/>
		<xsl:if test="$amount != ''"><xsl:value-of select="w:amount($amount)"/>&#160;<xsl:call-template name="unit"><xsl:with-param name="code" select="$unit"/><xsl:with-param name="group" select="$group"/></xsl:call-template></xsl:if>
	</xsl:template>

	<!-- What belongs to box 7 beside the goods: who invoiced, which certificates went before, where it is shown. -->
	<xsl:template name="box-7-more">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="third" select="w:group('ThirdPartyInvoice thirdPartyInvoicing', $c) | w:group('Seller', $shipment)"/>
		<xsl:variable name="before" select="w:group('OriginalCertificate backToBack', $c) | w:group('PreviousDocument', $shipment)[w:field('CategoryCode')/value = 'BTB']"/>
		<xsl:variable name="replaced" select="w:group('ReplacedCertificate replaced', $c) | w:group('PreviousDocument', $shipment)[w:field('CategoryCode')/value = 'RPL']"/>
		<xsl:variable name="shown" select="w:group('Exhibition exhibition', $c) | w:group('Exhibition', $shipment)"/>
		<xsl:variable name="export" select="w:field('ExportDeclarationNumber exportDeclarationNo', $c)/value | w:group('PreviousDocument', $shipment)[w:field('CategoryCode')/value = 'EXD']/field[@name = 'ID']/value"/>
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
		<b><xsl:value-of select="w:field('Number certificateNo ID')/value"/></b><xsl:text> </xsl:text>
		<xsl:value-of select="w:day(w:field('IssueDate issueDate')/value | w:group('IssueDateTime')/field/value)"/><xsl:text> </xsl:text>
		<xsl:value-of select="w:named('country', w:field('CountryCode country')/value)"/>
	</xsl:template>

	<!-- ==== Who says so ==== -->

	<xsl:template name="box-11">
		<xsl:param name="c"/>
		<xsl:param name="shipment"/>
		<xsl:variable name="said" select="w:group('ExporterDeclaration declaration Declarant', $c)"/>
		<section class="box b11">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="11"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'ProductionCountryCode'"/><xsl:with-param name="value" select="w:named('country', w:field('ProductionCountryCode productionCountry', $said)/value | w:group('Origin', $shipment)/field/value)"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'ImportingCountryCode'"/><xsl:with-param name="value" select="w:named('country', w:field('ImportingCountryCode destinationCountry', $said)/value | w:group('Destination', $shipment)/field/value)"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Place'"/><xsl:with-param name="value" select="w:field('Place place LocationName', $said)/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'Date'"/><xsl:with-param name="value" select="w:field('Date date', $said)/value | w:group('DeclarationDateTime', $said)/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'SignatoryName'"/><xsl:with-param name="value" select="w:field('SignatoryName signatoryName Name', $said)/value"/></xsl:call-template>
			</dl>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$said | $said/field"/></xsl:call-template></xsl:if>
		</section>
	</xsl:template>
	<xsl:template name="box-12">
		<xsl:param name="c"/>
		<xsl:variable name="by" select="w:group('Certification authority Authentication', $c)"/>
		<section class="box b12">
			<xsl:call-template name="box-head"><xsl:with-param name="box" select="12"/></xsl:call-template>
			<dl>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'AuthorityName'"/><xsl:with-param name="value" select="w:field('AuthorityName name', $by)/value | w:field('Authenticator/Name', $by)/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'Place'"/><xsl:with-param name="value" select="w:field('Place place LocationName', $by)/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'IssueDate'"/><xsl:with-param name="value" select="w:field('IssueDate issueDate', $c)/value | w:group('AdditionalDocument/EffectiveDateTime', $c)/field/value"/></xsl:call-template>
				<xsl:call-template name="said-day"><xsl:with-param name="word" select="'ExpiryDate'"/><xsl:with-param name="value" select="w:field('ExpiryDate expiryDate', $c)/value | w:group('AdditionalDocument/ExpirationDateTime', $c)/field/value"/></xsl:call-template>
				<xsl:call-template name="said"><xsl:with-param name="word" select="'OfficerName'"/><xsl:with-param name="value" select="w:field('OfficerName officerName Authentication', $by)/value"/></xsl:call-template>
			</dl>
			<xsl:call-template name="verdict"/>
			<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$by | $by/field | $c/field[contains(@name, 'Date')]"/></xsl:call-template></xsl:if>
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
