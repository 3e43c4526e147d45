<?xml version="1.0" encoding="UTF-8"?>
<!-- What waits for a customs officer: GET /v1/work for people. Lanes are tabs with counts; every filter stands in the address. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="urn:sampan:word" exclude-result-prefixes="w">
	<!-- Only what a desk registers is open or closed; of all other kinds everything is listed. -->
	<xsl:variable name="to-decide" select="/page/query/state = 'to-decide'"/>
	<xsl:variable name="is-desk" select="not($to-decide) and (not(/page/query/schema != '') or contains(' vn.import vn.export th.import ', concat(' ', /page/query/schema, ' ')))"/>
	<xsl:variable name="is-filtered" select="/page/query/*[. != '' and name() != 'schema' and name() != 'state' and name() != 'lane' and name() != 'say' and name() != 'ticked'] or ($is-desk and /page/query/state != '')"/>

	<!-- Several at once: for supervisors, what the form re-route is offered for. -->
	<xsl:variable name="batch" select="/page/caller/forms/item[name = 're-route']"/>
	<xsl:variable name="may-batch" select="$batch and /page/caller/roles/item = 'supervisor' and /page/caller/csrf != '' and $is-desk"/>

	<xsl:template match="/page" mode="title"><xsl:value-of select="w:word('work.title')"/></xsl:template>
	<xsl:template match="/page" mode="main">
		<div class="head">
			<h1><xsl:value-of select="w:word('work.title')"/></h1>
			<span class="live" id="live-mark" hidden="hidden"><xsl:value-of select="w:word('frame.live')"/></span>
		</div>
		<nav class="kinds" aria-label="{w:word('documents.kind')}">
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="''"/></xsl:call-template>
			<xsl:choose>
				<xsl:when test="country = 'TH'"><xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'th.import'"/></xsl:call-template></xsl:when>
				<xsl:otherwise>
					<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'vn.import'"/></xsl:call-template>
					<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'vn.export'"/></xsl:call-template>
				</xsl:otherwise>
			</xsl:choose>
			<a href="/work?state=to-decide"><xsl:if test="$to-decide"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:value-of select="w:word('work.to-decide')"/>&#160;<b class="count" id="to-decide"><xsl:value-of select="answer/toDecide"/><xsl:if test="answer/toDecideWhole = 'false'">+</xsl:if></b></a>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.form-d'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.acdd'"/></xsl:call-template>
			<xsl:call-template name="kind-tab"><xsl:with-param name="schema" select="'asw.declaration'"/></xsl:call-template>
		</nav>
		<xsl:if test="query/say = 'choose' or query/say = 'many'"><p class="notice bad" role="alert"><xsl:value-of select="w:word(concat('batch.say-', query/say))"/></p></xsl:if>
		<xsl:call-template name="filters"/>
		<xsl:if test="$to-decide"><p class="hint"><xsl:value-of select="w:word('work.to-decide-help')"/></p></xsl:if>
		<xsl:if test="$may-batch and answer/messages/item">
			<form method="post" action="/work/chosen" id="batch" class="filters">
				<xsl:call-template name="csrf"/>
				<input type="hidden" name="back" value="{self}"/>
				<div class="field buttons"><button><xsl:value-of select="w:word('batch.choose')"/></button></div>
				<p class="hint"><xsl:value-of select="w:word('batch.choose-help')"/></p>
			</form>
		</xsl:if>
		<div id="live" data-live="{self}">
			<xsl:if test="$is-desk"><xsl:call-template name="lanes"/></xsl:if>
			<xsl:choose>
				<xsl:when test="answer/messages/item"><xsl:call-template name="rows"/></xsl:when>
				<xsl:when test="answer/next != ''"><div class="empty"><p><b><xsl:value-of select="w:word('documents.look-on')"/></b></p></div></xsl:when>
				<xsl:when test="$is-filtered"><div class="empty"><p><b><xsl:value-of select="w:word('documents.none-fits')"/></b></p><p><a class="button" href="/work"><xsl:value-of select="w:word('documents.clear')"/></a></p></div></xsl:when>
				<xsl:when test="$to-decide"><div class="empty"><p><b><xsl:value-of select="w:word('work.none-to-decide')"/></b></p><p><xsl:value-of select="w:word('work.none-help')"/></p></div></xsl:when>
				<xsl:when test="query/lane != ''"><div class="empty"><p><b><xsl:value-of select="w:word('work.none-in-lane', w:named('lane', query/lane))"/></b></p><p><xsl:value-of select="w:word('work.none-help')"/></p></div></xsl:when>
				<xsl:otherwise><div class="empty"><p><b><xsl:value-of select="w:word('work.none')"/></b></p><p><xsl:value-of select="w:word('work.none-help')"/></p></div></xsl:otherwise>
			</xsl:choose>
			<xsl:call-template name="pages"/>
		</div>
	</xsl:template>

	<xsl:template name="kind-tab">
		<xsl:param name="schema"/>
		<a>
			<xsl:attribute name="href">/work<xsl:if test="$schema != ''">?schema=<xsl:value-of select="$schema"/></xsl:if><xsl:if test="starts-with($schema, 'asw.')">&amp;state=any</xsl:if></xsl:attribute>
			<xsl:if test="string(query/schema) = $schema and not($to-decide)"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
			<xsl:choose>
				<xsl:when test="$schema = ''"><xsl:value-of select="w:word('work.all')"/></xsl:when>
				<xsl:otherwise><xsl:value-of select="w:word(concat('work.', $schema))"/></xsl:otherwise>
			</xsl:choose>
		</a>
	</xsl:template>

	<xsl:template name="filters">
		<details class="narrow-fold">
			<xsl:if test="query/*[. != '' and name() != 'schema' and name() != 'state' and name() != 'lane' and name() != 'after']"><xsl:attribute name="open">open</xsl:attribute></xsl:if>
			<summary><xsl:value-of select="w:word('documents.search')"/></summary>
			<form method="get" action="/work" class="filters" role="search" id="filters">
				<input type="hidden" name="schema" value="{query/schema}"/>
				<div class="field"><label for="number"><xsl:value-of select="w:word('documents.number')"/></label><input id="number" name="number" type="search" value="{query/number}" data-key="/"/></div>
				<div class="field"><label for="reference"><xsl:value-of select="w:word('documents.reference')"/></label><input id="reference" name="reference" value="{query/reference}"/></div>
				<div class="field"><label for="taxCode"><xsl:value-of select="w:word('documents.taxCode')"/></label><input id="taxCode" name="taxCode" value="{query/taxCode}"/></div>
				<div class="field small"><label for="office"><xsl:value-of select="w:named('about', 'office')"/></label><input id="office" name="office" value="{query/office}"/></div>
				<div class="field">
					<label for="state"><xsl:value-of select="w:word('documents.state')"/></label>
					<select id="state" name="state">
						<xsl:if test="$is-desk"><option value=""><xsl:value-of select="w:word('work.open')"/></option></xsl:if>
					<option value="to-decide"><xsl:if test="$to-decide"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="w:word('work.to-decide')"/></option>
						<option value="any"><xsl:if test="query/state = 'any'"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="w:word('documents.all-states')"/></option>
						<xsl:for-each select="states/item[. != 'refused']">
							<option value="{.}"><xsl:if test="/page/query/state = ."><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="w:named('state', .)"/></option>
						</xsl:for-each>
					</select>
				</div>
				<!-- The first button is what Enter presses: it keeps the lane. -->
				<div class="field buttons">
					<button class="main" name="lane" value="{query/lane}"><xsl:value-of select="w:word('documents.filter')"/></button>
					<xsl:if test="$is-filtered"><a class="button" href="/work"><xsl:value-of select="w:word('documents.clear')"/></a></xsl:if>
				</div>
			</form>
		</details>
	</xsl:template>

	<!-- ==== Lanes ==== -->

	<xsl:template name="lanes">
		<div class="lanes" role="group" aria-label="{w:word('work.lanes')}">
			<xsl:call-template name="lane-tab"><xsl:with-param name="lane" select="''"/><xsl:with-param name="count" select="sum(answer/lanes/item/count)"/></xsl:call-template>
			<xsl:for-each select="answer/lanes/item[lane != '']">
				<xsl:sort select="string-length(substring-before(' red yellow blue green ', concat(' ', lane, ' ')))" data-type="number"/>
				<xsl:call-template name="lane-tab"><xsl:with-param name="lane" select="string(lane)"/><xsl:with-param name="count" select="count"/></xsl:call-template>
			</xsl:for-each>
			<xsl:if test="query/lane != '' and not(answer/lanes/item[lane = /page/query/lane])">
				<xsl:call-template name="lane-tab"><xsl:with-param name="lane" select="string(query/lane)"/><xsl:with-param name="count" select="0"/></xsl:call-template>
			</xsl:if>
		</div>
	</xsl:template>
	<xsl:template name="lane-tab">
		<xsl:param name="lane"/>
		<xsl:param name="count"/>
		<button form="filters" name="lane" value="{$lane}" id="lane-{$lane}">
			<xsl:attribute name="aria-pressed"><xsl:value-of select="string(/page/query/lane) = $lane"/></xsl:attribute>
			<xsl:choose>
				<xsl:when test="$lane = ''"><xsl:value-of select="w:word('work.all-lanes')"/></xsl:when>
				<xsl:otherwise><xsl:call-template name="lane"><xsl:with-param name="lane" select="$lane"/></xsl:call-template></xsl:otherwise>
			</xsl:choose>
			<b class="count"><xsl:value-of select="$count"/><xsl:if test="/page/answer/lanesWhole = 'false'">+</xsl:if></b>
		</button>
	</xsl:template>

	<!-- ==== Rows ==== -->

	<xsl:template name="rows">
		<xsl:variable name="has-lane" select="$is-desk"/>
		<table class="rows work">
			<thead>
				<tr>
					<th scope="col"><xsl:value-of select="w:word('work.document')"/></th>
					<xsl:if test="$has-lane"><th scope="col"><xsl:value-of select="w:word('work.lane')"/></th></xsl:if>
					<th scope="col"><xsl:value-of select="w:word('documents.state')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.kind')"/></th>
					<th scope="col"><xsl:value-of select="w:named('about', 'office')"/></th>
					<th scope="col"><xsl:value-of select="w:word('documents.from')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.age')"/></th>
					<th scope="col"><xsl:value-of select="w:word('work.left')"/></th>
				</tr>
			</thead>
			<tbody><xsl:apply-templates select="answer/messages/item" mode="row"/></tbody>
		</table>
	</xsl:template>
	<xsl:template match="item" mode="row">
		<tr id="{id}">
			<td class="key">
				<xsl:if test="$may-batch and contains(concat(' ', $batch/about, ' '), concat(' ', substring-before(concat(schema, '/'), '/'), ' ')) and contains(concat(' ', $batch/in, ' '), concat(' ', state, ' '))"><label class="pick"><input type="checkbox" form="batch" name="m.{id}" value="1"><xsl:if test="contains(concat('.', /page/query/ticked, '.'), concat('.', id, '.'))"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if></input><span class="unseen"><xsl:value-of select="w:word('batch.pick', string(id))"/></span></label></xsl:if>
				<a href="/documents/{id}"><xsl:choose><xsl:when test="number != ''"><xsl:value-of select="number"/></xsl:when><xsl:when test="reference != ''"><xsl:value-of select="reference"/></xsl:when><xsl:otherwise><xsl:value-of select="id"/></xsl:otherwise></xsl:choose></a>
				<small><xsl:if test="number != ''"><xsl:value-of select="reference"/> · </xsl:if><xsl:value-of select="id"/></small>
			</td>
			<xsl:if test="$is-desk"><td data-label="{w:word('work.lane')}"><xsl:call-template name="lane"><xsl:with-param name="lane" select="string(lane)"/></xsl:call-template></td></xsl:if>
			<td data-label="{w:word('documents.state')}"><xsl:call-template name="state"><xsl:with-param name="state" select="state"/></xsl:call-template></td>
			<td data-label="{w:word('documents.kind')}"><xsl:variable name="short" select="w:named('work', substring-before(concat(schema, '/'), '/'))"/>
				<xsl:choose>
					<xsl:when test="not(starts-with(schema, $short))"><xsl:value-of select="$short"/></xsl:when>
					<xsl:otherwise><xsl:call-template name="kind"><xsl:with-param name="schema" select="schema"/></xsl:call-template></xsl:otherwise>
				</xsl:choose>
			</td>
			<td data-label="{w:named('about', 'office')}"><xsl:value-of select="office"/></td>
			<td data-label="{w:word('documents.from')}"><xsl:call-template name="actor"><xsl:with-param name="actor" select="sender"/><xsl:with-param name="name" select="senderName"/></xsl:call-template></td>
			<td data-label="{w:word('work.age')}"><xsl:call-template name="age"><xsl:with-param name="moment" select="received"/></xsl:call-template></td>
			<td data-label="{w:word('work.left')}"><xsl:if test="due/@clock or verification/due/@clock"><xsl:call-template name="left"/></xsl:if></td>
		</tr>
	</xsl:template>
</xsl:stylesheet>
