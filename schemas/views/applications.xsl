<?xml version="1.0" encoding="UTF-8"?>
<!-- What an issuing office decides on: GET /v1/messages of applications, by their state, with age and time left; and its certificates. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:variable name="kind"><xsl:choose><xsl:when test="/page/country = 'TH'">th.co</xsl:when><xsl:otherwise>vn.co</xsl:otherwise></xsl:choose></xsl:variable>
	<xsl:variable name="certificates" select="/page/query/schema = string($kind)"/>
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('applications.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head">
			<h1><xsl:value-of select="w:word('applications.title')"/></h1>
			<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
		</div>
		<nav class="kinds" aria-label="{w:word('documents.state')}">
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'with-authority'"/><xsl:with-param name="word" select="'to-decide'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'supplemented'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'supplement-asked'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'issuing'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'issued'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="'rejected'"/></xsl:call-template>
			<xsl:call-template name="state-tab"><xsl:with-param name="state" select="''"/><xsl:with-param name="word" select="'all'"/></xsl:call-template>
			<a href="/applications?schema={$kind}&amp;state=under-verification"><xsl:if test="$certificates and query/state = 'under-verification'"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:value-of select="w:word('applications.under-verification')"/></a>
			<a href="/applications?schema={$kind}"><xsl:if test="$certificates and string(query/state) = ''"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:value-of select="w:word('applications.certificates')"/></a>
		</nav>
		<details class="narrow-fold">
			<xsl:if test="query/*[. != '' and name() != 'schema' and name() != 'state' and name() != 'lane' and name() != 'after']"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
			<summary><xsl:value-of select="w:word('documents.search')"/></summary>
			<form method="get" action="/applications" class="filters" role="search">
				<input type="hidden" name="schema" value="{query/schema}"/>
				<input type="hidden" name="state" value="{query/state}"/>
				<div class="field"><label for="reference"><xsl:value-of select="w:word('documents.reference')"/></label><input id="reference" name="reference" type="search" value="{query/reference}" data-key="/"/></div>
				<div class="field"><label for="certificate"><xsl:value-of select="w:word('certificate.number')"/></label><input id="certificate" name="certificate" value="{query/certificate}"/></div>
				<div class="field"><label for="taxCode"><xsl:value-of select="w:word('documents.taxCode')"/></label><input id="taxCode" name="taxCode" value="{query/taxCode}"/></div>
				<div class="field buttons"><button class="main"><xsl:value-of select="w:word('documents.filter')"/></button></div>
			</form>
		</details>
		<div id="live" data-live="{self}">
			<xsl:choose>
				<xsl:when test="answer/messages/item"><xsl:call-template name="rows"/></xsl:when>
				<xsl:when test="answer/next != ''"><div class="empty"><p><b><xsl:value-of select="w:word('documents.look-on')"/></b></p></div></xsl:when>
				<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('applications.none')"/></b></p><p><xsl:value-of select="w:word('applications.none-help')"/></p></div></xsl:otherwise>
			</xsl:choose>
			<xsl:call-template name="pages"/>
		</div>
	</xsl:template>

	<xsl:template name="state-tab">
		<xsl:param name="state"/>
		<xsl:param name="word" select="$state"/>
		<a>
			<xsl:attribute name="href">/applications<xsl:if test="$state != ''">?state=<xsl:value-of select="$state"/></xsl:if></xsl:attribute>
			<xsl:if test="not($certificates) and string(query/state) = $state"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
			<xsl:value-of select="w:word(concat('applications.', $word))"/>
		</a>
	</xsl:template>

	<xsl:template name="rows">
		<table class="rows work">
			<thead>
				<tr>
					<th scope="col"><xsl:value-of select="w:word('applications.application')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.from')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.age')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.left')"/></th>
				</tr>
			</thead>
			<tbody><xsl:apply-templates select="answer/messages/item" mode="row"/></tbody>
		</table>
	</xsl:template>
	<xsl:template match="item" mode="row">
		<tr id="{id}">
			<td class="key">
				<a href="/documents/{id}"><xsl:choose><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a>
				<small><xsl:value-of select="id"/></small>
			</td>
			<td data-label="{w:word('documents.state')}"><xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template><xsl:apply-templates select="said" mode="short"/></td>
			<td data-label="{w:word('documents.from')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></td>
			<td data-label="{w:word('work.age')}"><xsl:call-template name="age"><xsl:with-param name="moment" select="received"/></xsl:call-template></td>
			<td data-label="{w:word('work.left')}"><xsl:if test="due/@clock or verification/due/@clock"><xsl:call-template name="left"/></xsl:if></td>
		</tr>
	</xsl:template>
</xsl:stylesheet>
