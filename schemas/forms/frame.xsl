<?xml version="1.0" encoding="UTF-8"?>
<!--
	What all forms share: this file is part of every other one of the folder (docs/desks.md). A form has a template for /ask, which writes
	its fields, and one for /form, which writes the document.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:output method="xml" encoding="UTF-8" indent="no"/>
	<xsl:strip-space elements="*"/>

	<!-- Of what the document in hand says in its envelope. -->
	<xsl:variable name="original" select="/*/about/document/Envelope/Header"/>

	<!-- The envelope of Viet Nam's National Single Window, from who is signed in to whom the original names, or to "to". -->
	<xsl:template name="header">
		<xsl:param name="procedure"/>
		<xsl:param name="function"/>
		<xsl:param name="follows" select="true()"/>
		<xsl:param name="to" select="$original/From"/>
		<Header>
			<Reference>
				<version>1.0</version>
				<messageId><xsl:value-of select="/form/messageId"/></messageId>
			</Reference>
			<From>
				<name><xsl:value-of select="substring(/form/caller/name, 1, 255)"/></name>
				<identity><xsl:value-of select="/form/caller/taxCode"/></identity>
				<countryCode><xsl:value-of select="/form/country"/></countryCode>
			</From>
			<To>
				<xsl:choose>
					<xsl:when test="$to/identity != ''">
						<name><xsl:value-of select="$to/name"/></name>
						<identity><xsl:value-of select="$to/identity"/></identity>
						<countryCode><xsl:value-of select="/form/country"/></countryCode>
					</xsl:when>
					<xsl:otherwise>
						<name>NSW</name>
						<identity>NSW</identity>
						<countryCode><xsl:value-of select="/form/country"/></countryCode>
					</xsl:otherwise>
				</xsl:choose>
			</To>
			<Subject>
				<documentType><xsl:value-of select="$procedure"/></documentType>
				<type>1</type>
				<function><xsl:value-of select="$function"/></function>
				<reference><xsl:value-of select="/form/reference"/></reference>
				<documentYear><xsl:value-of select="/form/year"/></documentYear>
				<xsl:if test="$follows and $original/Subject/reference != ''">
					<preReference><xsl:value-of select="$original/Subject/reference"/></preReference>
					<preDocumentYear><xsl:value-of select="$original/Subject/documentYear"/></preDocumentYear>
				</xsl:if>
				<sendDate><xsl:value-of select="concat(/form/today, ' ', /form/clock)"/></sendDate>
			</Subject>
		</Header>
	</xsl:template>

	<!-- Customs answers a declaration (vn.response): status as in docs/kinds.md. "more": what stands behind ResultDate. -->
	<xsl:template name="response">
		<xsl:param name="function"/>
		<xsl:param name="status"/>
		<xsl:param name="lane"/>
		<xsl:param name="more"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'TRA-LOI'"/>
				<xsl:with-param name="function" select="$function"/>
			</xsl:call-template>
			<Body>
				<Content>
					<Response>
						<StatusCode><xsl:value-of select="$status"/></StatusCode>
						<xsl:if test="/form/about/number != ''"><DeclarationNumber><xsl:value-of select="/form/about/number"/></DeclarationNumber></xsl:if>
						<CountryCode><xsl:value-of select="/form/country"/></CountryCode>
						<xsl:if test="/form/about/about/office != ''"><OfficeCode><xsl:value-of select="/form/about/about/office"/></OfficeCode></xsl:if>
						<Department><xsl:value-of select="substring(/form/caller/name, 1, 256)"/></Department>
						<xsl:if test="/form/caller/user != ''"><CreaterName><xsl:value-of select="/form/caller/user"/></CreaterName></xsl:if>
						<xsl:copy-of select="$lane"/>
						<ResultDate><xsl:value-of select="concat(/form/today, 'T', /form/clock, '+07:00')"/></ResultDate>
						<xsl:copy-of select="$more"/>
					</Response>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
