<?xml version="1.0" encoding="UTF-8"?>
<!-- Customs asks the declarant for papers, until a day. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="due" type="date" required="yes"/>
			<xsl:call-template name="paper"><xsl:with-param name="number" select="1"/></xsl:call-template>
			<xsl:call-template name="paper"><xsl:with-param name="number" select="2"/></xsl:call-template>
			<xsl:call-template name="paper"><xsl:with-param name="number" select="3"/></xsl:call-template>
			<xsl:call-template name="paper"><xsl:with-param name="number" select="4"/></xsl:call-template>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template name="paper">
		<xsl:param name="number"/>
		<group name="paper" number="{$number}">
			<field name="paper[{$number}]/code" type="choice" words="paper">
				<xsl:if test="$number = 1"><xsl:attribute name="required">yes</xsl:attribute></xsl:if>
				<xsl:call-template name="papers"/>
			</field>
			<field name="paper[{$number}]/text" max="512"/>
		</group>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="response">
			<xsl:with-param name="function" select="'25'"/>
			<xsl:with-param name="status" select="'06'"/>
			<xsl:with-param name="more">
				<xsl:for-each select="field/paper">
					<PaperAsked>
						<Code f:field="paper[{@n}]/code"><xsl:value-of select="code"/></Code>
						<xsl:if test="text"><Text f:field="paper[{@n}]/text"><xsl:value-of select="text"/></Text></xsl:if>
						<DueDate form="day" f:field="due"><xsl:value-of select="/form/field/due"/></DueDate>
					</PaperAsked>
				</xsl:for-each>
				<xsl:if test="field/remarks"><Information><Text f:field="remarks"><xsl:value-of select="field/remarks"/></Text></Information></xsl:if>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
