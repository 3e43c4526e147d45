<?xml version="1.0" encoding="UTF-8"?>
<!-- Lodging by upload, and what is wrong with what was uploaded. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('lodge.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:value-of select="w:word('lodge.title')"/></h1></div>
		<xsl:if test="status >= 400"><xsl:call-template name="refusal"/></xsl:if>
		<xsl:if test="caller/starts/item">
			<section class="card">
				<h2><xsl:value-of select="w:word('lodge.by-form')"/></h2>
				<ul class="starts"><xsl:for-each select="caller/starts/item"><li><a href="/new/{name}"><xsl:value-of select="w:named('form', name)"/></a></li></xsl:for-each></ul>
				<p><a href="/drafts"><xsl:value-of select="w:word('drafts.title')"/></a></p>
			</section>
		</xsl:if>
		<section class="card">
			<h2><xsl:value-of select="w:word('lodge.by-upload')"/></h2>
			<form method="post" action="/lodge" enctype="multipart/form-data" class="stack">
				<xsl:call-template name="csrf"/>
				<label for="file"><xsl:value-of select="w:word('lodge.file')"/></label>
				<input id="file" name="file" type="file" accept=".xml,application/xml,text/xml" required="required" aria-describedby="file-help"/>
				<p class="hint" id="file-help"><xsl:value-of select="w:word('lodge.help')"/></p>
				<button class="main"><xsl:value-of select="w:word('lodge.do')"/></button>
			</form>
			<p class="hint"><xsl:value-of select="w:word('lodge.sign-help')"/></p>
		</section>
	</xsl:template>

	<xsl:template name="refusal">
		<section class="card refusal" role="alert">
			<xsl:choose>
				<xsl:when test="answer/findings/item">
					<h2><xsl:value-of select="w:word('lodge.refused')"/></h2>
					<p><xsl:value-of select="w:word('lodge.refused-count', string(count(answer/findings/item[severity = 'error'])))"/>
					<xsl:if test="answer/id != ''"><xsl:text> </xsl:text><xsl:value-of select="w:word('lodge.refused-record')"/><xsl:text> </xsl:text><a href="/documents/{answer/id}"><xsl:value-of select="answer/id"/></a></xsl:if></p>
					<xsl:apply-templates select="answer/findings"/>
				</xsl:when>
				<xsl:otherwise>
					<h2><xsl:value-of select="w:word('lodge.not-taken')"/></h2>
					<p><xsl:call-template name="detail"/></p>
				</xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
</xsl:stylesheet>
