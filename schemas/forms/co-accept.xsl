<?xml version="1.0" encoding="UTF-8"?>
<!-- Importing customs accepts a certificate of origin. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="co-status"><xsl:with-param name="status" select="'ACCEPTED'"/></xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
