<?xml version="1.0" encoding="UTF-8"?>
<!-- Codes in words, and those that were found for what somebody typed: for forms, and for the page of a list. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- Our own word, else what the list says, in Vietnamese where it does. -->
	<xsl:template match="option | code" mode="meant">
		<xsl:param name="list"/>
		<xsl:variable name="group"><xsl:choose><xsl:when test="$list = 'iso-3166'">country</xsl:when><xsl:otherwise><xsl:value-of select="$list"/></xsl:otherwise></xsl:choose></xsl:variable>
		<xsl:variable name="word" select="w:named(string($group), string(@value))"/>
		<xsl:variable name="listed" select="/page/codes[@name = $list]/code[@value = current()/@value]"/>
		<xsl:choose>
			<xsl:when test="@label"><xsl:value-of select="@label"/></xsl:when>
			<xsl:when test="$word != @value"><xsl:value-of select="$word"/></xsl:when>
			<xsl:when test="$language = 'vi' and @vi"><xsl:value-of select="@vi"/></xsl:when>
			<xsl:when test="@words"><xsl:value-of select="@words"/></xsl:when>
			<xsl:when test="self::option"><xsl:value-of select="$listed/@words"/></xsl:when>
		</xsl:choose>
	</xsl:template>

	<xsl:template name="found-code">
		<xsl:param name="list"/>
		<b><xsl:value-of select="@value"/></b><xsl:text> </xsl:text><span><xsl:apply-templates select="." mode="meant"><xsl:with-param name="list" select="$list"/></xsl:apply-templates><xsl:if test="@goes-on"> …</xsl:if></span>
	</xsl:template>

	<!-- Of a <found>. -->
	<xsl:template name="found-hint">
		<xsl:param name="typed"/>
		<xsl:param name="usual" select="/.."/>
		<xsl:choose>
			<xsl:when test="$typed = '' and $usual"><xsl:value-of select="w:word('codes.usual')"/></xsl:when>
			<xsl:when test="string-length($typed) &lt; 2"><xsl:value-of select="w:word('codes.type')"/></xsl:when>
			<xsl:when test="not(code)">
				<xsl:value-of select="w:word('codes.none')"/><xsl:text> </xsl:text>
				<xsl:choose>
					<xsl:when test="@vietnamese = 'none'"><xsl:value-of select="w:word('codes.names-none')"/></xsl:when>
					<xsl:when test="@vietnamese = 'some'"><xsl:value-of select="w:word('codes.names-some')"/></xsl:when>
					<xsl:otherwise><xsl:value-of select="w:word('codes.other')"/></xsl:otherwise>
				</xsl:choose>
			</xsl:when>
			<xsl:when test="@more"><xsl:value-of select="w:word('codes.more', string(count(code)))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:word('codes.found', string(count(code)))"/></xsl:otherwise>
		</xsl:choose>
		<xsl:if test="@list = 'hs'"><xsl:text> </xsl:text><xsl:value-of select="w:word('codes.hs')"/></xsl:if>
	</xsl:template>
</xsl:stylesheet>
