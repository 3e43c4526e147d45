// Live rows and keys. Pages are whole without it: everything here only saves a reload or a hand's way to the mouse.

const live = document.getElementById('live');
const mark = document.getElementById('live-mark');
const WAIT_MS = 400; // events come in bursts

// ---- Live: whatever happened, the same page is asked for again, and what differs is put in its place ----

let source = null, timer = 0;

// A document that the browser parsed: no text of ours ever becomes markup.
function fetchPage(url) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('GET', url);
		request.responseType = 'document';
		request.setRequestHeader('Accept', 'text/html');
		request.onload = () => (request.status === 200 ? resolve(request.response) : reject(request.status));
		request.onerror = () => reject(0);
		request.send();
	});
}

function markFresh(old, now) {
	for (const row of now.querySelectorAll('tbody tr[id]')) {
		const before = old.querySelector('#' + CSS.escape(row.id));
		if (!before || before.textContent !== row.textContent) row.classList.add('fresh');
	}
}

// What a person did to the page since it came: opened, typed, ticked, where the keyboard is. By what it is and the id that it stands in,
// counted where that is the same, so that what came before it in the meantime does not matter.
function handles(root) {
	const found = new Map(), counts = new Map();
	for (const element of root.querySelectorAll('details, summary, input, textarea, button, a')) {
		const what = element.name || element.getAttribute('href') || element.querySelector('summary')?.textContent || element.textContent;
		const key = [element.closest('[id]')?.id, element.localName, element.type, what.replace(/\d+/g, '#')].join('|');
		counts.set(key, (counts.get(key) ?? 0) + 1);
		found.set(`${key}|${counts.get(key)}`, element);
	}
	return found;
}

function isTyped(element) {
	return element.matches('textarea, input:not([type="hidden"], [type="checkbox"], [type="radio"], [type="file"])');
}

function carryOver(before, after) {
	if (before.localName === 'details') after.open = before.open;
	else if (before.checked !== undefined && before.checked !== before.defaultChecked) after.checked = before.checked;
	else if (isTyped(before) && before.value !== before.defaultValue) after.value = before.value;
}

function focusAgain(after, before) {
	after.focus({ preventScroll: true });
	if (isTyped(before) && before.selectionStart !== undefined && before.selectionStart !== null)
		after.setSelectionRange(before.selectionStart, before.selectionEnd);
}

async function refresh() {
	const page = await fetchPage(location.href).catch((status) => {
		if (status === 401) location.reload();
		return null;
	});
	const now = page && page.getElementById('live');
	if (!now) return;
	live.dataset.also = now.dataset.also ?? '';
	// counts that stand outside of what is live
	for (const count of document.querySelectorAll('.count[id]')) count.textContent = page.getElementById(count.id)?.textContent ?? count.textContent;
	if (now.textContent === live.textContent) return;
	const picked = Array.from(live.querySelectorAll('input[form]:checked'));
	markFresh(live, now);
	const before = handles(live), active = document.activeElement;
	live.replaceChildren(...document.importNode(now, true).childNodes);
	const after = handles(live);
	before.forEach((element, key) => { if (after.has(key)) carryOver(element, after.get(key)); });
	before.forEach((element, key) => { if (element === active && after.has(key)) focusAgain(after.get(key), element); });
	picked.forEach(pickAgain);
	showMark();
	choose(chosenId);
}

// What was ticked stays so; what has left the list meanwhile is sent all the same, so that the answer names it.
function pickAgain(before) {
	const same = live.querySelector(`input[name="${CSS.escape(before.name)}"]`);
	if (same) {
		same.checked = true;
		return;
	}
	const gone = document.createElement('input');
	gone.type = 'hidden';
	gone.name = before.name;
	gone.value = before.value;
	document.getElementById(before.getAttribute('form')).append(gone);
}

function showMark() {
	const shown = document.getElementById('live-mark');
	if (shown) shown.hidden = !source || source.readyState !== EventSource.OPEN;
}

// A page of one document: its own events and those of what is beside it; all of them ("*"), while something that it names is not here yet.
function concerns(message) {
	const wanted = live.dataset.message, also = (live.dataset.also ?? '').split(' ');
	return !wanted || message === wanted || also.includes(message) || also.includes('*');
}

function onEvent(event) {
	if (!concerns(JSON.parse(event.data).message)) return;
	clearTimeout(timer);
	timer = setTimeout(refresh, WAIT_MS);
}

// Only the tab that is looked at follows: browsers have few connections for all of them.
function follow() {
	if (document.hidden) {
		if (source) source.close();
		source = null;
	} else if (!source) {
		source = new EventSource('/v1/events');
		source.onmessage = onEvent;
		source.onopen = () => { showMark(); refresh(); }; // what happened between the page and the stream
		source.onerror = showMark;
	}
	showMark();
}

if (live && live.dataset.live && new URLSearchParams(location.search).get('after') === null) {
	follow();
	document.addEventListener('visibilitychange', follow);
	// What changes without an event of a document: who answers, how long something waits.
	if (live.dataset.every) setInterval(() => { if (!document.hidden) refresh(); }, 1000 * Number(live.dataset.every));
	if (mark) mark.hidden = true;
}

// ---- Keys ----

let chosenId = '';

function rows() {
	return Array.from(document.querySelectorAll('#live > .rows tbody tr'));
}

function choose(id) {
	for (const row of rows()) {
		if (row.id === id) row.setAttribute('aria-selected', 'true');
		else row.removeAttribute('aria-selected');
	}
	chosenId = id;
}

function move(step) {
	const all = rows();
	const at = all.findIndex((row) => row.id === chosenId);
	const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
	if (!next) return;
	choose(next.id);
	next.querySelector('a').focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('keydown', (event) => {
	if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea')) return;
	if (event.key === 'j') move(1);
	else if (event.key === 'k') move(-1);
	else if (event.key === '/') {
		const field = document.querySelector('[data-key="/"]');
		if (!field) return;
		field.focus();
		event.preventDefault();
	}
});

// ---- Codes: what the button beside a field finds, while one types ----

const TYPING_MS = 200;
let list = null, coded = null, asked = 0, typing = 0; // the open list, its field; only the newest answer counts

function plain(text) {
	return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

// The usual ones of the form itself, by code or by any word.
function usualCodes(field, typed) {
	return Array.from(document.querySelectorAll(`#list-${field.dataset.codes} option`))
		.filter((option) => (' ' + plain(option.value + ' ' + option.label)).includes(' ' + plain(typed)))
		.map((option) => codeRow(option.value, option.label));
}

function codeRow(code, words) {
	const row = document.createElement('li'), bold = document.createElement('b');
	row.dataset.code = bold.textContent = code;
	row.append(bold, ' ' + words);
	return row;
}

function closeCodes() {
	if (!list) return;
	list.remove();
	coded.setAttribute('aria-expanded', 'false');
	coded.removeAttribute('aria-controls');
	coded.removeAttribute('aria-activedescendant');
	list = coded = null;
}

function openCodes(field, rows) {
	closeCodes();
	if (rows.length === 0 || document.activeElement !== field) return;
	list = document.createElement('ul');
	list.id = `${field.id}-codes`;
	list.className = 'codes';
	list.setAttribute('role', 'listbox');
	list.setAttribute('aria-label', field.labels[0].textContent);
	rows.forEach((row, i) => {
		row.id = `${list.id}-${i}`;
		row.setAttribute('role', 'option');
		row.setAttribute('aria-selected', 'false');
	});
	list.append(...rows);
	list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus
	list.addEventListener('click', (event) => takeCode(event.target.closest('li')));
	field.after(list);
	coded = field;
	field.setAttribute('aria-expanded', 'true');
	field.setAttribute('aria-controls', list.id);
}

async function findCodes(field) {
	const mine = ++asked, typed = field.value.trim();
	const usual = usualCodes(field, typed);
	let rows = [], hint = null;
	if (typed.length >= 2) {
		const page = await fetchPage(`/codes/${field.dataset.codes}?q=${encodeURIComponent(typed)}`).catch(() => null);
		const found = page && page.getElementById('codes');
		rows = found ? Array.from(document.importNode(found, true).children) : [];
		hint = page && page.getElementById('codes-hint');
	}
	if (mine !== asked) return;
	openCodes(field, usual.concat(rows.filter((row) => !usual.some((one) => one.dataset.code === row.dataset.code))));
	if (!list && hint) document.getElementById(`${field.id}-meant`).textContent = hint.textContent.trim();
}

function takeCode(row) {
	if (!row) return;
	const field = coded, meant = document.getElementById(`${field.id}-meant`);
	field.value = row.dataset.code;
	meant.textContent = row.textContent.slice(row.dataset.code.length).trim();
	closeCodes();
	if (row.dataset.goesOn) findCodes(field);
}

function moveCode(step) {
	const rows = Array.from(list.children), at = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true');
	const next = (at + step + rows.length + (at < 0 && step < 0 ? 1 : 0)) % rows.length;
	rows.forEach((row, i) => row.setAttribute('aria-selected', String(i === next)));
	coded.setAttribute('aria-activedescendant', rows[next].id);
	rows[next].scrollIntoView({ block: 'nearest' });
}

function onCodeKey(event) {
	const chosen = list && list.querySelector('[aria-selected="true"]');
	if (event.key === 'Escape' && list) closeCodes();
	else if (event.key === 'Enter' && chosen) takeCode(chosen);
	else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
		if (list) moveCode(event.key === 'ArrowDown' ? 1 : -1);
		else findCodes(event.target);
	} else return;
	event.preventDefault();
}

for (const field of document.querySelectorAll('input[data-codes]')) {
	field.removeAttribute('list');
	field.setAttribute('role', 'combobox');
	field.setAttribute('aria-autocomplete', 'list');
	field.setAttribute('aria-expanded', 'false');
	field.parentElement.querySelector('.find').hidden = true;
	field.addEventListener('input', () => {
		document.getElementById(`${field.id}-meant`).textContent = '';
		clearTimeout(typing);
		typing = setTimeout(findCodes, TYPING_MS, field);
	});
	field.addEventListener('keydown', onCodeKey);
	field.addEventListener('blur', () => { clearTimeout(typing); asked++; closeCodes(); });
}
