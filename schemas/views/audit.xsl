<?xml version="1.0" encoding="UTF-8"?>
<!-- Who looked at what and why, and who changed accounts, credentials and mandates: GET /v1/audit for people. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('audit.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:value-of select="w:word('audit.title')"/></h1></div>
		<p class="hint"><xsl:value-of select="w:word('audit.help')"/><xsl:text> </xsl:text><a href="/documents?schema=vn.response"><xsl:value-of select="w:word('audit.decisions')"/></a></p>
		<xsl:choose>
			<xsl:when test="answer/audit/item">
				<table class="rows">
					<thead><tr>
						<th scope="col"><xsl:value-of select="w:word('audit.when')"/></th>
						<th scope="col"><xsl:value-of select="w:word('audit.who')"/></th>
						<th scope="col"><xsl:value-of select="w:word('audit.what')"/></th>
						<th scope="col"><xsl:value-of select="w:word('audit.more')"/></th>
					</tr></thead>
					<tbody><xsl:apply-templates select="answer/audit/item" mode="audit"/></tbody>
				</table>
			</xsl:when>
			<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('audit.none')"/></b></p></div></xsl:otherwise>
		</xsl:choose>
		<xsl:if test="answer/next != '' or query/before != ''">
			<p class="pages">
				<xsl:if test="query/before != ''"><a class="button" href="/audit"><xsl:value-of select="w:word('documents.newest')"/></a></xsl:if>
				<xsl:if test="answer/next != ''"><a class="button" rel="next" href="/audit?before={answer/next}"><xsl:value-of select="w:word('documents.older')"/></a></xsl:if>
			</p>
		</xsl:if>
	</xsl:template>
	<!-- A value by the name that people know, where it has one; the id behind it. -->
	<xsl:template name="audited">
		<xsl:variable name="name" select="../../names/*[name() = name(current())]"/>
		<xsl:choose>
			<xsl:when test="$name != ''"><xsl:value-of select="$name"/> (<xsl:value-of select="."/>)</xsl:when>
			<xsl:when test="name() = 'action'"><xsl:value-of select="w:named('audit-action', .)"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template match="item" mode="audit">
		<tr id="record-{number}">
			<td class="key" data-label="{w:word('audit.when')}"><xsl:apply-templates select="time" mode="time"/></td>
			<td data-label="{w:word('audit.who')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="actor"/><xsl:with-param name="name" select="string(actorName)"/></xsl:call-template><xsl:if test="actorName != ''"><small><xsl:value-of select="substring-after(actor, ':')"/></small></xsl:if></td>
			<td data-label="{w:word('audit.what')}">
				<b><xsl:value-of select="w:named('audit', event)"/></b>
				<xsl:if test="event = 'ReadOutsideScope' and attributes/read != ''"><xsl:text> </xsl:text><a href="/documents/{attributes/read}"><xsl:choose>
						<xsl:when test="read/number != ''"><xsl:value-of select="read/number"/></xsl:when>
						<xsl:when test="read/reference != ''"><xsl:value-of select="read/reference"/></xsl:when>
						<xsl:otherwise><xsl:value-of select="attributes/read"/></xsl:otherwise>
					</xsl:choose></a>
					<xsl:if test="read"><small><xsl:call-template name="kind"><xsl:with-param name="schema" select="read/schema"/></xsl:call-template><xsl:if test="read/office != ''"> · <xsl:value-of select="w:word('documents.at-office', string(read/office))"/></xsl:if> · <xsl:value-of select="attributes/read"/></small></xsl:if>
				</xsl:if>
			</td>
			<td data-label="{w:word('audit.more')}">
				<xsl:for-each select="attributes/*[. != '' and not(../../event = 'ReadOutsideScope' and name() = 'read')]"><xsl:if test="position() > 1"> · </xsl:if><span class="quiet"><xsl:value-of select="w:named('audit-of', name())"/>:</span>&#160;<xsl:call-template name="audited"/></xsl:for-each>
			</td>
		</tr>
	</xsl:template>
</xsl:stylesheet>
