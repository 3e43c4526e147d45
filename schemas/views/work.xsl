<?xml version="1.0" encoding="UTF-8"?>
<!-- What lies at a customs officer's offices: GET /v1/messages for those who clear, one kind at a time, with the time left. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('work.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head">
			<h1><xsl:value-of select="w:word('work.title')"/></h1>
			<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
		</div>
		<nav class="kinds" aria-label="{w:word('documents.kind')}">
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="''"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'vn.import'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'vn.export'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.form-d'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.acdd'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.declaration'"/></xsl:call-template>
		</nav>
		<form method="get" action="/work" class="filters" role="search">
			<input type="hidden" name="schema" value="{query/schema}"/>
			<div class="field"><label for="number"><xsl:value-of select="w:word('documents.number')"/></label><input id="number" name="number" type="search" value="{query/number}" data-key="/"/></div>
			<div class="field"><label for="reference"><xsl:value-of select="w:word('documents.reference')"/></label><input id="reference" name="reference" value="{query/reference}"/></div>
			<div class="field"><label for="taxCode"><xsl:value-of select="w:word('documents.taxCode')"/></label><input id="taxCode" name="taxCode" value="{query/taxCode}"/></div>
			<div class="field">
				<label for="state"><xsl:value-of select="w:word('documents.state')"/></label>
				<select id="state" name="state">
					<option value=""><xsl:value-of select="w:word('documents.all-states')"/></option>
					<xsl:for-each select="states/item[. != 'refused']">
						<option value="{.}"><xsl:if test="/page/query/state = ."><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="w:named('state', .)"/></option>
					</xsl:for-each>
				</select>
			</div>
			<div class="field buttons"><button class="main"><xsl:value-of select="w:word('documents.filter')"/></button></div>
		</form>
		<div id="live" data-live="{self}">
			<xsl:choose>
				<xsl:when test="answer/messages/item"><xsl:call-template name="rows"/></xsl:when>
				<xsl:when test="answer/next != ''"><div class="empty"><p><b><xsl:value-of select="w:word('documents.look-on')"/></b></p></div></xsl:when>
				<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('work.none')"/></b></p><p><xsl:value-of select="w:word('work.none-help')"/></p></div></xsl:otherwise>
			</xsl:choose>
			<xsl:call-template name="pages"/>
		</div>
	</xsl:template>

	<xsl:template name="kind-tab">
		<xsl:param name="schema"/>
		<a>
			<xsl:attribute name="href">/work<xsl:if test="$schema != ''">?schema=<xsl:value-of select="$schema"/></xsl:if></xsl:attribute>
			<xsl:if test="string(query/schema) = $schema"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
			<xsl:choose>
				<xsl:when test="$schema = ''"><xsl:value-of select="w:word('work.all')"/></xsl:when>
				<xsl:otherwise><xsl:value-of select="w:word(concat('work.', $schema))"/></xsl:otherwise>
			</xsl:choose>
		</a>
	</xsl:template>

	<xsl:template name="rows">
		<p class="count"><xsl:value-of select="w:word('documents.count', string(count(answer/messages/item)))"/></p>
		<table class="rows">
			<thead>
				<tr>
					<th scope="col"><xsl:value-of select="w:word('documents.document')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.number')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.kind')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.from')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.received')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.due')"/></th>
				</tr>
			</thead>
			<tbody><xsl:apply-templates select="answer/messages/item" mode="row"/></tbody>
		</table>
	</xsl:template>
	<xsl:template match="item" mode="row">
		<tr id="{id}">
			<td class="key"><a href="/documents/{id}"><xsl:choose><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a><small><xsl:value-of select="id"/></small></td>
			<td data-label="{w:word('documents.number')}"><xsl:value-of select="number"/></td>
			<td data-label="{w:word('documents.kind')}"><xsl:call-template name="kind"><xsl:with-param name="schema" select="schema"/></xsl:call-template></td>
			<td data-label="{w:word('documents.state')}"><xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template></td>
			<td data-label="{w:word('documents.from')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></td>
			<td data-label="{w:word('documents.received')}"><xsl:apply-templates select="received" mode="time"/></td>
			<td data-label="{w:word('documents.due')}">
				<xsl:choose>
					<xsl:when test="closed/@clock"><span class="quiet"><xsl:value-of select="w:word('documents.closed')"/></span></xsl:when>
					<xsl:when test="due/@clock">
						<xsl:apply-templates select="due" mode="time"/>
						<!-- 2026-11-22T09:44:08 as a number: XSLT 1.0 compares no texts -->
						<xsl:if test="number(translate(substring(due, 1, 19), '-T:', '')) &lt; number(translate(substring(/page/now, 1, 19), '-T:', ''))"><small><span class="state bad"><xsl:value-of select="w:word('work.late')"/></span></small></xsl:if>
					</xsl:when>
				</xsl:choose>
			</td>
		</tr>
	</xsl:template>
</xsl:stylesheet>
