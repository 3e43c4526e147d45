<?xml version="1.0" encoding="UTF-8"?>
<!-- Importing customs does not accept a certificate of origin: box 4, with up to three reasons. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<xsl:call-template name="reason"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="reason"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<xsl:call-template name="reason"><xsl:with-param name="number" select="3"/></xsl:call-template>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template name="reason">
		<xsl:param name="number"/>
		<group name="reason" number="{$number}">
			<field name="reason[{$number}]/code" type="choice" words="co-reason">
				<xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if>
				<option value="ORIGIN-CRITERION"/>
				<option value="DESCRIPTION"/>
				<option value="HS-CODE"/>
				<option value="QUANTITY"/>
				<option value="CONSIGNMENT"/>
				<option value="THIRD-INVOICING"/>
				<option value="BACK-TO-BACK"/>
				<option value="EXPIRED"/>
				<option value="SIGNATURE-SEAL"/>
				<option value="INCOMPLETE"/>
				<option value="NO-REPLY"/>
				<option value="NOT-VALID"/>
				<option value="CANCELLED"/>
				<option value="OTHER"/>
			</field>
			<field name="reason[{$number}]/text" max="512"/>
			<field name="reason[{$number}]/item" type="number" max="5"/>
		</group>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="co-status">
			<xsl:with-param name="status" select="'NOT-ACCEPTED'"/>
			<xsl:with-param name="more">
				<xsl:for-each select="field/reason">
					<Reason>
						<Code f:field="reason[{@n}]/code"><xsl:value-of select="code"/></Code>
						<xsl:if test="text"><Text f:field="reason[{@n}]/text"><xsl:value-of select="text"/></Text></xsl:if>
						<xsl:if test="item"><ItemNumber f:field="reason[{@n}]/item"><xsl:value-of select="item"/></ItemNumber></xsl:if>
					</Reason>
				</xsl:for-each>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
