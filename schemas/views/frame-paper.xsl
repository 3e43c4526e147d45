<?xml version="1.0" encoding="UTF-8"?>
<!--
	A document as the paper that people know (messages/paper.h gives the tree). What a kind looks like stands in frame-declaration.xsl
	and frame-form-d.xsl; a kind without a layout is shown field by field, in its own order.

	A layout is a list of words: NAME, GROUP/NAME, NAME+NAME (one behind the other in one cell), each with ":" and how many of
	twelve columns it takes. What a layout does not name is shown behind it: no value of a document is left out.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:decimal-format name="vi" decimal-separator="," grouping-separator="."/>
	<xsl:decimal-format name="en" decimal-separator="." grouping-separator=","/>
	<xsl:key name="found" match="findings/item[path != '']" use="path"/>

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
		<xsl:variable name="word" select="substring-before(concat(normalize-space($layout), ' '), ' ')"/>
		<xsl:variable name="rest" select="substring-after(normalize-space($layout), ' ')"/>
		<xsl:if test="$word != ''">
			<xsl:call-template name="cell">
				<xsl:with-param name="of" select="$of"/>
				<xsl:with-param name="names" select="substring-before($word, ':')"/>
				<xsl:with-param name="width" select="substring-after($word, ':')"/>
			</xsl:call-template>
			<xsl:call-template name="cells"><xsl:with-param name="of" select="$of"/><xsl:with-param name="layout" select="$rest"/></xsl:call-template>
		</xsl:if>
	</xsl:template>
	<xsl:template name="cell">
		<xsl:param name="of"/>
		<xsl:param name="names"/>
		<xsl:param name="width"/>
		<xsl:variable name="path" select="substring-before(concat($names, '+'), '+')"/>
		<xsl:variable name="group" select="substring-before($path, '/')"/>
		<xsl:variable name="in" select="$of[$group = ''] | $of/group[@name = $group]"/>
		<xsl:variable name="name"><xsl:choose><xsl:when test="$group = ''"><xsl:value-of select="$path"/></xsl:when><xsl:otherwise><xsl:value-of select="substring-after($path, '/')"/></xsl:otherwise></xsl:choose></xsl:variable>
		<xsl:variable name="other" select="substring-after($names, '+')"/>
		<xsl:variable name="first" select="$in/field[@name = $name]"/>
		<xsl:variable name="second" select="$in/field[@name = $other]"/>
		<xsl:if test="$first[value != ''] or $second[value != '']">
			<div class="cell c{$width}">
				<!-- "Vessel" rather than "Vessel code", where both are there -->
				<xsl:variable name="label" select="($second[value != '' and (contains(@name, 'Name') or @name = 'Number')] | $first)[last()]"/>
				<dt><xsl:value-of select="w:named('field', $label/@name)"/><xsl:if test="$label/@item"><span class="item"><xsl:value-of select="$label/@item"/></span></xsl:if></dt>
				<dd>
					<xsl:for-each select="$first"><xsl:if test="position() > 1"><br/></xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each>
					<xsl:for-each select="$second"><xsl:text> </xsl:text><span class="second"><xsl:apply-templates select="." mode="value"/></span></xsl:for-each>
					<xsl:call-template name="found"><xsl:with-param name="at" select="$first | $second"/></xsl:call-template>
				</dd>
			</div>
		</xsl:if>
	</xsl:template>

	<!-- ==== Values ==== -->

	<xsl:template match="field" mode="value">
		<xsl:variable name="padded" select="concat(' ', @name, ' ')"/>
		<xsl:choose>
			<xsl:when test="contains(@name, 'Date') and string-length(value) >= 8"><xsl:call-template name="day"><xsl:with-param name="day" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(@name, 'CountryCode')"><xsl:call-template name="coded"><xsl:with-param name="group" select="'country'"/><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(@name, 'UnitCode')"><xsl:call-template name="unit"><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(' TransportModeCode DeclarationKindCode TariffScheduleCode CustomsOffice PriceKindCode PaymentTerm PersonClassificationCode TaxPayerCode ', $padded)"><xsl:call-template name="coded"><xsl:with-param name="group" select="@name"/><xsl:with-param name="code" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(' Quantity Quantity2 UnitPrice InvoiceValue TotalPrice CustomsValue TaxValue Amount GrossWeight NetWeight Pieces PackageCount ProportionalTotal BasePrice DutyRate FobValue ContainerCount ', $padded)"><xsl:call-template name="amount"><xsl:with-param name="amount" select="value"/></xsl:call-template></xsl:when>
			<xsl:when test="contains(' Authorise AseanConsent ', $padded)"><xsl:value-of select="w:named('answer', value)"/></xsl:when>
			<xsl:when test="@name = 'Code' and parent::group/@name = 'Reason'"><xsl:call-template name="reason-code"><xsl:with-param name="code" select="string(value)"/></xsl:call-template></xsl:when>
			<xsl:when test="@name = 'Code' and parent::group/@name = 'PaperAsked'"><xsl:value-of select="w:named('paper', value)"/></xsl:when>
			<xsl:when test="@name = 'Lane'"><xsl:value-of select="w:named('lane', value)"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="value"/></xsl:otherwise>
		</xsl:choose>
		<xsl:for-each select="attribute"><span class="unit" title="{@name}"><xsl:value-of select="w:named('unit', .)"/></span></xsl:for-each>
	</xsl:template>

	<!-- 2026-11-20, 20112026 (VNACCS) and 20261120 (form 102) as 20/11/2026; anything else as it is. -->
	<xsl:template name="day">
		<xsl:param name="day"/>
		<xsl:variable name="digits" select="translate(substring($day, 1, 10), '-', '')"/>
		<xsl:choose>
			<xsl:when test="string-length($digits) != 8 or translate($digits, '0123456789', '') != ''"><xsl:value-of select="$day"/></xsl:when>
			<xsl:when test="not(contains($day, '-')) and substring($digits, 5, 4) > 1900"><xsl:value-of select="concat(substring($digits, 1, 2), '/', substring($digits, 3, 2), '/', substring($digits, 5, 4))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="concat(substring($digits, 7, 2), '/', substring($digits, 5, 2), '/', substring($digits, 1, 4))"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

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

	<!-- Thousands apart; the fraction digit by digit as the document has it. What is no plain number, or longer than a double is exact, stays as it is. -->
	<xsl:template name="amount">
		<xsl:param name="amount"/>
		<xsl:variable name="whole" select="substring-before(concat($amount, '.'), '.')"/>
		<xsl:variable name="fraction" select="substring-after($amount, '.')"/>
		<xsl:choose>
			<xsl:when test="$whole = '' or string-length($whole) > 15 or translate(concat($whole, $fraction), '0123456789', '') != ''"><xsl:value-of select="$amount"/></xsl:when>
			<xsl:when test="$language = 'vi'"><xsl:value-of select="format-number($whole, '#.##0', 'vi')"/><xsl:if test="$fraction != ''">,<xsl:value-of select="$fraction"/></xsl:if></xsl:when>
			<xsl:otherwise><xsl:value-of select="format-number($whole, '#,##0', 'en')"/><xsl:if test="$fraction != ''">.<xsl:value-of select="$fraction"/></xsl:if></xsl:otherwise>
		</xsl:choose>
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
		<xsl:if test="field[value != '' or attribute]"><dl class="facts"><xsl:apply-templates select="field[value != '' or attribute]" mode="plain"/></dl></xsl:if>
		<xsl:apply-templates select="group" mode="plain"/>
	</xsl:template>
	<xsl:template match="group[not(field[value != '' or attribute]) and not(@number)]" mode="plain"><xsl:apply-templates select="group" mode="plain"/></xsl:template>
	<xsl:template match="group" mode="plain">
		<section class="part">
			<h2><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@number">&#160;<xsl:value-of select="@number"/></xsl:if></h2>
			<xsl:call-template name="found"/>
			<xsl:apply-templates select="." mode="fields"/>
		</section>
	</xsl:template>
	<xsl:template match="field" mode="plain">
		<div>
			<xsl:if test="string-length(value) > 60"><xsl:attribute name="class">wide</xsl:attribute></xsl:if>
			<dt><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@item"><span class="item"><xsl:value-of select="@item"/></span></xsl:if></dt>
			<dd><xsl:call-template name="meant"/><xsl:for-each select="attribute"><span class="unit" title="{@name}"><xsl:value-of select="."/></span></xsl:for-each><xsl:call-template name="found"/></dd>
		</div>
	</xsl:template>
</xsl:stylesheet>
