<?xml version="1.0" encoding="UTF-8"?>
<!-- A message from both sides: what was received, what was sent on, where every value went, what was answered. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('sides.title', string(answer/id))"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<p class="trail"><xsl:choose>
			<xsl:when test="caller/may/item = 'queue'"><a href="/exchange"><xsl:value-of select="w:word('exchange.title')"/></a></xsl:when>
			<xsl:otherwise><a href="/documents"><xsl:value-of select="w:word('document.back')"/></a></xsl:otherwise>
		</xsl:choose></p>
		<div class="head">
			<div>
				<xsl:if test="answer/schema"><p class="kicker"><xsl:call-template name="kind"><xsl:with-param name="schema" select="answer/schema"/></xsl:call-template></p></xsl:if>
				<h1><xsl:value-of select="w:word('sides.title', string(answer/id))"/></h1>
			</div>
			<xsl:if test="answer/state"><xsl:call-template name="state"><xsl:with-param name="state" select="answer/state"/></xsl:call-template></xsl:if>
			<a class="button" href="/documents/{answer/id}"><xsl:value-of select="w:word('sides.message')"/></a>
		</div>
		<xsl:if test="answer/reference"><xsl:call-template name="particulars"/></xsl:if>
		<xsl:if test="answer/needsReason = 'true'"><xsl:call-template name="ask-reason"/></xsl:if>
		<xsl:if test="answer/tooLong = 'true'"><p class="notice"><xsl:value-of select="w:word('sides.too-long')"/></p></xsl:if>
		<xsl:if test="answer/needsReason != 'true'">
			<xsl:if test="answer/reason != ''"><p class="notice"><xsl:value-of select="w:word('sides.recorded', string(answer/reason))"/></p></xsl:if>
			<div class="desk two">
				<div class="main-side">
					<h2><xsl:value-of select="w:word('sides.original')"/></h2>
					<xsl:choose><xsl:when test="document/*"><xsl:apply-templates select="document" mode="paper"/></xsl:when><xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('sides.not-shown')"/></p></xsl:otherwise></xsl:choose>
				</div>
				<div class="beside-side">
					<h2><xsl:value-of select="w:word('sides.translated')"/></h2>
					<xsl:choose><xsl:when test="beside/document"><xsl:apply-templates select="beside/document" mode="paper"/></xsl:when><xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('sides.no-translation')"/></p></xsl:otherwise></xsl:choose>
				</div>
			</div>
			<xsl:call-template name="report"/>
		</xsl:if>
		<xsl:if test="answer/timeline"><xsl:call-template name="answers"/></xsl:if>
	</xsl:template>

	<xsl:template name="particulars">
		<dl class="strip">
			<div><dt><xsl:value-of select="w:word('documents.reference')"/></dt><dd><xsl:value-of select="answer/reference"/></dd></div>
			<xsl:if test="answer/number != ''"><div><dt><xsl:value-of select="w:word('document.number')"/></dt><dd><xsl:value-of select="answer/number"/><xsl:if test="answer/about/office != ''">, <xsl:value-of select="w:word('documents.at-office', string(answer/about/office))"/></xsl:if></dd></div></xsl:if>
			<div><dt><xsl:value-of select="w:word('documents.from')"/></dt><dd><xsl:call-template name="actor"><xsl:with-param name="actor" select="answer/sender"/><xsl:with-param name="name" select="answer/senderName"/></xsl:call-template></dd></div>
			<div><dt><xsl:value-of select="w:word('documents.received')"/></dt><dd><xsl:apply-templates select="answer/received" mode="time"/></dd></div>
			<div><dt><xsl:value-of select="w:word('document.conversation')"/></dt><dd><a href="/documents?conversation={answer/conversation}"><xsl:value-of select="answer/conversation"/></a></dd></div>
		</dl>
	</xsl:template>

	<xsl:template name="ask-reason">
		<section class="card">
			<h2><xsl:value-of select="w:word('sides.needs-reason')"/></h2>
			<p><xsl:value-of select="w:word('sides.needs-reason-help')"/></p>
			<xsl:choose>
				<xsl:when test="caller/csrf != ''">
					<form method="post" action="/sides" class="stack">
						<xsl:call-template name="csrf"/>
						<input type="hidden" name="id" value="{answer/id}"/>
						<label for="reason"><xsl:value-of select="w:word('sides.reason')"/></label>
						<input id="reason" name="reason" required="required" maxlength="200"/>
						<button class="main"><xsl:value-of select="w:word('sides.show')"/></button>
					</form>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('sides.session')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<!-- ==== Where every value went ==== -->

	<xsl:template name="report">
		<xsl:variable name="report" select="answer/report"/>
		<xsl:if test="$report/*">
			<section class="card">
				<h2><xsl:value-of select="w:word('sides.report')"/></h2>
				<p><xsl:value-of select="w:word('sides.report-counts', string(count($report/fields/item)), string(count($report/changed/item)), string(count($report/dropped/item)), string(count($report/supplied/item)))"/></p>
				<xsl:call-template name="report-rows"><xsl:with-param name="rows" select="$report/changed/item"/><xsl:with-param name="word" select="'sides.changed'"/></xsl:call-template>
				<xsl:call-template name="report-rows"><xsl:with-param name="rows" select="$report/dropped/item"/><xsl:with-param name="word" select="'sides.dropped'"/></xsl:call-template>
				<xsl:call-template name="report-rows"><xsl:with-param name="rows" select="$report/supplied/item"/><xsl:with-param name="word" select="'sides.supplied'"/></xsl:call-template>
				<xsl:call-template name="report-rows"><xsl:with-param name="rows" select="$report/fields/item"/><xsl:with-param name="word" select="'sides.fields'"/></xsl:call-template>
			</section>
		</xsl:if>
	</xsl:template>
	<xsl:template name="report-rows">
		<xsl:param name="rows"/>
		<xsl:param name="word"/>
		<xsl:if test="$rows">
			<details>
				<summary><xsl:value-of select="w:word($word, string(count($rows)))"/></summary>
				<table class="rows">
					<thead><tr>
						<th scope="col"><xsl:value-of select="w:word('sides.source')"/></th>
						<th scope="col"><xsl:value-of select="w:word('sides.target')"/></th>
						<th scope="col"><xsl:value-of select="w:word('sides.value')"/></th>
						<th scope="col"><xsl:value-of select="w:word('sides.because')"/></th>
					</tr></thead>
					<tbody>
						<xsl:for-each select="$rows">
							<tr>
								<td data-label="{w:word('sides.source')}"><code class="path"><xsl:value-of select="source"/></code></td>
								<td data-label="{w:word('sides.target')}"><code class="path"><xsl:value-of select="target"/></code></td>
								<td data-label="{w:word('sides.value')}"><xsl:value-of select="value"/><xsl:if test="from"><xsl:value-of select="from"/> → <xsl:value-of select="to"/></xsl:if></td>
								<td data-label="{w:word('sides.because')}"><xsl:value-of select="reason"/><xsl:value-of select="origin"/><xsl:if test="ref != ''"><small><xsl:value-of select="ref"/></small></xsl:if></td>
							</tr>
						</xsl:for-each>
					</tbody>
				</table>
			</details>
		</xsl:if>
	</xsl:template>

	<!-- ==== What became of it at the other side ==== -->

	<xsl:template name="answers">
		<xsl:variable name="events" select="answer/timeline/item[event = 'RelayAcceptance' or event = 'RelayRejection' or event = 'ContentHandover' or starts-with(event, 'Delivery') or event = 'Followed']"/>
		<section class="card">
			<h2><xsl:value-of select="w:word('sides.answers')"/></h2>
			<xsl:choose>
				<xsl:when test="$events"><ol class="timeline"><xsl:apply-templates select="$events" mode="event"/></ol></xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('sides.no-answer')"/></p></xsl:otherwise>
			</xsl:choose>
			<p><a href="/documents?conversation={answer/conversation}"><xsl:value-of select="w:word('sides.conversation')"/></a></p>
		</section>
	</xsl:template>
</xsl:stylesheet>
