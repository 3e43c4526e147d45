<?xml version="1.0" encoding="UTF-8"?>
<!-- Public: whoever holds the paper of a certificate checks it by its number and code; only its status is said. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('certificate.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<section class="card narrow">
			<h1><xsl:value-of select="w:word('certificate.title')"/></h1>
			<xsl:choose>
				<xsl:when test="status = 429"><p class="notice bad" role="alert"><xsl:value-of select="w:word('certificate.slow')"/></p></xsl:when>
				<xsl:when test="status >= 400"><p class="notice bad" role="alert"><xsl:call-template name="detail"/></p></xsl:when>
				<xsl:when test="answer/state != ''">
					<xsl:variable name="padded" select="concat(' ', answer/state, ' ')"/>
					<div class="status" role="status">
						<p class="kicker"><xsl:value-of select="w:word('certificate.number')"/></p>
						<p class="number"><xsl:value-of select="answer/number"/></p>
						<xsl:choose>
							<xsl:when test="contains(' cancelled replaced ', $padded)"><p class="notice bad"><xsl:value-of select="w:word(concat('certificate.is-', answer/state))"/></p></xsl:when>
							<xsl:otherwise><p class="notice fine"><xsl:value-of select="w:word('certificate.is-genuine')"/></p></xsl:otherwise>
						</xsl:choose>
						<p><xsl:value-of select="w:word('certificate.state')"/>&#160;<xsl:call-template name="state"><xsl:with-param name="state" select="answer/state"/></xsl:call-template></p>
					</div>
				</xsl:when>
				<xsl:when test="answer/number or query/number or query/code"><p class="notice bad" role="alert"><xsl:value-of select="w:word('certificate.none')"/></p></xsl:when>
			</xsl:choose>
			<form method="get" action="/certificate" class="stack">
				<label for="number"><xsl:value-of select="w:word('certificate.number')"/></label>
				<input id="number" name="number" value="{query/number}" required="required" maxlength="35" autocomplete="off" spellcheck="false"/>
				<label for="code"><xsl:value-of select="w:word('certificate.code')"/></label>
				<input id="code" name="code" value="{query/code}" required="required" maxlength="40" autocomplete="off" autocapitalize="none" spellcheck="false"/>
				<button class="main"><xsl:value-of select="w:word('certificate.check')"/></button>
			</form>
			<p class="hint"><xsl:value-of select="w:word('certificate.help')"/></p>
		</section>
	</xsl:template>
</xsl:stylesheet>
