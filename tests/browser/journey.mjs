// A trader's and an issuing officer's way through the pages, step by step, in Debian's chromium. Started by tests/browser/run.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import {
	OUT, PATIENCE_MS, PASSWORD, SAMPAN, SAMPLE, TOWN, browser, checkAccess, checkWidth, declaration, download, finish, has, is, lodge,
	lodgeByProgram, open, shoot, signIn, step, url,
} from './support.mjs';

// ---- The journey ----

const page = await open();

await step('who is not known is shown the page for signing in, and is led on afterwards', async () => {
	await page.goto(`${url}/documents?state=registered`);
	has(await page.textContent('h1'), 'Đăng nhập', 'headline');
	await checkAccess(page, 'sign-in');
	await shoot(page, '01-sign-in');
	await page.fill('#name', 'lan');
	await page.fill('#password', 'sai mật khẩu rồi');
	await page.press('#password', 'Enter');
	await page.waitForSelector('.notice.bad');
	has(await page.textContent('.notice'), 'không đúng', 'notice');
	is(await page.inputValue('#name'), 'lan', 'the name is kept');
	await checkAccess(page, 'sign-in refused');
	await page.fill('#password', PASSWORD);
	await page.press('#password', 'Enter');
	await page.waitForSelector('.rows');
	is(page.url(), `${url}/documents?state=registered`, 'address');
});

await step('the list says states in words, and its filters stand in the address', async () => {
	is(await page.inputValue('#state'), 'registered', 'filter');
	for (const state of await page.locator('.rows .state').allTextContents()) is(state, 'Đã đăng ký', 'state');
	await page.click('.filters .buttons a');
	await page.waitForSelector('.rows');
	is(page.url(), `${url}/documents`, 'address');
	has(await page.textContent('.rows'), 'Giấy chứng nhận xuất xứ', 'kinds');
	await checkAccess(page, 'documents');
	await shoot(page, '02-documents');
	await page.fill('#reference', 'không có');
	await page.click('.filters .buttons button');
	await page.waitForSelector('.empty');
	has(await page.textContent('.empty'), 'Không có chứng từ nào khớp', 'empty state');
	await checkAccess(page, 'empty list');
	await shoot(page, '03-nothing-fits');
});

await step('what is wrong with an upload is shown at its field, with line and value', async () => {
	await lodge(page, declaration('TRINH-DUYET-1', (text) => text.replace('<TransportModeCode>', '<TransportModeCode>7')));
	await page.waitForSelector('.refusal');
	const said = await page.textContent('.findings');
	has(said, '/Envelope[1]/Body[1]/Content[1]/ExportDeclaration[1]/TransportModeCode[1]', 'path');
	has(said, 'Dòng ', 'line');
	has(said, '<TransportModeCode>7', 'the line of the file');
	await checkAccess(page, 'refusal');
	await shoot(page, '04-refused');
	await page.click('.refusal a');
	await page.waitForSelector('.timeline');
	has(await page.textContent('.head'), 'Bị từ chối', 'the refusal is on record');
	await checkAccess(page, 'refusal on record');
});

let original;
await step('a document is lodged, and what becomes of it appears without reloading', async () => {
	original = declaration('TRINH-DUYET-2');
	await lodge(page, original);
	await page.waitForSelector('.timeline');
	is(await page.textContent('h1'), 'TRINH-DUYET-2', 'headline');
	await page.evaluate(() => { window.never = 'reloaded'; });
	await page.waitForSelector('.deliveries .state.good', { timeout: PATIENCE_MS });
	is(await page.evaluate(() => window.never), 'reloaded', 'the page was not loaded again');
	has(await page.textContent('.timeline'), 'nút nước bạn Thái Lan', 'timeline');
	has(await page.textContent('.head .state'), 'Đã đăng ký', 'state');
	await checkAccess(page, 'document');
	await shoot(page, '05-document');
});

await step('times are local and say UTC when one points at them', async () => {
	const time = page.locator('.timeline time').first();
	const at = new Date(await time.getAttribute('datetime'));
	const local = new Date(at.getTime() + 7 * 3600 * 1000).toISOString();
	is((await time.textContent()).replace(/\s/g, ' '), `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 16)}`, 'local');
	is(await time.getAttribute('title'), `${at.toISOString().slice(0, 10)} ${at.toISOString().slice(11, 19)} UTC`, 'UTC');
});

await step('original, translation, report, receipt and evidence are downloaded, and the evidence holds', async () => {
	is(Buffer.compare(await download(page, '/document'), original.buffer), 0, 'the bytes lodged');
	has((await download(page, '/translation')).toString(), '<', 'translation');
	const report = JSON.parse(await download(page, '/report'));
	if (report.fields.length === 0) throw new Error('the report is empty');
	has((await download(page, '/receipt')).toString(), '"', 'receipt');
	fs.writeFileSync(`${OUT}/browser.evidence`, await download(page, '/evidence'));
	execFileSync(SAMPAN, ['verify', '--trust', `${TOWN}/trust`, `${OUT}/browser.evidence`]);
});

await step('a new row appears in the list without reloading, and keys choose and open it', async () => {
	await page.goto(`${url}/documents`);
	await page.waitForSelector('#live-mark:not([hidden])');
	await page.evaluate(() => { window.never = 'reloaded'; });
	const { status, body } = await lodgeByProgram(declaration('TRINH-DUYET-3'));
	is(status, 202, 'lodged');
	await page.waitForSelector(`#${body.id}`);
	is(await page.evaluate(() => window.never), 'reloaded', 'the page was not loaded again');
	await page.keyboard.press('/');
	is(await page.evaluate(() => document.activeElement.id), 'reference', '"/" goes to the search');
	await page.keyboard.press('Escape');
	await page.evaluate(() => document.activeElement.blur());
	await page.keyboard.press('j');
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	is(await page.getAttribute(`#${body.id}`, 'aria-selected'), 'true', 'the first row is chosen');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.timeline');
	is(await page.textContent('h1'), 'TRINH-DUYET-3', 'headline');
});

await step('the switch shows the same page in English', async () => {
	const before = page.url();
	await page.click('.me button:has-text("English")');
	await page.waitForSelector('html[lang="en"]');
	is(page.url(), before, 'address');
	has(await page.textContent('main'), 'Timeline', 'English');
	has(await page.textContent('.timeline'), 'received, checked and on disk', 'English');
	await shoot(page, '06-document-english');
	await page.click('.me button:has-text("Tiếng Việt")');
	await page.waitForSelector('html[lang="vi"]');
});

await step('what is not there is a page', async () => {
	await page.goto(`${url}/documents/VN-1-999999`);
	has(await page.textContent('main'), 'Địa chỉ sai, hoặc chứng từ không dành cho bạn.', '404');
	await checkAccess(page, '404');
	await shoot(page, '07-not-there');
});

await step('pages are right in the dark and on paper', async () => {
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.goto(`${url}/documents`);
	await checkAccess(page, 'documents in the dark');
	await shoot(page, '08-documents-dark');
	await page.click('.rows a:has-text("TRINH-DUYET-2")');
	await page.waitForSelector('.timeline');
	await checkAccess(page, 'document in the dark');
	await shoot(page, '09-document-dark');
	await page.emulateMedia({ colorScheme: 'light', media: 'print' });
	await shoot(page, '10-document-print');
	await page.emulateMedia({ colorScheme: null, media: null });
});

await step('on a phone nothing is wider than the screen', async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	for (const [name, where] of [['documents', '/documents'], ['lodge', '/lodge']]) {
		await page.goto(url + where);
		await checkWidth(page, name);
		await checkAccess(page, `${name} on a phone`);
		await shoot(page, `11-phone-${name}`);
	}
	await page.goto(`${url}/documents?reference=TRINH-DUYET-2`);
	await page.click('.rows a');
	await page.waitForSelector('.timeline');
	await checkWidth(page, 'document');
	await checkAccess(page, 'document on a phone');
	await shoot(page, '11-phone-document');
	await page.setViewportSize({ width: 1366, height: 768 });
});

await step('what is held says why, in the list and on its page', async () => {
	const agent = await open();
	const file = declaration('TRINH-DUYET-GIU', (text) => text.replaceAll('0100101308', '0200456781').replace(/<DischargePort>.*<\/DischargePort>/, ''));
	await signIn(agent, 'hai', '/documents');
	await lodge(agent, file);
	await agent.waitForSelector('.deliveries .state.hold');
	has(await agent.textContent('.findings'), 'Tạm giữ: thiếu cảng dỡ hàng', 'why, in words');
	is((await agent.textContent('.findings .says')).includes('/'), false, 'no path');
	is((await agent.textContent('.other-side')).includes('lý do: value-missing'), false, 'no code for a reason');
	await checkAccess(agent, 'held document');
	await shoot(agent, '14-held-document');
	await agent.goto(`${url}/documents`);
	has(await agent.textContent('.rows .why'), 'Tạm giữ: thiếu cảng dỡ hàng', 'why');
	await checkAccess(agent, 'held in the list');
	await shoot(agent, '15-held-list');
	await agent.context().close();
});

await step('what stands in a document is read without downloading it', async () => {
	await page.goto(`${url}/documents?reference=TRINH-DUYET-2`);
	await page.click('.rows a');
	await page.click('.downloads .button');
	await page.waitForSelector('.sheet');
	has(await page.textContent('.sheet'), 'Cơ quan hải quan', 'labels');
	has(await page.textContent('.sheet'), 'TRINH-DUYET-2', 'values');
	await checkAccess(page, 'content');
	await shoot(page, '12-content');
});

await step('a trader who has nothing yet is told what will be here', async () => {
	const other = await open();
	await signIn(other, 'moi', '/documents?reference=&state=parked');
	await other.goto(`${url}/documents?state=parked`);
	has(await other.textContent('.empty'), 'Không có chứng từ nào', 'empty');
	await other.context().close();
});

await step('nothing that a document says runs or becomes markup', async () => {
	const evil = '"\'&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;';
	const places = [...fs.readFileSync(SAMPLE, 'utf8').matchAll(/>([^<>\s][^<>]*)</g)].map((match) => match[1]);
	const seen = new Set();
	for (const place of new Set(places)) {
		const file = declaration(`XSS-${seen.size}`, (text) => text.replaceAll(`>${place}<`, `>${evil}<`));
		const { body } = await lodgeByProgram(file);
		if (body.id) seen.add(body.id);
		await lodge(page, file);
		await page.waitForLoadState('load');
		is(await page.locator('main img, main script').count(), 0, `markup out of ${place}`);
	}
	if (seen.size < 10) throw new Error(`only ${seen.size} answers`);
	for (const id of seen) {
		await page.goto(`${url}/documents/${id}`);
		is(await page.locator('main img, main script').count(), 0, `markup in ${id}`);
		await page.goto(`${url}/documents/${id}/content`);
		is(await page.locator('main img, main script').count(), 0, `markup in the content of ${id}`);
	}
	await page.goto(`${url}/documents`);
	is(await page.locator('main img, main script').count(), 0, 'markup in the list');
	await page.goto(`${url}/documents?state=refused`);
	is(await page.locator('main img, main script').count(), 0, 'markup in the list of refusals');
	await page.goto(`${url}/documents?reference=${encodeURIComponent('"><script>alert(1)</script>')}`);
	is(await page.locator('main script').count(), 0, 'markup out of the address');
});

await step('another site can neither send a form in a person\'s name nor frame a page', async () => {
	const site = http.createServer((request, answer) => {
		answer.setHeader('Content-Type', 'text/html');
		answer.end(`<form id="out" method="post" action="${url}/sign-out"><input name="csrf" value="x"></form>
			<form id="in" method="post" action="${url}/sign-in"><input name="name" value="lan"><input name="password" value="x"></form>
			<iframe src="${url}/documents"></iframe>`);
	});
	await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
	const from = `http://127.0.0.1:${site.address().port}/`;
	const tab = await page.context().newPage();
	for (const form of ['out', 'in']) {
		await tab.goto(from);
		const [answer] = await Promise.all([tab.waitForNavigation(), tab.evaluate((id) => document.getElementById(id).submit(), form)]);
		if (answer.status() !== 403 && answer.status() !== 401) throw new Error(`${form}: ${answer.status()}`);
	}
	await tab.goto(from);
	const framed = tab.frames()[1];
	is(await framed.locator('.bar').count().catch(() => 0), 0, 'framed');
	await tab.close();
	site.close();
	await page.goto(`${url}/documents`);
	has(await page.textContent('.who'), 'Nguyễn Thị Lan', 'still signed in, by name');
});

await step('all of it works without JavaScript', async () => {
	const plain = await open({ javaScriptEnabled: false });
	await signIn(plain, 'lan');
	await plain.selectOption('#schema', 'vn.co');
	await plain.click('.filters .buttons button');
	await plain.waitForSelector('.rows');
	has(plain.url(), 'schema=vn.co', 'address');
	await lodge(plain, declaration('TRINH-DUYET-4'));
	await plain.waitForSelector('.timeline');
	is(await plain.textContent('h1'), 'TRINH-DUYET-4', 'headline');
	is(await plain.locator('#live-mark').isVisible(), false, 'nothing says that it is live');
	await plain.click('.me button:has-text("Đăng xuất")');
	await plain.waitForSelector('#password');
	await plain.goto(`${url}/documents`);
	await plain.waitForSelector('#password');
	await plain.context().close();
});

// ---- A certificate: applied for, issued, authorised, checked ----

const APPLICATION = 'schemas/samples/vn/gom-bat-trang/11-co-application-third-party.xml';

function application(reference, number) {
	const text = fs.readFileSync(APPLICATION, 'utf8').replaceAll('GBT-CO-2026-058', reference)
		.replace('<AuthorityCode>BCTHN</AuthorityCode>', `<AuthorityCode>BCTHN</AuthorityCode><ExportDeclarationNumber>${number}</ExportDeclarationNumber>`);
	return { name: 'application.xml', mimeType: 'application/xml', buffer: Buffer.from(text) };
}

async function numberOf(id) {
	const token = fs.readFileSync(`${TOWN}/vn/parties/gom-bat-trang/token`, 'utf8').trim();
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	let number = '';
	while (number === '')
		number = (await (await context.request.get(`${url}/v1/messages/${id}`, { headers: { Authorization: `Bearer ${token}` } })).json()).number;
	await context.close();
	return number;
}

await step('certificate: an exporter applies, an officer issues, the exporter says yes, anybody checks the paper', async () => {
	const exporter = await open(), officer = await open();
	const number = await numberOf((await lodgeByProgram(declaration('TO-KHAI-CO-1'))).body.id);
	await signIn(officer, 'quynh', '/');
	is(officer.url(), `${url}/applications`, 'where an issuing officer begins');
	await officer.waitForSelector('#live-mark:not([hidden])');
	await signIn(exporter, 'lan');
	await lodge(exporter, application('DON-CO-1', number));
	await exporter.waitForSelector('.timeline');
	const applied = exporter.url();

	// it appears on the officer's list without reloading
	await officer.waitForSelector('tr:has-text("DON-CO-1")');
	await checkAccess(officer, 'applications');
	await shoot(officer, '30-applications');
	await officer.click('tr:has-text("DON-CO-1") a');
	await officer.waitForSelector('.sheet.form-d');
	has(await officer.textContent('.beside-side'), number, 'the declaration of the same goods beside it');
	await checkAccess(officer, 'application');
	await shoot(officer, '31-application');

	// issue: the number is filled in; what is refused stands at its field
	await officer.click('.actions a:has-text("Cấp giấy chứng nhận xuất xứ")');
	has(await officer.inputValue('[name="number"]'), 'VN-TH ', 'the next number');
	const issued = await officer.inputValue('[name="number"]');
	await officer.fill('[name="number"]', 'VN-TH 26/01/77777');
	await officer.check('[name="retroactive"]');
	await officer.click('main button.main');
	has(await officer.textContent('main'), 'không phải số kế tiếp', 'a wrong number is refused');
	await checkAccess(officer, 'issue, refused');
	await officer.fill('[name="number"]', issued);
	await checkAccess(officer, 'issue');
	await shoot(officer, '32-issue');
	await officer.click('main button.main');
	await officer.waitForSelector('.timeline');
	await officer.waitForSelector('.head .state:has-text("Đã cấp")');
	await shoot(officer, '33-issued');

	// the certificate, with its QR code; the exporter is told that it waits for their yes
	await officer.goto(`${url}/applications?schema=vn.co&certificate=${encodeURIComponent(issued)}`);
	await officer.click('td.key a');
	await officer.waitForSelector('svg.qr path');
	has(await officer.textContent('main'), 'chờ người xuất khẩu', 'it waits');
	await checkAccess(officer, 'certificate');
	await shoot(officer, '34-certificate');
	await officer.emulateMedia({ media: 'print' });
	await shoot(officer, '35-certificate-print');
	await officer.emulateMedia({ media: null });
	const certificate = officer.url();
	const code = (await officer.textContent('.code-to-check')).trim();
	await exporter.goto(certificate);
	has(await exporter.textContent('main'), 'đang chờ bạn đồng ý', 'the exporter is told');
	await checkAccess(exporter, 'certificate of the exporter');
	await shoot(exporter, '36-waits-for-your-yes');
	await exporter.click('.actions a:has-text("Cho phép truyền")');
	await exporter.selectOption('[name="authorise"]', 'yes');
	await shoot(exporter, '37-authorise');
	await exporter.click('main button.main');
	await exporter.waitForSelector('.head .state:has-text("Đã truyền"), .head .state:has-text("nước nhập khẩu")');
	await exporter.goto(applied);
	has(await exporter.textContent('.head .state'), 'Đã cấp', 'the application is closed');

	// anybody, by number and code
	const stranger = await open();
	await stranger.goto(`${url}/certificate`);
	await stranger.fill('#number', issued);
	await stranger.fill('#code', code);
	await stranger.click('main button.main');
	has(await stranger.textContent('main'), 'chưa bị thu hồi', 'genuine');
	await checkAccess(stranger, 'public page');
	await shoot(stranger, '38-check');
	await stranger.fill('#code', '0000000000000000');
	await stranger.click('main button.main');
	has(await stranger.textContent('main'), 'Không có giấy chứng nhận nào', 'a wrong code');

	// the officer takes it back; the paper says so
	await officer.goto(certificate);
	await officer.click('.actions a:has-text("Hủy giấy chứng nhận")');
	await officer.selectOption('[name="reason"]', 'ISSUED-IN-ERROR');
	await officer.fill('[name="text"]', 'Cấp nhầm');
	await shoot(officer, '39-cancel');
	await officer.click('main button.main');
	await officer.waitForSelector('.head .state:has-text("Đã hủy")');
	await stranger.fill('#code', code);
	await stranger.click('main button.main');
	has(await stranger.textContent('main'), 'đã bị hủy', 'cancelled');
	await stranger.setViewportSize({ width: 360, height: 740 });
	await checkWidth(stranger, 'public page on a phone');
	await officer.setViewportSize({ width: 360, height: 740 });
	await officer.goto(`${url}/applications`);
	await checkWidth(officer, 'applications on a phone');
	await shoot(officer, '40-applications-phone');
	await officer.goto(certificate);
	await checkWidth(officer, 'certificate on a phone');
	for (const page of [exporter, officer, stranger]) await page.context().close();
});

await step('certificate: an application is asked about and refused', async () => {
	const officer = await open();
	const token = (await lodgeByProgram(application('DON-CO-2', '306000000000'))).body.id;
	await signIn(officer, 'quynh', `/documents/${token}`);
	await officer.waitForSelector('.sheet.form-d');
	await officer.click('.actions a:has-text("Yêu cầu bổ sung")');
	await officer.fill('[name="text"]', 'Hóa đơn có ký tên');
	await checkAccess(officer, 'ask for a supplement');
	await officer.click('main button.main');
	await officer.waitForSelector('.timeline');
	await officer.click('.actions a:has-text("Từ chối đơn")');
	await officer.selectOption('[name="reason"]', 'NOT-ORIGINATING');
	await officer.fill('[name="text"]', 'RVC thấp hơn 40%');
	await shoot(officer, '41-refuse-application');
	await officer.click('main button.main');
	await officer.waitForSelector('.timeline');
	await officer.goto(`${url}/documents/${token}`);
	has(await officer.textContent('.head .state'), 'từ chối', 'refused');
	await officer.context().close();
});

await finish();
