<?xml version="1.0" encoding="UTF-8"?>
<!-- Who made a declaration takes it back. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="reason" type="choice" words="cancellation" required="yes">
				<option value="NOT-SHIPPED"/>
				<option value="WRONG-DATA"/>
				<option value="DUPLICATE"/>
				<option value="OTHER"/>
			</field>
			<field name="text" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form[kind = 'th.request']" priority="1">
		<xsl:call-template name="th-request">
			<xsl:with-param name="function" select="'03'"/>
			<xsl:with-param name="more">
				<Reason>
					<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
					<xsl:if test="field/text"><Text f:field="text"><xsl:value-of select="field/text"/></Text></xsl:if>
				</Reason>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'HUY'"/>
				<xsl:with-param name="function" select="'03'"/>
				<xsl:with-param name="to" select="$original/To"/>
			</xsl:call-template>
			<Body>
				<Content>
					<Cancellation>
						<Declaration>
							<TypeCode><xsl:choose><xsl:when test="about/document/@kind = 'vn.export'">830</xsl:when><xsl:otherwise>929</xsl:otherwise></xsl:choose></TypeCode>
							<xsl:if test="about/number != ''">
								<Number><xsl:value-of select="about/number"/></Number>
								<xsl:if test="about/about/office != ''"><OfficeCode><xsl:value-of select="about/about/office"/></OfficeCode></xsl:if>
							</xsl:if>
						</Declaration>
						<OriginalReference>
							<Reference><xsl:value-of select="$original/Subject/reference"/></Reference>
							<Year><xsl:value-of select="$original/Subject/documentYear"/></Year>
						</OriginalReference>
						<CountryCode><xsl:value-of select="country"/></CountryCode>
						<Reason>
							<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
							<xsl:if test="field/text"><Text f:field="text"><xsl:value-of select="field/text"/></Text></xsl:if>
						</Reason>
					</Cancellation>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
