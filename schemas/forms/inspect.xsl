<?xml version="1.0" encoding="UTF-8"?>
<!-- Customs orders an inspection of the goods. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="text" type="area" max="512" required="yes"/>
			<field name="place" max="512"/>
			<field name="day" type="date"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="response">
			<xsl:with-param name="function" select="'35'"/>
			<xsl:with-param name="status" select="'05'"/>
			<xsl:with-param name="more">
				<Reason><Text f:field="text"><xsl:value-of select="field/text"/></Text></Reason>
				<xsl:if test="field/place or field/day">
					<Information>
						<Code>INSPECTION</Code>
						<xsl:if test="field/place"><Text f:field="place"><xsl:value-of select="field/place"/></Text></xsl:if>
						<xsl:if test="field/day"><DueDate form="day" f:field="day"><xsl:value-of select="field/day"/></DueDate></xsl:if>
					</Information>
				</xsl:if>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
