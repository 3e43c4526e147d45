<?xml version="1.0" encoding="UTF-8"?>
<!-- What became of each declaration of a batch: none is passed over. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- Sent again: it is in that lane by the decision that came first. -->
	<xsl:variable name="asked" select="string(/page/answer/lane)"/>
	<xsl:variable name="again" select="/page/answer/items/item[status >= 400 and again = 'true' and before/lane = $asked]"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('batch.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<xsl:variable name="done" select="count(answer/items/item[status &lt; 300])"/>
		<xsl:variable name="not" select="count(answer/items/item) - $done - count($again)"/>
		<p class="trail"><a href="/work"><xsl:if test="starts-with(back, '/work?')"><xsl:attribute name="href"><xsl:value-of select="back"/></xsl:attribute></xsl:if><xsl:value-of select="w:word('batch.back')"/></a></p>
		<div class="head"><h1><xsl:value-of select="w:word('batch.title')"/></h1></div>
		<p class="notice" role="status"><xsl:if test="$not > 0"><xsl:attribute name="class">notice bad</xsl:attribute></xsl:if>
			<xsl:if test="$done > 0 or $not > 0"><xsl:value-of select="w:word('batch.result', string($done), string($not))"/></xsl:if>
			<xsl:if test="$again"><xsl:if test="$done > 0 or $not > 0">. </xsl:if><xsl:value-of select="w:word('batch.again', string(count($again)))"/></xsl:if>
		</p>
		<dl class="strip">
			<div><dt><xsl:value-of select="w:named('field', 'lane')"/></dt><dd><xsl:call-template name="lane"><xsl:with-param name="lane" select="$asked"/></xsl:call-template></dd></div>
			<div><dt><xsl:value-of select="w:named('field', 'text')"/></dt><dd><xsl:value-of select="answer/reason"/></dd></div>
		</dl>
		<table class="rows">
			<thead><tr>
				<th scope="col"><xsl:value-of select="w:word('work.document')"/></th>
				<th scope="col"><xsl:value-of select="w:named('about', 'office')"/></th>
				<th scope="col"><xsl:value-of select="w:word('work.lane')"/></th>
				<th scope="col"><xsl:value-of select="w:word('batch.what')"/></th>
				<th scope="col"><xsl:value-of select="w:word('batch.why')"/></th>
			</tr></thead>
			<tbody>
				<!-- What was not done first. -->
				<xsl:for-each select="answer/items/item">
					<xsl:sort select="number(status &lt; 300)" data-type="number"/>
					<xsl:variable name="is-again" select="$again[id = current()/id]"/>
					<tr id="{id}">
						<td class="key"><a href="/documents/{id}"><xsl:choose><xsl:when test="before/number != ''"><xsl:value-of select="before/number"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a><small><xsl:if test="before/reference != ''"><xsl:value-of select="before/reference"/> · </xsl:if><xsl:value-of select="id"/></small></td>
						<td data-label="{w:named('about', 'office')}"><xsl:value-of select="before/office"/></td>
						<td data-label="{w:word('work.lane')}">
							<xsl:call-template name="lane"><xsl:with-param name="lane" select="string(before/lane)"/></xsl:call-template>
							<xsl:if test="status &lt; 300 and before/lane != $asked"><span class="becomes"><span class="unseen"><xsl:value-of select="w:word('batch.becomes')"/></span><span aria-hidden="true"> → </span></span><xsl:call-template name="lane"><xsl:with-param name="lane" select="$asked"/></xsl:call-template></xsl:if>
						</td>
						<td data-label="{w:word('batch.what')}">
							<xsl:choose>
								<xsl:when test="status &lt; 300"><span class="state good"><xsl:value-of select="w:word('batch.done')"/></span></xsl:when>
								<xsl:when test="$is-again"><span class="state good"><xsl:value-of select="w:word('batch.done-already')"/></span></xsl:when>
								<xsl:when test="status = 412"><span class="state hold"><xsl:value-of select="w:word('batch.changed')"/></span></xsl:when>
								<xsl:otherwise><span class="state bad"><xsl:value-of select="w:word('batch.not-done')"/></span></xsl:otherwise>
							</xsl:choose>
						</td>
						<td data-label="{w:word('batch.why')}">
							<xsl:choose>
								<xsl:when test="status &lt; 300"><xsl:value-of select="w:word('batch.decision')"/>&#160;<a href="/documents/{answer/id}"><xsl:value-of select="answer/id"/></a></xsl:when>
								<xsl:when test="$is-again"><xsl:value-of select="w:word('batch.done-already-help')"/></xsl:when>
								<xsl:when test="status != 412 and before/lane = $asked and $asked != ''"><xsl:value-of select="w:word('batch.in-lane')"/></xsl:when>
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
