<?xml version="1.0" encoding="UTF-8"?>
<!-- Customs clears a declaration. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="response">
			<xsl:with-param name="function" select="'23'"/>
			<xsl:with-param name="status" select="'09'"/>
			<xsl:with-param name="more">
				<xsl:if test="field/remarks"><Information><Text f:field="remarks"><xsl:value-of select="field/remarks"/></Text></Information></xsl:if>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
