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
