<?xml version="1.0" encoding="UTF-8"?>
<!-- What schemas/maps/wco.declaration~asw.declaration.xml does, for a rival: names stay, namespaces and frame change. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
	xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns:dec="urn:wco:datamodel:WCO:DEC-DMS:2"
	xmlns="urn:sampan:asw-profile:declaration:1" exclude-result-prefixes="md dec">
	<xsl:output method="xml" encoding="UTF-8" omit-xml-declaration="yes"/>
	<xsl:strip-space elements="*"/>
	<xsl:template match="/md:MetaData">
		<Declaration>
			<Metadata>
				<xsl:apply-templates select="md:*"/>
			</Metadata>
			<xsl:apply-templates select="dec:Declaration/*"/>
		</Declaration>
	</xsl:template>
	<xsl:template match="*">
		<xsl:element name="{local-name()}">
			<xsl:copy-of select="@*"/>
			<xsl:apply-templates/>
		</xsl:element>
	</xsl:template>
</xsl:stylesheet>
