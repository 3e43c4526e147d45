<?xml version="1.0" encoding="UTF-8"?>
<!-- What an inspection found. Photos and reports are attached to the declaration before. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="result" type="choice" words="inspection" required="yes">
				<option value="AS-DECLARED"/>
				<option value="DIFFERS"/>
			</field>
			<field name="text" type="area" max="512" required="yes"/>
			<field name="line" type="number" max="5"/>
			<upload><xsl:call-template name="papers"/></upload>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="response">
			<xsl:with-param name="function" select="'26'"/>
			<xsl:with-param name="more">
				<Information>
					<Code f:field="result"><xsl:value-of select="field/result"/></Code>
					<Text f:field="text"><xsl:value-of select="field/text"/></Text>
					<xsl:if test="field/line"><Line f:field="line"><xsl:value-of select="field/line"/></Line></xsl:if>
				</Information>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
