<?xml version="1.0" encoding="UTF-8"?>
<!--
	An issuing office issues the certificate that was applied for: what the application says is carried over as it stands, box 12 comes from
	the office and who decides. The number is the office's next one; the ledger takes no other (docs/signatures.md).
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<xsl:variable name="applied" select="about/document/Envelope/Body/Content/CertificateApplication"/>
		<fields>
			<xsl:if test="about/issuing/office/isSealed != 'true'"><note name="no-office-key"/></xsl:if>
			<xsl:if test="about/issuing/declaration/id = '' and string($applied/ExportDeclarationNumber) != ''"><note name="no-declaration"/></xsl:if>
			<xsl:if test="string($applied/ExportDeclarationNumber) = ''"><note name="no-declaration-named"/></xsl:if>
			<xsl:if test="about/issuing/alike/id != ''"><note name="alike"/></xsl:if>
			<xsl:if test="about/issuing/certified/id != ''"><note name="certified"/></xsl:if>
			<field name="number" max="35" required="yes" value="{about/issuing/number}"/>
			<field name="remarks" type="area" max="512" value="{$applied/Remarks}"/>
			<xsl:if test="not($applied/SpecialCase[Code = 'RETROACTIVE'])"><field name="retroactive" type="check"/></xsl:if>
			<xsl:choose>
				<xsl:when test="about/issuing/certified/id != ''"><field name="reason" type="area" max="512" required="yes"/></xsl:when>
				<xsl:otherwise><field name="reason" type="hidden" max="512"/></xsl:otherwise>
			</xsl:choose>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="applied" select="about/document/Envelope/Body/Content/CertificateApplication"/>
		<xsl:call-template name="certificate">
			<xsl:with-param name="of" select="$applied"/>
			<xsl:with-param name="application" select="$original/Subject/reference"/>
			<xsl:with-param name="replaced" select="$applied/ReplacedCertificate"/>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
