<?xml version="1.0" encoding="UTF-8"?>
<!-- Forms that somebody of the party began: to go on with, or to delete. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('drafts.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:value-of select="w:word('drafts.title')"/></h1><a class="button" href="/lodge"><xsl:value-of select="w:word('frame.lodge')"/></a></div>
		<p class="hint"><xsl:value-of select="w:word('drafts.help')"/></p>
		<xsl:choose>
			<xsl:when test="answer/drafts/item">
				<section class="card">
					<ul class="drafts">
						<xsl:for-each select="answer/drafts/item">
							<li>
								<a href="/new/{form}?draft={id}"><xsl:value-of select="w:named('form', form)"/><xsl:text> </xsl:text><b><xsl:value-of select="reference"/></b></a>
								<span class="quiet"><xsl:value-of select="user"/><xsl:text>, </xsl:text><xsl:apply-templates select="changed" mode="time"/></span>
								<form method="post" action="/drafts/{id}/delete">
									<xsl:call-template name="csrf"/>
									<button aria-label="{w:word('drafts.delete-one', string(reference))}"><xsl:value-of select="w:word('drafts.delete')"/></button>
								</form>
							</li>
						</xsl:for-each>
					</ul>
				</section>
			</xsl:when>
			<xsl:otherwise><div class="empty"><p><xsl:value-of select="w:word('drafts.none')"/></p></div></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
</xsl:stylesheet>
