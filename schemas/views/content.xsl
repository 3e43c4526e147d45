<?xml version="1.0" encoding="UTF-8"?>
<!-- What stands in a document: GET /v1/messages/{id}/document for people, alone: to read and to print. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('content.title')"/> <xsl:value-of select="id"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<p class="trail"><a href="/documents/{id}"><xsl:value-of select="id"/></a></p>
		<xsl:call-template name="read-for-reason"/>
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
				<xsl:apply-templates select="document" mode="paper"/>
			</xsl:when>
			<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('content.none')"/></b></p></div></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
</xsl:stylesheet>
