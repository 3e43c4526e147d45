<?xml version="1.0" encoding="UTF-8"?>
<!-- What schemas/maps/vn.export~asw.acdd.xml does, for a rival: codes as keys, facts as parameters. It writes no report. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
	xmlns="urn:sampan:asw-profile:acdd:1">
	<xsl:output method="xml" encoding="UTF-8" omit-xml-declaration="yes"/>
	<xsl:strip-space elements="*"/>
	<xsl:param name="number"/>
	<xsl:param name="port"/>
	<xsl:param name="agent"/>
	<xsl:param name="origin"/>
	<xsl:template match="/Envelope">
		<Declaration>
			<ResponsibleCountryCode><xsl:value-of select="$origin"/></ResponsibleCountryCode>
			<FunctionCode>
				<xsl:choose>
					<xsl:when test="Header/Subject/function='01'">9</xsl:when>
					<xsl:when test="Header/Subject/function='02'">5</xsl:when>
				</xsl:choose>
			</FunctionCode>
			<FunctionalReferenceID><xsl:value-of select="Header/Subject/reference"/></FunctionalReferenceID>
			<ID><xsl:value-of select="$number"/></ID>
			<xsl:apply-templates select="Body/Content/ExportDeclaration"/>
		</Declaration>
	</xsl:template>
	<xsl:template match="ExportDeclaration">
		<xsl:if test="DeclarationKindCode">
			<TypeCode><xsl:value-of select="DeclarationKindCode"/></TypeCode>
		</xsl:if>
		<Agent>
			<Name><xsl:value-of select="$agent"/></Name>
			<ID><xsl:value-of select="DeclarantCode"/></ID>
		</Agent>
		<BorderTransportMeans>
			<ModeCode>
				<xsl:choose>
					<xsl:when test="TransportModeCode='1'">4</xsl:when>
					<xsl:when test="TransportModeCode='2'">1</xsl:when>
					<xsl:when test="TransportModeCode='3'">1</xsl:when>
					<xsl:when test="TransportModeCode='4'">3</xsl:when>
					<xsl:when test="TransportModeCode='5'">2</xsl:when>
					<xsl:when test="TransportModeCode='6'">8</xsl:when>
					<xsl:when test="TransportModeCode='9'">9</xsl:when>
				</xsl:choose>
			</ModeCode>
			<DepartureDateTime>
				<DateTimeString formatCode="102">
					<xsl:value-of select="concat(substring(DepartureDate,5,4),substring(DepartureDate,3,2),substring(DepartureDate,1,2))"/>
				</DateTimeString>
			</DepartureDateTime>
		</BorderTransportMeans>
		<Exporter>
			<Name><xsl:value-of select="substring(Exporter/Name,1,70)"/></Name>
			<ID><xsl:value-of select="Exporter/Code"/></ID>
		</Exporter>
		<GoodsShipment>
			<xsl:apply-templates select="Consignee"/>
			<Consignment><UnloadingLocation><ID><xsl:value-of select="$port"/></ID></UnloadingLocation></Consignment>
			<xsl:apply-templates select="Line"/>
		</GoodsShipment>
	</xsl:template>
	<xsl:template match="Consignee">
		<Consignee>
			<Name><xsl:value-of select="Name"/></Name>
			<Address>
				<xsl:if test="City"><CityName><xsl:value-of select="City"/></CityName></xsl:if>
				<xsl:if test="CountryCode"><CountryCode><xsl:value-of select="CountryCode"/></CountryCode></xsl:if>
				<xsl:if test="CountrySubdivision">
					<CountrySubDivisionName><xsl:value-of select="CountrySubdivision"/></CountrySubDivisionName>
				</xsl:if>
				<Line><xsl:value-of select="AddressLine1"/></Line>
				<xsl:if test="AddressLine2"><Line><xsl:value-of select="AddressLine2"/></Line></xsl:if>
				<xsl:if test="Postcode"><PostcodeID><xsl:value-of select="Postcode"/></PostcodeID></xsl:if>
			</Address>
		</Consignee>
	</xsl:template>
	<xsl:template match="Line">
		<GovernmentAgencyGoodsItem>
			<SequenceNumeric><xsl:value-of select="position()"/></SequenceNumeric>
			<Commodity>
				<Classification>
					<ID><xsl:value-of select="HsCode"/></ID>
					<IdentificationTypeCode>HS</IdentificationTypeCode>
				</Classification>
				<GoodsMeasure>
					<TariffQuantity unitCode="{QuantityUnitCode}"><xsl:value-of select="Quantity"/></TariffQuantity>
				</GoodsMeasure>
			</Commodity>
			<Origin><CountryCode><xsl:value-of select="$origin"/></CountryCode></Origin>
		</GovernmentAgencyGoodsItem>
	</xsl:template>
</xsl:stylesheet>
