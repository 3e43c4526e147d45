<?xml version="1.0" encoding="UTF-8"?>
<!--
	A document as the paper that people know (messages/paper.h gives the tree). What a kind looks like stands in frame-declaration.xsl
	and frame-form-d.xsl; a kind without a layout is shown field by field, in its own order.

	A layout is a list of words: NAME, GROUP/NAME, NAME+NAME (one behind the other in one cell), each with ":" and how many of
	twelve columns it takes. What a layout does not name is shown behind it: no value of a document is left out.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:key name="found" match="findings/item[path != '']" use="path"/>
	<!-- Is there a place that a finding names, a line that was compared? Asked for each line, of most documents: no. -->
	<xsl:variable name="is-marked" select="boolean(/page/answer/findings/item/path[. != ''] | /page/answer/timeline/item/findings/item/path[. != ''])"/>
	<xsl:variable name="compared" select="/page/answer/pairs/item/comparison/item[verdict = 'differs' or verdict = 'minor' or verdict = 'part']"/>

	<xsl:template match="document" mode="paper">
		<xsl:variable name="kind" select="concat(' ', substring-before(@kind, '/'), ' ')"/>
		<xsl:choose>
			<xsl:when test="contains(' vn.import vn.export th.import ', $kind)"><xsl:apply-templates select="." mode="declaration"/></xsl:when>
			<xsl:when test="contains(' vn.co vn.co-application vn.co-received asw.form-d th.co-received ', $kind)"><xsl:apply-templates select="." mode="form-d"/></xsl:when>
			<xsl:otherwise><div class="card paper"><xsl:apply-templates select="." mode="fields"/></div></xsl:otherwise>
		</xsl:choose>
		<xsl:if test="cut"><p class="notice"><xsl:value-of select="w:word('content.cut')"/></p></xsl:if>
	</xsl:template>

	<!-- ==== What a finding says of a place, at that place ==== -->

	<xsl:template name="found">
		<xsl:param name="at" select="."/>
		<xsl:for-each select="$at[@path]">
			<xsl:for-each select="key('found', @path)">
				<span class="found {severity}"><b><xsl:value-of select="w:named('severity', severity)"/></b><xsl:text>: </xsl:text><xsl:call-template name="says"/></span>
			</xsl:for-each>
		</xsl:for-each>
	</xsl:template>

	<!-- What the comparison of declaration and certificate says of a line or item, there. -->
	<xsl:template name="compared-verdict">
		<span class="verdict {verdict}"><xsl:value-of select="w:named('comparison', verdict)"/></span>
	</xsl:template>
	<xsl:template name="compared">
		<xsl:param name="rows"/>
		<xsl:for-each select="$rows[verdict = 'differs' or verdict = 'minor' or verdict = 'part']">
			<span class="found compared {verdict}"><xsl:value-of select="w:named('compared', field)"/>: <xsl:call-template name="compared-verdict"/></span>
		</xsl:for-each>
	</xsl:template>

	<!-- ==== Cells ==== -->

	<xsl:template name="cells">
		<xsl:param name="of"/>
		<xsl:param name="layout"/>
		<xsl:variable name="word" select="substring-before(concat($layout, ' '), ' ')"/>
		<xsl:variable name="rest" select="substring-after($layout, ' ')"/>
		<xsl:variable name="names" select="substring-before($word, ':')"/>
		<xsl:variable name="first" select="w:field(substring-before(concat($names, '+'), '+'), $of)"/>
		<xsl:variable name="second" select="w:field(substring-after($names, '+'), $of)"/>
		<xsl:if test="$first/value != '' or $second/value != ''">
			<div class="cell c{substring-after($word, ':')}">
				<!-- "Vessel" rather than "Vessel code", where both are there -->
				<xsl:variable name="label" select="($second[value != '' and (contains(@name, 'Name') or @name = 'Number')] | $first)[last()]"/>
				<dt><xsl:value-of select="w:named('field', $label/@name)"/><xsl:if test="$label/@item"><span class="item"><xsl:value-of select="$label/@item"/></span></xsl:if></dt>
				<dd>
					<xsl:for-each select="$first"><xsl:if test="position() > 1"><br/></xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each>
					<xsl:for-each select="$second"><xsl:text> </xsl:text><span class="second"><xsl:apply-templates select="." mode="value"/></span></xsl:for-each>
					<xsl:if test="$is-marked"><xsl:call-template name="found"><xsl:with-param name="at" select="$first | $second"/></xsl:call-template></xsl:if>
				</dd>
			</div>
		</xsl:if>
		<xsl:if test="$rest != ''">
			<xsl:call-template name="cells"><xsl:with-param name="of" select="$of"/><xsl:with-param name="layout" select="$rest"/></xsl:call-template>
		</xsl:if>
	</xsl:template>

	<!-- ==== Values ==== -->

	<!-- How a field is shown, where its name's last word does not say it. -->
	<xsl:variable name="ways" select="' HsCode=text Description=text DeclarationNumber=text TransportModeCode=coded DeclarationKindCode=coded TariffScheduleCode=coded CustomsOffice=coded PriceKindCode=coded PaymentTerm=coded PersonClassificationCode=coded TaxPayerCode=coded Quantity=amount Quantity2=amount UnitPrice=amount InvoiceValue=amount TotalPrice=amount CustomsValue=amount TaxValue=amount Amount=amount GrossWeight=amount NetWeight=amount Pieces=amount PackageCount=amount ProportionalTotal=amount BasePrice=amount DutyRate=amount FobValue=amount ContainerCount=amount Authorise=answer AseanConsent=answer Code=code Lane=lane '"/>

	<xsl:template match="field" mode="value">
		<xsl:variable name="way" select="substring-before(substring-after($ways, concat(' ', @name, '=')), ' ')"/>
		<xsl:choose>
			<xsl:when test="$way = 'amount'"><xsl:value-of select="w:amount(value)"/></xsl:when>
			<xsl:when test="$way = 'coded'"><xsl:call-template name="coded"><xsl:with-param name="group" select="@name"/><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="$way = 'text'"><xsl:value-of select="value"/></xsl:when>
			<xsl:when test="$way = 'answer'"><xsl:value-of select="w:named('answer', value)"/></xsl:when>
			<xsl:when test="$way = 'lane'"><xsl:value-of select="w:named('lane', value)"/></xsl:when>
			<xsl:when test="$way = 'code' and parent::group/@name = 'Reason'"><xsl:call-template name="reason-code"><xsl:with-param name="code" select="string(value)"/></xsl:call-template></xsl:when>
			<xsl:when test="$way = 'code' and parent::group/@name = 'PaperAsked'"><xsl:value-of select="w:named('paper', value)"/></xsl:when>
			<xsl:when test="contains(@name, 'Date')"><xsl:value-of select="w:day(value)"/></xsl:when>
			<xsl:when test="contains(@name, 'CountryCode')"><xsl:call-template name="coded"><xsl:with-param name="group" select="'country'"/><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(@name, 'UnitCode')"><xsl:call-template name="unit"><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise>
		</xsl:choose>
		<xsl:apply-templates select="attribute" mode="unit"/>
	</xsl:template>
	<xsl:template match="attribute" mode="unit"><span class="unit" title="{@name}"><xsl:value-of select="w:named('unit', .)"/></span></xsl:template>

	<!-- Where a column says what is in it. -->
	<xsl:template match="field" mode="text"><xsl:value-of select="value"/><xsl:apply-templates select="attribute" mode="unit"/></xsl:template>
	<xsl:template match="field" mode="amount"><xsl:value-of select="w:amount(value)"/><xsl:apply-templates select="attribute" mode="unit"/></xsl:template>
	<xsl:template match="field" mode="unit"><xsl:call-template name="unit"><xsl:with-param name="code" select="value"/></xsl:call-template><xsl:apply-templates select="attribute" mode="unit"/></xsl:template>
	<xsl:template match="field" mode="country"><xsl:call-template name="coded"><xsl:with-param name="group" select="'country'"/><xsl:with-param name="code" select="value"/></xsl:call-template><xsl:apply-templates select="attribute" mode="unit"/></xsl:template>

	<!-- A code, and what it stands for where that is known. -->
	<xsl:template name="coded">
		<xsl:param name="group"/>
		<xsl:param name="code"/>
		<xsl:variable name="known" select="w:named($group, $code)"/>
		<xsl:value-of select="$code"/>
		<xsl:if test="$known != $code"><xsl:text> </xsl:text><span class="meaning"><xsl:value-of select="$known"/></span></xsl:if>
	</xsl:template>

	<!-- A unit in words, with its code when one points at it. -->
	<xsl:template name="unit">
		<xsl:param name="code"/>
		<xsl:param name="group" select="'unit'"/>
		<xsl:if test="$code != ''"><span title="{$code}"><xsl:value-of select="w:named($group, string($code))"/></span></xsl:if>
	</xsl:template>

	<!-- What a code says in words, with the code small beside it; what is no code, or in no list, as it is. -->
	<xsl:template name="meant">
		<xsl:variable name="in" select="string(parent::group/@name)"/>
		<xsl:variable name="group"><xsl:choose>
			<xsl:when test="@name = 'function' or (@name = 'FunctionCode' and starts-with(ancestor::document/@kind, 'th.'))">notice-function</xsl:when>
			<xsl:when test="@name = 'FunctionCode' and contains(ancestor::document/@kind, '.response')">notice-status</xsl:when>
			<xsl:when test="@name = 'StatusCode' and $in = 'Response'">notice-status</xsl:when>
			<xsl:when test="@name = 'StatusCode' and $in = 'CertificateStatus'">co-state</xsl:when>
			<xsl:when test="@name = 'ReasonCode' or (@name = 'Code' and $in = 'Reason')">reason</xsl:when>
			<xsl:when test="@name = 'Code' and $in = 'PaperAsked'">paper</xsl:when>
			<xsl:when test="@name = 'ResultCode' or @name = 'Result'">verification-result</xsl:when>
			<xsl:when test="@name = 'Lane'">lane</xsl:when>
			<xsl:when test="contains(@name, 'CountryCode') or @name = 'countryCode'">country</xsl:when>
		</xsl:choose></xsl:variable>
		<xsl:variable name="word"><xsl:choose>
			<xsl:when test="$group = 'reason'"><xsl:call-template name="reason-code"><xsl:with-param name="code" select="string(value)"/></xsl:call-template></xsl:when>
			<xsl:when test="$group != ''"><xsl:value-of select="w:named(string($group), string(value))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise>
		</xsl:choose></xsl:variable>
		<xsl:choose>
			<xsl:when test="string($word) != string(value)"><span class="meant"><xsl:value-of select="$word"/></span><xsl:text> </xsl:text><span class="meaning raw"><xsl:value-of select="value"/></span></xsl:when>
			<xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Field by field ==== -->

	<!-- What is empty is not shown: where a signature stood, for one. Fields first, then what is grouped; a group that only holds one group is no level of its own. -->
	<xsl:template match="*" mode="fields">
		<xsl:param name="filled" select="w:filled()"/>
		<xsl:if test="$filled"><dl class="facts"><xsl:apply-templates select="$filled" mode="plain"/></dl></xsl:if>
		<xsl:apply-templates select="group" mode="plain"/>
	</xsl:template>
	<xsl:template match="group" mode="plain">
		<xsl:variable name="filled" select="w:filled()"/>
		<xsl:choose>
			<xsl:when test="$filled or @number">
				<section class="part">
					<h2><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@number">&#160;<xsl:value-of select="@number"/></xsl:if></h2>
					<xsl:if test="$is-marked"><xsl:call-template name="found"/></xsl:if>
					<xsl:apply-templates select="." mode="fields"><xsl:with-param name="filled" select="$filled"/></xsl:apply-templates>
				</section>
			</xsl:when>
			<xsl:otherwise><xsl:apply-templates select="group" mode="plain"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template match="field" mode="plain">
		<div>
			<xsl:if test="string-length(value) > 60"><xsl:attribute name="class">wide</xsl:attribute></xsl:if>
			<dt><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@item"><span class="item"><xsl:value-of select="@item"/></span></xsl:if></dt>
			<dd><xsl:choose><xsl:when test="contains(' function FunctionCode StatusCode ReasonCode Code ResultCode Result Lane countryCode ', concat(' ', @name, ' ')) or contains(@name, 'CountryCode')"><xsl:call-template name="meant"/></xsl:when><xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise></xsl:choose><xsl:for-each select="attribute"><span class="unit" title="{@name}"><xsl:value-of select="."/></span></xsl:for-each><xsl:if test="$is-marked"><xsl:call-template name="found"/></xsl:if></dd>
		</div>
	</xsl:template>
</xsl:stylesheet>
