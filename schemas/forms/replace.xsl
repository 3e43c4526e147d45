<?xml version="1.0" encoding="UTF-8"?>
<!--
	An issuing office issues another certificate in the place of one that is wrong: a new number that states the one replaced. What may be put right
	here is what Form D has beside the goods; other goods need another application.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="c" select="about/document/Envelope/Body/Content/CertificateOfOrigin"/>
		<fields>
			<xsl:if test="about/issuing/office/isSealed != 'true'"><note name="no-office-key"/></xsl:if>
			<field name="number" max="35" required="yes" value="{about/issuing/number}"/>
			<field name="consignee-name" max="300" required="yes" value="{$c/Consignee/Name}"/>
			<field name="consignee-address" max="300" required="yes" value="{$c/Consignee/Address}"/>
			<field name="remarks" type="area" max="512" value="{$c/Remarks}"/>
			<field name="reason" type="area" max="512" required="yes"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="c" select="about/document/Envelope/Body/Content/CertificateOfOrigin"/>
		<xsl:variable name="replaced">
			<ReplacedCertificate>
				<Number><xsl:value-of select="$c/CertificateNumber"/></Number>
				<IssueDate><xsl:value-of select="$c/IssueDate"/></IssueDate>
				<CountryCode><xsl:value-of select="country"/></CountryCode>
			</ReplacedCertificate>
		</xsl:variable>
		<xsl:call-template name="certificate">
			<xsl:with-param name="of" select="$c"/>
			<xsl:with-param name="application" select="$c/ApplicationReference"/>
			<xsl:with-param name="replaced" select="$replaced"/>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
