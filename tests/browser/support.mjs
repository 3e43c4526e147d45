// What the journeys share: steps, the browser, and documents to lodge.
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const { SAMPAN, TOWN, OUT } = process.env;
const require = createRequire(path.resolve(OUT, 'package.json'));
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const url = fs.readFileSync(`${TOWN}/vn/door.url`, 'utf8').trim();
export const abroad = fs.readFileSync(`${TOWN}/th/door.url`, 'utf8').trim();
export const PASSWORD = 'một mật khẩu dài';
export const SAMPLE = 'schemas/samples/vn/gom-bat-trang/01-export-1-line.xml';
export const PATIENCE_MS = 20000;

let passed = 0, failed = 0;

// ONLY: a part of the names of the steps that are tried, to look at one thing.
export async function step(name, work) {
	if (process.env.ONLY && !name.includes(process.env.ONLY)) return;
	try {
		await work();
		passed++;
		console.log(`[       OK ] ${name}`);
	} catch (error) {
		failed++;
		console.log(`${error.stack}\n[  FAILED  ] ${name}`);
	}
}

export function is(value, wanted, what) {
	if (value !== wanted) throw new Error(`${what}: ${JSON.stringify(value)} instead of ${JSON.stringify(wanted)}`);
}

export function has(text, wanted, what) {
	if (!text.includes(wanted)) throw new Error(`${what}: no ${JSON.stringify(wanted)} in ${JSON.stringify(text.slice(0, 400))}`);
}

// ---- The browser ----

export const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
export const complaints = []; // of the browser: scripts that failed, what the policy refused

export function watch(page) {
	page.on('console', (message) => {
		const text = message.text();
		if (message.type() === 'error' && !/status of 4\d\d/.test(text)) complaints.push(`${page.url()}: ${text}`);
	});
	page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
	page.on('dialog', (dialog) => { complaints.push(`${page.url()}: a dialog`); dialog.dismiss(); });
	page.setDefaultTimeout(PATIENCE_MS);
	return page;
}

export async function open(options = {}) {
	const context = await browser.newContext({
		ignoreHTTPSErrors: true, locale: 'vi-VN', viewport: { width: 1366, height: 768 }, acceptDownloads: true, ...options,
	});
	return watch(await context.newPage());
}

export async function signIn(page, name, where = '/documents', door = url) {
	await page.goto(door + where);
	await page.fill('#name', name);
	await page.fill('#password', PASSWORD);
	await page.press('#password', 'Enter');
	await page.waitForSelector('.who, .bar nav', { state: 'attached' });
}

export async function shoot(page, name) {
	await page.screenshot({ path: `${OUT}/${name}.png`, fullPage: true });
}

// WCAG 2.2 AA as far as a program can tell.
export async function checkAccess(page, what) {
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	}));
	const said = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | ')}`);
	if (said.length > 0) throw new Error(`${what}: ${said.join('\n')}`);
}

export async function checkWidth(page, what) {
	const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	if (beyond > 0) throw new Error(`${what}: ${beyond} pixels wider than the screen`);
}

// On a phone a row is a list of labels with their values: no part of a value stands left of where the values of its row begin.
export async function checkCells(page, what) {
	const torn = await page.evaluate(() => [...document.querySelectorAll('.rows td[data-label]:not(.key)')].flatMap((cell) => {
		const range = document.createRange(), style = getComputedStyle(cell);
		const from = cell.getBoundingClientRect().left + parseFloat(style.paddingLeft);
		range.selectNodeContents(cell);
		const isTorn = parseFloat(style.paddingLeft) < 80 || [...range.getClientRects()].some((part) => part.width > 0 && part.left < from - 1);
		return isTorn ? [cell.textContent.trim()] : [];
	}));
	if (torn.length > 0) throw new Error(`${what}: torn apart: ${torn.join(' | ')}`);
}

// ---- Documents ----

export function declaration(reference, change = (text) => text) {
	const text = fs.readFileSync(SAMPLE, 'utf8').replaceAll('GBT-XK-2026-0141', reference);
	return { name: `${createHash('sha256').update(reference).digest('hex').slice(0, 8)}.xml`, mimeType: 'application/xml', buffer: Buffer.from(change(text)) };
}

export async function lodge(page, file, door = url) {
	await page.goto(`${door}/lodge`);
	await page.setInputFiles('#file', file);
	await page.click('main button.main');
}

export async function lodgeByProgram(file, party = 'gom-bat-trang') {
	const token = fs.readFileSync(`${TOWN}/vn/parties/${party}/token`, 'utf8').trim();
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	const answer = await context.request.post(`${url}/v1/messages`, {
		headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/xml' }, data: file.buffer,
	});
	const body = await answer.json();
	await context.close();
	return { status: answer.status(), body };
}

export const PAPER = '%PDF-1.4\n%%EOF\n';

export async function attachByProgram(message, name, party = 'gom-bat-trang') {
	const token = fs.readFileSync(`${TOWN}/vn/parties/${party}/token`, 'utf8').trim();
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	const answer = await context.request.post(`${url}/v1/messages/${message}/attachments?type=380&name=${encodeURIComponent(name)}`, {
		headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf' }, data: Buffer.from(PAPER),
	});
	const body = await answer.json();
	await context.close();
	return body;
}

export async function download(page, link) {
	const [file] = await Promise.all([page.waitForEvent('download'), page.click(`.files a[href$="${link}"]`)]);
	return fs.readFileSync(await file.path());
}

// ---- The end of a journey ----

export async function finish() {
	await step('the browser had nothing to complain of', async () => {
		const ours = complaints.filter((one) => one.startsWith(url) || one.startsWith(abroad));
		if (ours.length > 0) throw new Error(ours.join('\n'));
	});
	await browser.close();
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed === 0 ? 0 : 1);
}
