<?xml version="1.0" encoding="UTF-8"?>
<!-- Any form of schemas/forms, by the fields that it says it has (docs/desks.md), and what is wrong with what was filled in. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:template match="/page" mode="title"><xsl:value-of select="w:named('form', doing/name)"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<xsl:if test="about/id"><p class="trail"><a href="/documents/{about/id}"><xsl:value-of select="w:word('form.back')"/></a></p></xsl:if>
		<div class="head">
			<div>
				<xsl:if test="about/id"><p class="kicker"><xsl:call-template name="kind"><xsl:with-param name="schema" select="about/schema"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="about/reference"/><xsl:if test="about/number != ''"><xsl:text> · </xsl:text><xsl:value-of select="about/number"/></xsl:if></p></xsl:if>
				<h1><xsl:value-of select="w:named('form', doing/name)"/></h1>
			</div>
			<xsl:if test="about/id"><xsl:call-template name="state"><xsl:with-param name="state" select="about/state"/></xsl:call-template></xsl:if>
		</div>
		<xsl:choose>
			<xsl:when test="status = 412">
				<section class="card refusal" role="alert">
					<h2><xsl:value-of select="w:word('form.changed')"/></h2>
					<p><xsl:value-of select="w:word('form.changed-help')"/></p>
					<xsl:variable name="since" select="about/timeline/item[number(sequence) > number(/page/doing/seen)]"/>
					<xsl:if test="$since">
						<h3><xsl:value-of select="w:word('form.meanwhile')"/></h3>
						<ol class="timeline"><xsl:apply-templates select="$since" mode="event"/></ol>
					</xsl:if>
					<p><xsl:value-of select="w:word('form.now')"/><xsl:text> </xsl:text><xsl:call-template name="state"><xsl:with-param name="state" select="about/state"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="lane"><xsl:with-param name="lane" select="string(about/lane)"/></xsl:call-template></p>
					<p><a class="button main" href="/documents/{about/id}"><xsl:value-of select="w:word('form.look')"/></a></p>
				</section>
			</xsl:when>
			<xsl:otherwise>
				<xsl:if test="status >= 400"><xsl:call-template name="form-refusal"/></xsl:if>
				<section class="card">
					<form method="post" class="stack" action="{path}">
						<xsl:call-template name="csrf"/>
						<input type="hidden" name="seen" value="{doing/seen}"/>
						<input type="hidden" name="once" value="{doing/once}"/>
						<xsl:if test="not(form//field)"><p><xsl:value-of select="w:word('form.nothing')"/></p></xsl:if>
						<xsl:apply-templates select="form/*" mode="field"/>
						<p><button class="main"><xsl:value-of select="w:named('form-do', doing/name)"/></button></p>
					</form>
				</section>
				<xsl:if test="form/upload"><xsl:call-template name="upload"/></xsl:if>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- Papers that the document has, and one more: attached at once, whatever becomes of the form. -->
	<xsl:template name="upload">
		<section class="card">
			<h2><xsl:value-of select="w:word('form.papers')"/></h2>
			<xsl:if test="about/attachments/item"><ul><xsl:for-each select="about/attachments/item"><li><a href="/v1/messages/{/page/about/id}/attachments/{sha256}"><xsl:value-of select="name"/><xsl:if test="name = ''"><xsl:value-of select="sha256"/></xsl:if></a><xsl:text> · </xsl:text><xsl:value-of select="w:named('paper', type)"/></li></xsl:for-each></ul></xsl:if>
			<form method="post" class="stack" action="/documents/{about/id}/attach" enctype="multipart/form-data">
				<xsl:call-template name="csrf"/>
				<input type="hidden" name="back" value="{path}"/>
				<label for="upload-type"><xsl:value-of select="w:named('field', 'code')"/></label>
				<select id="upload-type" name="type" required="required">
					<option value=""><xsl:value-of select="w:word('form.choose')"/></option>
					<xsl:for-each select="form/upload/option"><option value="{@value}"><xsl:value-of select="w:named('paper', @value)"/></option></xsl:for-each>
				</select>
				<label for="upload-file"><xsl:value-of select="w:word('form.file')"/></label>
				<input id="upload-file" name="file" type="file" required="required" aria-describedby="upload-help"/>
				<p class="hint" id="upload-help"><xsl:value-of select="w:word('form.upload-help')"/></p>
				<p><button><xsl:value-of select="w:word('form.upload')"/></button></p>
			</form>
		</section>
	</xsl:template>

	<xsl:template name="form-refusal">
		<section class="card refusal" role="alert">
			<h2><xsl:value-of select="w:word('form.refused')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/findings/item">
					<xsl:variable name="here" select="form//field/@name"/>
					<p><xsl:value-of select="w:word('form.refused-count', string(count(answer/findings/item[severity = 'error'])))"/></p>
					<xsl:if test="answer/findings/item[not(field = $here)]"><ol class="findings"><xsl:apply-templates select="answer/findings/item[not(field = $here)]" mode="finding"/></ol></xsl:if>
				</xsl:when>
				<xsl:otherwise><p><xsl:call-template name="detail"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<!-- ==== Fields ==== -->

	<!-- "line[2]/quantity" is labelled as "quantity". -->
	<xsl:template name="last">
		<xsl:param name="name"/>
		<xsl:choose>
			<xsl:when test="contains($name, '/')"><xsl:call-template name="last"><xsl:with-param name="name" select="substring-after($name, '/')"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:value-of select="substring-before(concat($name, '['), '[')"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<xsl:template name="label">
		<xsl:variable name="name"><xsl:call-template name="last"><xsl:with-param name="name" select="@name"/></xsl:call-template></xsl:variable>
		<xsl:choose>
			<xsl:when test="@label"><xsl:value-of select="@label"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:named('field', string($name))"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template match="group" mode="field">
		<fieldset>
			<legend><xsl:value-of select="w:named('group', @name)"/><xsl:if test="@number"><xsl:text> </xsl:text><xsl:value-of select="@number"/></xsl:if></legend>
			<xsl:if test="@note"><p class="hint"><xsl:value-of select="@note"/></p></xsl:if>
			<xsl:apply-templates select="*" mode="field"/>
		</fieldset>
	</xsl:template>

	<xsl:template match="*" mode="field"/>
	<xsl:template match="note" mode="field"><p class="hint"><xsl:value-of select="w:word(concat('form-note.', @name))"/></p></xsl:template>

	<xsl:template match="field" mode="field">
		<xsl:variable name="id" select="concat('field-', translate(@name, '[]/', '---'))"/>
		<xsl:variable name="wrong" select="/page/answer/findings/item[field = current()/@name]"/>
		<xsl:variable name="again" select="/page/doing/given/item"/>
		<xsl:variable name="value"><xsl:choose>
			<xsl:when test="$again"><xsl:value-of select="$again[name = current()/@name]/value"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise>
		</xsl:choose></xsl:variable>
		<xsl:choose>
			<xsl:when test="@type = 'hidden'"><input type="hidden" name="{@name}" value="{$value}"/></xsl:when>
			<xsl:when test="@type = 'check'">
				<label class="check" for="{$id}">
					<input type="checkbox" id="{$id}" name="{@name}" value="{@set}">
						<xsl:if test="not(@set)"><xsl:attribute name="value">yes</xsl:attribute></xsl:if>
						<xsl:if test="$value != ''"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if>
						<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
					</input>
					<span><xsl:call-template name="label"/></span>
				</label>
			</xsl:when>
			<xsl:otherwise>
				<label for="{$id}"><xsl:call-template name="label"/><xsl:if test="not(@required)"><span class="quiet"><xsl:text> </xsl:text><xsl:value-of select="w:word('form.optional')"/></span></xsl:if></label>
				<xsl:call-template name="control">
					<xsl:with-param name="id" select="$id"/>
					<xsl:with-param name="value" select="string($value)"/>
					<xsl:with-param name="wrong" select="$wrong"/>
				</xsl:call-template>
			</xsl:otherwise>
		</xsl:choose>
		<xsl:if test="$wrong"><ul class="wrong" id="{$id}-wrong"><xsl:for-each select="$wrong"><li><xsl:value-of select="*[name() = $language]"/></li></xsl:for-each></ul></xsl:if>
	</xsl:template>

	<xsl:template name="wrong-at">
		<xsl:param name="id"/>
		<xsl:param name="wrong"/>
		<xsl:if test="$wrong">
			<xsl:attribute name="aria-invalid">true</xsl:attribute>
			<xsl:attribute name="aria-describedby"><xsl:value-of select="concat($id, '-wrong')"/></xsl:attribute>
		</xsl:if>
	</xsl:template>

	<xsl:template name="control">
		<xsl:param name="id"/>
		<xsl:param name="value"/>
		<xsl:param name="wrong"/>
		<xsl:choose>
			<xsl:when test="@type = 'choice'">
				<select id="{$id}" name="{@name}">
					<xsl:if test="@required"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
					<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
					<option value=""><xsl:value-of select="w:word('form.choose')"/></option>
					<xsl:for-each select="option">
						<option value="{@value}">
							<xsl:if test="@value = $value"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>
							<xsl:choose>
								<xsl:when test="@label"><xsl:value-of select="@label"/></xsl:when>
								<xsl:otherwise><xsl:value-of select="w:named(../@words, @value)"/></xsl:otherwise>
							</xsl:choose>
						</option>
					</xsl:for-each>
				</select>
			</xsl:when>
			<xsl:when test="@type = 'area'">
				<textarea id="{$id}" name="{@name}" rows="3">
					<xsl:if test="@max"><xsl:attribute name="maxlength"><xsl:value-of select="@max"/></xsl:attribute></xsl:if>
					<xsl:if test="@required"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
					<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
					<xsl:text>&#10;</xsl:text><xsl:value-of select="$value"/>
				</textarea>
			</xsl:when>
			<xsl:otherwise>
				<input id="{$id}" name="{@name}" value="{$value}">
					<xsl:attribute name="type"><xsl:choose><xsl:when test="@type = 'date'">date</xsl:when><xsl:otherwise>text</xsl:otherwise></xsl:choose></xsl:attribute>
					<xsl:if test="@type = 'number'"><xsl:attribute name="inputmode">decimal</xsl:attribute></xsl:if>
					<xsl:if test="@max"><xsl:attribute name="maxlength"><xsl:value-of select="@max"/></xsl:attribute></xsl:if>
					<xsl:if test="@required"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
					<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
				</input>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>
</xsl:stylesheet>
