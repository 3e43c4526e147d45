<?xml version="1.0" encoding="UTF-8"?>
<!-- What a supervisor chose, each as it is now, before one decision is taken about each of them. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('batch.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<p class="trail"><a href="/work"><xsl:if test="starts-with(back, '/work?')"><xsl:attribute name="href"><xsl:value-of select="back"/></xsl:attribute></xsl:if><xsl:value-of select="w:word('batch.back')"/></a></p>
		<div class="head"><h1><xsl:value-of select="w:word('batch.title')"/></h1></div>
		<p class="hint"><xsl:value-of select="w:word('batch.help')"/></p>
		<form method="post" action="/work/re-route">
			<xsl:call-template name="csrf"/>
			<input type="hidden" name="once" value="{now}"/>
			<input type="hidden" name="back" value="{back}"/>
			<table class="rows">
				<thead><tr>
					<th scope="col"><xsl:value-of select="w:word('work.document')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.lane')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:named('about', 'office')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.from')"/></th>
				</tr></thead>
				<tbody>
					<xsl:for-each select="answer/chosen/item">
						<tr id="{id}">
							<td class="key">
								<input type="hidden" name="m.{id}" value="{seen}"/>
								<a href="/documents/{id}"><xsl:choose><xsl:when test="message/number != ''"><xsl:value-of select="message/number"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a>
								<small><xsl:value-of select="message/reference"/> · <xsl:value-of select="id"/><xsl:if test="message/about/office != ''"> · <xsl:value-of select="w:word('documents.at-office', string(message/about/office))"/></xsl:if></small>
							</td>
							<td data-label="{w:word('work.lane')}"><xsl:call-template name="lane"><xsl:with-param name="lane" select="string(message/lane)"/></xsl:call-template></td>
							<td data-label="{w:word('documents.state')}"><xsl:choose><xsl:when test="message/state"><xsl:call-template name="state"><xsl:with-param name="state" select="message/state"/></xsl:call-template></xsl:when><xsl:otherwise><span class="state bad"><xsl:value-of select="w:word('batch.not-there')"/></span></xsl:otherwise></xsl:choose></td>
							<td data-label="{w:named('about', 'office')}"><xsl:value-of select="message/about/office"/></td>
							<td data-label="{w:word('documents.from')}"><xsl:if test="message/sender"><xsl:call-template name="actor"><xsl:with-param name="actor" select="message/sender"/><xsl:with-param name="name" select="message/senderName"/></xsl:call-template></xsl:if></td>
						</tr>
					</xsl:for-each>
				</tbody>
			</table>
			<section class="card">
				<div class="stack">
					<label for="lane"><xsl:value-of select="w:named('field', 'lane')"/></label>
					<select id="lane" name="lane" required="required">
						<option value=""></option>
						<xsl:call-template name="lane-option"><xsl:with-param name="lane" select="'green'"/></xsl:call-template>
						<xsl:call-template name="lane-option"><xsl:with-param name="lane" select="'blue'"/></xsl:call-template>
						<xsl:call-template name="lane-option"><xsl:with-param name="lane" select="'yellow'"/></xsl:call-template>
						<xsl:call-template name="lane-option"><xsl:with-param name="lane" select="'red'"/></xsl:call-template>
					</select>
					<label for="text"><xsl:value-of select="w:named('field', 'text')"/></label>
					<input id="text" name="text" required="required" maxlength="512"/>
					<button class="main"><xsl:value-of select="w:word('batch.do', string(count(answer/chosen/item)))"/></button>
				</div>
			</section>
		</form>
	</xsl:template>
	<xsl:template name="lane-option">
		<xsl:param name="lane"/>
		<option value="{$lane}"><xsl:value-of select="w:named('lane', $lane)"/></option>
	</xsl:template>
</xsl:stylesheet>
