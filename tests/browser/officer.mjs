// A customs officer's way through the pages, step by step, in Debian's chromium. Started by tests/browser/run.
import fs from 'node:fs';
import http from 'node:http';
import { OUT, PAPER, attachByProgram, checkAccess, checkCells, checkWidth, declaration, finish, has, is, lodgeByProgram, open, shoot, signIn, step, url } from './support.mjs';

const IMPORT = fs.readFileSync('schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml', 'utf8');

// An import of a rate that is not preferential, so that its lane is green, or what the change makes of it.
function importDeclaration(reference, change = (text) => text) {
	const text = IMPORT.replaceAll('GBT-NK-2026-0019', reference).replace('>B04<', '>B01<').replace(/C\/O mẫu D số [^.]*\. /, '');
	return { buffer: Buffer.from(change(text)) };
}

const explosive = (text) => text.replace('>25070000<', '>36010000<');

// Until the desk has registered it.
async function lodgeImport(page, reference, change) {
	const { status, body } = await lodgeByProgram(importDeclaration(reference, change));
	is(status, 202, `${reference} is lodged`);
	await page.goto(`${url}/documents/${body.id}`);
	await page.waitForSelector('.actions a');
	return body.id;
}

async function stateOf(page) {
	return (await page.textContent('.head .state')).trim();
}

async function decide(page, action, fill = async () => {}) {
	await page.click(`.actions a:text-is("${action}")`);
	await page.waitForSelector('form.stack');
	await fill(page);
	await page.click('form.stack button.main');
	await page.waitForLoadState('load');
}

const officer = await open(), other = await open();
await signIn(officer, 'minh', '/work');
await signIn(other, 'hoa', '/work');

await step('the work list is empty in words where nothing fits', async () => {
	await officer.goto(`${url}/work?number=999999999999`);
	has(await officer.textContent('.empty'), 'Không có chứng từ nào khớp', 'empty');
	await checkAccess(officer, 'empty work list');
	await officer.click('.empty a');
	is(officer.url(), `${url}/work`, 'address');
});

await step('what arrives appears by itself, and lanes are tabs that count', async () => {
	await officer.goto(`${url}/work`);
	await officer.waitForSelector('#live-mark:not([hidden])');
	await officer.evaluate(() => { window.never = 'reloaded'; });
	const { body } = await lodgeByProgram(importDeclaration('CAN-BO-1', explosive));
	await officer.waitForSelector(`#${body.id} .lane.red`);
	has(await officer.textContent('#lane-red'), '1', 'count');
	is(await officer.evaluate(() => window.never), 'reloaded', 'the page was not loaded again');
	await officer.click('#lane-red');
	await officer.waitForSelector('#lane-red[aria-pressed="true"]');
	has(officer.url(), 'lane=red', 'the filter stands in the address');
	is(await officer.locator('.rows tbody tr').count(), 1, 'rows of the lane');
	await checkAccess(officer, 'work list, red lane');
	await shoot(officer, '20-work-red');
	await officer.goto(`${url}/work`);
	await checkAccess(officer, 'work list');
	await shoot(officer, '21-work');
});

await step('a filter keeps the lane when Enter is pressed in it', async () => {
	await officer.goto(`${url}/work?lane=red`);
	await officer.fill('#reference', 'CAN-BO-1');
	await officer.press('#reference', 'Enter');
	await officer.waitForURL(/reference=CAN-BO-1/);
	has(officer.url(), 'lane=red', 'lane');
	is(await officer.locator('.rows tbody tr').count(), 1, 'rows');
});

await step('keys choose a row and open it', async () => {
	await officer.goto(`${url}/work`);
	await officer.keyboard.press('j');
	await officer.keyboard.press('j');
	await officer.keyboard.press('k');
	await officer.keyboard.press('Enter');
	await officer.waitForSelector('.sheet');
});

let red;
await step('a declaration is laid out as the paper, with its lane, why, and what can be done now', async () => {
	red = await lodgeImport(officer, 'CAN-BO-2', explosive);
	has(await officer.textContent('.reasons'), 'thuốc nổ', 'why it is in its lane');
	has(await officer.textContent('.sheet'), 'Công ty TNHH Gốm sứ Bát Tràng Hồng Ngọc', 'importer');
	has(await officer.textContent('.sheet .goods'), '36010000', 'goods');
	has((await officer.textContent('.sheet .goods')).replace(/\s/g, ' '), '48 tấn', 'quantity in words');
	has(await officer.textContent('.verdicts'), 'ó biên nhận', 'receipt');
	await checkAccess(officer, 'declaration');
	await checkWidth(officer, 'declaration');
	await shoot(officer, '22-declaration');
	await officer.emulateMedia({ media: 'print' });
	await officer.pdf({ path: `${OUT}/23-declaration.pdf`, preferCSSPageSize: true });
	await shoot(officer, '23-declaration-print');
	await officer.emulateMedia({ media: null, colorScheme: 'dark' });
	await checkAccess(officer, 'declaration in the dark');
	await officer.emulateMedia({ colorScheme: 'light' });
});

await step('what the lane demands is told at the form: nothing of the red lane is cleared uninspected', async () => {
	await decide(officer, 'Thông quan');
	has(await officer.textContent('.refusal'), 'Chưa thực hiện được', 'refused');
	await checkAccess(officer, 'form refused');
	await shoot(officer, '24-not-inspected');
});

await step('an inspection is ordered, its result comes from somebody else, then it is cleared', async () => {
	await officer.goto(`${url}/documents/${red}`);
	await decide(officer, 'Quyết định kiểm tra thực tế hàng hóa', async (page) => {
		for (const field of await page.locator('form.stack textarea, form.stack input[type="text"]').all()) await field.fill('Kiểm tra toàn bộ lô hàng');
	});
	is(await stateOf(officer), 'Đang kiểm tra thực tế', 'state');
	await other.goto(`${url}/documents/${red}`);
	await checkAccess(other, 'under inspection');
	await decide(other, 'Kết quả kiểm tra thực tế', async (page) => {
		await page.selectOption('form.stack select[name="result"]', 'AS-DECLARED');
		await page.fill('form.stack textarea', 'Hàng đúng khai báo');
	});
	is(await stateOf(other), 'Đã kiểm tra thực tế', 'state');
	await officer.goto(`${url}/documents/${red}`);
	await decide(officer, 'Thông quan');
	is(await stateOf(officer), 'Đã thông quan', 'state');
	is(await officer.locator('.actions a').count(), 0, 'nothing is open any more');
	await checkAccess(officer, 'cleared');
	await shoot(officer, '25-cleared');
});

await step('while papers are asked for the clock stands, and it is not cleared', async () => {
	await lodgeImport(officer, 'CAN-BO-3');
	await decide(officer, 'Yêu cầu bổ sung chứng từ', async (page) => {
		await page.locator('form.stack select').first().selectOption({ index: 1 });
		await page.fill('form.stack input[type="date"]', new Date(Date.now() + 7 * 86400000).toISOString().slice(0, 10));
		await page.fill('form.stack textarea', 'Đề nghị nộp hóa đơn thương mại');
	});
	has(await stateOf(officer), 'bổ sung', 'state');
	has(await officer.textContent('.strip'), 'đồng hồ tạm dừng', 'clock');
	is(await officer.locator('.actions a:text-is("Thông quan")').count(), 0, 'clearing is not offered');
	await checkAccess(officer, 'papers asked');
	await shoot(officer, '26-papers-asked');
});

await step('of two officers who saw the same, the second is told what happened, and nothing of theirs is recorded', async () => {
	const id = await lodgeImport(officer, 'CAN-BO-4');
	await other.goto(`${url}/documents/${id}/do/refuse`);
	await other.selectOption('form.stack select', { index: 1 });
	await other.fill('form.stack textarea', 'Khai chưa đủ');
	await decide(officer, 'Thông quan');
	is(await stateOf(officer), 'Đã thông quan', 'the first');
	const [answer] = await Promise.all([other.waitForNavigation(), other.click('form.stack button.main')]);
	is(answer.status(), 412, 'status');
	has(await other.textContent('.refusal'), 'vừa có thay đổi', 'said');
	is(await other.locator('.refusal .timeline li').count() > 0, true, 'what happened meanwhile');
	has(await other.textContent('.refusal'), 'Đã thông quan', 'the new state');
	await checkAccess(other, 'came second');
	await shoot(other, '27-came-second');
	await other.click('.refusal a.main');
	await other.waitForSelector('.sheet');
	is(await stateOf(other), 'Đã thông quan', 'still');
});

await step('an officer clears with the keyboard alone', async () => {
	await lodgeImport(officer, 'CAN-BO-5');
	await officer.evaluate(() => document.activeElement.blur());
	const focused = () => officer.evaluate(() => document.activeElement.textContent.trim());
	for (let i = 0; i < 40 && await focused() !== 'Thông quan'; i++) await officer.keyboard.press('Tab');
	await officer.keyboard.press('Enter');
	await officer.waitForSelector('form.stack');
	for (let i = 0; i < 40 && await focused() !== 'Thông quan lô hàng'; i++) await officer.keyboard.press('Tab');
	await officer.keyboard.press('Enter');
	await officer.waitForSelector('.sheet');
	is(await stateOf(officer), 'Đã thông quan', 'state');
});

await step('an officer clears without JavaScript, and on a phone', async () => {
	const plain = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
	await signIn(plain, 'minh', '/work');
	const { body } = await lodgeByProgram(importDeclaration('CAN-BO-6'));
	await officer.goto(`${url}/documents/${body.id}`);
	await officer.waitForSelector('.actions a');
	await plain.goto(`${url}/work?lane=green`);
	await plain.click(`#${body.id} a`);
	await plain.waitForSelector('.sheet');
	is(await plain.textContent('.actions .main'), 'Thông quan', 'what one usually does');
	is(await plain.locator('.actions .grave').evaluateAll((all) => all.some((one) => one.matches('.main'))), false, 'what takes away is not solid');
	await decide(plain, 'Thông quan');
	is(await stateOf(plain), 'Đã thông quan', 'state');
	is(await plain.locator('.actions .main').count(), 0, 'nothing is due');
	is(await plain.locator(`.strip a[href="/documents/${body.id}"]`).count(), 0, 'it does not belong to itself');
	await plain.click('.strip a[href^="/documents?conversation="]');
	has(await plain.textContent('.rows tbody'), 'cơ quan 03CC', 'the office beside the number');
	await plain.click('.rows tbody tr:has-text("Trả lời của hải quan") .key a');
	has(await plain.textContent('.paper'), 'đã thông quan', 'the status in words');
	is(await plain.locator('.paper .raw:text-is("09")').count(), 1, 'and its code');
	await plain.context().close();
});

await step('on a phone and in English nothing is wider than the screen', async () => {
	const phone = await open({ viewport: { width: 360, height: 740 }, locale: 'en-GB' });
	await signIn(phone, 'minh', '/work');
	is(await phone.locator('header.bar').evaluate((bar) => bar.offsetHeight < innerHeight / 6), true, 'the head leaves room');
	is(await phone.isVisible('#number'), false, 'filters are folded');
	is(await phone.locator('.rows tbody tr').first().evaluate((row) => row.getBoundingClientRect().top < innerHeight), true, 'a row is seen at once');
	await phone.click('.narrow-fold > summary');
	await phone.fill('#office', '03CC');
	await phone.press('#office', 'Enter');
	await phone.waitForURL(/office=03CC/);
	is(await phone.isVisible('#number'), true, 'filters that are set are shown');
	for (const [name, where] of [['work', '/work'], ['declaration', `/documents/${red}`]]) {
		await phone.goto(url + where);
		is(await phone.getAttribute('html', 'lang'), 'en', 'language');
		await checkWidth(phone, name);
		await checkAccess(phone, `${name} on a phone`);
		await shoot(phone, `28-phone-${name}`);
	}
	await phone.context().close();
});

await step('the certificate that an import declaration names stands beside it, with what differs marked', async () => {
	await officer.goto(`${url}/documents?reference=DLHP-NK-2026-0107`);
	await officer.click('.rows tbody tr a');
	await officer.waitForSelector('.beside-side .form-d');
	const said = await officer.textContent('.pairs');
	has(said, 'D2026-0193327', 'which certificate');
	has(await officer.textContent('.compared .part'), 'một phần', 'part of the goods is no difference');
	has(await officer.textContent('.compared .minor'), 'khác nhỏ', 'what differs a little');
	for (const said of ['một phần của C/O', 'C/O vẫn hợp lệ']) {
		has(await officer.textContent('.main-side .goods'), said, 'marked at the line');
		has(await officer.textContent('.beside-side .goods'), said, 'marked at the item');
	}
	await officer.click('.pairs summary');
	has(await officer.textContent('.pairs details'), 'CÔNG TY CỔ PHẦN NỘI THẤT VIỆT MỸ', 'what agrees');
	await checkAccess(officer, 'declaration and certificate');
	await checkWidth(officer, 'declaration and certificate');
	await shoot(officer, '43-beside');
	await officer.click('.pairs a');
	await officer.waitForSelector('.balance');
	has(await officer.textContent('.balance'), '1.800', 'what is used');
	has(await officer.textContent('.balance'), '600', 'what is left');
	await checkAccess(officer, 'certificate with its balance');
	await shoot(officer, '44-balance');
});

await step('Form D is laid out in its thirteen boxes', async () => {
	await officer.goto(`${url}/work?schema=asw.form-d&state=any`);
	await checkAccess(officer, 'certificates');
	await officer.click('.rows tbody tr a');
	await officer.waitForSelector('.form-d');
	const boxes = await officer.locator('.form-d .no').allTextContents();
	is(boxes.map(Number).sort((a, b) => a - b).join(' '), '1 2 3 4 5 6 7 8 9 10 11 12 13', 'boxes');
	is(await officer.locator('.form-d .b13 li').count(), 7, 'ticks of box 13');
	await checkAccess(officer, 'Form D');
	await checkWidth(officer, 'Form D');
	await shoot(officer, '29-form-d');
	await officer.emulateMedia({ media: 'print' });
	await shoot(officer, '30-form-d-print');
	await officer.emulateMedia({ media: null });
});

await step('nothing that a declaration says becomes markup where an officer works on it', async () => {
	const evil = '"\'&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;';
	const free = ['Notes', 'Name', 'Address', 'Details', 'Description'];
	for (const [at, field] of free.entries()) {
		const { status, body } = await lodgeByProgram(importDeclaration(`CAN-BO-XSS-${at}`, (text) =>
			text.replace(new RegExp(`<${field}>[^<]*</${field}>`), `<${field}>${evil}</${field}>`)));
		is(status, 202, `${field} is taken`);
		await officer.goto(`${url}/documents/${body.id}`);
		await officer.waitForSelector('.actions a');
		has(await officer.textContent('.sheet'), '<script>alert(1)</script>', `${field} is shown`);
		is(await officer.locator('main img, main script').count(), 0, `markup out of ${field}`);
		await officer.goto(`${url}/documents/${body.id}/do/clear`);
		is(await officer.locator('main img, main script').count(), 0, `markup out of ${field} in a form`);
	}
	await officer.goto(`${url}/work?lane=${encodeURIComponent('"><img src=x>')}&number=${encodeURIComponent('"><script>x')}`);
	is(await officer.locator('main img, main script').count(), 0, 'markup out of the address');
});

await step('another site cannot decide in an officer\'s name', async () => {
	const id = await lodgeImport(officer, 'CAN-BO-7');
	await officer.goto(`${url}/documents/${id}/do/clear`);
	const fields = await officer.evaluate(() => [...new FormData(document.querySelector('form.stack'))]);
	for (const stolen of [[], fields]) { // even one who knew the token
		const inputs = stolen.map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
		const site = http.createServer((request, answer) => {
			answer.setHeader('Content-Type', 'text/html');
			answer.end(`<form method="post" action="${url}/documents/${id}/do/clear">${inputs}</form>`);
		});
		await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
		const tab = await officer.context().newPage();
		await tab.goto(`http://127.0.0.1:${site.address().port}/`);
		const [answer] = await Promise.all([tab.waitForNavigation(), tab.evaluate(() => document.forms[0].submit())]);
		if (answer.status() !== 403 && answer.status() !== 401) throw new Error(`status ${answer.status()}`);
		await tab.close();
		site.close();
	}
	await officer.goto(`${url}/documents/${id}`);
	is(await stateOf(officer), 'Đã đăng ký', 'state');
});

await step('a supervisor sees who read outside their scope, and why', async () => {
	const { body } = await lodgeByProgram(declaration('CAN-BO-8', (text) => text.replace(/<CustomsOffice>[^<]*/, '<CustomsOffice>01B1')));
	const read = (reason) => officer.context().request.get(`${url}/v1/messages/${body.id}`, { headers: reason });
	is((await read({})).status(), 403, 'without a reason');
	is((await read({ 'Sampan-Reason': 'doi chieu voi to khai khac' })).status(), 200, 'with a reason');
	const paper = await attachByProgram(body.id, 'hoa don.pdf');
	await officer.goto(`${url}/documents/${body.id}/attachments/${paper.sha256}`);
	has(await officer.textContent('h1'), 'ngoài phạm vi', 'a paper too is read for a reason');
	await officer.goto(`${url}/documents/${body.id}`);
	await officer.fill('#reason', 'khiếu nại 18');
	await officer.click('main button.main');
	await officer.waitForSelector('.files form button');
	await checkAccess(officer, 'read for a reason');
	const [file] = await Promise.all([officer.waitForEvent('download'), officer.click('.files form button:has-text("hoa don.pdf")')]);
	is(fs.readFileSync(await file.path(), 'utf8'), PAPER, 'the paper, as it was attached');
	const supervisor = await open();
	await signIn(supervisor, 'truong', '/work');
	await supervisor.click('.bar nav a:has-text("Nhật ký truy cập")');
	const row = supervisor.locator('.rows tbody tr:has-text("doi chieu")').first();
	has(await row.textContent(), 'doi chieu voi to khai khac', 'why');
	for (const name of ['Phạm Quang Minh', 'minh']) has(await row.textContent(), name, 'who');
	for (const what of ['Tờ khai hải quan xuất khẩu', 'cơ quan 01B1', body.id]) has(await row.textContent(), what, 'what');
	is(await supervisor.locator('.rows tbody tr:has-text("khiếu nại 18"):has-text("xem nội dung, tải về")').count() > 0, true, 'so is the paper that was opened');
	await checkAccess(supervisor, 'audit');
	await shoot(supervisor, '42-audit');
	await supervisor.setViewportSize({ width: 360, height: 740 });
	for (const path of ['/audit', '/work', '/hand-over']) {
		await supervisor.goto(url + path);
		await checkWidth(supervisor, path);
		await checkCells(supervisor, path);
	}
	await officer.goto(`${url}/audit`);
	has(await officer.textContent('main'), 'Không được phép', 'it is not for officers');
	await supervisor.context().close();
});

await finish();
