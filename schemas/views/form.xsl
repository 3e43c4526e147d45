<?xml version="1.0" encoding="UTF-8"?>
<!-- Any form of schemas/forms, by the fields that it says it has (docs/desks.md), and what is wrong with what was filled in. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<xsl:key name="given" match="doing/given/item" use="name"/>
	<xsl:key name="wrong" match="answer/findings/item[field]" use="field"/>
	<xsl:key name="list" match="form//field[@list]" use="@list"/>
	<xsl:key name="code" match="codes/code" use="concat(../@name, ' ', @value)"/>
	<xsl:key name="field" match="form//field" use="@name"/>
	<!-- What is wrong with a table of goods, row by row. -->
	<xsl:variable name="of-table" select="/page/answer/findings/item[path = 'table' or starts-with(path, 'table[')]"/>
	<xsl:key name="indexed" match="form//field[contains(@name, '[')]" use="substring-before(@name, '[')"/>
	<xsl:key name="top" match="form//field" use="substring-before(concat(@name, '/'), '/')"/>
	<xsl:key name="long" match="page/codes[@long]" use="@name"/>
	<xsl:key name="found" match="page/found" use="@field"/>
	<xsl:variable name="is-long" select="/page/form/@long = 'yes'"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:named('form', doing/name)"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<xsl:if test="about/id"><p class="trail"><a href="/documents/{about/id}"><xsl:value-of select="w:word('form.back')"/></a></p></xsl:if>
		<div class="head">
			<div>
				<xsl:if test="about/id"><p class="kicker"><xsl:call-template name="kind"><xsl:with-param name="schema" select="about/schema"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="about/reference"/><xsl:if test="about/number != ''"><xsl:text> · </xsl:text><xsl:value-of select="about/number"/><xsl:if test="about/about/office != ''"><xsl:text>, </xsl:text><xsl:value-of select="w:word('documents.at-office', string(about/about/office))"/></xsl:if></xsl:if></p></xsl:if>
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
						<xsl:if test="$is-long"><xsl:attribute name="class">stack long</xsl:attribute><xsl:attribute name="action"><xsl:value-of select="concat('/new/', doing/name)"/></xsl:attribute></xsl:if>
						<xsl:if test="form/upload"><xsl:attribute name="enctype">multipart/form-data</xsl:attribute></xsl:if>
						<xsl:call-template name="csrf"/>
						<!-- Enter in a field presses the first button: this one keeps what was typed, and lodges and takes away nothing. -->
						<xsl:if test="$is-long"><button class="first" name="act" value="keep" formnovalidate="formnovalidate" tabindex="-1"><xsl:value-of select="w:word('form.keep')"/></button></xsl:if>
						<input type="hidden" name="seen" value="{doing/seen}"/>
						<input type="hidden" name="once" value="{doing/once}"/>
						<xsl:if test="$is-long"><input type="hidden" name="draft" value="{doing/draft}"/></xsl:if>
						<xsl:if test="not(form//field)"><p><xsl:value-of select="w:word('form.nothing')"/></p></xsl:if>
						<xsl:if test="$is-long"><p class="hint"><xsl:value-of select="w:word('form.required-help')"/></p></xsl:if>
						<xsl:if test="copied/document/*"><xsl:call-template name="copied"/></xsl:if>
						<xsl:apply-templates select="form/*" mode="field"/>
						<xsl:if test="form/upload"><xsl:call-template name="upload"/></xsl:if>
						<xsl:choose>
							<xsl:when test="$is-long"><xsl:call-template name="buttons"/></xsl:when>
							<xsl:otherwise><p><button class="main"><xsl:value-of select="w:named('form-do', doing/name)"/></button></p></xsl:otherwise>
						</xsl:choose>
						<xsl:apply-templates select="form//field[@list][generate-id() = generate-id(key('list', @list)[1])]" mode="list"/>
					</form>
				</section>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- What must be signed is made here, signed elsewhere and uploaded: nothing unsigned is lodged. -->
	<xsl:template name="buttons">
		<p class="buttons">
			<xsl:choose>
				<xsl:when test="form/@signed = 'yes'">
					<button class="main" name="act" value="xml"><xsl:value-of select="w:word('form.xml-to-sign')"/></button>
					<a class="button" href="/lodge"><xsl:value-of select="w:word('form.upload-signed')"/></a>
				</xsl:when>
				<xsl:otherwise>
					<button class="main" name="act" value="lodge"><xsl:value-of select="w:named('form-do', doing/name)"/></button>
					<button name="act" value="xml"><xsl:value-of select="w:word('form.xml')"/></button>
				</xsl:otherwise>
			</xsl:choose>
			<button name="act" value="draft" formnovalidate="formnovalidate"><xsl:value-of select="w:word('form.draft')"/></button>
		</p>
		<p class="hint"><xsl:value-of select="w:word('form.draft-help')"/></p>
	</xsl:template>

	<!-- Papers that the document has, and one more: part of the form, so that nothing typed is lost; without the button it goes with the form. -->
	<xsl:template name="upload">
		<fieldset class="upload">
			<legend><xsl:value-of select="w:word('form.papers')"/></legend>
			<xsl:if test="about/attachments/item"><ul><xsl:for-each select="about/attachments/item"><li><a href="/v1/messages/{/page/about/id}/attachments/{sha256}"><xsl:value-of select="name"/><xsl:if test="name = ''"><xsl:value-of select="sha256"/></xsl:if></a><xsl:text> · </xsl:text><xsl:value-of select="w:named('paper', type)"/></li></xsl:for-each></ul></xsl:if>
			<label for="upload-file"><xsl:value-of select="w:word('form.file')"/></label>
			<input id="upload-file" name="file" type="file" aria-describedby="upload-help"/>
			<label for="upload-type"><xsl:value-of select="w:named('field', 'code')"/></label>
			<select id="upload-type" name="paper-type">
				<option value=""><xsl:value-of select="w:word('form.choose')"/></option>
				<xsl:for-each select="form/upload/option"><option value="{@value}"><xsl:value-of select="w:named('paper', @value)"/></option></xsl:for-each>
			</select>
			<p class="hint" id="upload-help"><xsl:value-of select="w:word('form.upload-help')"/></p>
			<p><button name="act" value="attach" formnovalidate="formnovalidate"><xsl:value-of select="w:word('form.upload')"/></button></p>
		</fieldset>
	</xsl:template>

	<xsl:template name="form-refusal">
		<section class="card refusal" role="alert">
			<h2><xsl:value-of select="w:word('form.refused')"/></h2>
			<xsl:choose>
				<xsl:when test="answer/findings/item">
					<p><xsl:value-of select="w:word('form.refused-count', string(count(answer/findings/item[severity = 'error'])))"/></p>
					<xsl:variable name="here" select="answer/findings/item[key('field', field)[not(@type = 'hidden')]]"/>
					<xsl:if test="$here"><ul class="jump"><xsl:apply-templates select="$here" mode="jump"/></ul></xsl:if>
					<xsl:if test="$of-table"><p><a href="#table"><xsl:value-of select="w:word('form.table-wrong')"/></a></p></xsl:if>
					<xsl:variable name="elsewhere" select="answer/findings/item[not(key('field', field)[not(@type = 'hidden')]) and not(path = 'table' or starts-with(path, 'table['))]"/>
					<xsl:if test="$elsewhere"><ol class="findings"><xsl:apply-templates select="$elsewhere" mode="finding"/></ol></xsl:if>
				</xsl:when>
				<xsl:otherwise><p><xsl:call-template name="detail"/></p></xsl:otherwise>
			</xsl:choose>
		</section>
	</xsl:template>

	<!-- With the label that the field has here. -->
	<xsl:template name="says-at">
		<xsl:variable name="label"><xsl:for-each select="key('field', field)[1]"><xsl:call-template name="label"/></xsl:for-each></xsl:variable>
		<xsl:choose>
			<xsl:when test="$label != ''"><xsl:call-template name="says"><xsl:with-param name="label" select="string($label)"/></xsl:call-template></xsl:when>
			<xsl:otherwise><xsl:call-template name="says"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- To the field where it is said again. -->
	<xsl:template match="item" mode="jump">
		<xsl:variable name="says"><xsl:call-template name="says-at"/></xsl:variable>
		<xsl:for-each select="key('field', field)[1]">
			<li><a><xsl:attribute name="href"><xsl:text>#</xsl:text><xsl:call-template name="id"/></xsl:attribute>
				<xsl:if test="ancestor::group[@number]"><xsl:value-of select="concat(w:named('group', string(ancestor::group/@name)), ' ', ancestor::group/@number, ', ')"/></xsl:if>
				<xsl:call-template name="label"/></a><xsl:text>: </xsl:text><xsl:value-of select="$says"/></li>
		</xsl:for-each>
	</xsl:template>

	<!-- ==== A copy ==== -->

	<!-- What of the document that it begins with is not here: the form has no place for it, or it is to be filled in anew. -->
	<xsl:template name="copied">
		<xsl:variable name="content" select="copied/document/Envelope/Body/Content/* | copied/document/*[not(self::Envelope)]"/>
		<xsl:variable name="lost"><xsl:apply-templates select="$content/*" mode="copied"><xsl:with-param name="what" select="'lost'"/></xsl:apply-templates></xsl:variable>
		<xsl:variable name="anew"><xsl:apply-templates select="$content/*" mode="copied"><xsl:with-param name="what" select="'anew'"/></xsl:apply-templates></xsl:variable>
		<div class="notice" id="copied">
			<p><xsl:value-of select="w:word('form.copied')"/></p>
			<xsl:if test="string($anew) != ''"><details><summary><xsl:value-of select="w:word('form.copied-anew')"/></summary><ul><xsl:copy-of select="$anew"/></ul></details></xsl:if>
			<xsl:if test="string($lost) != ''"><p><b><xsl:value-of select="w:word('form.copied-lost')"/></b></p><ul id="copied-lost"><xsl:copy-of select="$lost"/></ul></xsl:if>
		</div>
	</xsl:template>
	<xsl:template match="*" mode="copied">
		<xsl:param name="what"/>
		<xsl:param name="above"/>
		<xsl:variable name="here" select="concat($above, name())"/>
		<xsl:variable name="path"><xsl:value-of select="$here"/><xsl:if test="key('indexed', $here)"><xsl:value-of select="concat('[', count(preceding-sibling::*[name() = name(current())]) + 1, ']')"/></xsl:if></xsl:variable>
		<xsl:variable name="text" select="normalize-space(.)"/>
		<xsl:choose>
			<xsl:when test="$text = '' or contains(concat(' ', /page/form/@made, ' '), concat(' ', name(..), '/', name(), ' '))"/>
			<!-- A line too many is one, whatever is in it. -->
			<xsl:when test="* and $above = '' and contains($path, '[') and not(key('top', string($path)))">
				<xsl:if test="$what = 'lost'"><li><xsl:value-of select="concat(w:named('group', 'goods'), ' ', substring-before(substring-after($path, '['), ']'))"/><xsl:text>: </xsl:text><xsl:value-of select="Description"/><xsl:if test="not(Description)"><xsl:value-of select="$text"/></xsl:if></li></xsl:if>
			</xsl:when>
			<xsl:when test="*"><xsl:apply-templates select="*" mode="copied"><xsl:with-param name="what" select="$what"/><xsl:with-param name="above" select="concat($path, '/')"/></xsl:apply-templates></xsl:when>
			<xsl:otherwise><xsl:call-template name="copied-value"><xsl:with-param name="what" select="$what"/><xsl:with-param name="path" select="string($path)"/></xsl:call-template></xsl:otherwise>
		</xsl:choose>
	</xsl:template>
	<!-- A box that is ticked stands where the form has it. -->
	<xsl:template name="copied-value">
		<xsl:param name="what"/>
		<xsl:param name="path"/>
		<xsl:variable name="text" select="string(.)"/>
		<xsl:variable name="field" select="key('field', $path)"/>
		<xsl:variable name="ticked" select="$field/../field[@type = 'check' and @set = $text]"/>
		<xsl:choose>
			<xsl:when test="not($field) and $what = 'lost'"><li><xsl:value-of select="w:named('field', name())"/><xsl:text>: </xsl:text><xsl:value-of select="$text"/></li></xsl:when>
			<xsl:when test="$what = 'anew' and (($field/@type = 'check' and not($ticked/@value != '')) or ($field[not(@type = 'check')]/@value = '') or $field[not(@type = 'check') and not(@value)]) and not($field/../@line &gt; 1)"><li><xsl:for-each select="$ticked | $field[not(@type = 'check')]"><xsl:call-template name="label"/></xsl:for-each><xsl:text>: </xsl:text><xsl:value-of select="$text"/></li></xsl:when>
		</xsl:choose>
	</xsl:template>

	<!-- ==== Fields ==== -->

	<xsl:template name="id"><xsl:value-of select="concat('field-', translate(@name, '[]/', '---'))"/></xsl:template>

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
			<xsl:when test="@label"><xsl:value-of select="@label"/><xsl:if test="@paper"> (<xsl:value-of select="w:named('paper', @paper)"/>)</xsl:if></xsl:when>
			<xsl:when test="@type = 'check' and @words"><xsl:value-of select="w:named(string(@words), string(@set))"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="w:named('field', string($name))"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template match="group[@fold]" mode="field">
		<details class="fold">
			<xsl:if test=".//field[key('wrong', @name) or key('given', @name)/value != '' or (not(/page/doing/given/item) and @value != '')]"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
			<summary><xsl:value-of select="w:named('group', @name)"/></summary>
			<div class="fields"><xsl:apply-templates select="*" mode="field"/></div>
		</details>
	</xsl:template>

	<!-- A line of goods: one of many. -->
	<xsl:template match="group[@line]" mode="field">
		<fieldset id="line-{@line}">
			<legend><xsl:value-of select="w:named('group', @name)"/><xsl:text> </xsl:text><xsl:value-of select="@number"/></legend>
			<xsl:if test="@hint"><p class="hint"><xsl:value-of select="w:word(concat('form-note.', @hint))"/></p></xsl:if>
			<div class="fields"><xsl:apply-templates select="*" mode="field"/></div>
			<xsl:if test="count(../group[@line]) > 1">
				<p><button name="act" value="remove-{@line}" formnovalidate="formnovalidate" formaction="/new/{/page/doing/name}#lines"><xsl:value-of select="w:word('form.remove-line', string(@number))"/></button></p>
			</xsl:if>
		</fieldset>
	</xsl:template>
	<xsl:template match="add" mode="field">
		<p class="buttons" id="lines">
			<xsl:choose>
				<xsl:when test="count(../group[@line]) &lt; @most"><button name="act" value="add" formnovalidate="formnovalidate" formaction="/new/{/page/doing/name}#lines"><xsl:value-of select="w:word('form.add-line')"/></button></xsl:when>
				<xsl:otherwise><span class="hint"><xsl:value-of select="w:word('form.most-lines', string(@most))"/></span></xsl:otherwise>
			</xsl:choose>
		</p>
		<details class="fold">
			<xsl:if test="$of-table"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
			<summary><xsl:value-of select="w:word('form.table')"/></summary>
			<xsl:if test="$of-table">
				<div class="notice bad" id="table-wrong">
					<p><b><xsl:value-of select="w:word('form.table-refused')"/></b></p>
					<ol><xsl:for-each select="$of-table"><li><xsl:value-of select="*[name() = $language]"/><xsl:if test="value != ''"><xsl:text> </xsl:text><q><xsl:value-of select="value"/></q></xsl:if></li></xsl:for-each></ol>
				</div>
			</xsl:if>
			<p class="hint" id="table-help"><xsl:value-of select="w:word('form.table-help', string(@most))"/><xsl:text> </xsl:text><a href="/static/{/page/doing/name}.csv" download="download"><xsl:value-of select="w:word('form.table-template')"/></a></p>
			<label for="table"><xsl:value-of select="w:word('form.table-file')"/></label>
			<input id="table" name="file" type="file" accept=".csv,text/csv" aria-describedby="table-help"><xsl:if test="$of-table"><xsl:attribute name="aria-invalid">true</xsl:attribute><xsl:attribute name="aria-describedby">table-help table-wrong</xsl:attribute></xsl:if></input>
			<p><button name="act" value="lines" formnovalidate="formnovalidate" formenctype="multipart/form-data" formaction="/new/{/page/doing/name}/lines#lines"><xsl:value-of select="w:word('form.table-do')"/></button></p>
		</details>
	</xsl:template>

	<xsl:template match="form[@long]/group[not(@line) and not(@fold)]" mode="field" priority="2">
		<fieldset>
			<legend><xsl:value-of select="w:named('group', @name)"/></legend>
			<div class="fields"><xsl:apply-templates select="*" mode="field"/></div>
		</fieldset>
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

	<!-- A line that was added begins as the form says; all else is as it was filled in. -->
	<xsl:variable name="again" select="/page/doing/given/item"/>
	<xsl:template match="form[@long]/field | form[@long]/group/field" mode="field" priority="2">
		<div class="field">
			<xsl:if test="@wide or @type = 'area'"><xsl:attribute name="class">field wide</xsl:attribute></xsl:if>
			<xsl:call-template name="field"/>
		</div>
	</xsl:template>
	<xsl:template match="field" mode="field"><xsl:call-template name="field"/></xsl:template>
	<xsl:template name="field">
		<xsl:variable name="id"><xsl:call-template name="id"/></xsl:variable>
		<xsl:variable name="wrong" select="key('wrong', @name)"/>
		<xsl:variable name="is-new" select="../@line and not(../field[key('given', @name)])"/>
		<xsl:variable name="value"><xsl:choose>
			<xsl:when test="$again and not($is-new)"><xsl:value-of select="key('given', @name)/value"/></xsl:when>
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
				<label for="{$id}"><xsl:call-template name="label"/><xsl:if test="$is-long and @required"><span class="must" title="{w:word('form.required')}"><xsl:text> *</xsl:text></span></xsl:if><xsl:if test="not(@required) and not($is-long)"><span class="quiet"><xsl:text> </xsl:text><xsl:value-of select="w:word('form.optional')"/></span></xsl:if></label>
				<xsl:call-template name="control">
					<xsl:with-param name="id" select="$id"/>
					<xsl:with-param name="value" select="string($value)"/>
					<xsl:with-param name="wrong" select="$wrong"/>
				</xsl:call-template>
			</xsl:otherwise>
		</xsl:choose>
		<xsl:if test="key('long', @list)">
			<p class="hint meant" id="{$id}-meant" role="status"><xsl:apply-templates select="key('code', concat(@list, ' ', $value))[1]" mode="meant"><xsl:with-param name="list" select="string(@list)"/></xsl:apply-templates></p>
			<xsl:apply-templates select="key('found', @name)" mode="found"><xsl:with-param name="id" select="$id"/><xsl:with-param name="value" select="string($value)"/></xsl:apply-templates>
		</xsl:if>
		<xsl:if test="$wrong"><ul class="wrong" id="{$id}-wrong"><xsl:for-each select="$wrong"><li><xsl:call-template name="says-at"/></li></xsl:for-each></ul></xsl:if>
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
					<xsl:variable name="field" select="."/>
					<xsl:variable name="list" select="/page/form/list[@name = $field/@list]/option | /page/codes[@name = $field/@list]/code"/>
					<!-- What was filled in elsewhere is not lost because the list has not heard of it. -->
					<xsl:if test="@list and $value != '' and not($list[@value = $value])"><option value="{$value}" selected="selected"><xsl:value-of select="$value"/></option></xsl:if>
					<xsl:for-each select="$list">
						<xsl:variable name="words"><xsl:apply-templates select="." mode="meant"><xsl:with-param name="list" select="string($field/@list)"/></xsl:apply-templates></xsl:variable>
						<option value="{@value}">
							<xsl:if test="@value = $value"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if>
							<xsl:value-of select="@value"/><xsl:if test="$words != '' and $words != @value"> – <xsl:value-of select="$words"/></xsl:if>
						</option>
					</xsl:for-each>
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
					<xsl:if test="@required"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
					<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
					<xsl:text>&#10;</xsl:text><xsl:value-of select="$value"/>
				</textarea>
			</xsl:when>
			<xsl:when test="key('long', @list)">
				<div class="coded">
					<xsl:call-template name="input"><xsl:with-param name="id" select="$id"/><xsl:with-param name="value" select="$value"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
					<button class="find" name="act" value="find-{@name}" formnovalidate="formnovalidate" formaction="/new/{/page/doing/name}#{$id}"><xsl:value-of select="w:word('codes.find')"/><span class="unseen">: <xsl:call-template name="label"/></span></button>
				</div>
			</xsl:when>
			<xsl:otherwise>
				<xsl:call-template name="input"><xsl:with-param name="id" select="$id"/><xsl:with-param name="value" select="$value"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
			</xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<xsl:template name="input">
		<xsl:param name="id"/>
		<xsl:param name="value"/>
		<xsl:param name="wrong"/>
		<input id="{$id}" name="{@name}" value="{$value}">
			<xsl:attribute name="type"><xsl:choose><xsl:when test="@type = 'date'">date</xsl:when><xsl:otherwise>text</xsl:otherwise></xsl:choose></xsl:attribute>
			<xsl:if test="@type = 'number'"><xsl:attribute name="inputmode">decimal</xsl:attribute></xsl:if>
			<xsl:if test="key('long', @list)"><xsl:attribute name="data-codes"><xsl:value-of select="@list"/></xsl:attribute><xsl:attribute name="autocomplete">off</xsl:attribute><xsl:attribute name="placeholder"><xsl:value-of select="w:word('codes.placeholder')"/></xsl:attribute></xsl:if>
			<xsl:if test="@list and (not(key('long', @list)) or /page/form/list[@name = current()/@list])"><xsl:attribute name="list"><xsl:value-of select="concat('list-', @list)"/></xsl:attribute></xsl:if>
			<xsl:if test="@required"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
			<xsl:if test="@min"><xsl:attribute name="min"><xsl:value-of select="@min"/></xsl:attribute></xsl:if>
			<xsl:call-template name="wrong-at"><xsl:with-param name="id" select="$id"/><xsl:with-param name="wrong" select="$wrong"/></xsl:call-template>
		</input>
	</xsl:template>

	<!-- ==== Codes that help ==== -->

	<!-- Those that the form names itself, else the whole list. What is too long for a page is found by what is typed. -->
	<xsl:template match="field" mode="list">
		<xsl:variable name="list" select="string(@list)"/>
		<xsl:variable name="own" select="/page/form/list[@name = $list]/option"/>
		<xsl:if test="not(@type = 'choice') and ($own or not(key('long', @list)))">
			<datalist id="list-{$list}">
				<xsl:for-each select="$own | /page/codes[@name = $list][not($own)]/code">
					<option value="{@value}"><xsl:apply-templates select="." mode="meant"><xsl:with-param name="list" select="$list"/></xsl:apply-templates></option>
				</xsl:for-each>
			</datalist>
		</xsl:if>
	</xsl:template>

	<!-- What was found for what stands in a field: each a button that puts it there. -->
	<xsl:template match="found" mode="found">
		<xsl:param name="id"/>
		<xsl:param name="value"/>
		<xsl:variable name="found" select="."/>
		<xsl:variable name="usual" select="/page/form/list[@name = $found/@list]/option"/>
		<div class="found" id="{$id}-found">
			<p class="hint"><xsl:call-template name="found-hint"><xsl:with-param name="typed" select="$value"/><xsl:with-param name="usual" select="$usual"/></xsl:call-template></p>
			<ul>
				<xsl:for-each select="code | $usual[$value = '']">
					<li><button name="act" value="pick-{@value}-{$found/@field}" formnovalidate="formnovalidate" formaction="/new/{/page/doing/name}#{$id}"><xsl:call-template name="found-code"><xsl:with-param name="list" select="string($found/@list)"/></xsl:call-template></button></li>
				</xsl:for-each>
			</ul>
		</div>
	</xsl:template>
</xsl:stylesheet>
