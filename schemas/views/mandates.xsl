<?xml version="1.0" encoding="UTF-8"?>
<!-- Mandates given and received: GET /v1/mandates for people, with the forms that give, confirm and take back. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- Only kinds of this country are lodged in a trader's name. -->
	<xsl:variable name="country" select="concat(translate(/page/country, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '.')"/>
	<xsl:variable name="own" select="string(/page/caller/taxCode)"/>
	<xsl:variable name="party" select="string(/page/caller/party)"/>
	<xsl:variable name="is-operator" select="/page/caller/roles/item = 'operator' or /page/caller/roles/item = 'auditor'"/>
	<xsl:variable name="is-session" select="/page/caller/csrf != ''"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('mandates.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:value-of select="w:word('mandates.title')"/></h1></div>
		<p class="hint"><xsl:value-of select="w:word('mandates.help')"/></p>
		<xsl:choose>
			<xsl:when test="status >= 400">
				<section class="card refusal">
					<h2><xsl:value-of select="w:word('mandates.wrong')"/></h2>
					<p class="notice bad" role="alert"><xsl:call-template name="detail"/></p>
				</section>
				<xsl:call-template name="give"/>
			</xsl:when>
			<xsl:otherwise>
				<xsl:choose>
					<xsl:when test="$is-operator"><xsl:call-template name="list"><xsl:with-param name="title" select="'mandates.all'"/><xsl:with-param name="rows" select="answer/mandates/item"/></xsl:call-template></xsl:when>
					<xsl:otherwise>
						<xsl:call-template name="list"><xsl:with-param name="title" select="'mandates.given'"/><xsl:with-param name="rows" select="answer/mandates/item[principal = $own]"/></xsl:call-template>
						<xsl:if test="caller/roles/item = 'agent' or answer/mandates/item[principal != $own]"><xsl:call-template name="list"><xsl:with-param name="title" select="'mandates.received'"/><xsl:with-param name="rows" select="answer/mandates/item[principal != $own]"/></xsl:call-template></xsl:if>
					</xsl:otherwise>
				</xsl:choose>
				<xsl:if test="answer/next != '' or query/before != ''">
					<p class="pages">
						<xsl:if test="query/before != ''"><a class="button" href="/mandates"><xsl:value-of select="w:word('documents.newest')"/></a></xsl:if>
						<xsl:if test="answer/next != ''"><a class="button" rel="next" href="/mandates?before={answer/next}"><xsl:value-of select="w:word('documents.older')"/></a></xsl:if>
					</p>
				</xsl:if>
				<xsl:call-template name="give"/>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== What there is ==== -->

	<xsl:template name="list">
		<xsl:param name="title"/>
		<xsl:param name="rows"/>
		<section class="card">
			<h2><xsl:value-of select="w:word($title)"/></h2>
			<xsl:choose>
				<xsl:when test="$rows">
					<table class="rows">
						<thead><tr>
							<th scope="col"><xsl:value-of select="w:word('mandates.principal')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.agent')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.kinds')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.from')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.until')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.state')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.who')"/></th>
							<th scope="col"><xsl:value-of select="w:word('mandates.do')"/></th>
						</tr></thead>
						<tbody><xsl:apply-templates select="$rows" mode="mandate"/></tbody>
					</table>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('mandates.none')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
	<xsl:template match="item" mode="mandate">
		<tr id="mandate-{number}">
			<td class="key" data-label="{w:word('mandates.principal')}"><b><xsl:value-of select="principal"/></b></td>
			<td data-label="{w:word('mandates.agent')}"><xsl:variable name="known" select="/page/agents/item[id = current()/agent]"/><xsl:choose><xsl:when test="$known"><span><xsl:value-of select="$known/name"/><xsl:text> – </xsl:text><xsl:value-of select="$known/taxCode"/></span></xsl:when><xsl:otherwise><xsl:value-of select="agent"/></xsl:otherwise></xsl:choose></td>
			<td data-label="{w:word('mandates.kinds')}"><span><xsl:call-template name="kind-list"><xsl:with-param name="kinds" select="string(kinds)"/></xsl:call-template></span></td>
			<td data-label="{w:word('mandates.from')}"><xsl:call-template name="day-or-open"><xsl:with-param name="day" select="string(from)"/><xsl:with-param name="else" select="'mandates.open-start'"/></xsl:call-template></td>
			<td data-label="{w:word('mandates.until')}"><xsl:call-template name="day-or-open"><xsl:with-param name="day" select="string(until)"/></xsl:call-template></td>
			<td data-label="{w:word('mandates.state')}"><xsl:call-template name="mandate-state"/></td>
			<td data-label="{w:word('mandates.who')}">
				<span>
					<xsl:call-template name="by"><xsl:with-param name="word" select="'mandates.given-by'"/><xsl:with-param name="who" select="givenBy"/><xsl:with-param name="when" select="given"/></xsl:call-template>
					<xsl:call-template name="by"><xsl:with-param name="word" select="'mandates.confirmed-by'"/><xsl:with-param name="who" select="confirmedBy"/><xsl:with-param name="when" select="confirmed"/></xsl:call-template>
					<xsl:call-template name="by"><xsl:with-param name="word" select="'mandates.revoked-by'"/><xsl:with-param name="who" select="revokedBy"/><xsl:with-param name="when" select="revoked"/></xsl:call-template>
				</span>
			</td>
			<td data-label="{w:word('mandates.do')}"><div><xsl:call-template name="mandate-actions"/></div></td>
		</tr>
	</xsl:template>
	<xsl:template name="by">
		<xsl:param name="word"/>
		<xsl:param name="who"/>
		<xsl:param name="when"/>
		<xsl:if test="$who != ''"><small><xsl:value-of select="w:word($word)"/>&#160;<xsl:call-template name="actor"><xsl:with-param name="actor" select="$who"/></xsl:call-template>, <xsl:apply-templates select="$when" mode="time"/></small></xsl:if>
	</xsl:template>
	<xsl:template name="mandate-state">
		<xsl:variable name="tone"><xsl:choose>
			<xsl:when test="state = 'in force'">good</xsl:when>
			<xsl:when test="state = 'proposed'">hold</xsl:when>
			<xsl:when test="state = 'revoked'">bad</xsl:when>
			<xsl:otherwise>wait</xsl:otherwise>
		</xsl:choose></xsl:variable>
		<span class="state {$tone}"><xsl:value-of select="w:named('mandate-state', state)"/></span>
	</xsl:template>
	<xsl:template name="day-or-open">
		<xsl:param name="day"/>
		<xsl:param name="else" select="'mandates.open-end'"/>
		<xsl:choose>
			<xsl:when test="$day != ''"><time datetime="{$day}"><xsl:value-of select="concat(substring($day, 9, 2), '/', substring($day, 6, 2), '/', substring($day, 1, 4))"/></time></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:word($else)"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template name="kind-list">
		<xsl:param name="kinds"/>
		<xsl:choose>
			<xsl:when test="$kinds = ''"><xsl:value-of select="w:word('mandates.all-kinds')"/></xsl:when>
			<xsl:when test="contains($kinds, ' ')"><xsl:call-template name="kind"><xsl:with-param name="schema" select="substring-before($kinds, ' ')"/></xsl:call-template>, <xsl:call-template name="kind-list"><xsl:with-param name="kinds" select="substring-after($kinds, ' ')"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:call-template name="kind"><xsl:with-param name="schema" select="$kinds"/></xsl:call-template></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- The principal confirms; an operator only with the paper that says so. -->
	<xsl:template name="mandate-actions">
		<xsl:variable name="may" select="/page/caller/may/item"/>
		<xsl:variable name="stands-on-paper" select="principal != $own"/>
		<xsl:if test="$is-session and state = 'proposed' and $may = 'mandate-confirm' and (principal = $own or $is-operator)">
			<form method="post" action="/mandates/{number}/confirm" class="stack">
				<xsl:call-template name="csrf"/>
				<xsl:if test="$stands-on-paper">
					<label for="paper-{number}"><xsl:value-of select="w:word('mandates.paper')"/></label>
					<input id="paper-{number}" name="reason" required="required" maxlength="160"/>
				</xsl:if>
				<button class="main"><xsl:value-of select="w:word('mandates.confirm')"/></button>
			</form>
		</xsl:if>
		<xsl:if test="$is-session and $may = 'mandate-revoke' and (state = 'proposed' or state = 'in force' or state = 'to come')">
			<details>
				<summary><xsl:value-of select="w:word('mandates.revoke')"/><span class="unseen">&#160;<xsl:value-of select="number"/></span></summary>
				<form method="post" action="/mandates/{number}/revoke" class="stack">
					<xsl:call-template name="csrf"/>
					<label for="why-{number}"><xsl:value-of select="w:word('mandates.reason')"/></label>
					<input id="why-{number}" name="reason" maxlength="160"/>
					<label class="check"><input type="checkbox" name="sure" value="yes" required="required"/><span><xsl:value-of select="w:word('mandates.sure', string(number))"/></span></label>
					<button><xsl:value-of select="w:word('mandates.revoke')"/></button>
				</form>
			</details>
		</xsl:if>
	</xsl:template>

	<!-- ==== Giving ==== -->

	<xsl:template name="give">
		<xsl:if test="$is-session and caller/may/item = 'mandate-give'">
			<section class="card">
				<h2><xsl:choose><xsl:when test="caller/roles/item = 'agent' or $is-operator"><xsl:value-of select="w:word('mandates.propose')"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('mandates.give')"/></xsl:otherwise></xsl:choose></h2>
				<!-- More agents than a list shows well: it is narrowed first. -->
				<xsl:if test="count(agents/item) &gt; 30 or query/agent != ''">
					<form method="get" action="/mandates" class="stack">
						<label for="find-agent"><xsl:value-of select="w:word('mandates.find-agent')"/></label>
						<input id="find-agent" name="agent" value="{query/agent}"/>
						<p><button><xsl:value-of select="w:word('codes.find')"/></button></p>
						<xsl:if test="not(agents/item)"><p class="hint" role="status"><xsl:value-of select="w:word('mandates.no-agent')"/></p></xsl:if>
					</form>
				</xsl:if>
				<form method="post" action="/mandates" class="stack">
					<xsl:call-template name="csrf"/>
					<label for="principal"><xsl:value-of select="w:word('mandates.principal')"/></label>
					<input id="principal" name="principal" required="required" maxlength="64">
						<xsl:attribute name="value"><xsl:choose><xsl:when test="filled/item[name = 'principal']"><xsl:value-of select="filled/item[name = 'principal']/value"/></xsl:when><xsl:when test="not(caller/roles/item = 'agent')"><xsl:value-of select="$own"/></xsl:when></xsl:choose></xsl:attribute>
					</input>
					<xsl:variable name="chosen"><xsl:choose><xsl:when test="filled/item[name = 'agent']"><xsl:value-of select="filled/item[name = 'agent']/value"/></xsl:when><xsl:when test="caller/roles/item = 'agent'"><xsl:value-of select="$party"/></xsl:when><xsl:when test="count(agents/item) = 1"><xsl:value-of select="agents/item/id"/></xsl:when></xsl:choose></xsl:variable>
					<label for="agent"><xsl:value-of select="w:word('mandates.agent')"/></label>
					<select id="agent" name="agent" required="required">
						<option value=""><xsl:value-of select="w:word('form.choose')"/></option>
						<!-- Whoever was chosen before stays so, though others were looked for since. -->
						<xsl:if test="$chosen != '' and not(agents/item[id = $chosen])"><option value="{$chosen}" selected="selected"><xsl:value-of select="$chosen"/></option></xsl:if>
						<xsl:for-each select="agents/item">
							<xsl:sort select="name"/>
							<option value="{id}"><xsl:if test="id = $chosen"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="name"/><xsl:text> – </xsl:text><xsl:value-of select="taxCode"/></option>
						</xsl:for-each>
					</select>
					<fieldset>
						<legend><xsl:value-of select="w:word('mandates.kinds')"/></legend>
						<p class="hint"><xsl:value-of select="w:word('mandates.kinds-help')"/></p>
						<xsl:for-each select="lodged/item[starts-with(., $country) and . = /page/procedures/item]">
							<label class="check"><input type="checkbox" name="kind.{.}" value="yes"><xsl:if test="/page/filled/item[name = concat('kind.', current())]"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if></input><span><xsl:call-template name="kind"><xsl:with-param name="schema" select="."/></xsl:call-template></span></label>
						</xsl:for-each>
					</fieldset>
					<label for="from"><xsl:value-of select="w:word('mandates.from')"/></label>
					<input id="from" name="from" type="date" aria-describedby="from-help" value="{filled/item[name = 'from']/value}"/>
					<p class="hint" id="from-help"><xsl:value-of select="w:word('mandates.from-help')"/></p>
					<label for="until"><xsl:value-of select="w:word('mandates.until')"/></label>
					<input id="until" name="until" type="date" aria-describedby="until-help" value="{filled/item[name = 'until']/value}"/>
					<p class="hint" id="until-help"><xsl:value-of select="w:word('mandates.until-help')"/></p>
					<button class="main"><xsl:value-of select="w:word('mandates.give')"/></button>
				</form>
			</section>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
