<?xml version="1.0" encoding="UTF-8"?>
<!--
	What all pages share: this file is part of every other one of the folder (docs/desks.md). A page gives templates for /page in
	the modes title and main; everything else stands here.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
	<xsl:variable name="language" select="string(/page/language)"/>
	<xsl:variable name="now" select="w:seconds(/page/now)"/>

	<xsl:template match="/page">
		<html lang="{language}">
			<head>
				<meta name="viewport" content="width=device-width, initial-scale=1"/>
				<meta name="color-scheme" content="light dark"/>
				<title><xsl:apply-templates select="." mode="title"/> – Sampan</title>
				<link rel="icon" href="{icon}" type="image/svg+xml"/>
				<link rel="stylesheet" href="{css}"/>
				<script type="module" src="{js}"></script>
			</head>
			<body>
				<a class="skip" href="#main"><xsl:value-of select="w:word('frame.skip')"/></a>
				<xsl:call-template name="bar"/>
				<main id="main" tabindex="-1">
					<xsl:apply-templates select="." mode="main"/>
				</main>
				<footer>
					<span><xsl:value-of select="w:word('frame.now', w:named('zone', country))"/>&#160;<xsl:apply-templates select="now" mode="time"/></span>
					<xsl:if test="caller/user"><span class="keys"><xsl:value-of select="w:word('frame.keys')"/></span></xsl:if>
				</footer>
			</body>
		</html>
	</xsl:template>

	<!-- Brand, main pages, language, who one is. -->
	<xsl:template name="bar">
		<header class="bar">
			<a class="brand" href="/"><img src="{icon}" alt="" width="28" height="28"/><span class="name"><xsl:value-of select="w:word('frame.name')"/></span></a>
			<xsl:if test="caller/user">
				<nav aria-label="{w:word('frame.menu')}">
					<xsl:variable name="clears" select="caller/roles/item = 'customs-officer' or caller/roles/item = 'supervisor'"/>
					<xsl:if test="$clears"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/work'"/><xsl:with-param name="word" select="'frame.work'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/roles/item = 'issuing-officer'"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/applications'"/><xsl:with-param name="word" select="'frame.applications'"/></xsl:call-template></xsl:if>
					<xsl:variable name="lodges" select="caller/party != '' and caller/roles/item[. = 'trader' or . = 'agent']"/>
					<xsl:if test="$lodges"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/documents'"/><xsl:with-param name="word" select="'frame.documents'"/></xsl:call-template></xsl:if>
					<xsl:if test="not($lodges)"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/documents'"/><xsl:with-param name="word" select="'frame.all-documents'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/may/item = 'hand-over'"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/hand-over'"/><xsl:with-param name="word" select="'frame.hand-over'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/roles/item = 'supervisor'"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/audit'"/><xsl:with-param name="word" select="'frame.audit'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/may/item = 'mandates' and (caller/roles/item = 'trader' or caller/roles/item = 'agent' or caller/roles/item = 'operator')"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/mandates'"/><xsl:with-param name="word" select="'frame.mandates'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/may/item = 'queue'"><xsl:call-template name="tab"><xsl:with-param name="path" select="'/exchange'"/><xsl:with-param name="word" select="'frame.exchange'"/></xsl:call-template></xsl:if>
					<xsl:if test="caller/may/item = 'lodge' and caller/party != ''">
						<xsl:call-template name="tab"><xsl:with-param name="path" select="'/lodge'"/><xsl:with-param name="word" select="'frame.lodge'"/></xsl:call-template>
					</xsl:if>
				</nav>
			</xsl:if>
			<div class="me">
				<!-- What a form led to is shown as it was drawn: in another language nothing that was typed would be in it. -->
				<xsl:if test="not(caller/user) or back != ''">
					<form method="post" action="/language">
						<input type="hidden" name="back" value="{back}"/>
						<input type="hidden" name="to" value="{w:word('frame.other-language-code')}"/>
						<button class="plain" lang="{w:word('frame.other-language-code')}"><xsl:value-of select="w:word('frame.other-language')"/></button>
					</form>
				</xsl:if>
				<xsl:if test="caller/user">
					<span class="who">
						<b><xsl:choose><xsl:when test="caller/fullName != ''"><xsl:attribute name="title"><xsl:value-of select="caller/user"/></xsl:attribute><xsl:value-of select="caller/fullName"/></xsl:when><xsl:otherwise><xsl:value-of select="caller/user"/></xsl:otherwise></xsl:choose></b>
						<xsl:if test="caller/party != ''"><span><xsl:choose><xsl:when test="caller/partyName != ''"><xsl:attribute name="title"><xsl:value-of select="caller/party"/></xsl:attribute><xsl:value-of select="caller/partyName"/></xsl:when><xsl:otherwise><xsl:value-of select="caller/party"/></xsl:otherwise></xsl:choose></span></xsl:if>
					</span>
				</xsl:if>
				<xsl:if test="caller/csrf != ''">
					<form method="post" action="/sign-out">
						<xsl:call-template name="csrf"/>
						<button class="plain"><xsl:value-of select="w:word('frame.sign-out')"/></button>
					</form>
				</xsl:if>
			</div>
		</header>
	</xsl:template>

	<xsl:template name="tab">
		<xsl:param name="path"/>
		<xsl:param name="word"/>
		<a href="{$path}">
			<xsl:if test="starts-with(/page/path, $path)"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
			<xsl:value-of select="w:word($word)"/>
		</a>
	</xsl:template>

	<!-- In every form that changes something. -->
	<xsl:template name="csrf">
		<input type="hidden" name="csrf" value="{/page/caller/csrf}"/>
	</xsl:template>

	<!-- Local time for people; UTC when one points at it. -->
	<xsl:template match="*" mode="time">
		<xsl:if test="@clock">
			<time datetime="{.}" title="{@utc}"><xsl:value-of select="@day"/>&#160;<xsl:value-of select="@clock"/></time>
		</xsl:if>
	</xsl:template>

	<!-- When it is due, and how long that is: of a message. -->
	<xsl:template name="left">
		<xsl:choose>
			<xsl:when test="verification/stage = 'runs' or verification/stage = 'overdue' or verification/stage = 'run-out'"><xsl:apply-templates select="verification" mode="left"/></xsl:when>
			<xsl:otherwise><xsl:call-template name="left-of"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<!-- Of the answer to a verification. -->
	<xsl:template match="verification" mode="left">
		<xsl:call-template name="left-of"/>
	</xsl:template>
	<xsl:template name="left-of">
		<xsl:variable name="left" select="w:seconds(due) - $now"/>
		<xsl:choose>
			<xsl:when test="closed/@clock"><span class="quiet"><xsl:value-of select="w:word('documents.closed')"/></span></xsl:when>
			<xsl:when test="clock/pausedSince/@clock or state = 'papers-asked' or state = 'supplement-asked'"><span class="state wait"><xsl:value-of select="w:word('time.paused')"/></span></xsl:when>
			<xsl:when test="$left &lt;= -86400"><span class="state bad"><xsl:value-of select="w:word('time.late-by', string(floor(-$left div 86400)))"/></span></xsl:when>
			<xsl:when test="$left &lt;= 0"><span class="state bad"><xsl:value-of select="w:word('time.late')"/></span></xsl:when>
			<xsl:when test="$left &lt; 86400"><span class="state hold"><xsl:value-of select="w:word('time.left-hours', string(floor($left div 3600)), string(floor($left mod 3600 div 60)))"/></span></xsl:when>
			<xsl:when test="$left >= 86400"><xsl:value-of select="w:word('time.left-days', string(floor($left div 86400)), string(floor($left mod 86400 div 3600)))"/></xsl:when>
		</xsl:choose>
		<xsl:if test="not(closed/@clock)"><small><xsl:apply-templates select="due" mode="time"/></small></xsl:if>
	</xsl:template>

	<!-- How long a moment is ago, roughly. -->
	<xsl:template name="age">
		<xsl:param name="moment"/>
		<xsl:variable name="age" select="$now - w:seconds($moment)"/>
		<time datetime="{$moment}" title="{$moment/@day} {$moment/@clock} · {$moment/@utc}">
			<xsl:choose>
				<xsl:when test="$age >= 172800"><xsl:value-of select="w:word('time.age-days', string(floor($age div 86400)))"/></xsl:when>
				<xsl:when test="$age >= 3600"><xsl:value-of select="w:word('time.age-hours', string(floor($age div 3600)))"/></xsl:when>
				<xsl:when test="$age >= 60"><xsl:value-of select="w:word('time.age-minutes', string(floor($age div 60)))"/></xsl:when>
				<xsl:otherwise><xsl:value-of select="w:word('time.age-now')"/></xsl:otherwise>
			</xsl:choose>
		</time>
	</xsl:template>

	<!-- A state is a word and a shape, not only a colour. -->
	<xsl:template name="state">
		<xsl:param name="state"/>
		<xsl:variable name="padded" select="concat(' ', $state, ' ')"/>
		<span><xsl:attribute name="class">state <xsl:choose>
				<xsl:when test="contains(' refused cancelled rejected not-accepted replaced expired ', $padded)">bad</xsl:when>
				<xsl:when test="contains(' parked set-aside held papers-asked supplement-asked under-inspection under-verification not-confirmed ', $padded)">hold</xsl:when>
				<xsl:when test="contains(' registered transmitted issued authorised delivered handed-over done cleared accepted inspected amended partly-used used-up ', $padded)">good</xsl:when>
				<xsl:otherwise>wait</xsl:otherwise>
			</xsl:choose></xsl:attribute><xsl:value-of select="w:named('state', $state)"/></span>
	</xsl:template>

	<!-- A lane too. -->
	<xsl:template name="lane">
		<xsl:param name="lane"/>
		<xsl:if test="$lane != ''"><span class="lane {$lane}"><xsl:value-of select="w:named('lane', $lane)"/></span></xsl:if>
	</xsl:template>

	<!-- "party:gom-bat-trang", "partner:TH", "node" in words; a party by its name where that is known. -->
	<xsl:template name="actor">
		<xsl:param name="actor"/>
		<xsl:param name="name"/>
		<xsl:variable name="what" select="substring-before($actor, ':')"/>
		<xsl:variable name="who" select="substring-after($actor, ':')"/>
		<xsl:choose>
			<xsl:when test="$name != ''"><xsl:value-of select="$name"/></xsl:when>
			<xsl:when test="$what = 'partner'"><xsl:value-of select="w:word('actor.partner', w:named('country', $who))"/></xsl:when>
			<xsl:when test="$what = 'party'"><xsl:value-of select="w:word('actor.party', $who)"/></xsl:when>
			<xsl:when test="$what != ''"><xsl:value-of select="w:named('actor', $what)"/>&#160;<xsl:value-of select="$who"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:named('actor', $actor)"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- "vn.export/1" or "vn.export" in words. -->
	<xsl:template name="kind">
		<xsl:param name="schema"/>
		<xsl:value-of select="w:named('kind', substring-before(concat($schema, '/'), '/'))"/>
	</xsl:template>

	<!-- What a finding says, with what the paper calls the place instead of the element and its item: its path and code stand beside it. -->
	<xsl:template name="says">
		<xsl:param name="text" select="string(*[name() = $language])"/>
		<xsl:param name="name"><xsl:call-template name="last-of-path"><xsl:with-param name="path" select="string(path)"/></xsl:call-template></xsl:param>
		<xsl:param name="label" select="w:named('field', string($name))"/>
		<xsl:choose>
			<xsl:when test="starts-with(code, 'value-') and code != 'value-missing' and code != 'value-not-convertible' and $name != '' and contains($text, $name)">
				<xsl:value-of select="substring-before($text, $name)"/><xsl:value-of select="$label"/>
				<xsl:call-template name="without-item"><xsl:with-param name="text" select="substring-after($text, $name)"/></xsl:call-template>
			</xsl:when>
			<xsl:when test="code = 'value-missing'">
				<xsl:call-template name="without-path">
					<xsl:with-param name="text" select="$text"/>
					<xsl:with-param name="label"><xsl:choose><xsl:when test="w:named('supply', string(value)) != value"><xsl:value-of select="w:named('supply', string(value))"/></xsl:when><xsl:otherwise><xsl:value-of select="$label"/></xsl:otherwise></xsl:choose></xsl:with-param>
				</xsl:call-template>
			</xsl:when>
			<xsl:when test="code = 'balance-exceeded' and contains(value, ': ')">
				<xsl:call-template name="with-unit"><xsl:with-param name="text" select="$text"/><xsl:with-param name="code" select="substring-after(substring-after(value, ': '), ' ')"/></xsl:call-template>
			</xsl:when>
			<xsl:when test="starts-with(code, 'element-')"><xsl:call-template name="labelled"><xsl:with-param name="text" select="$text"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<!-- "Held: UnloadingLocation/ID (event.port) is missing": the label in the place of the element's path and what stands behind it. -->
	<xsl:template name="without-path">
		<xsl:param name="text"/>
		<xsl:param name="label"/>
		<xsl:variable name="behind"><xsl:choose><xsl:when test="value != ''"><xsl:value-of select="value"/></xsl:when><xsl:otherwise><xsl:value-of select="path"/></xsl:otherwise></xsl:choose></xsl:variable>
		<xsl:variable name="before" select="substring-before($text, concat(' (', $behind, ')'))"/>
		<xsl:variable name="element"><xsl:call-template name="last-word"><xsl:with-param name="text" select="$before"/></xsl:call-template></xsl:variable>
		<xsl:choose>
			<xsl:when test="$before = '' or $label = ''"><xsl:value-of select="$text"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="concat(substring($before, 1, string-length($before) - string-length($element)), $label, substring-after($text, concat(' (', $behind, ')')))"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template name="last-word">
		<xsl:param name="text"/>
		<xsl:choose>
			<xsl:when test="contains($text, ' ')"><xsl:call-template name="last-word"><xsl:with-param name="text" select="substring-after($text, ' ')"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template name="without-item">
		<xsl:param name="text"/>
		<xsl:choose>
			<xsl:when test="starts-with($text, ' (')"><xsl:value-of select="substring-after($text, ')')"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- "600 PCE" is "600 pieces". -->
	<xsl:template name="with-unit">
		<xsl:param name="text"/>
		<xsl:param name="code"/>
		<xsl:choose>
			<xsl:when test="$code != '' and contains($text, concat(' ', $code))">
				<xsl:value-of select="concat(substring-before($text, concat(' ', $code)), ' ', w:named('unit', string($code)))"/>
				<xsl:call-template name="with-unit"><xsl:with-param name="text" select="substring-after($text, concat(' ', $code))"/><xsl:with-param name="code" select="$code"/></xsl:call-template>
			</xsl:when>
			<xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- Each element that has a label: the label, with the name behind it, because no path says it. -->
	<xsl:template name="labelled">
		<xsl:param name="text"/>
		<xsl:variable name="word" select="substring-before(concat($text, ' '), ' ')"/>
		<xsl:variable name="name" select="translate($word, ',.:', '')"/>
		<xsl:variable name="label" select="w:named('field', string($name))"/>
		<xsl:variable name="rest"><xsl:call-template name="without-item"><xsl:with-param name="text" select="substring($text, string-length($name) + 1)"/></xsl:call-template></xsl:variable>
		<xsl:choose>
			<xsl:when test="$text = ''"/>
			<xsl:when test="$name != '' and $label != $name and contains('ABCDEFGHIJKLMNOPQRSTUVWXYZ', substring($name, 1, 1))">
				<xsl:value-of select="concat($label, ' (', $name, ')', substring-before(concat($rest, ' '), ' '))"/>
				<xsl:if test="contains($rest, ' ')"><xsl:text> </xsl:text><xsl:call-template name="labelled"><xsl:with-param name="text" select="substring-after($rest, ' ')"/></xsl:call-template></xsl:if>
			</xsl:when>
			<xsl:otherwise>
				<xsl:value-of select="$word"/>
				<xsl:if test="contains($text, ' ')"><xsl:text> </xsl:text><xsl:call-template name="labelled"><xsl:with-param name="text" select="substring-after($text, ' ')"/></xsl:call-template></xsl:if>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- "/Envelope[1]/TaxCode[1]" is "TaxCode". -->
	<xsl:template name="last-of-path">
		<xsl:param name="path"/>
		<xsl:choose>
			<xsl:when test="contains($path, '/')"><xsl:call-template name="last-of-path"><xsl:with-param name="path" select="substring-after($path, '/')"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="translate(substring-before(concat($path, '['), '['), '@', '')"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- What is wrong with a document, at the place where it is. -->
	<xsl:template match="findings">
		<xsl:if test="item">
			<ol class="findings">
				<xsl:apply-templates select="item" mode="finding"/>
			</ol>
		</xsl:if>
	</xsl:template>
	<xsl:template match="item" mode="finding">
		<li class="{severity}">
			<p class="says"><b class="severity"><xsl:value-of select="w:named('severity', severity)"/></b>&#160;<span><xsl:call-template name="says"/></span></p>
			<dl>
				<xsl:if test="path != ''">
					<div><dt><xsl:value-of select="w:word('finding.path')"/></dt><dd><code class="path"><xsl:value-of select="path"/></code><xsl:if test="line > 0"><span class="line"><xsl:value-of select="w:word('finding.line', string(line))"/></span></xsl:if></dd></div>
				</xsl:if>
				<xsl:if test="value != '' and code != 'balance-exceeded' and code != 'value-missing'"><div><dt><xsl:value-of select="w:word('finding.value')"/></dt><dd><xsl:choose>
					<xsl:when test="code = 'not-in-this-state' or code = 'not-cancellable'"><xsl:value-of select="w:named('state', value)"/></xsl:when>
					<xsl:when test="code = 'not-inspected' or code = 'unknown-lane'"><xsl:value-of select="w:named('lane', value)"/></xsl:when>
					<xsl:otherwise><code><xsl:value-of select="value"/></code></xsl:otherwise>
				</xsl:choose></dd></div></xsl:if>
				<xsl:if test="excerpt != ''"><div><dt><xsl:value-of select="w:word('finding.found')"/></dt><dd><code><xsl:value-of select="excerpt"/></code></dd></div></xsl:if>
			</dl>
			<span class="code"><xsl:value-of select="code"/></span>
		</li>
	</xsl:template>

	<!-- What a problem says of itself (RFC 9457). -->
	<xsl:template name="detail">
		<xsl:choose>
			<xsl:when test="$language = 'vi' and answer/detailVi"><xsl:value-of select="answer/detailVi"/></xsl:when>
			<xsl:when test="$language = 'vi'"><xsl:value-of select="answer/vi"/></xsl:when>
			<xsl:when test="answer/detail"><xsl:value-of select="answer/detail"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="answer/title"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- What was read outside one's scope says so. -->
	<xsl:template name="read-for-reason">
		<xsl:if test="/page/reason != ''"><p class="notice" role="status"><xsl:value-of select="w:word('reason.recorded')"/><xsl:text> </xsl:text><b><xsl:value-of select="/page/reason"/></b></p></xsl:if>
	</xsl:template>

	<!-- Where a list goes on. -->
	<xsl:template name="pages">
		<xsl:if test="answer/next != '' or query/after != ''">
			<p class="pages">
				<xsl:if test="query/after != ''"><a class="button" href="{self}"><xsl:value-of select="w:word('documents.newest')"/></a></xsl:if>
				<xsl:if test="answer/next != ''">
					<xsl:variable name="join"><xsl:choose><xsl:when test="contains(self, '?')">&amp;</xsl:when><xsl:otherwise>?</xsl:otherwise></xsl:choose></xsl:variable>
					<a class="button" rel="next" href="{self}{$join}after={answer/next}"><xsl:value-of select="w:word('documents.older')"/></a>
				</xsl:if>
			</p>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
