<?xml version="1.0" encoding="UTF-8"?>
<!-- The documents that one may list: GET /v1/messages for people. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- One's own are those of a party that lodges; who has none, or decides, sees others'. -->
	<xsl:variable name="documents-title"><xsl:choose><xsl:when test="/page/caller/party = '' or not(/page/caller/roles/item[. = 'trader' or . = 'agent'])">documents.title-all</xsl:when><xsl:otherwise>documents.title</xsl:otherwise></xsl:choose></xsl:variable>
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word(string($documents-title))"/></xsl:template>

	<xsl:template match="/page" mode="main">
		<div class="head">
			<h1><xsl:value-of select="w:word(string($documents-title))"/></h1>
			<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
			<xsl:if test="caller/may/item = 'lodge' and caller/party != ''">
				<a class="button main" href="/lodge"><xsl:value-of select="w:word('frame.lodge')"/></a>
			</xsl:if>
		</div>
		<xsl:call-template name="filters"/>
		<div id="live" data-live="{self}">
			<xsl:choose>
				<xsl:when test="answer/messages/item"><xsl:call-template name="rows"/></xsl:when>
				<xsl:otherwise><xsl:call-template name="nothing"/></xsl:otherwise>
			</xsl:choose>
			<xsl:call-template name="pages"/>
		</div>
	</xsl:template>

	<!-- ==== Filters ==== -->

	<xsl:template name="filters">
		<details class="narrow-fold">
			<xsl:if test="query/*[. != '' and name() != 'schema' and name() != 'state' and name() != 'lane' and name() != 'after']"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
			<summary><xsl:value-of select="w:word('documents.search')"/></summary>
			<form method="get" action="/documents" class="filters" role="search">
				<div class="field grow">
					<label for="reference"><xsl:value-of select="w:word('documents.reference')"/></label>
					<input id="reference" name="reference" type="search" value="{query/reference}" data-key="/"/>
				</div>
				<div class="field">
					<label for="schema"><xsl:value-of select="w:word('documents.kind')"/></label>
					<select id="schema" name="schema">
						<option value=""><xsl:value-of select="w:word('documents.all-kinds')"/></option>
						<xsl:for-each select="schemas/item">
							<xsl:variable name="id" select="substring-before(., '/')"/>
							<option value="{$id}">
								<xsl:if test="/page/query/schema = $id or /page/query/schema = ."><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>
								<xsl:value-of select="w:named('kind', $id)"/>
							</option>
						</xsl:for-each>
					</select>
				</div>
				<div class="field">
					<label for="state"><xsl:value-of select="w:word('documents.state')"/></label>
					<select id="state" name="state">
						<option value=""><xsl:value-of select="w:word('documents.all-states')"/></option>
						<xsl:for-each select="states/item">
							<option value="{.}">
								<xsl:if test="/page/query/state = ."><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>
								<xsl:value-of select="w:named('state', .)"/>
							</option>
						</xsl:for-each>
					</select>
				</div>
				<div class="field buttons">
					<button class="main"><xsl:value-of select="w:word('documents.filter')"/></button>
					<xsl:if test="query/*[. != '']"><a class="button" href="/documents"><xsl:value-of select="w:word('documents.clear')"/></a></xsl:if>
				</div>
				<details class="more">
					<xsl:if test="query/number != '' or query/certificate != '' or query/container != '' or query/transport != '' or query/taxCode != '' or query/conversation != ''">
						<xsl:attribute name="open">open</xsl:attribute>
					</xsl:if>
					<summary><xsl:value-of select="w:word('documents.more')"/></summary>
					<div class="filters">
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'number'"/></xsl:call-template>
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'certificate'"/></xsl:call-template>
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'container'"/></xsl:call-template>
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'transport'"/></xsl:call-template>
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'taxCode'"/></xsl:call-template>
						<xsl:call-template name="filter"><xsl:with-param name="key" select="'conversation'"/></xsl:call-template>
					</div>
				</details>
			</form>
		</details>
	</xsl:template>
	<xsl:template name="filter">
		<xsl:param name="key"/>
		<div class="field">
			<label for="{$key}"><xsl:value-of select="w:word(concat('documents.', $key))"/></label>
			<input id="{$key}" name="{$key}" value="{/page/query/*[name() = $key]}"/>
		</div>
	</xsl:template>

	<!-- ==== Rows ==== -->

	<xsl:template name="rows">
		<p class="count"><xsl:value-of select="w:word('documents.count', string(count(answer/messages/item)))"/></p>
		<table class="rows">
			<thead>
				<tr>
					<th scope="col"><xsl:value-of select="w:word('documents.document')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.kind')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.delivery')"/></th>
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
			<td class="key">
				<a href="/documents/{id}">
					<xsl:choose>
						<xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when>
						<xsl:otherwise><xsl:value-of select="w:word('documents.no-reference')"/></xsl:otherwise>
					</xsl:choose>
				</a>
				<small><xsl:value-of select="id"/></small>
			</td>
			<td data-label="{w:word('documents.kind')}"><xsl:call-template name="kind"><xsl:with-param name="schema" select="schema"/></xsl:call-template></td>
			<td data-label="{w:word('documents.state')}">
				<xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template>
				<xsl:if test="number != ''"><small><xsl:value-of select="number"/><xsl:if test="office != ''"> · <span class="office"><xsl:value-of select="w:word('documents.at-office', string(office))"/></span></xsl:if></small></xsl:if>
				<xsl:apply-templates select="said" mode="short"/>
			</td>
			<td data-label="{w:word('documents.delivery')}"><xsl:call-template name="sent-on"/></td>
			<td data-label="{w:word('documents.from')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></td>
			<td data-label="{w:word('documents.received')}"><xsl:apply-templates select="received" mode="time"/></td>
			<td data-label="{w:word('documents.due')}">
				<xsl:choose>
					<xsl:when test="verification/due/@clock and verification/stage != 'answered'"><xsl:call-template name="left"/></xsl:when>
					<xsl:when test="closed/@clock"><span class="quiet"><xsl:value-of select="w:word('documents.closed')"/></span></xsl:when>
					<xsl:otherwise><xsl:apply-templates select="due" mode="time"/></xsl:otherwise>
				</xsl:choose>
			</td>
		</tr>
	</xsl:template>

	<!-- Held and why; else what it waits for; else how much is done. -->
	<xsl:template name="sent-on">
		<xsl:choose>
			<xsl:when test="waiting/item[stage = 'held']">
				<xsl:for-each select="waiting/item[stage = 'held'][1]">
					<span class="state hold"><xsl:value-of select="w:word('documents.held')"/></span>
					<small class="why"><xsl:for-each select="findings/item[1]"><xsl:call-template name="says"/></xsl:for-each><xsl:if test="not(findings/item)"><xsl:value-of select="w:named('held', why)"/></xsl:if></small>
				</xsl:for-each>
			</xsl:when>
			<xsl:when test="waiting/item">
				<xsl:for-each select="waiting/item[1]">
					<xsl:value-of select="w:named('stage', stage)"/>
					<small><xsl:call-template name="actor"><xsl:with-param name="actor" select="to"/><xsl:with-param name="name" select="string(toName)"/></xsl:call-template></small>
				</xsl:for-each>
			</xsl:when>
			<xsl:when test="owed > 0"><xsl:value-of select="w:word('documents.all-delivered', string(delivered), string(owed))"/></xsl:when>
			<xsl:when test="waitsFor = 'exporter'"><xsl:value-of select="w:word('documents.waits-exporter')"/></xsl:when>
			<xsl:otherwise><span class="quiet"><xsl:value-of select="w:word('documents.nothing-owed')"/></span></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Nothing ==== -->

	<xsl:template name="nothing">
		<div class="empty">
			<xsl:choose>
				<xsl:when test="answer/next != ''"><p><b><xsl:value-of select="w:word('documents.look-on')"/></b></p></xsl:when>
				<xsl:when test="query/*[. != '']">
					<p><b><xsl:value-of select="w:word('documents.none-fits')"/></b></p>
					<p><a class="button" href="/documents"><xsl:value-of select="w:word('documents.clear')"/></a></p>
				</xsl:when>
				<xsl:otherwise>
					<p><b><xsl:value-of select="w:word('documents.none')"/></b></p>
					<p><xsl:value-of select="w:word('documents.none-help')"/></p>
				</xsl:otherwise>
			</xsl:choose>
		</div>
	</xsl:template>
</xsl:stylesheet>
