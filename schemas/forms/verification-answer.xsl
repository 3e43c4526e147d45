<?xml version="1.0" encoding="UTF-8"?>
<!-- An issuing authority answers a partner's question about a certificate that it issued. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="request" type="choice" required="yes" value="{$asked-reference}">
				<xsl:if test="$asked-reference != ''"><option value="{$asked-reference}" label="{concat($asked-reference, ' · ', $asked-by, ' · ', $asked-on)}"/></xsl:if>
			</field>
			<field name="result" type="choice" words="verification-result" required="yes">
				<option value="VALID"/>
				<option value="PARTLY-VALID"/>
				<option value="NOT-VALID"/>
				<option value="NOT-ISSUED"/>
				<option value="CANNOT-SAY"/>
			</field>
			<xsl:call-template name="answer"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="answer"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<xsl:call-template name="answer"><xsl:with-param name="number" select="3"/></xsl:call-template>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template name="answer">
		<xsl:param name="number"/>
		<group name="answer" number="{$number}">
			<field name="answer[{$number}]/question" type="number" max="5"/>
			<field name="answer[{$number}]/result" type="choice" words="verification-result">
				<option value="VALID"/>
				<option value="PARTLY-VALID"/>
				<option value="NOT-VALID"/>
				<option value="NOT-ISSUED"/>
				<option value="CANNOT-SAY"/>
			</field>
			<field name="answer[{$number}]/text" max="512"/>
		</group>
	</xsl:template>
	<xsl:template match="/form[kind = 'asw.verification']" priority="1"><xsl:call-template name="asw-verification-answer"/></xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="certificate" select="about/document/Envelope/Body/Content/CertificateOfOrigin"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-XM'"/>
				<xsl:with-param name="function" select="'26'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<CertificateVerification>
						<CertificateNumber><xsl:value-of select="$certificate/CertificateNumber"/></CertificateNumber>
						<IssueDate><xsl:value-of select="$certificate/IssueDate"/></IssueDate>
						<IssuingCountryCode><xsl:value-of select="country"/></IssuingCountryCode>
						<Answer>
							<RequestReference f:field="request"><xsl:value-of select="field/request"/></RequestReference>
							<RequestCountryCode f:field="request"><xsl:value-of select="$asked-by"/></RequestCountryCode>
							<AnsweredBy>
								<CountryCode><xsl:value-of select="country"/></CountryCode>
								<AuthorityCode><xsl:value-of select="caller/taxCode"/></AuthorityCode>
								<AuthorityName><xsl:value-of select="substring(caller/name, 1, 300)"/></AuthorityName>
								<xsl:if test="caller/user != ''"><OfficerName><xsl:value-of select="substring(caller/user, 1, 70)"/></OfficerName></xsl:if>
							</AnsweredBy>
							<AnswerDate><xsl:value-of select="today"/></AnswerDate>
							<ResultCode f:field="result"><xsl:value-of select="field/result"/></ResultCode>
							<xsl:for-each select="field/answer">
								<Result>
									<QuestionNumber f:field="answer[{@n}]/question"><xsl:value-of select="question"/></QuestionNumber>
									<ResultCode f:field="answer[{@n}]/result"><xsl:value-of select="result"/></ResultCode>
									<xsl:if test="text"><Text f:field="answer[{@n}]/text"><xsl:value-of select="text"/></Text></xsl:if>
								</Result>
							</xsl:for-each>
						</Answer>
						<xsl:if test="field/remarks"><Remarks f:field="remarks"><xsl:value-of select="field/remarks"/></Remarks></xsl:if>
					</CertificateVerification>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
