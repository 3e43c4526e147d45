<?xml version="1.0" encoding="UTF-8"?>
<!-- Signing in; also what is shown instead of a page to who is not known. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('sign-in.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<section class="card narrow">
			<h1><xsl:value-of select="w:word('sign-in.title')"/></h1>
			<xsl:choose>
				<xsl:when test="status = 401 and path = '/sign-in'"><p class="notice bad" role="alert"><xsl:value-of select="w:word('sign-in.wrong')"/></p></xsl:when>
				<xsl:when test="status = 401"><p class="notice"><xsl:value-of select="w:word('sign-in.first')"/></p></xsl:when>
				<xsl:when test="status = 429"><p class="notice bad" role="alert"><xsl:value-of select="w:word('sign-in.slow')"/></p></xsl:when>
				<xsl:when test="status >= 400"><p class="notice bad" role="alert"><xsl:call-template name="detail"/></p></xsl:when>
			</xsl:choose>
			<form method="post" action="/sign-in" class="stack">
				<input type="hidden" name="back" value="{back}"/>
				<label for="name"><xsl:value-of select="w:word('sign-in.name')"/></label>
				<input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false" required="required" maxlength="200"/>
				<label for="password"><xsl:value-of select="w:word('sign-in.password')"/></label>
				<input id="password" name="password" type="password" autocomplete="current-password" required="required" maxlength="1000"/>
				<button class="main"><xsl:value-of select="w:word('sign-in.do')"/></button>
			</form>
			<p class="hint"><xsl:value-of select="w:word('sign-in.help')"/></p>
		</section>
	</xsl:template>
</xsl:stylesheet>
