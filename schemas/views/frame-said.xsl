<?xml version="1.0" encoding="UTF-8"?>
<!--
	What an office said with a decision (GET /v1/messages/{id}, "said"): papers that it asks for, why it refuses, in words; and what to do next.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- A coded reason as a sentence. Each form has its list; what is in none (another country's, VNACCS) is shown as it came. -->
	<xsl:template name="reason-code">
		<xsl:param name="code"/>
		<xsl:param name="lists" select="'application-refusal refusal co-reason cancel-reason cancellation inspection verification not-owed '"/>
		<xsl:variable name="list" select="substring-before($lists, ' ')"/>
		<xsl:variable name="word" select="w:named($list, $code)"/>
		<xsl:choose>
			<xsl:when test="$list = ''"><xsl:value-of select="$code"/></xsl:when>
			<xsl:when test="string($word) != string($code)"><xsl:value-of select="$word"/></xsl:when>
			<xsl:otherwise><xsl:call-template name="reason-code"><xsl:with-param name="code" select="$code"/><xsl:with-param name="lists" select="substring-after($lists, ' ')"/></xsl:call-template></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- Code in words, and the officer's words behind it. -->
	<xsl:template name="reason-said">
		<xsl:if test="code != ''"><b><xsl:call-template name="reason-code"><xsl:with-param name="code" select="string(code)"/></xsl:call-template></b></xsl:if>
		<xsl:if test="code != '' and text != ''">: </xsl:if>
		<xsl:value-of select="text"/>
	</xsl:template>
	<xsl:template name="paper-said">
		<xsl:if test="code != ''"><b><xsl:value-of select="w:named('paper', code)"/></b></xsl:if>
		<xsl:if test="code != '' and text != ''">: </xsl:if>
		<xsl:value-of select="text"/>
	</xsl:template>

	<xsl:template match="said" mode="list">
		<xsl:if test="papers/item or reasons/item">
			<ul class="said">
				<xsl:for-each select="papers/item"><li><xsl:call-template name="paper-said"/><xsl:if test="due != ''"><xsl:text> </xsl:text><span class="quiet"><xsl:value-of select="w:word('said.until')"/>&#160;<xsl:value-of select="w:day(due)"/></span></xsl:if></li></xsl:for-each>
				<xsl:for-each select="reasons/item"><li><xsl:call-template name="reason-said"/></li></xsl:for-each>
			</ul>
		</xsl:if>
		<xsl:if test="remarks != ''"><p class="remarks"><xsl:value-of select="w:word('said.remarks')"/><xsl:text> </xsl:text><xsl:value-of select="remarks"/></p></xsl:if>
	</xsl:template>

	<!-- In a row of a list: the first paper or reason, and how many more. -->
	<xsl:template match="said" mode="short">
		<xsl:variable name="all" select="papers/item | reasons/item"/>
		<small class="why">
			<xsl:for-each select="$all[1]"><xsl:choose><xsl:when test="parent::papers"><xsl:call-template name="paper-said"/></xsl:when><xsl:otherwise><xsl:call-template name="reason-said"/></xsl:otherwise></xsl:choose></xsl:for-each>
			<xsl:if test="not($all)"><xsl:value-of select="remarks"/></xsl:if>
			<xsl:if test="count($all) > 1"><xsl:text> </xsl:text><xsl:value-of select="w:word('said.more', string(count($all) - 1))"/></xsl:if>
		</small>
	</xsl:template>

	<!-- Above a document: what it waits for, or why it ended, and what to do next. -->
	<xsl:template match="answer" mode="said">
		<xsl:variable name="event"><xsl:choose>
			<xsl:when test="state = 'papers-asked' or state = 'supplement-asked'">PapersAsked</xsl:when>
			<xsl:when test="state = 'rejected'">Rejected</xsl:when>
			<xsl:when test="state = 'not-accepted'">NotAccepted</xsl:when>
			<xsl:when test="state = 'cancelled'">Invalidated</xsl:when>
		</xsl:choose></xsl:variable>
		<xsl:variable name="told" select="timeline/item[event = $event][last()]"/>
		<xsl:if test="$told">
			<section class="card told {$event}">
				<h2><xsl:value-of select="w:word(concat('said.', $event))"/><small><xsl:apply-templates select="$told/time" mode="time"/></small></h2>
				<xsl:choose>
					<xsl:when test="$told/said"><xsl:apply-templates select="$told/said" mode="list"/></xsl:when>
					<xsl:otherwise><p><xsl:value-of select="w:word('said.nothing')"/></p></xsl:otherwise>
				</xsl:choose>
				<xsl:call-template name="what-next"><xsl:with-param name="event" select="string($event)"/></xsl:call-template>
			</section>
		</xsl:if>
	</xsl:template>

	<xsl:template name="what-next">
		<xsl:param name="event"/>
		<xsl:variable name="lodges" select="/page/caller/roles/item[. = 'trader' or . = 'agent']"/>
		<xsl:choose>
			<xsl:when test="$event = 'PapersAsked' and /page/caller/forms/item[name = 'supplement']"><p class="next"><xsl:value-of select="w:word('said.answer')"/><xsl:text> </xsl:text><a class="button main" href="/documents/{id}/do/supplement"><xsl:value-of select="w:named('form', 'supplement')"/></a></p></xsl:when>
			<xsl:when test="$event = 'PapersAsked'"><p class="quiet"><xsl:value-of select="w:word('said.waits')"/></p></xsl:when>
			<xsl:when test="$event = 'Rejected' and $lodges"><p class="next"><xsl:value-of select="w:word('said.again')"/><xsl:text> </xsl:text><a class="button" href="/lodge"><xsl:value-of select="w:word('frame.lodge')"/></a></p></xsl:when>
		</xsl:choose>
	</xsl:template>

	<!-- A certificate was asked about: how long it still waits, what came, and what the law proposes. -->
	<xsl:template match="verification">
		<section class="notice inquiry {stage}">
			<xsl:if test="proposal = 'refuse' or stage = 'overdue' or stage = 'run-out'"><xsl:attribute name="class">notice bad inquiry</xsl:attribute></xsl:if>
			<p><b><xsl:value-of select="w:named('inquiry', stage)"/></b><xsl:text> </xsl:text>
				<xsl:choose>
					<xsl:when test="stage = 'answered'"><xsl:value-of select="w:named('verification-result', result)"/><xsl:text> · </xsl:text><xsl:apply-templates select="answered" mode="time"/></xsl:when>
					<xsl:when test="due/@clock"><span class="left"><xsl:apply-templates select="." mode="left"/></span></xsl:when>
				</xsl:choose>
			</p>
			<p><xsl:value-of select="w:word('inquiry.asked')"/>&#160;<xsl:apply-templates select="asked" mode="time"/><xsl:if test="limit/@clock and stage != 'answered'"><xsl:text> · </xsl:text><xsl:value-of select="w:word('inquiry.limit')"/>&#160;<xsl:apply-templates select="limit" mode="time"/></xsl:if></p>
			<xsl:if test="proposal != ''"><p><strong><xsl:value-of select="w:named('proposal', proposal)"/></strong>: <xsl:value-of select="text"/> (<xsl:value-of select="basis"/>)</p></xsl:if>
			<xsl:if test="stage != 'answered'"><p class="hint"><xsl:value-of select="w:word('inquiry.meanwhile')"/></p></xsl:if>
		</section>
	</xsl:template>
</xsl:stylesheet>
