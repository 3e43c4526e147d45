<?xml version="1.0" encoding="UTF-8"?>
<!--
	What stands above an application or a certificate on its page: for the issuing office the exporter's declaration of the same goods and whether they
	are certified already; for the exporter that a certificate waits for their yes; for everybody who reads it how its paper is checked.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="answer" mode="issuing">
		<xsl:variable name="issued" select="timeline/item[event = 'Issued' and attributes/by != ''][last()]"/>
		<xsl:if test="not(issuing) and starts-with(schema, 'vn.co-application') and state = 'issued' and $issued">
			<p class="notice"><xsl:value-of select="w:word('issuing.issued-as')"/><xsl:text> </xsl:text><a href="/documents/{$issued/attributes/by}"><xsl:choose><xsl:when test="$issued/attributes/certificate != ''"><xsl:value-of select="$issued/attributes/certificate"/></xsl:when><xsl:otherwise><xsl:value-of select="$issued/attributes/by"/></xsl:otherwise></xsl:choose></a><xsl:text> </xsl:text><xsl:value-of select="w:word('issuing.issued-next')"/></p>
		</xsl:if>
		<xsl:if test="issuing/certified/id != '' and state = 'issued'">
			<p class="notice"><xsl:value-of select="w:word('issuing.issued-as')"/><xsl:text> </xsl:text><a href="/documents/{issuing/certified/id}"><xsl:value-of select="issuing/certified/number"/></a><xsl:text> </xsl:text><xsl:call-template name="state"><xsl:with-param name="state" select="issuing/certified/state"/></xsl:call-template></p>
		</xsl:if>
		<xsl:if test="issuing/certified/id != '' and state != 'issued'">
			<p class="notice bad" role="alert"><b><xsl:value-of select="w:word('issuing.certified')"/></b><xsl:text> </xsl:text><a href="/documents/{issuing/certified/id}"><xsl:value-of select="issuing/certified/number"/></a><xsl:text> </xsl:text><xsl:call-template name="state"><xsl:with-param name="state" select="issuing/certified/state"/></xsl:call-template></p>
		</xsl:if>
		<xsl:if test="issuing/alike/id != '' and state != 'issued' and state != 'rejected'">
			<div class="notice bad" role="alert">
				<p><b><xsl:value-of select="w:word('issuing.alike')"/></b><xsl:text> </xsl:text><a href="/documents/{issuing/alike/id}"><xsl:value-of select="issuing/alike/number"/></a><xsl:text> </xsl:text><xsl:call-template name="state"><xsl:with-param name="state" select="issuing/alike/state"/></xsl:call-template></p>
				<p><xsl:choose><xsl:when test="issuing/alike/comparison/item"><xsl:value-of select="w:word('issuing.alike-by')"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('issuing.alike-elsewhere')"/></xsl:otherwise></xsl:choose></p>
			</div>
			<xsl:if test="issuing/alike/comparison/item"><section class="card"><xsl:call-template name="comparison"><xsl:with-param name="rows" select="issuing/alike/comparison/item"/><xsl:with-param name="beside" select="'application'"/></xsl:call-template></section></xsl:if>
		</xsl:if>
		<xsl:if test="issuing and starts-with(schema, 'vn.co-application')">
			<p class="notice">
				<xsl:choose>
					<xsl:when test="issuing/declaration/id != ''"><xsl:value-of select="w:word('issuing.declaration')"/><xsl:text> </xsl:text><a href="/documents/{issuing/declaration/id}"><xsl:value-of select="issuing/declaration/number"/></a><xsl:text> </xsl:text><xsl:call-template name="state"><xsl:with-param name="state" select="issuing/declaration/state"/></xsl:call-template></xsl:when>
					<xsl:when test="string(about/declaration) = ''"><xsl:value-of select="w:word('issuing.no-declaration')"/></xsl:when>
					<xsl:otherwise><xsl:value-of select="w:word('form-note.no-declaration')"/></xsl:otherwise>
				</xsl:choose>
			</p>
		</xsl:if>
		<xsl:if test="starts-with(schema, 'vn.co/') and state = 'issued' and /page/caller/may/item = 'authorise'">
			<div class="notice waits"><p><b><xsl:value-of select="w:word('issuing.waits-for-you')"/></b><xsl:text> </xsl:text><xsl:value-of select="w:word('issuing.waits-help')"/></p></div>
		</xsl:if>
		<xsl:if test="check != '' and /page/qr">
			<xsl:variable name="size" select="/page/qr/@modules + 8"/>
			<section class="card check">
				<svg class="qr" viewBox="-4 -4 {$size} {$size}" role="img" aria-label="{w:word('issuing.qr')}"><path d="{/page/qr}"/></svg>
				<div>
					<h2><xsl:value-of select="w:word('certificate.title')"/></h2>
					<p><xsl:value-of select="w:word('issuing.check-help')"/></p>
					<p><xsl:value-of select="w:word('certificate.number')"/>: <b><xsl:value-of select="about/certificate"/></b><br/><xsl:value-of select="w:word('certificate.code')"/>: <code class="code-to-check"><xsl:value-of select="substring-after(check, '&amp;code=')"/></code></p>
					<p><a href="/certificate{substring-after(check, '/certificate')}"><xsl:value-of select="w:word('issuing.check')"/></a></p>
				</div>
			</section>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
