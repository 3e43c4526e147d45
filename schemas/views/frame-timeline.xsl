<?xml version="1.0" encoding="UTF-8"?>
<!-- What happened, from the ledger, in words: items of a timeline. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="item" mode="event">
		<li id="event-{sequence}">
			<p class="when"><xsl:apply-templates select="time" mode="time"/></p>
			<div>
				<p class="what"><xsl:value-of select="text"/><span class="quiet"> · <xsl:call-template name="actor"><xsl:with-param name="actor" select="actor"/><xsl:with-param name="name" select="string(actorName)"/></xsl:call-template><xsl:if test="actorName != ''"> (<xsl:value-of select="substring-after(actor, ':')"/>)</xsl:if></span></p>
				<xsl:apply-templates select="attributes"/>
				<xsl:apply-templates select="said" mode="list"/>
				<xsl:apply-templates select="findings"/>
			</div>
		</li>
	</xsl:template>

	<!-- "CN=Bộ Công Thương\, Phòng ...,UID=..." without what programs need. -->
	<xsl:template name="common-name">
		<xsl:param name="subject"/>
		<xsl:choose>
			<xsl:when test="starts-with($subject, 'CN=')"><xsl:value-of select="translate(substring-before(concat(substring-before(concat(substring-after($subject, 'CN='), ',UID='), ',UID='), ',C='), ',C='), '\', '')"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="$subject"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template match="attributes">
		<xsl:variable name="told" select="number | reason[not(../../said/reasons/item)] | why[not(../../findings/item)] | to | as | agreement | name | lane | onTime | ignoredIn | by[contains(., '-') and not(contains(., ':'))]"/>
		<xsl:if test="$told or *[name() = 'signature.verdict']">
			<p class="with">
				<xsl:for-each select="$told">
					<span><xsl:value-of select="w:named('attribute', name())"/>: <b>
						<xsl:choose>
							<xsl:when test="name() = 'to' and contains(., ':')"><xsl:call-template name="actor"><xsl:with-param name="actor" select="string(.)"/></xsl:call-template></xsl:when>
							<xsl:when test="name() = 'as' or name() = 'to'"><xsl:call-template name="kind"><xsl:with-param name="schema" select="string(.)"/></xsl:call-template></xsl:when>
							<xsl:when test="name() = 'by' and contains(., '-')"><a href="/documents/{.}"><xsl:value-of select="."/></a></xsl:when>
							<xsl:when test="name() = 'reason'"><xsl:call-template name="reason-code"><xsl:with-param name="code" select="string(.)"/></xsl:call-template></xsl:when>
							<xsl:when test="name() = 'why'"><xsl:value-of select="w:named('held', .)"/></xsl:when>
							<xsl:when test="name() = 'lane'"><xsl:value-of select="w:named('lane', .)"/></xsl:when>
							<xsl:when test="name() = 'ignoredIn'"><xsl:value-of select="w:named('state', .)"/></xsl:when>
							<xsl:when test="name() = 'onTime'"><xsl:value-of select="w:named('answer', .)"/></xsl:when>
							<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
						</xsl:choose>
					</b></span>
				</xsl:for-each>
				<xsl:for-each select="*[name() = 'signature.verdict']">
					<span><b><xsl:value-of select="w:named('verdict', .)"/></b><xsl:if test="../*[name() = 'signature.subject'] != ''"><xsl:text>, </xsl:text><xsl:call-template name="common-name"><xsl:with-param name="subject" select="../*[name() = 'signature.subject']"/></xsl:call-template></xsl:if></span>
				</xsl:for-each>
			</p>
		</xsl:if>
	</xsl:template>
</xsl:stylesheet>
