<?xml version="1.0" encoding="UTF-8"?>
<!-- What a shift leaves to the next: GET /v1/hand-over for people. The answer is in the order of officers. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:variable name="open" select="/page/answer/open/item"/>
	<xsl:variable name="office" select="string(/page/answer/office)"/>
	<xsl:variable name="desk" select="string(/page/answer/desk)"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('hand-over.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head"><h1><xsl:choose><xsl:when test="$office != ''"><xsl:value-of select="w:word('hand-over.of', $office)"/></xsl:when><xsl:otherwise><xsl:value-of select="w:word('hand-over.title')"/></xsl:otherwise></xsl:choose></h1></div>
		<xsl:if test="answer/offices/item[2]">
			<nav class="kinds" aria-label="{w:word('hand-over.offices')}">
				<xsl:for-each select="answer/offices/item">
					<a href="/hand-over?office={office}&amp;desk={desk}"><xsl:if test="office = $office and desk = $desk"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:value-of select="office"/><xsl:if test="../item[office = current()/office][2]"><xsl:text> · </xsl:text><xsl:value-of select="w:named('hand-over-desk', desk)"/></xsl:if></a>
				</xsl:for-each>
			</nav>
		</xsl:if>
		<xsl:choose>
			<xsl:when test="$office = ''"><div class="empty"><p><b><xsl:value-of select="w:word('hand-over.no-office')"/></b></p></div></xsl:when>
			<xsl:otherwise>
				<xsl:apply-templates select="answer" mode="notes"/>
				<h2><xsl:value-of select="w:word('hand-over.open')"/></h2>
				<xsl:choose>
					<xsl:when test="$open">
						<xsl:if test="answer/whole = 'false'"><p class="notice"><xsl:value-of select="w:word('hand-over.more')"/></p></xsl:if>
						<xsl:apply-templates select="answer" mode="counts"/>
						<xsl:for-each select="$open[not(by = preceding-sibling::item[1]/by)]"><xsl:call-template name="officer"/></xsl:for-each>
					</xsl:when>
					<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('hand-over.none')"/></b></p></div></xsl:otherwise>
				</xsl:choose>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Notes ==== -->

	<xsl:template match="answer" mode="notes">
		<section class="card notes">
			<h2><xsl:value-of select="w:word('hand-over.notes')"/></h2>
			<xsl:choose>
				<xsl:when test="notes/item">
					<ol class="notes">
						<xsl:for-each select="notes/item">
							<li id="note-{number}"><p class="quiet"><b><xsl:call-template name="actor"><xsl:with-param name="actor" select="actor"/><xsl:with-param name="name" select="string(actorName)"/></xsl:call-template></b> · <xsl:apply-templates select="time" mode="time"/></p><p class="remarks"><xsl:value-of select="text"/></p></li>
						</xsl:for-each>
					</ol>
				</xsl:when>
				<xsl:otherwise><p class="quiet"><xsl:value-of select="w:word('hand-over.no-notes')"/></p></xsl:otherwise>
			</xsl:choose>
			<xsl:if test="/page/caller/may/item = 'hand-over-note' and /page/caller/csrf != ''">
				<form method="post" action="/hand-over" class="stack">
					<xsl:call-template name="csrf"/>
					<input type="hidden" name="office" value="{$office}"/>
					<input type="hidden" name="desk" value="{$desk}"/>
					<input type="hidden" name="back" value="/hand-over?office={$office}&amp;desk={$desk}"/>
					<label for="text"><xsl:value-of select="w:word('hand-over.write')"/></label>
					<textarea id="text" name="text" rows="4" maxlength="600" required="required" aria-describedby="text-help"></textarea>
					<p class="hint" id="text-help"><xsl:value-of select="w:word('hand-over.write-help')"/></p>
					<button class="main"><xsl:value-of select="w:word('hand-over.leave')"/></button>
				</form>
			</xsl:if>
			<p class="hint"><xsl:value-of select="w:word('hand-over.print')"/></p>
		</section>
	</xsl:template>

	<!-- ==== How much ==== -->

	<xsl:template name="who">
		<xsl:choose>
			<xsl:when test="by = ''"><xsl:value-of select="w:word('hand-over.nobody')"/></xsl:when>
			<xsl:otherwise><xsl:call-template name="actor"><xsl:with-param name="actor" select="by"/><xsl:with-param name="name" select="string(byName)"/></xsl:call-template></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template name="numbers">
		<xsl:param name="of"/>
		<xsl:variable name="papers" select="count($of[state = 'papers-asked' or state = 'supplement-asked'])"/>
		<xsl:variable name="inspections" select="count($of[state = 'under-inspection'])"/>
		<xsl:variable name="verifications" select="count($of[state = 'under-verification' or state = 'not-confirmed'])"/>
		<td class="n" data-label="{w:word('hand-over.papers')}"><xsl:value-of select="$papers"/></td>
		<td class="n" data-label="{w:word('hand-over.inspections')}"><xsl:value-of select="$inspections"/></td>
		<td class="n" data-label="{w:word('hand-over.verifications')}"><xsl:value-of select="$verifications"/></td>
		<td class="n" data-label="{w:word('hand-over.others')}"><xsl:value-of select="count($of) - $papers - $inspections - $verifications"/></td>
		<td class="n" data-label="{w:word('hand-over.count')}"><b><xsl:value-of select="count($of)"/></b></td>
		<td class="n" data-label="{w:word('hand-over.overdue')}"><xsl:choose><xsl:when test="$of[overdue = 'true']"><span class="state bad"><xsl:value-of select="count($of[overdue = 'true'])"/></span></xsl:when><xsl:otherwise>0</xsl:otherwise></xsl:choose></td>
	</xsl:template>
	<xsl:template match="answer" mode="counts">
		<table class="rows counts">
			<thead><tr>
				<th scope="col"><xsl:value-of select="w:word('hand-over.officer')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.papers')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.inspections')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.verifications')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.others')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.count')"/></th>
				<th scope="col" class="n"><xsl:value-of select="w:word('hand-over.overdue')"/></th>
			</tr></thead>
			<tbody>
				<xsl:for-each select="$open[not(by = preceding-sibling::item[1]/by)]">
					<tr><td class="key"><xsl:call-template name="who"/></td><xsl:call-template name="numbers"><xsl:with-param name="of" select="$open[by = current()/by]"/></xsl:call-template></tr>
				</xsl:for-each>
				<tr><td class="key"><b><xsl:value-of select="w:word('hand-over.all')"/></b></td><xsl:call-template name="numbers"><xsl:with-param name="of" select="$open"/></xsl:call-template></tr>
			</tbody>
		</table>
	</xsl:template>

	<!-- ==== What ==== -->

	<xsl:template name="officer">
		<section class="officer">
			<h3><xsl:call-template name="who"/></h3>
			<table class="rows">
				<thead><tr>
					<th scope="col"><xsl:value-of select="w:word('work.document')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.lane')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.from')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.age')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.left')"/></th>
				</tr></thead>
				<tbody>
					<xsl:for-each select="$open[by = current()/by]">
						<tr id="{id}">
							<td class="key"><a href="/documents/{id}"><xsl:choose><xsl:when test="number != ''"><xsl:value-of select="number"/></xsl:when><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a><small><xsl:call-template name="kind"><xsl:with-param name="schema" select="schema"/></xsl:call-template> · <xsl:value-of select="id"/></small></td>
							<td data-label="{w:word('work.lane')}"><xsl:call-template name="lane"><xsl:with-param name="lane" select="string(lane)"/></xsl:call-template></td>
							<td data-label="{w:word('documents.state')}"><xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template><xsl:apply-templates select="said" mode="short"/></td>
							<td data-label="{w:word('documents.from')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></td>
							<td data-label="{w:word('work.age')}"><xsl:call-template name="age"><xsl:with-param name="moment" select="received"/></xsl:call-template></td>
							<td data-label="{w:word('work.left')}"><xsl:if test="due/@clock or verification/due/@clock"><xsl:call-template name="left"/></xsl:if></td>
						</tr>
					</xsl:for-each>
				</tbody>
			</table>
		</section>
	</xsl:template>
</xsl:stylesheet>
