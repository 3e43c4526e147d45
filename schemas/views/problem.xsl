<?xml version="1.0" encoding="UTF-8"?>
<!-- What is not done, to people. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template name="headline">
		<xsl:variable name="known" select="w:named('problem', status)"/>
		<xsl:choose>
			<xsl:when test="$known != status"><xsl:value-of select="$known"/></xsl:when>
			<xsl:when test="$language = 'vi'"><xsl:value-of select="answer/vi"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="answer/title"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template match="/page" mode="title"><xsl:call-template name="headline"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<section class="card narrow">
			<p class="status"><xsl:value-of select="status"/></p>
			<h1><xsl:call-template name="headline"/></h1>
			<p><xsl:call-template name="detail"/></p>
			<xsl:variable name="code" select="substring-after(answer/type, 'urn:sampan:problem:')"/>
			<xsl:variable name="own" select="w:named('problem.help', $code)"/>
			<xsl:variable name="help" select="w:named('problem.help', status)"/>
			<xsl:choose>
				<xsl:when test="$own != $code"><p><xsl:value-of select="$own"/></p></xsl:when>
				<xsl:when test="$help != status"><p><xsl:value-of select="$help"/></p></xsl:when>
			</xsl:choose>
			<xsl:apply-templates select="answer/findings"/>
			<p><a class="button" href="/documents"><xsl:value-of select="w:word('problem.home')"/></a></p>
		</section>
	</xsl:template>
</xsl:stylesheet>
