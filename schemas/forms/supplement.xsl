<?xml version="1.0" encoding="UTF-8"?>
<!-- A trader adds papers that were asked for, or of their own accord. They are attached to the document first, and chosen here. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:sampan:form">
	<xsl:template match="/ask">
		<fields>
			<field name="text" type="area" max="2000" required="yes"/>
			<!-- supplemented: pressed twice, it is read once more as it was filled in -->
			<xsl:if test="contains(' papers-asked supplement-asked supplemented ', concat(' ', about/state, ' '))"><field name="without-papers" type="check"/></xsl:if>
			<xsl:for-each select="about/attachments/item">
				<field name="attachment[{position()}]" type="check" set="{sha256}" paper="{type}">
					<xsl:attribute name="label"><xsl:value-of select="name"/></xsl:attribute>
					<option value="{sha256}"/>
				</field>
			</xsl:for-each>
			<upload><xsl:call-template name="papers"/></upload>
		</fields>
	</xsl:template>
	<xsl:template match="/form[kind = 'th.request']" priority="1">
		<xsl:call-template name="th-request">
			<xsl:with-param name="function" select="'05'"/>
			<xsl:with-param name="more">
				<xsl:call-template name="asked"/>
				<Text f:field="text"><xsl:value-of select="field/text"/></Text>
				<xsl:call-template name="attachments"/>
			</xsl:with-param>
		</xsl:call-template>
	</xsl:template>
	<xsl:template name="asked">
		<xsl:variable name="asked" select="/form/about/timeline/item[event = 'PapersAsked'][last()]/attributes/reference"/>
		<xsl:if test="$asked != '' and (/form/field/attachment or /form/field/without-papers = 'yes')"><AskedReference><xsl:value-of select="$asked"/></AskedReference></xsl:if>
	</xsl:template>
	<xsl:template name="attachments">
		<xsl:for-each select="/form/field/attachment">
			<xsl:variable name="paper" select="/form/about/attachments/item[sha256 = current()]"/>
			<Attachment>
				<Name f:field="attachment[{@n}]"><xsl:choose><xsl:when test="$paper/name != ''"><xsl:value-of select="translate($paper/name, '/\', '--')"/></xsl:when><xsl:otherwise><xsl:value-of select="concat('paper-', @n)"/></xsl:otherwise></xsl:choose></Name>
				<TypeCode f:field="attachment[{@n}]"><xsl:value-of select="$paper/type"/></TypeCode>
				<MediaType f:field="attachment[{@n}]"><xsl:value-of select="$paper/mediaType"/></MediaType>
				<Size><xsl:value-of select="$paper/bytes"/></Size>
				<Sha256 f:field="attachment[{@n}]"><xsl:value-of select="."/></Sha256>
			</Attachment>
		</xsl:for-each>
	</xsl:template>
	<xsl:template match="/form">
		<xsl:variable name="kind" select="about/document/@kind"/>
		<Envelope>
			<xsl:call-template name="header">
				<xsl:with-param name="procedure" select="'BO-SUNG'"/>
				<xsl:with-param name="function" select="'05'"/>
				<xsl:with-param name="to" select="$original/To"/>
			</xsl:call-template>
			<Body>
				<Content>
					<Supplement>
						<Original f:field="without-papers">
							<TypeCode><xsl:choose>
								<xsl:when test="$kind = 'vn.export'">830</xsl:when>
								<xsl:when test="$kind = 'vn.import'">929</xsl:when>
								<xsl:when test="$kind = 'vn.co-application'">860</xsl:when>
								<xsl:otherwise>861</xsl:otherwise>
							</xsl:choose></TypeCode>
							<Reference><xsl:value-of select="$original/Subject/reference"/></Reference>
							<Year><xsl:value-of select="$original/Subject/documentYear"/></Year>
							<xsl:if test="about/number != ''"><Number><xsl:value-of select="about/number"/></Number></xsl:if>
						</Original>
						<xsl:call-template name="asked"/>
						<Text f:field="text"><xsl:value-of select="field/text"/></Text>
						<xsl:call-template name="attachments"/>
					</Supplement>
				</Content>
			</Body>
		</Envelope>
	</xsl:template>
</xsl:stylesheet>
