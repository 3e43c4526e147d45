<?xml version="1.0" encoding="UTF-8"?>
<!-- An issuing office takes a certificate of its own back (vn.cancel 03); where it has crossed, the cancellation crosses too. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<xsl:if test="about/issuing/office/isSealed != 'true'"><note name="no-office-key"/></xsl:if>
			<field name="reason" type="choice" words="cancel-reason" required="yes">
				<option value="ISSUED-IN-ERROR"/>
				<option value="WRONG-DATA"/>
				<option value="REPLACED"/>
				<option value="NOT-SHIPPED"/>
				<option value="NOT-ENTITLED"/>
				<option value="OTHER"/>
			</field>
			<field name="text" type="area" max="512" required="yes"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="c" select="about/document/Envelope/Body/Content/CertificateOfOrigin"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'HUY'"/>
				<xsl:with-param name="function" select="'03'"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<Cancellation>
						<Certificate>
							<TypeCode>861</TypeCode>
							<Number><xsl:value-of select="$c/CertificateNumber"/></Number>
							<IssueDate><xsl:value-of select="$c/IssueDate"/></IssueDate>
						</Certificate>
						<OriginalReference>
							<Reference><xsl:value-of select="$original/Subject/reference"/></Reference>
							<Year><xsl:value-of select="$original/Subject/documentYear"/></Year>
						</OriginalReference>
						<CountryCode><xsl:value-of select="country"/></CountryCode>
						<Reason>
							<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
							<Text f:field="text"><xsl:value-of select="field/text"/></Text>
						</Reason>
					</Cancellation>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
