<?xml version="1.0" encoding="UTF-8"?>
<!-- The exporter authorises transmission before the certificate is here: the word waits for it. In one's own name: the exporter is who says it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="certificate" max="35" required="yes"/>
			<field name="issued" type="date" required="yes"/>
			<field name="authorise" type="choice" words="answer" required="yes">
				<option value="yes"/>
				<option value="no"/>
			</field>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-TRUYEN'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateAuthorisation>
						<CertificateNumber f:field="certificate"><xsl:value-of select="field/certificate"/></CertificateNumber>
						<IssueDate f:field="issued"><xsl:value-of select="field/issued"/></IssueDate>
						<IssuingCountryCode><xsl:value-of select="country"/></IssuingCountryCode>
						<ExporterTaxCode><xsl:value-of select="caller/taxCode"/></ExporterTaxCode>
						<Authorise f:field="authorise"><xsl:value-of select="field/authorise"/></Authorise>
						<xsl:if test="field/remarks"><Remarks f:field="remarks"><xsl:value-of select="field/remarks"/></Remarks></xsl:if>
					</CertificateAuthorisation>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
