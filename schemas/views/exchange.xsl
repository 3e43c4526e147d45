<?xml version="1.0" encoding="UTF-8"?>
<!-- What an operator watches: GET /v1/exchange for people. With ?delivery=N it is the page on which something is said of one. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:variable name="may-change" select="/page/caller/may/item = 'queue-change' and /page/caller/csrf != ''"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('exchange.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<xsl:choose>
			<xsl:when test="query/delivery != ''"><xsl:call-template name="one"/></xsl:when>
			<xsl:otherwise><xsl:call-template name="all"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template name="all">
		<div class="head">
			<h1><xsl:value-of select="w:word('exchange.title')"/></h1>
			<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
			<a class="button" href="#find"><xsl:value-of select="w:word('exchange.find')"/></a>
		</div>
		<div id="live" data-live="{self}" data-every="15">
			<xsl:call-template name="checks"/>
			<xsl:call-template name="partners"/>
			<xsl:call-template name="waiting"/>
			<div class="columns">
				<div><xsl:call-template name="certificates"/></div>
				<div><xsl:call-template name="queues"/><xsl:call-template name="room"/></div>
			</div>
		</div>
		<h2 id="find"><xsl:value-of select="w:word('exchange.find')"/></h2>
		<form method="get" action="/sides" class="filters" role="search">
			<div class="field"><label for="id"><xsl:value-of select="w:word('document.id')"/></label><input id="id" name="id" required="required" maxlength="64" data-key="/"/></div>
			<div class="field buttons"><button><xsl:value-of select="w:word('exchange.open')"/></button></div>
		</form>
		<form method="get" action="/documents" class="filters" role="search" aria-label="{w:word('documents.reference')}">
			<div class="field"><label for="reference"><xsl:value-of select="w:word('documents.reference')"/></label><input id="reference" name="reference" required="required" maxlength="128"/></div>
			<div class="field buttons"><button><xsl:value-of select="w:word('exchange.find-do')"/></button></div>
		</form>
	</xsl:template>

	<!-- ==== Is it well ==== -->

	<xsl:template name="checks">
		<xsl:variable name="good" select="answer/checks/item[state = 'good']"/>
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.health')"/></h2>
			<xsl:if test="not(answer/checks/item[state != 'good'])"><p><span class="state good"><xsl:value-of select="w:word('exchange.all-well')"/></span></p></xsl:if>
			<xsl:call-template name="check-list"><xsl:with-param name="items" select="answer/checks/item[state = 'bad']"/></xsl:call-template>
			<xsl:call-template name="check-list"><xsl:with-param name="items" select="answer/checks/item[state != 'bad' and state != 'good']"/></xsl:call-template>
			<xsl:if test="$good"><details><summary><xsl:value-of select="w:word('exchange.good', string(count($good)))"/></summary><xsl:call-template name="check-list"><xsl:with-param name="items" select="$good"/></xsl:call-template></details></xsl:if>
		</section>
	</xsl:template>
	<xsl:template name="check-list">
		<xsl:param name="items"/>
		<xsl:if test="$items">
			<ul class="checks">
				<xsl:for-each select="$items">
					<li><xsl:call-template name="check-state"/><b><xsl:value-of select="w:named('check', name)"/></b><span><xsl:value-of select="*[name() = $language]"/></span></li>
				</xsl:for-each>
			</ul>
		</xsl:if>
	</xsl:template>
	<xsl:template name="check-state">
		<xsl:choose>
			<xsl:when test="state = 'good'"><span class="state good"><xsl:value-of select="w:word('check-state.good')"/></span></xsl:when>
			<xsl:when test="state = 'bad'"><span class="state bad"><xsl:value-of select="w:word('check-state.bad')"/></span></xsl:when>
			<xsl:otherwise><span class="state hold"><xsl:value-of select="w:word('check-state.warn')"/></span></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Partners ==== -->

	<xsl:template name="partners">
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.partners')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/partners/item">
					<table class="rows">
						<thead><tr>
							<th scope="col"><xsl:value-of select="w:word('exchange.partner')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.link')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.waits')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.heard')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.next-try')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.numbers')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.witness')"/></th>
						</tr></thead>
						<tbody><xsl:apply-templates select="answer/partners/item" mode="partner"/></tbody>
					</table>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('exchange.no-partners')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
	<xsl:template match="item" mode="partner">
		<tr id="partner-{country}">
			<td class="key"><b><xsl:value-of select="w:named('country', country)"/></b><small><xsl:value-of select="name"/> · <xsl:value-of select="endpoint"/></small></td>
			<td data-label="{w:word('exchange.link')}">
				<xsl:choose>
					<xsl:when test="witness/alarm/record or witness/stopped != ''"><span class="state bad"><xsl:value-of select="w:word('link.alarm')"/></span></xsl:when>
					<xsl:when test="witness/nextTryAt/@clock"><span class="state bad"><xsl:value-of select="w:word('link.down')"/></span></xsl:when>
					<xsl:when test="witness/heardAt/@clock"><span class="state good"><xsl:value-of select="w:word('link.up')"/></span></xsl:when>
					<xsl:otherwise><span class="state wait"><xsl:value-of select="w:word('link.never')"/></span></xsl:otherwise>
				</xsl:choose>
			</td>
			<td data-label="{w:word('exchange.waits')}"><xsl:value-of select="witness/waits"/><xsl:if test="witness/waitsSince/@clock"><small><xsl:value-of select="w:word('exchange.oldest')"/>&#160;<xsl:call-template name="age"><xsl:with-param name="moment" select="witness/waitsSince"/></xsl:call-template></small></xsl:if></td>
			<td data-label="{w:word('exchange.heard')}"><xsl:apply-templates select="witness/heardAt" mode="time"/><xsl:if test="not(witness/heardAt/@clock)">–</xsl:if></td>
			<td data-label="{w:word('exchange.next-try')}"><xsl:apply-templates select="witness/nextTryAt" mode="time"/><xsl:if test="not(witness/nextTryAt/@clock)">–</xsl:if></td>
			<td data-label="{w:word('exchange.numbers')}"><xsl:value-of select="w:word('exchange.numbers-of', string(sent), string(acknowledged), string(received))"/></td>
			<td data-label="{w:word('exchange.witness')}">
				<xsl:choose>
					<xsl:when test="witness/alarm/record">
						<b><xsl:value-of select="w:named('alarm', witness/alarm/what)"/></b>
						<small><xsl:apply-templates select="witness/alarm/at" mode="time"/> · <xsl:value-of select="w:word('exchange.record', string(witness/alarm/record))"/></small>
						<small><xsl:value-of select="w:word('exchange.resume')"/>&#160;<code>sampan partner resume <xsl:value-of select="country"/> --reason …</code></small>
					</xsl:when>
					<xsl:when test="witness/stopped != ''">
						<b><xsl:value-of select="witness/stopped"/></b>
						<small><xsl:value-of select="w:word('exchange.resume')"/>&#160;<code>sampan partner resume <xsl:value-of select="country"/> --reason …</code></small>
					</xsl:when>
					<xsl:when test="witness/broken = 'true'"><xsl:value-of select="w:word('exchange.broken')"/></xsl:when>
					<xsl:when test="witness/uncoveredSince/@clock"><span><xsl:value-of select="w:word('exchange.uncovered')"/>&#160;<xsl:apply-templates select="witness/uncoveredSince" mode="time"/></span></xsl:when>
					<xsl:otherwise><xsl:value-of select="w:word('exchange.covered')"/></xsl:otherwise>
				</xsl:choose>
			</td>
		</tr>
	</xsl:template>

	<!-- ==== What waits ==== -->

	<xsl:template name="waiting">
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.waiting')"/></h2>
			<p class="count"><xsl:value-of select="w:word('exchange.counts', string(answer/waiting), string(answer/held))"/></p>
			<xsl:choose>
				<xsl:when test="answer/deliveries/item">
					<table class="rows">
						<thead><tr>
							<th scope="col"><xsl:value-of select="w:word('exchange.delivery')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.to')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.as')"/></th>
							<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
							<th scope="col"><xsl:value-of select="w:word('work.age')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.why')"/></th>
						</tr></thead>
						<tbody><xsl:apply-templates select="answer/deliveries/item" mode="waits"/></tbody>
					</table>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('exchange.nothing-waits')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
	<xsl:template match="item" mode="waits">
		<tr id="delivery-{delivery}">
			<td class="key">
				<xsl:choose>
					<xsl:when test="$may-change and stage != 'sent'"><a href="/exchange?delivery={delivery}"><xsl:value-of select="delivery"/></a></xsl:when>
					<xsl:otherwise><xsl:value-of select="delivery"/></xsl:otherwise>
				</xsl:choose>
				<small><a href="/documents/{message}"><xsl:value-of select="message"/></a></small>
			</td>
			<td data-label="{w:word('exchange.to')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="to"/></xsl:call-template></td>
			<td data-label="{w:word('exchange.as')}"><xsl:call-template name="kind"><xsl:with-param name="schema" select="as"/></xsl:call-template></td>
			<td data-label="{w:word('documents.state')}"><xsl:call-template name="stage"/></td>
			<td data-label="{w:word('work.age')}"><xsl:if test="since/@clock"><xsl:call-template name="age"><xsl:with-param name="moment" select="since"/></xsl:call-template></xsl:if></td>
			<td data-label="{w:word('exchange.why')}"><xsl:call-template name="why-held"/></td>
		</tr>
	</xsl:template>
	<xsl:template name="stage">
		<span class="state wait"><xsl:if test="stage = 'held'"><xsl:attribute name="class">state hold</xsl:attribute></xsl:if><xsl:value-of select="w:named('stage', stage)"/></span>
	</xsl:template>
	<xsl:template name="why-held">
		<xsl:choose>
			<xsl:when test="findings/item"><xsl:for-each select="findings/item[1]"><xsl:call-template name="says"/></xsl:for-each><small><xsl:value-of select="why"/></small></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:named('held', why)"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Until when, how much ==== -->

	<xsl:template name="certificates">
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.certificates')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/certificates/item">
					<table class="rows">
						<thead><tr>
							<th scope="col"><xsl:value-of select="w:word('exchange.of')"/></th>
							<th scope="col"><xsl:value-of select="w:word('exchange.until')"/></th>
						</tr></thead>
						<tbody><xsl:apply-templates select="answer/certificates/item" mode="ends"><xsl:sort select="until"/></xsl:apply-templates></tbody>
					</table>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('exchange.no-certificates')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
	<xsl:template match="item" mode="ends">
		<xsl:variable name="until" select="w:seconds(until)"/>
		<xsl:variable name="days" select="floor(($until - $now) div 86400)"/>
		<tr>
			<td class="key"><xsl:call-template name="certificate-of"/><small><xsl:value-of select="name"/></small></td>
			<td data-label="{w:word('exchange.until')}">
				<xsl:choose>
					<xsl:when test="not(until/@clock)"><span class="state bad"><xsl:value-of select="w:word('exchange.unreadable')"/></span></xsl:when>
					<xsl:when test="$days &lt; 0"><span class="state bad"><xsl:value-of select="w:word('exchange.expired')"/></span></xsl:when>
					<xsl:when test="$days &lt; 30"><span class="state hold"><xsl:value-of select="w:word('exchange.days-left', string($days))"/></span></xsl:when>
					<xsl:otherwise><xsl:value-of select="w:word('exchange.days-left', string($days))"/></xsl:otherwise>
				</xsl:choose>
				<xsl:if test="until/@clock"><small><xsl:apply-templates select="until" mode="time"/></small></xsl:if>
			</td>
		</tr>
	</xsl:template>

	<!-- What it is for, in words: the node's own by the file. -->
	<xsl:template name="certificate-of">
		<xsl:choose>
			<xsl:when test="of = 'node' and starts-with(name, 'seal/office-')"><xsl:value-of select="w:word('certificate-of.office', substring-before(substring-after(name, 'seal/office-'), '.crt'))"/></xsl:when>
			<xsl:when test="of = 'node' and starts-with(name, 'seal/document-')"><xsl:value-of select="w:word('certificate-of.document')"/></xsl:when>
			<xsl:when test="of = 'node' and starts-with(name, 'keys/')"><xsl:value-of select="w:named('certificate-of', substring-before(substring-after(name, 'keys/'), '.crt'))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:named('certificate-of', of)"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template name="queues">
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.queues')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/queues/item">
					<dl class="facts">
						<xsl:for-each select="answer/queues/item">
							<div><dt><xsl:value-of select="w:named('stage', stage)"/><xsl:if test="partner != ''"> · <xsl:value-of select="w:named('country', partner)"/></xsl:if></dt><dd><xsl:value-of select="count"/><xsl:if test="since/@clock"> · <xsl:call-template name="age"><xsl:with-param name="moment" select="since"/></xsl:call-template></xsl:if></dd></div>
						</xsl:for-each>
					</dl>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('exchange.no-queues')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<xsl:template name="room">
		<section class="card">
			<h2><xsl:value-of select="w:word('exchange.room')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/room/records">
					<dl class="facts">
						<div><dt><xsl:value-of select="w:word('exchange.disk')"/></dt><dd><xsl:value-of select="w:word('exchange.mib-of', string(floor(answer/room/diskFreeBytes div 1048576)), string(floor(answer/room/diskBytes div 1048576)))"/></dd></div>
						<div><dt><xsl:value-of select="w:word('exchange.map')"/></dt><dd><xsl:value-of select="w:word('exchange.mib-of', string(floor(answer/room/storeBytes div 1048576)), string(floor(answer/room/mapBytes div 1048576)))"/></dd></div>
						<div><dt><xsl:value-of select="w:word('exchange.records')"/></dt><dd><xsl:value-of select="answer/room/records"/></dd></div>
						<div><dt><xsl:value-of select="w:word('exchange.signed')"/></dt><dd><xsl:value-of select="answer/room/signed"/></dd></div>
					</dl>
				</xsl:when>
				<xsl:otherwise><p class="notice bad"><xsl:value-of select="w:word('exchange.no-ledger')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<!-- ==== A word about one delivery ==== -->

	<xsl:template name="one">
		<xsl:variable name="delivery" select="answer/deliveries/item[delivery = /page/query/delivery]"/>
		<p class="trail"><a href="/exchange"><xsl:value-of select="w:word('exchange.title')"/></a></p>
		<div class="head"><h1><xsl:value-of select="w:word('exchange.delivery-of', string(query/delivery))"/></h1></div>
		<xsl:choose>
			<xsl:when test="$delivery"><xsl:apply-templates select="$delivery" mode="one"/></xsl:when>
			<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('exchange.gone')"/></b></p><p><a class="button" href="/exchange"><xsl:value-of select="w:word('exchange.title')"/></a></p></div></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template match="item" mode="one">
		<section class="card">
			<dl class="facts">
				<div><dt><xsl:value-of select="w:word('document.id')"/></dt><dd><a href="/documents/{message}"><xsl:value-of select="message"/></a></dd></div>
				<div><dt><xsl:value-of select="w:word('exchange.to')"/></dt><dd><xsl:call-template name="actor"><xsl:with-param name="actor" select="to"/></xsl:call-template></dd></div>
				<div><dt><xsl:value-of select="w:word('exchange.as')"/></dt><dd><xsl:call-template name="kind"><xsl:with-param name="schema" select="as"/></xsl:call-template></dd></div>
				<div><dt><xsl:value-of select="w:word('documents.state')"/></dt><dd><xsl:call-template name="stage"/></dd></div>
				<div><dt><xsl:value-of select="w:word('exchange.since')"/></dt><dd><xsl:apply-templates select="since" mode="time"/></dd></div>
				<xsl:if test="why != '' and not(findings/item)"><div><dt><xsl:value-of select="w:word('exchange.why')"/></dt><dd><xsl:value-of select="w:named('held', why)"/></dd></div></xsl:if>
			</dl>
			<xsl:apply-templates select="findings"/>
		</section>
		<xsl:if test="$may-change">
			<xsl:choose>
				<xsl:when test="stage = 'held' and why = 'by-operator'">
					<xsl:call-template name="word-of"><xsl:with-param name="action" select="'release'"/></xsl:call-template>
					<xsl:call-template name="word-of"><xsl:with-param name="action" select="'drop'"/></xsl:call-template>
				</xsl:when>
				<xsl:when test="stage = 'held'">
					<xsl:call-template name="word-of"><xsl:with-param name="action" select="'retry'"/></xsl:call-template>
					<xsl:call-template name="word-of"><xsl:with-param name="action" select="'drop'"/></xsl:call-template>
				</xsl:when>
				<xsl:when test="stage != 'sent'"><xsl:call-template name="word-of"><xsl:with-param name="action" select="'hold'"/></xsl:call-template></xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('exchange.sent')"/></p></xsl:otherwise>
			</xsl:choose>
		</xsl:if>
	</xsl:template>
	<xsl:template name="word-of">
		<xsl:param name="action"/>
		<xsl:variable name="is-grave" select="$action = 'drop' or $action = 'hold'"/>
		<section class="card">
			<h2><xsl:value-of select="w:named('queue', $action)"/></h2>
			<p><xsl:value-of select="w:named('queue-help', $action)"/></p>
			<form method="post" action="/exchange/{delivery}/{$action}" class="stack">
				<xsl:call-template name="csrf"/>
				<label for="reason-{$action}"><xsl:value-of select="w:word('exchange.reason')"/></label>
				<input id="reason-{$action}" name="reason" maxlength="200"><xsl:if test="$is-grave"><xsl:attribute name="required">required</xsl:attribute></xsl:if></input>
				<xsl:if test="$is-grave"><label class="check"><input type="checkbox" name="sure" value="yes" required="required"/><span><xsl:value-of select="w:named('queue-sure', $action)"/></span></label></xsl:if>
				<button><xsl:if test="not($is-grave)"><xsl:attribute name="class">main</xsl:attribute></xsl:if><xsl:value-of select="w:named('queue', $action)"/></button>
			</form>
		</section>
	</xsl:template>
</xsl:stylesheet>
