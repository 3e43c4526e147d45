<?xml version="1.0" encoding="UTF-8"?>
<!-- An issuing office asks the applicant for a paper, or for what is missing (vn.response 25, status 06). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="paper" type="choice" words="paper"><xsl:call-template name="papers"/></field>
			<field name="text" type="area" max="512" required="yes"/>
			<field name="due" type="date" max="10"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="authority-response">
			<xsl:with-param name="function" select="'25'"/>
			<xsl:with-param name="status" select="'06'"/>
			<xsl:with-param name="more">
				<PaperAsked>
					<xsl:if test="field/paper != ''"><Code f:field="paper"><xsl:value-of select="field/paper"/></Code></xsl:if>
					<Text f:field="text"><xsl:value-of select="field/text"/></Text>
					<xsl:if test="field/due != ''"><DueDate form="day" f:field="due"><xsl:value-of select="field/due"/></DueDate></xsl:if>
				</PaperAsked>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
