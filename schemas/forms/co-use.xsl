<?xml version="1.0" encoding="UTF-8"?>
<!-- Goods entered under a certificate: how much of which item, on which import declaration. Whether so much is left, says the ledger. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="declaration" max="35" required="yes"><xsl:if test="count(about/pairs/item) = 1"><xsl:attribute name="value"><xsl:value-of select="about/pairs/item/registered"/></xsl:attribute></xsl:if></field>
			<field name="declaration-date" type="date" required="yes" value="{today}"/>
			<field name="declaration-office" max="17" required="yes">
				<xsl:attribute name="value">
					<xsl:choose>
						<xsl:when test="count(about/pairs/item) = 1 and about/pairs/item/office != ''"><xsl:value-of select="about/pairs/item/office"/></xsl:when>
						<xsl:otherwise><xsl:call-template name="office"/></xsl:otherwise>
					</xsl:choose>
				</xsl:attribute>
			</field>
			<xsl:for-each select="$received/GoodsShipment/GovernmentAgencyGoodsItem">
				<xsl:variable name="number" select="string(SequenceNumeric)"/>
				<xsl:variable name="measure" select="Commodity/GoodsMeasure"/>
				<xsl:variable name="quantity" select="($measure/TariffQuantity | $measure/GrossMassMeasure[not($measure/TariffQuantity)])[1]"/>
				<xsl:variable name="left" select="/ask/about/uses/item[item = $number]"/>
				<group name="item" number="{$number}">
					<xsl:attribute name="note">
						<xsl:value-of select="concat(Commodity/Classification[1]/ID, ' ', Commodity/Description, ' · ')"/>
						<xsl:choose>
							<xsl:when test="$left"><xsl:value-of select="concat($left[1]/left, ' / ', $left[1]/declared, ' ', $left[1]/unit)"/></xsl:when>
							<xsl:otherwise><xsl:value-of select="concat($quantity, ' ', $quantity/@unitCode)"/></xsl:otherwise>
						</xsl:choose>
					</xsl:attribute>
					<field name="item[{$number}]/quantity" type="number" max="17"/>
					<field name="item[{$number}]/unit" max="4" value="{$quantity/@unitCode}"/>
				</group>
			</xsl:for-each>
			<xsl:for-each select="$paper/Item">
				<xsl:variable name="number" select="string(Number)"/>
				<xsl:variable name="left" select="/ask/about/uses/item[item = $number]"/>
				<group name="item" number="{$number}">
					<xsl:attribute name="note">
						<xsl:value-of select="concat(HsCode, ' ', Description, ' · ')"/>
						<xsl:choose>
							<xsl:when test="$left"><xsl:value-of select="concat($left[1]/left, ' / ', $left[1]/declared, ' ', $left[1]/unit)"/></xsl:when>
							<xsl:otherwise><xsl:value-of select="concat(Quantity, ' ', QuantityUnitCode)"/></xsl:otherwise>
						</xsl:choose>
					</xsl:attribute>
					<field name="item[{$number}]/quantity" type="number" max="17"/>
					<field name="item[{$number}]/unit" max="4" value="{QuantityUnitCode}"/>
				</group>
			</xsl:for-each>
			<field name="remarks" type="area" max="512"/>
		</fields>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:call-template name="co-status">
			<xsl:with-param name="status" select="'USED'"/>
			<xsl:with-param name="more">
				<xsl:for-each select="field/item[quantity]">
					<Use>
						<ItemNumber><xsl:value-of select="@n"/></ItemNumber>
						<Quantity f:field="item[{@n}]/quantity"><xsl:value-of select="quantity"/></Quantity>
						<QuantityUnitCode f:field="item[{@n}]/unit"><xsl:value-of select="unit"/></QuantityUnitCode>
						<ImportDeclarationNumber f:field="declaration"><xsl:value-of select="/form/field/declaration"/></ImportDeclarationNumber>
						<ImportDeclarationDate f:field="declaration-date"><xsl:value-of select="/form/field/declaration-date"/></ImportDeclarationDate>
						<ImportDeclarationOfficeCode f:field="declaration-office"><xsl:value-of select="/form/field/declaration-office"/></ImportDeclarationOfficeCode>
						<OfficerOfficeCode><xsl:call-template name="office"/></OfficerOfficeCode>
						<Date><xsl:value-of select="/form/today"/></Date>
					</Use>
				</xsl:for-each>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
</xsl:stylesheet>
