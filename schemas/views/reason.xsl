<?xml version="1.0" encoding="UTF-8"?>
<!-- What lies outside the scope of who asks is shown for a reason, which is recorded (docs/access.md): here it is given. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('reason.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<section class="card narrow">
			<p class="kicker"><xsl:value-of select="id"/></p>
			<h1><xsl:value-of select="w:word('reason.title')"/></h1>
			<p><xsl:value-of select="w:word('reason.help')"/></p>
			<form method="post" class="stack">
				<xsl:attribute name="action">/documents/<xsl:value-of select="id"/><xsl:if test="contains(path, '/content')">/content</xsl:if><xsl:if test="contains(path, '/attachments/')">/attachments/<xsl:value-of select="substring-after(path, '/attachments/')"/></xsl:if></xsl:attribute>
				<xsl:call-template name="csrf"/>
				<label for="reason"><xsl:value-of select="w:word('reason.reason')"/></label>
				<input id="reason" name="reason" required="required" maxlength="160" autocomplete="off" value="{reason}"/>
				<button class="main"><xsl:value-of select="w:word('reason.do')"/></button>
			</form>
			<p class="hint"><xsl:value-of select="w:word('reason.who')"/></p>
			<xsl:if test="contains(path, '/attachments/')"><p><a href="/documents/{id}"><xsl:value-of select="w:word('form.back')"/></a></p></xsl:if>
		</section>
	</xsl:template>
</xsl:stylesheet>
