<?xml version="1.0" encoding="UTF-8"?>
<!-- An officer puts a declaration into another lane, and says why. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="lane" type="choice" words="re-route" required="yes">
				<xsl:if test="not(about/lane = 'green')"><option value="green"/></xsl:if>
				<xsl:if test="not(about/lane = 'blue')"><option value="blue"/></xsl:if>
				<xsl:if test="not(about/lane = 'yellow')"><option value="yellow"/></xsl:if>
				<xsl:if test="not(about/lane = 'red')"><option value="red"/></xsl:if>
			</field>
			<field name="text" type="area" max="512" required="yes"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="response">
			<xsl:with-param name="function" select="'21'"/>
			<xsl:with-param name="status" select="'01'"/>
			<xsl:with-param name="lane" select="field/lane"/>
			<xsl:with-param name="more">
				<Reason><Text f:field="text"><xsl:value-of select="field/text"/></Text></Reason>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
