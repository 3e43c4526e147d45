<?xml version="1.0" encoding="UTF-8"?>
<!-- Customs records a paper Form D by hand while the electronic one cannot come (flows.md: outage). The fields bear the paths of their elements (frame.xsl). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields long="yes">
			<group name="paper">
				<field name="CustomsOffice" max="17" required="yes"><xsl:attribute name="value"><xsl:value-of select="caller/offices/item[1]"/></xsl:attribute></field>
				<field name="Reason" type="area" max="512" required="yes"/>
				<field name="IssuingCountryCode" max="2" required="yes" list="iso-3166"/>
				<field name="CertificateNumber" max="35" required="yes"/>
				<field name="IssueDate" type="date" required="yes"/>
				<field name="ExpiryDate" type="date"/>
				<field name="ExporterName" max="300" required="yes"/>
				<field name="ConsigneeName" max="300" required="yes"/>
				<field name="ConsigneeTaxCode" max="17"/>
			</group>
			<xsl:call-template name="lines">
				<xsl:with-param name="given" select="field/Item"/>
				<xsl:with-param name="from" select="/.."/>
				<xsl:with-param name="most" select="50"/>
			</xsl:call-template>
			<list name="iso-3166">
				<option value="BN"/><option value="ID"/><option value="KH"/><option value="LA"/><option value="MM"/><option value="MY"/><option value="PH"/><option value="SG"/><option value="TH"/><option value="TL"/>
			</list>
			<xsl:call-template name="unit-lists"/>
		</fields>
	</xsl:template>
	<xsl:template match="ask" mode="line">
		<xsl:param name="n"/>
		<xsl:param name="number"/>
		<group name="goods" number="{$number}" line="{$n}">
			<field name="Item[{$n}]/Description" max="512" required="yes" wide="yes"/>
			<field name="Item[{$n}]/HsCode" max="12" required="yes" list="hs"/>
			<field name="Item[{$n}]/OriginCriterion" max="17" required="yes"/>
			<field name="Item[{$n}]/OriginCountryCode" max="2" list="iso-3166"/>
			<field name="Item[{$n}]/Quantity" type="number" max="17" required="yes"/>
			<field name="Item[{$n}]/QuantityUnitCode" max="4" required="yes" list="rec20-units"/>
			<field name="Item[{$n}]/InvoiceNumber" max="70"/>
		</group>
	</xsl:template>
	<xsl:template match="/form">
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'CO-D-GIAY'"/>
				<xsl:with-param name="function" select="'01'"/>
				<xsl:with-param name="follows" select="false()"/>
				<xsl:with-param name="to" select="/.."/>
			</xsl:call-template>
			<Body>
				<Content>
					<PaperCertificate>
						<xsl:apply-templates select="field/*[name() != 'Item']" mode="element"/>
						<xsl:for-each select="field/Item">
							<Item f:field="Item[{@n}]/Description">
								<Number><xsl:value-of select="position()"/></Number>
								<xsl:apply-templates select="*" mode="element"/>
							</Item>
						</xsl:for-each>
					</PaperCertificate>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
