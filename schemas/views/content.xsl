<?xml version="1.0" encoding="UTF-8"?>
<!-- What stands in a document: GET /v1/messages/{id}/document for people. Fields by name, with the item of the XSD. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('content.title')"/> <xsl:value-of select="id"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<p class="trail"><a href="/documents/{id}"><xsl:value-of select="id"/></a></p>
		<div class="head">
			<div>
				<p class="kicker"><xsl:value-of select="w:word('content.title')"/></p>
				<h1>
					<xsl:choose>
						<xsl:when test="document/@kind"><xsl:call-template name="kind"><xsl:with-param name="schema" select="document/@kind"/></xsl:call-template></xsl:when>
						<xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise>
					</xsl:choose>
				</h1>
			</div>
		</div>
		<xsl:choose>
			<xsl:when test="document/*">
				<div class="card paper"><xsl:apply-templates select="document" mode="fields"/></div>
				<xsl:if test="document/cut"><p class="notice"><xsl:value-of select="w:word('content.cut')"/></p></xsl:if>
			</xsl:when>
			<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('content.none')"/></b></p></div></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- What is empty is not shown: where a signature stood, for one. Fields first, then what is grouped; a group that only holds one group is no level of its own. -->
	<xsl:template match="*" mode="fields">
		<xsl:if test="field[value != '' or attribute]"><dl class="facts"><xsl:apply-templates select="field[value != '' or attribute]"/></dl></xsl:if>
		<xsl:apply-templates select="group"/>
	</xsl:template>
	<xsl:template match="group[not(field[value != '' or attribute]) and not(@number)]"><xsl:apply-templates select="group"/></xsl:template>
	<xsl:template match="group">
		<section class="part">
			<h2><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@number">&#160;<xsl:value-of select="@number"/></xsl:if></h2>
			<xsl:apply-templates select="." mode="fields"/>
		</section>
	</xsl:template>
	<xsl:template match="field">
		<div>
			<xsl:if test="string-length(value) > 60"><xsl:attribute name="class">wide</xsl:attribute></xsl:if>
			<dt><xsl:value-of select="w:named('field', @name)"/><xsl:if test="@item"><span class="item"><xsl:value-of select="@item"/></span></xsl:if></dt>
			<dd><xsl:value-of select="value"/><xsl:for-each select="attribute"><span class="unit" title="{@name}"><xsl:value-of select="."/></span></xsl:for-each></dd>
		</div>
	</xsl:template>
</xsl:stylesheet>
