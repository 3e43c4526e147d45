<?xml version="1.0" encoding="UTF-8"?>
<!-- Importing customs asks the issuing authority whether a certificate is genuine and right. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="reason" type="choice" words="verification" required="yes">
				<option value="AUTHENTICITY"/>
				<option value="ORIGIN"/>
				<option value="INFORMATION"/>
				<option value="AT-RANDOM"/>
			</field>
			<field name="text" type="area" max="512"/>
			<field name="due" type="date" min="{today}"/>
			<xsl:call-template name="question"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="question"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<xsl:call-template name="question"><xsl:with-param name="number" select="3"/></xsl:call-template>
			<xsl:call-template name="wanted"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="wanted"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template name="question">
		<xsl:param name="number"/>
		<group name="question" number="{$number}">
			<field name="question[{$number}]/text" max="512"><xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if></field>
			<field name="question[{$number}]/box" type="number" max="2"/>
			<field name="question[{$number}]/item" type="number" max="5"/>
		</group>
	</xsl:template>
	<xsl:template name="wanted">
		<xsl:param name="number"/>
		<group name="wanted" number="{$number}">
			<field name="wanted[{$number}]/code" type="choice" words="paper"><xsl:call-template name="papers"/></field>
		</group>
	</xsl:template>
	<xsl:template match="/form[kind = 'asw.verification']" priority="1"><xsl:call-template name="asw-verification"/></xsl:template>
	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-XM'"/>
				<xsl:with-param name="function" select="'11'"/>
				<xsl:with-param name="follows" select="false()"/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateVerification>
						<xsl:call-template name="certificate-number"/>
						<Request>
							<xsl:if test="field/due"><ReplyDueDate f:field="due"><xsl:value-of select="field/due"/></ReplyDueDate></xsl:if>
							<AskedBy>
								<CountryCode><xsl:value-of select="country"/></CountryCode>
								<OfficeCode><xsl:call-template name="office"/></OfficeCode>
								<OfficeName><xsl:value-of select="substring(caller/name, 1, 300)"/></OfficeName>
								<xsl:if test="caller/user != ''"><OfficerName><xsl:value-of select="substring(caller/user, 1, 70)"/></OfficerName></xsl:if>
							</AskedBy>
							<Reason>
								<Code f:field="reason"><xsl:value-of select="field/reason"/></Code>
								<xsl:if test="field/text"><Text f:field="text"><xsl:value-of select="field/text"/></Text></xsl:if>
							</Reason>
							<xsl:for-each select="field/question">
								<Question>
									<Number><xsl:value-of select="@n"/></Number>
									<xsl:if test="box"><BoxNumber f:field="question[{@n}]/box"><xsl:value-of select="box"/></BoxNumber></xsl:if>
									<xsl:if test="item"><ItemNumber f:field="question[{@n}]/item"><xsl:value-of select="item"/></ItemNumber></xsl:if>
									<Text f:field="question[{@n}]/text"><xsl:value-of select="text"/></Text>
								</Question>
							</xsl:for-each>
							<xsl:for-each select="field/wanted">
								<DocumentWanted><TypeCode f:field="wanted[{@n}]/code"><xsl:value-of select="code"/></TypeCode></DocumentWanted>
							</xsl:for-each>
						</Request>
						<xsl:if test="field/remarks"><Remarks f:field="remarks"><xsl:value-of select="field/remarks"/></Remarks></xsl:if>
					</CertificateVerification>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
