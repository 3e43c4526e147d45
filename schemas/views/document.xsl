<?xml version="1.0" encoding="UTF-8"?>
<!-- One document: GET /v1/messages/{id} for people. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- A certificate is known by its number, all else by its reference. -->
	<xsl:variable name="certificate" select="/page/answer/about/certificate[contains(' vn.co th.co asw.form-d vn.co-paper ', concat(' ', substring-before(concat(/page/answer/schema, '/'), '/'), ' '))]"/>
	<xsl:template name="name">
		<xsl:choose>
			<xsl:when test="$certificate != ''"><xsl:value-of select="$certificate"/></xsl:when>
			<xsl:when test="answer/reference != ''"><xsl:value-of select="answer/reference"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="answer/id"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template match="/page" mode="title"><xsl:call-template name="name"/></xsl:template>

	<xsl:template match="/page" mode="main">
		<p class="trail"><a href="/documents"><xsl:attribute name="href"><xsl:choose><xsl:when test="list != ''"><xsl:value-of select="list"/></xsl:when><xsl:otherwise>/</xsl:otherwise></xsl:choose></xsl:attribute><xsl:value-of select="w:word('document.back')"/></a></p>
		<xsl:call-template name="read-for-reason"/>
		<div id="live">
			<xsl:if test="string(reason) = ''"><xsl:attribute name="data-live"><xsl:value-of select="self"/></xsl:attribute><xsl:attribute name="data-message"><xsl:value-of select="answer/id"/></xsl:attribute></xsl:if>
			<xsl:attribute name="data-also"><xsl:for-each select="answer/pairs/item"><xsl:if test="position() > 1"><xsl:text> </xsl:text></xsl:if><xsl:choose><xsl:when test="message != ''"><xsl:value-of select="message"/></xsl:when><xsl:when test="number != ''">*</xsl:when></xsl:choose></xsl:for-each></xsl:attribute>
			<div class="head">
				<div>
					<p class="kicker"><xsl:call-template name="kind"><xsl:with-param name="schema" select="answer/schema"/></xsl:call-template></p>
					<h1><xsl:call-template name="name"/></h1>
				</div>
				<xsl:call-template name="state"><xsl:with-param name="state" select="answer/state"/></xsl:call-template>
				<xsl:call-template name="lane"><xsl:with-param name="lane" select="string(answer/lane)"/></xsl:call-template>
				<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
			</div>
			<xsl:if test="answer/waitsFor = 'exporter'"><p class="why"><xsl:value-of select="w:word('documents.waits-exporter')"/></p></xsl:if>
			<xsl:apply-templates select="answer" mode="said"/>
			<xsl:choose>
				<xsl:when test="document/*">
					<xsl:apply-templates select="answer" mode="strip"/>
					<xsl:apply-templates select="answer" mode="why"/>
					<xsl:apply-templates select="answer" mode="issuing"/>
					<xsl:apply-templates select="answer" mode="actions"/>
					<xsl:apply-templates select="answer" mode="pairs"/>
					<xsl:apply-templates select="answer" mode="balance"/>
					<div class="desk">
						<xsl:if test="beside/document"><xsl:attribute name="class">desk two</xsl:attribute></xsl:if>
						<div class="main-side"><xsl:apply-templates select="document" mode="paper"/></div>
						<xsl:if test="beside/document"><div class="beside-side"><xsl:apply-templates select="beside/document" mode="paper"/></div></xsl:if>
						<div class="other-side">
							<xsl:apply-templates select="answer" mode="verdicts"/>
							<xsl:apply-templates select="answer" mode="papers"/>
							<xsl:apply-templates select="answer" mode="deliveries"/>
							<xsl:apply-templates select="answer" mode="timeline"/>
							<xsl:apply-templates select="answer" mode="downloads"/>
						</div>
					</div>
				</xsl:when>
				<xsl:otherwise>
					<xsl:apply-templates select="answer" mode="why"/>
					<xsl:apply-templates select="answer" mode="actions"/>
					<xsl:apply-templates select="answer" mode="pairs"/>
					<xsl:apply-templates select="answer" mode="balance"/>
					<div class="columns">
						<div>
							<xsl:apply-templates select="answer" mode="facts"/>
							<xsl:apply-templates select="answer" mode="deliveries"/>
							<xsl:apply-templates select="answer" mode="papers"/>
						</div>
						<div>
							<xsl:apply-templates select="answer" mode="downloads"/>
							<xsl:apply-templates select="answer" mode="timeline"/>
						</div>
					</div>
				</xsl:otherwise>
			</xsl:choose>
		</div>
	</xsl:template>

	<!-- ==== What is known at one look ==== -->

	<xsl:template match="answer" mode="strip">
		<dl class="strip">
			<xsl:call-template name="fact"><xsl:with-param name="word" select="w:word('document.number')"/><xsl:with-param name="value" select="string(number)"/></xsl:call-template>
			<xsl:if test="$certificate != ''"><xsl:call-template name="fact"><xsl:with-param name="word" select="w:word('documents.reference')"/><xsl:with-param name="value" select="string(reference)"/></xsl:call-template></xsl:if>
			<div><dt><xsl:value-of select="w:word('documents.from')"/></dt><dd><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></dd></div>
			<xsl:if test="about/office != ''"><div><dt><xsl:value-of select="w:named('about', 'office')"/></dt><dd><xsl:value-of select="about/office"/></dd></div></xsl:if>
			<div><dt><xsl:value-of select="w:word('documents.received')"/></dt><dd><xsl:apply-templates select="received" mode="time"/></dd></div>
			<xsl:if test="due/@clock"><div><dt><xsl:value-of select="w:word('documents.due')"/></dt><dd><xsl:call-template name="left"/></dd></div></xsl:if>
			<div><dt><xsl:value-of select="w:word('document.id')"/></dt><dd><xsl:value-of select="id"/></dd></div>
			<xsl:call-template name="belongs-to"/>
			<xsl:for-each select="timeline/item[last()]"><div><dt><xsl:value-of select="w:word('document.latest')"/></dt><dd><span class="latest"><xsl:value-of select="text"/></span><small><xsl:call-template name="age"><xsl:with-param name="moment" select="time"/></xsl:call-template></small></dd></div></xsl:for-each>
			<xsl:if test="about/meaning != '' and about/meaning != 'original'"><div><dt><xsl:value-of select="w:named('about', 'meaning')"/></dt><dd><xsl:value-of select="w:named('meaning', about/meaning)"/><xsl:if test="about/original != ''">&#160;<xsl:value-of select="about/original"/></xsl:if></dd></div></xsl:if>
		</dl>
	</xsl:template>

	<!-- The lane's reason, a clock that stands, and what became of a verification. -->
	<xsl:template match="answer" mode="why">
		<xsl:apply-templates select="verification"/>
		<xsl:if test="laneWhy != '' or clock/pausedSince/@clock">
			<div class="reasons">
				<xsl:if test="laneWhy != ''"><p class="lane-why {lane}"><b><xsl:call-template name="lane"><xsl:with-param name="lane" select="string(lane)"/></xsl:call-template></b><xsl:text> </xsl:text><xsl:value-of select="laneWhy"/></p></xsl:if>
				<xsl:if test="clock/pausedSince/@clock"><p><xsl:value-of select="w:word('document.paused')"/>&#160;<xsl:apply-templates select="clock/pausedSince" mode="time"/><xsl:if test="clock/leftMinutes > 0"><xsl:text>; </xsl:text><xsl:value-of select="w:word('document.paused-left', string(floor(clock/leftMinutes div 1440)), string(floor(clock/leftMinutes mod 1440 div 60)))"/></xsl:if></p></xsl:if>
			</div>
		</xsl:if>
	</xsl:template>

	<!-- What one usually does in a state, where something is due: the only solid button. What takes away has an edge of its own. -->
	<xsl:variable name="usual" select="' clear:registered clear:supplemented clear:inspected inspection-result:under-inspection co-accept:checked co-accept:handed-over authorise:issued issue:lodged issue:with-authority issue:supplemented verification-answer:under-verification '"/>
	<xsl:variable name="grave" select="' refuse refuse-application co-not-accept co-reverse cancel cancel-certificate '"/>

	<!-- What may be done now, each by its form. -->
	<xsl:template match="answer" mode="actions">
		<xsl:variable name="kind" select="concat(' ', substring-before(concat(schema, '/'), '/'), ' ')"/>
		<xsl:variable name="in" select="concat(' ', state, ' ')"/>
		<xsl:variable name="open" select="/page/caller/forms/item[contains(concat(' ', about, ' '), $kind) and contains(concat(' ', in, ' '), $in)]"/>
		<xsl:variable name="again" select="/page/caller/starts/item[concat(' ', kind, ' ') = $kind]"/>
		<xsl:variable name="state" select="string(state)"/>
		<xsl:variable name="waits" select="pairs/item[contains(' registered papers-asked supplemented under-inspection inspected ', concat(' ', state, ' '))]"/>
		<xsl:variable name="due"><xsl:choose>
			<xsl:when test="lane = 'red' and $state = 'registered'">inspect</xsl:when>
			<xsl:when test="($state = 'accepted' or $state = 'partly-used') and $waits">co-use</xsl:when>
			<xsl:otherwise><xsl:value-of select="$open[contains($usual, concat(' ', name, ':', $state, ' '))][1]/name"/></xsl:otherwise>
		</xsl:choose></xsl:variable>
		<xsl:if test="($open or $again) and string(/page/reason) = ''">
			<nav class="actions" aria-label="{w:word('document.actions')}">
				<xsl:for-each select="$open">
					<a href="/documents/{/page/answer/id}/do/{name}"><xsl:attribute name="class">button<xsl:if test="name = string($due)"> main</xsl:if><xsl:if test="contains($grave, concat(' ', name, ' '))"> grave</xsl:if></xsl:attribute><xsl:value-of select="w:named('form', name)"/></a>
				</xsl:for-each>
				<xsl:for-each select="$again"><a class="button" href="/new/{name}?from={/page/answer/id}"><xsl:value-of select="w:word('form.copy')"/></a></xsl:for-each>
			</nav>
		</xsl:if>
	</xsl:template>

	<!-- ==== Proofs of origin and declarations that belong together ==== -->

	<xsl:template match="answer" mode="pairs">
		<xsl:if test="pairs/item">
			<section class="card pairs">
				<h2><xsl:choose><xsl:when test="starts-with(schema, 'vn.import/') or starts-with(schema, 'th.import/')"><xsl:value-of select="w:word('pair.proofs')"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('pair.declarations')"/></xsl:otherwise></xsl:choose></h2>
				<xsl:apply-templates select="pairs/item" mode="pair"/>
			</section>
		</xsl:if>
	</xsl:template>
	<xsl:template match="item" mode="pair">
		<xsl:variable name="differ" select="comparison/item[verdict = 'differs']"/>
		<div class="pair">
			<p>
				<xsl:choose>
					<xsl:when test="$certificate"><xsl:call-template name="paired-declaration"/></xsl:when>
					<xsl:otherwise><xsl:call-template name="paired-proof"/></xsl:otherwise>
				</xsl:choose>
				<xsl:text> </xsl:text>
				<xsl:choose>
					<xsl:when test="state != ''"><xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template></xsl:when>
					<xsl:when test="number != '' and message = ''"><span class="state hold"><xsl:value-of select="w:word('pair.not-here')"/></span></xsl:when>
				</xsl:choose>
				<xsl:if test="comparison/item">
					<xsl:text> </xsl:text>
					<xsl:choose>
						<xsl:when test="$differ"><span class="state bad"><xsl:value-of select="w:word('pair.differ', string(count($differ)))"/></span></xsl:when>
						<xsl:when test="comparison/item[verdict = 'minor']"><span class="state hold"><xsl:value-of select="w:word('pair.minor')"/></span></xsl:when>
						<xsl:when test="comparison/item[verdict = 'part']"><span class="state wait"><xsl:value-of select="w:word('pair.part')"/></span></xsl:when>
						<xsl:otherwise><span class="state good"><xsl:value-of select="w:word('pair.agree')"/></span></xsl:otherwise>
					</xsl:choose>
				</xsl:if>
			</p>
			<xsl:if test="comparison/item">
				<xsl:variable name="equal" select="comparison/item[verdict = 'equal']"/>
				<xsl:variable name="others" select="comparison/item[verdict != 'equal']"/>
				<xsl:if test="$others"><xsl:call-template name="comparison"><xsl:with-param name="rows" select="$others"/></xsl:call-template></xsl:if>
				<xsl:if test="$equal"><details><summary><xsl:value-of select="w:word('pair.equal', string(count($equal)))"/></summary><xsl:call-template name="comparison"><xsl:with-param name="rows" select="$equal"/></xsl:call-template></details></xsl:if>
			</xsl:if>
		</div>
	</xsl:template>

	<!-- By the number that the desk gave, and whose desk that is; the answer's number and country are those of the certificate. -->
	<xsl:template name="paired-declaration">
		<a href="/documents/{message}"><xsl:choose><xsl:when test="registered != ''"><xsl:value-of select="registered"/></xsl:when><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="message"/></xsl:otherwise></xsl:choose></a>
		<xsl:if test="office != ''"><xsl:text> </xsl:text><span class="quiet"><xsl:value-of select="w:word('documents.at-office', string(office))"/></span></xsl:if>
		<xsl:text> · </xsl:text><xsl:value-of select="w:named('country', translate(substring-before(schema, '.'), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'))"/>
	</xsl:template>
	<xsl:template name="paired-proof">
		<xsl:if test="proof != ''"><b><xsl:value-of select="w:named('proof', proof)"/></b><xsl:text> </xsl:text></xsl:if>
		<xsl:choose>
			<xsl:when test="message != ''"><a href="/documents/{message}"><xsl:choose><xsl:when test="number != ''"><xsl:value-of select="number"/></xsl:when><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="message"/></xsl:otherwise></xsl:choose></a></xsl:when>
			<xsl:otherwise><xsl:value-of select="number"/></xsl:otherwise>
		</xsl:choose>
		<xsl:if test="issued != ''"><xsl:text> · </xsl:text><xsl:value-of select="w:day(issued)"/></xsl:if>
		<xsl:if test="country != ''"><xsl:text> · </xsl:text><xsl:value-of select="w:named('country', country)"/></xsl:if>
	</xsl:template>

	<xsl:template name="comparison">
		<xsl:param name="rows"/>
		<xsl:param name="beside" select="'declaration'"/>
		<table class="rows compared">
			<thead><tr>
				<th scope="col"><xsl:value-of select="w:word('pair.field')"/></th>
				<th scope="col"><xsl:value-of select="w:word(concat('pair.', $beside))"/></th>
				<th scope="col"><xsl:value-of select="w:word('pair.certificate')"/></th>
				<th scope="col"><xsl:value-of select="w:word('pair.verdict')"/></th>
			</tr></thead>
			<tbody>
				<xsl:for-each select="$rows">
					<tr class="{verdict}">
						<td class="key" data-label="{w:word('pair.field')}"><xsl:value-of select="w:named('compared', field)"/><xsl:if test="line != ''"><small><xsl:choose><xsl:when test="$beside = 'application'"><xsl:value-of select="w:word('pair.line-applied', string(line), string(item))"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('pair.line', string(line), string(item))"/></xsl:otherwise></xsl:choose></small></xsl:if></td>
						<td data-label="{w:word(concat('pair.', $beside))}"><xsl:call-template name="measure"><xsl:with-param name="of" select="string(declaration)"/></xsl:call-template></td>
						<td data-label="{w:word('pair.certificate')}"><xsl:call-template name="measure"><xsl:with-param name="of" select="string(certificate)"/></xsl:call-template></td>
						<td data-label="{w:word('pair.verdict')}"><xsl:call-template name="compared-verdict"/><xsl:if test="text != ''"><small><xsl:if test="proposal != ''"><strong><xsl:value-of select="w:named('proposal', proposal)"/></strong>: </xsl:if><xsl:value-of select="text"/><xsl:if test="basis != ''"> (<xsl:value-of select="basis"/>)</xsl:if></small></xsl:if></td>
					</tr>
				</xsl:for-each>
			</tbody>
		</table>
	</xsl:template>

	<!-- "1800 PCE" of a quantity or value, as people write it. -->
	<xsl:template name="measure">
		<xsl:param name="of"/>
		<xsl:choose>
			<xsl:when test="(field = 'quantity' or field = 'value') and contains($of, ' ')"><xsl:value-of select="w:amount(substring-before($of, ' '))"/>&#160;<xsl:call-template name="unit"><xsl:with-param name="code" select="substring-after($of, ' ')"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== What is left of a certificate ==== -->

	<xsl:template match="answer" mode="balance">
		<xsl:if test="uses/item">
			<section class="card balance">
				<h2><xsl:value-of select="w:word('balance.title')"/></h2>
				<table class="rows goods">
					<thead><tr>
						<th scope="col" class="n"><xsl:value-of select="w:word('form-d.5')"/></th>
						<th scope="col"><xsl:value-of select="w:named('field', 'HsCode')"/></th>
						<th scope="col" class="n"><xsl:value-of select="w:word('balance.declared')"/></th>
						<th scope="col" class="n"><xsl:value-of select="w:word('balance.used')"/></th>
						<th scope="col" class="n"><xsl:value-of select="w:word('balance.left')"/></th>
					</tr></thead>
					<tbody>
						<xsl:for-each select="uses/item">
							<tr>
								<td class="n" data-label="{w:word('form-d.5')}"><xsl:value-of select="item"/></td>
								<td class="hs" data-label="{w:named('field', 'HsCode')}"><xsl:value-of select="hs"/></td>
								<td class="n" data-label="{w:word('balance.declared')}"><xsl:value-of select="w:amount(declared)"/>&#160;<xsl:call-template name="unit"><xsl:with-param name="code" select="unit"/></xsl:call-template></td>
								<td class="n" data-label="{w:word('balance.used')}"><xsl:value-of select="w:amount(used)"/></td>
								<td class="n" data-label="{w:word('balance.left')}"><b><xsl:value-of select="w:amount(left)"/></b></td>
							</tr>
						</xsl:for-each>
					</tbody>
				</table>
				<xsl:if test="usedBy/item">
					<ul class="used-by">
						<xsl:for-each select="usedBy/item">
							<li><xsl:if test="reversed = 'true'"><xsl:attribute name="class">reversed</xsl:attribute></xsl:if>
								<xsl:value-of select="w:word('balance.item', string(item))"/>: <b><xsl:value-of select="w:amount(quantity)"/>&#160;<xsl:call-template name="unit"><xsl:with-param name="code" select="unit"/></xsl:call-template></b>
								<xsl:text> · </xsl:text>
								<xsl:choose><xsl:when test="declarationMessage != ''"><a href="/documents/{declarationMessage}"><xsl:value-of select="w:word('balance.declaration', string(declaration))"/></a></xsl:when><xsl:otherwise><xsl:value-of select="w:word('balance.declaration', string(declaration))"/></xsl:otherwise></xsl:choose>
								<xsl:if test="office != ''"> · <xsl:value-of select="w:word('documents.at-office', string(office))"/></xsl:if>
								<xsl:if test="date != ''"> · <xsl:value-of select="w:day(date)"/></xsl:if>
								<xsl:if test="reversed = 'true'"><xsl:text> </xsl:text><span class="state hold"><xsl:value-of select="w:word('balance.reversed')"/></span></xsl:if>
							</li>
						</xsl:for-each>
					</ul>
				</xsl:if>
			</section>
		</xsl:if>
	</xsl:template>

	<!-- Who signed it, as was judged when it was lodged; what the node gave for it. -->
	<xsl:template match="answer" mode="verdicts">
		<section class="card">
			<h2><xsl:value-of select="w:word('document.verdicts')"/></h2>
			<xsl:variable name="judged" select="timeline/item/attributes[*[name() = 'signature.verdict']]"/>
			<ul class="verdicts">
				<xsl:choose>
					<xsl:when test="$judged">
						<xsl:for-each select="$judged">
							<li class="{*[name() = 'signature.verdict']}"><b><xsl:value-of select="w:named('verdict', *[name() = 'signature.verdict'])"/></b><xsl:if test="*[name() = 'signature.subject'] != ''"><small><xsl:call-template name="common-name"><xsl:with-param name="subject" select="string(*[name() = 'signature.subject'])"/></xsl:call-template></small></xsl:if></li>
						</xsl:for-each>
					</xsl:when>
					<xsl:otherwise><li class="none"><b><xsl:value-of select="w:word('verdict.none')"/></b></li></xsl:otherwise>
				</xsl:choose>
				<li class="valid"><b><xsl:value-of select="w:word('document.on-record')"/></b><small><xsl:value-of select="w:word('document.on-record-help', string(id))"/></small></li>
			</ul>
			<details><summary><xsl:value-of select="w:word('document.sha256')"/></summary><code class="hash"><xsl:value-of select="sha256"/></code></details>
		</section>
	</xsl:template>

	<!-- ==== Particulars ==== -->

	<!-- What it belongs to; the first of a matter belongs to nothing. -->
	<xsl:template name="belongs-to">
		<div>
			<dt><xsl:choose><xsl:when test="conversation = id"><xsl:value-of select="w:word('document.matter')"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('document.conversation')"/></xsl:otherwise></xsl:choose></dt>
			<dd>
				<xsl:if test="first/name != ''"><a href="/documents/{conversation}"><xsl:call-template name="kind"><xsl:with-param name="schema" select="first/schema"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="first/name"/></a> · </xsl:if>
				<a href="/documents?conversation={conversation}"><xsl:value-of select="w:word('document.all-of-matter')"/></a>
			</dd>
		</div>
	</xsl:template>

	<xsl:template name="fact">
		<xsl:param name="word"/>
		<xsl:param name="value"/>
		<xsl:if test="$value != ''"><div><dt><xsl:value-of select="$word"/></dt><dd><xsl:copy-of select="$value"/></dd></div></xsl:if>
	</xsl:template>

	<xsl:template match="answer" mode="facts">
		<section class="card">
			<h2><xsl:value-of select="w:word('document.facts')"/></h2>
			<dl class="facts">
				<xsl:call-template name="fact"><xsl:with-param name="word" select="w:word('document.number')"/><xsl:with-param name="value" select="string(number)"/></xsl:call-template>
				<xsl:if test="$certificate != ''"><xsl:call-template name="fact"><xsl:with-param name="word" select="w:word('documents.reference')"/><xsl:with-param name="value" select="string(reference)"/></xsl:call-template></xsl:if>
				<xsl:apply-templates select="about/*[name() != 'register']" mode="about"/>
				<div><dt><xsl:value-of select="w:word('documents.from')"/></dt><dd><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></dd></div>
				<div><dt><xsl:value-of select="w:word('documents.received')"/></dt><dd><xsl:apply-templates select="received" mode="time"/></dd></div>
				<xsl:if test="due/@clock"><div><dt><xsl:value-of select="w:word('documents.due')"/></dt><dd><xsl:apply-templates select="due" mode="time"/><xsl:if test="closed/@clock"><xsl:text> </xsl:text><span class="quiet"><xsl:value-of select="w:word('documents.closed')"/></span></xsl:if></dd></div></xsl:if>
				<div><dt><xsl:value-of select="w:word('document.id')"/></dt><dd><xsl:value-of select="id"/></dd></div>
				<xsl:call-template name="belongs-to"/>
				<div class="wide"><dt><xsl:value-of select="w:word('document.sha256')"/></dt><dd><code class="hash"><xsl:value-of select="sha256"/></code></dd></div>
			</dl>
		</section>
	</xsl:template>
	<xsl:template match="*" mode="about">
		<div><dt><xsl:value-of select="w:named('about', name())"/></dt><dd>
			<xsl:choose>
				<xsl:when test="name() = 'meaning'"><xsl:value-of select="w:named('meaning', .)"/></xsl:when>
				<xsl:when test="name() = 'country' or name() = 'destination'"><xsl:value-of select="w:named('country', .)"/></xsl:when>
				<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
			</xsl:choose>
		</dd></div>
	</xsl:template>

	<!-- ==== Sent on ==== -->

	<xsl:template match="answer" mode="deliveries">
		<section class="card">
			<h2><xsl:value-of select="w:word('document.deliveries')"/></h2>
			<xsl:choose>
				<xsl:when test="deliveries/item">
					<ul class="deliveries"><xsl:apply-templates select="deliveries/item" mode="delivery"/></ul>
					<xsl:apply-templates select="deliveries/item/findings"/>
				</xsl:when>
				<xsl:when test="waitsFor = 'exporter'"><p class="quiet"><xsl:value-of select="w:word('document.not-sent-yet')"/></p></xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('document.not-sent')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>
	<xsl:template match="item" mode="delivery">
		<li>
			<p>
				<b><xsl:call-template name="actor"><xsl:with-param name="actor" select="to"/><xsl:with-param name="name" select="string(toName)"/></xsl:call-template></b>
				<xsl:text> </xsl:text>
				<xsl:choose>
					<xsl:when test="stage = 'held'"><span class="state hold"><xsl:value-of select="w:named('stage', stage)"/></span></xsl:when>
					<xsl:when test="stage = 'done'"><span class="state good"><xsl:value-of select="w:named('stage', stage)"/></span></xsl:when>
					<xsl:otherwise><span class="state wait"><xsl:value-of select="w:named('stage', stage)"/></span></xsl:otherwise>
				</xsl:choose>
			</p>
			<xsl:if test="stage = 'held' and why != '' and not(findings/item)"><p class="why"><xsl:value-of select="w:named('held', why)"/></p></xsl:if>
			<small><xsl:call-template name="kind"><xsl:with-param name="schema" select="as"/></xsl:call-template> · <xsl:apply-templates select="since" mode="time"/></small>
		</li>
	</xsl:template>

	<!-- ==== Papers ==== -->

	<xsl:template match="answer" mode="papers">
		<section class="card">
			<h2><xsl:value-of select="w:word('document.attachments')"/></h2>
			<xsl:choose>
				<xsl:when test="attachments/item">
					<ul class="files">
						<xsl:for-each select="attachments/item">
							<li>
								<xsl:variable name="called"><xsl:choose><xsl:when test="name != ''"><xsl:value-of select="name"/></xsl:when><xsl:otherwise><xsl:value-of select="w:named('paper', type)"/></xsl:otherwise></xsl:choose></xsl:variable>
								<xsl:choose>
									<!-- what lies outside one's scope: for the reason that the page was opened with, on record once more -->
									<xsl:when test="/page/reason != ''">
										<form method="post" action="/documents/{/page/answer/id}/attachments/{sha256}">
											<xsl:call-template name="csrf"/>
											<input type="hidden" name="reason" value="{/page/reason}"/>
											<button class="link"><xsl:value-of select="$called"/></button>
										</form>
									</xsl:when>
									<xsl:otherwise><a href="/documents/{/page/answer/id}/attachments/{sha256}"><xsl:value-of select="$called"/></a></xsl:otherwise>
								</xsl:choose>
								<small><xsl:value-of select="w:named('paper', type)"/> · <xsl:value-of select="mediaType"/> · <xsl:value-of select="w:word('document.bytes', string(bytes))"/></small>
							</li>
						</xsl:for-each>
					</ul>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('document.no-attachments')"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<!-- ==== Downloads ==== -->

	<xsl:template match="answer" mode="downloads">
		<xsl:if test="links/document or links/receipt">
			<section class="card downloads">
				<h2><xsl:value-of select="w:word('document.downloads')"/></h2>
				<xsl:if test="/page/caller/may/item = 'queue'"><p><a class="button main" href="/sides?id={id}"><xsl:value-of select="w:word('exchange.open')"/></a></p></xsl:if>
				<xsl:if test="links/document"><p><a class="button" href="/documents/{id}/content"><xsl:value-of select="w:word('content.show')"/></a></p></xsl:if>
				<ul class="files">
					<xsl:if test="links/document"><xsl:call-template name="download"><xsl:with-param name="part" select="'document'"/><xsl:with-param name="word" select="'document.original'"/></xsl:call-template></xsl:if>
					<xsl:if test="links/translation"><xsl:call-template name="download"><xsl:with-param name="part" select="'translation'"/><xsl:with-param name="word" select="'document.translation'"/></xsl:call-template></xsl:if>
					<xsl:if test="links/report"><xsl:call-template name="download"><xsl:with-param name="part" select="'report'"/><xsl:with-param name="word" select="'document.report'"/></xsl:call-template></xsl:if>
					<xsl:if test="links/receipt"><xsl:call-template name="download"><xsl:with-param name="part" select="'receipt'"/><xsl:with-param name="word" select="'document.receipt'"/></xsl:call-template></xsl:if>
					<xsl:if test="links/document"><xsl:call-template name="download"><xsl:with-param name="part" select="'evidence'"/><xsl:with-param name="word" select="'document.evidence'"/></xsl:call-template></xsl:if>
				</ul>
			</section>
		</xsl:if>
	</xsl:template>
	<xsl:template name="download">
		<xsl:param name="part"/>
		<xsl:param name="word"/>
		<li><a href="/v1/messages/{/page/answer/id}/{$part}"><xsl:value-of select="w:word($word)"/></a><small><xsl:value-of select="w:word(concat($word, '-help'))"/></small></li>
	</xsl:template>

	<!-- ==== Timeline ==== -->

	<xsl:template match="answer" mode="timeline">
		<section class="card">
			<h2><xsl:value-of select="w:word('document.timeline')"/></h2>
			<ol class="timeline"><xsl:apply-templates select="timeline/item" mode="event"/></ol>
		</section>
	</xsl:template>
</xsl:stylesheet>
