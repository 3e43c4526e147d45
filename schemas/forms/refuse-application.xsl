<?xml version="1.0" encoding="UTF-8"?>
<!-- An issuing office refuses to issue what was applied for (vn.response 22, status 03). The codes of reasons are ours. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="reason" type="choice" words="application-refusal" required="yes">
				<option value="NOT-ORIGINATING"/>
				<option value="INCOMPLETE"/>
				<option value="WRONG-DATA"/>
				<option value="CERTIFIED"/>
				<option value="OTHER"/>
			</field>
			<field name="text" type="area" max="512" required="yes"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="authority-response">
			<xsl:with-param name="function" select="'22'"/>
			<xsl:with-param name="status" select="'03'"/>
			<xsl:with-param name="more">
				<RefusedAt><xsl:value-of select="concat(today, 'T', clock, '+07:00')"/></RefusedAt>
				<Reason>
					<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
					<Text f:field="text"><xsl:value-of select="field/text"/></Text>
				</Reason>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
