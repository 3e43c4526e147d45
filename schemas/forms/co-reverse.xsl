<?xml version="1.0" encoding="UTF-8"?>
<!-- A statement about a certificate is taken back: a use, when its import declaration was cancelled. What was given back here already may be said again: the country of issue has not heard of it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="uses" select="about/usedBy/item[reference != '']"/>
		<fields>
			<xsl:choose>
				<xsl:when test="$uses">
					<field name="earlier" type="choice" required="yes">
						<xsl:for-each select="$uses[not(reference = preceding-sibling::item/reference)]">
							<option value="{reference}" label="{concat(reference, ' · ', declaration, ' · ', date)}"/>
						</xsl:for-each>
					</field>
				</xsl:when>
				<xsl:otherwise><field name="earlier" max="35" required="yes"/></xsl:otherwise>
			</xsl:choose>
			<field name="reason" type="choice" words="co-reason" required="yes">
				<option value="CANCELLED"/>
				<option value="IN-ERROR"/>
				<option value="OTHER"/>
			</field>
			<field name="text" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="co-status">
			<xsl:with-param name="status" select="'REVERSED'"/>
			<xsl:with-param name="more">
				<Reason>
					<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
					<xsl:if test="field/text"><Text f:field="text"><xsl:value-of select="field/text"/></Text></xsl:if>
				</Reason>
				<ReversedReference f:field="earlier"><xsl:value-of select="field/earlier"/></ReversedReference>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
