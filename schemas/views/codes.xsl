<?xml version="1.0" encoding="UTF-8"?>
<!-- A list of codes by what was typed: GET /codes/{list}?q=. The ES module takes #codes of it into a form. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('codes.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:value-of select="w:word('codes.title')"/></h1></div>
		<section class="card">
			<form method="get" class="stack" action="/codes/{found/@list}">
				<label for="q"><xsl:value-of select="w:word('codes.typed')"/></label>
				<input id="q" name="q" value="{query/q}" autocomplete="off"/>
				<p><button class="main"><xsl:value-of select="w:word('codes.find')"/></button></p>
			</form>
			<xsl:for-each select="found">
				<p class="hint" id="codes-hint"><xsl:call-template name="found-hint"><xsl:with-param name="typed" select="string(/page/query/q)"/></xsl:call-template></p>
				<ul id="codes" class="codes">
					<xsl:for-each select="code">
						<li data-code="{@value}">
							<xsl:if test="@goes-on"><xsl:attribute name="data-goes-on">yes</xsl:attribute></xsl:if>
							<xsl:call-template name="found-code"><xsl:with-param name="list" select="string(../@list)"/></xsl:call-template>
						</li>
					</xsl:for-each>
				</ul>
			</xsl:for-each>
		</section>
	</xsl:template>
</xsl:stylesheet>
