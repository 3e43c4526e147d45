<?xml version="1.0" encoding="UTF-8"?>
<!-- The exporter says whether a certificate may be transmitted. It is said in the exporter's name, also by an agent of theirs. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="authorise" type="choice" words="answer" required="yes">
				<option value="yes"/>
				<option value="no"/>
			</field>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="certificate" select="about/document/Envelope/Body/Content/CertificateOfOrigin"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-TRUYEN'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="$original/To"/>
				<xsl:with-param name="from" select="$certificate/Exporter"/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateAuthorisation>
						<CertificateNumber><xsl:value-of select="$certificate/CertificateNumber"/></CertificateNumber>
						<IssueDate><xsl:value-of select="$certificate/IssueDate"/></IssueDate>
						<IssuingCountryCode><xsl:value-of select="country"/></IssuingCountryCode>
						<ExporterTaxCode><xsl:value-of select="$certificate/Exporter/TaxCode"/></ExporterTaxCode>
						<Authorise f:field="authorise"><xsl:value-of select="field/authorise"/></Authorise>
						<xsl:if test="field/remarks"><Remarks f:field="remarks"><xsl:value-of select="field/remarks"/></Remarks></xsl:if>
					</CertificateAuthorisation>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
