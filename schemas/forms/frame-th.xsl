<?xml version="1.0" encoding="UTF-8"?>
<!-- What Thailand's own documents need (th.*): like the envelope of frame.xsl, without one. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<!-- What the document in hand says of itself (th.import). -->
	<xsl:variable name="th-original" select="/*/about/document/ImportDeclaration"/>

	<!-- Customs answers a declaration (th.response); "response": what stands in Response. -->
	<xsl:template name="th-response">
		<xsl:param name="function"/>
		<xsl:param name="response"/>
		<CustomsResponse>
			<ReferenceNumber><xsl:value-of select="/form/reference"/></ReferenceNumber>
			<Year><xsl:value-of select="/form/year"/></Year>
			<FunctionCode><xsl:value-of select="$function"/></FunctionCode>
			<From><xsl:value-of select="/form/caller/taxCode"/></From>
			<To><xsl:value-of select="$th-original/DeclarantCode"/></To>
			<OriginalReference><xsl:value-of select="$th-original/ReferenceNumber"/></OriginalReference>
			<OriginalYear><xsl:value-of select="$th-original/Year"/></OriginalYear>
			<xsl:copy-of select="$response"/>
		</CustomsResponse>
	</xsl:template>

	<!-- A declarant adds papers or takes a declaration back (th.request). "more": what stands behind CustomsOffice. -->
	<xsl:template name="th-request">
		<xsl:param name="function"/>
		<xsl:param name="more"/>
		<DeclarantRequest>
			<ReferenceNumber><xsl:value-of select="/form/reference"/></ReferenceNumber>
			<Year><xsl:value-of select="/form/year"/></Year>
			<FunctionCode><xsl:value-of select="$function"/></FunctionCode>
			<From><xsl:value-of select="/form/caller/taxCode"/></From>
			<OriginalReference><xsl:value-of select="$th-original/ReferenceNumber"/></OriginalReference>
			<OriginalYear><xsl:value-of select="$th-original/Year"/></OriginalYear>
			<xsl:if test="/form/about/number != ''"><DeclarationNumber><xsl:value-of select="/form/about/number"/></DeclarationNumber></xsl:if>
			<xsl:copy-of select="$th-original/CustomsOffice"/>
			<xsl:copy-of select="$more"/>
		</DeclarantRequest>
	</xsl:template>
</xsl:stylesheet>
