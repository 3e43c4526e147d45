<?xml version="1.0" encoding="UTF-8"?>
<!-- What became of each declaration of a batch: none is passed over. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('batch.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<xsl:variable name="done" select="count(answer/items/item[status &lt; 300])"/>
		<p class="trail"><a href="/work"><xsl:value-of select="w:word('batch.back')"/></a></p>
		<div class="head"><h1><xsl:value-of select="w:word('batch.title')"/></h1></div>
		<p class="notice" role="status"><xsl:if test="$done &lt; count(answer/items/item)"><xsl:attribute name="class">notice bad</xsl:attribute></xsl:if><xsl:value-of select="w:word('batch.result', string($done), string(count(answer/items/item) - $done))"/></p>
		<table class="rows">
			<thead><tr>
				<th scope="col"><xsl:value-of select="w:word('work.document')"/></th>
				<th scope="col"><xsl:value-of select="w:word('batch.what')"/></th>
				<th scope="col"><xsl:value-of select="w:word('batch.why')"/></th>
			</tr></thead>
			<tbody>
				<!-- What was not done first. -->
				<xsl:for-each select="answer/items/item">
					<xsl:sort select="number(status &lt; 300)" data-type="number"/>
					<tr id="{id}">
						<td class="key"><a href="/documents/{id}"><xsl:value-of select="id"/></a></td>
						<td data-label="{w:word('batch.what')}">
							<xsl:choose>
								<xsl:when test="status &lt; 300"><span class="state good"><xsl:value-of select="w:word('batch.done')"/></span></xsl:when>
								<xsl:when test="status = 412"><span class="state hold"><xsl:value-of select="w:word('batch.changed')"/></span></xsl:when>
								<xsl:otherwise><span class="state bad"><xsl:value-of select="w:word('batch.not-done')"/></span></xsl:otherwise>
							</xsl:choose>
						</td>
						<td data-label="{w:word('batch.why')}">
							<xsl:choose>
								<xsl:when test="status &lt; 300"><xsl:value-of select="w:word('batch.decision')"/>&#160;<a href="/documents/{answer/id}"><xsl:value-of select="answer/id"/></a></xsl:when>
								<xsl:when test="answer/findings/item"><xsl:for-each select="answer/findings/item"><p><xsl:value-of select="*[name() = $language]"/></p></xsl:for-each></xsl:when>
								<xsl:otherwise><xsl:call-template name="detail"/></xsl:otherwise>
							</xsl:choose>
						</td>
					</tr>
				</xsl:for-each>
			</tbody>
		</table>
	</xsl:template>
</xsl:stylesheet>
