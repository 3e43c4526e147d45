// The life of certificates of origin through the pages of two nodes, each step going on where the one before ended: one of Viet Nam from the
// exporter's application over its use and the clearance in Thailand to the balance, and one of Thailand, used and cleared in Viet Nam.
// docs/tour.md tells it with its pictures.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { OUT, SAMPAN, TOWN, abroad, checkAccess, checkWidth, declaration, finish, has, is, lodge, open, signIn, step, url, watch } from './support.mjs';

const IMPORT = 'schemas/samples/vn/dai-ly-hai-phong/08-import-tableware.xml';
const THAI = 'schemas/samples/th/dft/01-th-co.xml';

const dayIn = (days) => new Date(Date.now() + (7 + 24 * days) * 3600000).toISOString().slice(0, 10); // at the offices: UTC+7
const today = dayIn(0);

function file(name, text) {
	return { name, mimeType: 'application/xml', buffer: Buffer.from(text) };
}

// What is seen without scrolling, as in the tour; the element first when there is one.
async function picture(page, name, at) {
	await page.evaluate((selector) => {
		document.activeElement.blur();
		const element = selector && document.querySelector(selector);
		window.scrollTo(0, element ? element.getBoundingClientRect().top + window.scrollY - 56 : 0);
	}, at ?? '');
	await page.screenshot({ path: `${OUT}/story-${name}.png` });
	await checkAccess(page, name);
	await checkWidth(page, name);
}

const stateOf = (page) => page.textContent('.head .state').then((text) => text.trim());
const stays = (page) => page.evaluate(() => { window.never = 'reloaded'; });
const stayed = async (page) => is(await page.evaluate(() => window.never), 'reloaded', 'the page was not loaded again');

// What follows a step that failed is not tried.
let broken = false;
const chapter = (name, work) => step(`story: ${name}`, async () => {
	if (broken) throw new Error('the story ended before');
	broken = true;
	await work();
	broken = false;
});

// The fields of a step, as docs/tour.md names them: whoever walks it fills in these, and no others.
const TOUR = fs.readFileSync('docs/tour.md', 'utf8');
async function fillAsTold(page, number, known) {
	const from = TOUR.indexOf(`\n**${number}.`), told = TOUR.slice(from, TOUR.indexOf('\n**', from + 4));
	const rows = [...told.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)].map((row) => row.slice(1)).filter((row) => row[0] !== 'group');
	if (rows.length === 0) throw new Error(`docs/tour.md names no field in step ${number}`);
	for (const [group, label, value] of rows) {
		const id = await page.evaluate(([in_, of]) => {
			const plain = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('').trim();
			const legends = [...document.querySelectorAll('legend, summary')].filter((one) => one.textContent.trim() === in_);
			const labels = legends.flatMap((one) => [...one.parentElement.querySelectorAll('label')]).filter((one) => plain(one) === of);
			return labels.length === 1 ? labels[0].htmlFor : '';
		}, [group, label]);
		if (id === '') throw new Error(`docs/tour.md, step ${number}: no one field ${label} in ${group}`);
		const given = known[value.replaceAll('*', '')] ?? value, field = page.locator(`[id="${id}"]`);
		if (await field.evaluate((one) => one.localName === 'select')) await field.selectOption({ label: given });
		else await field.fill(given);
	}
}

const fill = async (page, values) => { for (const [name, value] of Object.entries(values)) await page.fill(`[name="${name}"]`, value); };

async function send(page) {
	await page.click('main form.stack button.main');
	await page.waitForSelector('.timeline').catch(async (error) => {
		throw new Error(`${error.message}\n${(await page.textContent('main')).replace(/\s+/g, ' ').slice(0, 1500)}`);
	});
}

const exporter = await open(), issuer = await open(), importer = await open(), officer = await open();
const english = () => open({ locale: 'en-GB' });
const authority = await english(), customs = await english(), trader = await english();
let exported, application, certificate, number, imported, importNumber, arrived, declared, registered, received;

await chapter('seven people sign in, four in Viet Nam and three in Thailand', async () => {
	await signIn(exporter, 'lan');
	await signIn(issuer, 'quynh', '/applications');
	await signIn(importer, 'hai');
	await signIn(officer, 'minh', '/work');
	await signIn(authority, 'niran', '/documents', abroad);
	await signIn(trader, 'malee', '/documents', abroad);
	await signIn(customs, 'somchai', '/work', abroad);
	for (const page of [issuer, officer, customs]) {
		await page.waitForSelector('#live-mark:not([hidden])');
		await stays(page);
	}
});

// ---- Of Viet Nam, to Thailand ----

await chapter('the exporter declares the goods and applies for a certificate', async () => {
	await lodge(exporter, declaration('CAU-CHUYEN-XK'));
	await exporter.waitForSelector('.head .state:has-text("Đã đăng ký"), .head .state:has-text("Đã truyền")');
	exported = (await exporter.textContent('main')).match(/3\d{11}/)[0];
	await exporter.goto(`${url}/lodge`);
	await exporter.click('.starts a[href="/new/apply"]');
	await fill(exporter, { reference: 'CAU-CHUYEN-CO' });
	await fillAsTold(exporter, 1, { 'the number of the declaration': exported, today });
	await picture(exporter, '01-apply');
	await send(exporter);
	application = exporter.url();
});

await chapter('it appears on the issuing officer\'s list by itself, with the declaration of the goods beside it', async () => {
	await issuer.waitForSelector('tr:has-text("CAU-CHUYEN-CO")');
	await stayed(issuer);
	await picture(issuer, '02-applications');
	await issuer.click('tr:has-text("CAU-CHUYEN-CO") a');
	await issuer.waitForSelector('.sheet.form-d');
	has(await issuer.textContent('.beside-side'), exported, 'the declaration of the same goods beside it');
	await picture(issuer, '03-application');
});

await chapter('the issuing officer issues', async () => {
	await issuer.click('.actions a:has-text("Cấp giấy chứng nhận xuất xứ")');
	number = await issuer.inputValue('[name="number"]');
	await picture(issuer, '04-issue');
	await send(issuer);
	await issuer.waitForSelector('.head .state:has-text("Đã cấp")');
	await issuer.goto(`${url}/applications?schema=vn.co&certificate=${encodeURIComponent(number)}`);
	await issuer.click('td.key a');
	await issuer.waitForSelector('svg.qr path');
	await issuer.waitForSelector('#live-mark:not([hidden])');
	await stays(issuer);
	certificate = issuer.url();
});

await chapter('the importer in Thailand declares a part of the goods, and names the certificate', async () => {
	await trader.goto(`${abroad}/lodge`);
	await trader.click('.starts a[href="/new/th-declare"]');
	is(await trader.inputValue('[name="Importer/Code"]'), '0105541004567', 'whose declaration it is');
	await fillAsTold(trader, 4, { 'the number of the certificate': number, today });
	await picture(trader, '05-declare');
	await send(trader);
	await trader.waitForSelector('.head .state:has-text("Registered")');
	await trader.waitForSelector('#live-mark:not([hidden])');
	await stays(trader);
	imported = trader.url();
	importNumber = (await trader.textContent('.strip')).match(/1\d{11}/)[0];
});

await chapter('it appears on the list of Thailand\'s officer by itself, in the lane of those that claim a preference', async () => {
	await customs.waitForSelector(`tr:has-text("${importNumber}")`);
	await stayed(customs);
	has(await customs.textContent(`tr:has-text("${importNumber}")`), 'Yellow', 'the lane');
	await picture(customs, '06-thailand-work');
	await customs.click(`tr:has-text("${importNumber}") a`);
	has(await customs.textContent('.pairs'), number, 'the certificate that it names');
	is(await customs.locator('.beside-side').count(), 0, 'certificates beside it');
});

await chapter('the officer asks for the invoice, the importer brings it', async () => {
	await customs.click('.actions a:has-text("Ask for papers")');
	await customs.fill('[name="due"]', today);
	await customs.selectOption('[name="paper[1]/code"]', '380');
	await send(customs);
	await trader.waitForSelector('.head .state:has-text("Papers asked for")');
	await stayed(trader);
	await trader.click('.actions a:has-text("Add papers")');
	await trader.selectOption('#upload-type', '380');
	await trader.setInputFiles('#upload-file', { name: 'invoice.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n') });
	await trader.click('button[value="attach"]');
	await trader.check('[name="attachment[1]"]');
	await trader.fill('[name="text"]', 'The invoice is attached.');
	await send(trader);
	await trader.goto(imported);
	await trader.waitForSelector('#live-mark:not([hidden])');
	await stays(trader);
	await customs.goto(imported);
	is(await stateOf(customs), 'Papers added', 'state');
	await customs.waitForSelector('#live-mark:not([hidden])');
	await stays(customs);
});

await chapter('the exporter authorises its transmission', async () => {
	await exporter.goto(certificate);
	has(await exporter.textContent('main'), 'đang chờ bạn đồng ý', 'the exporter is told');
	await picture(exporter, '07-waits');
	await exporter.click('.actions a:has-text("Cho phép truyền")');
	await exporter.selectOption('[name="authorise"]', 'yes');
	await send(exporter);
	await exporter.goto(certificate);
	await exporter.waitForSelector('#live-mark:not([hidden])');
	await exporter.waitForSelector('.head .state:has-text("Đã truyền")');
	await stays(exporter);
});

await chapter('the e-Form D appears beside the declaration on the screen of Thailand\'s officer by itself', async () => {
	await customs.waitForSelector('.beside-side .form-d');
	await stayed(customs);
	await picture(customs, '08-thailand-beside', '.pairs');
});

await chapter('Thailand\'s officer accepts it, uses a part of it, and no more than there is', async () => {
	await customs.click('.pairs a');
	await customs.waitForSelector('.actions a');
	arrived = customs.url();
	is(await customs.textContent('h1'), number, 'a certificate is called by its number');
	has(await customs.textContent('.pairs'), importNumber, 'the declaration by its own');
	has(await customs.textContent('.pairs p'), 'Thailand', 'and by its country');
	is((await customs.textContent('.pairs p')).includes('Viet Nam'), false, 'not by that of the certificate');
	await customs.click('.actions a:has-text("Accept the certificate")');
	await send(customs);
	await customs.goto(`${abroad}/documents?schema=asw.co-status`);
	await customs.click('td.key a');
	has(await customs.textContent(`dd a[href="${arrived.slice(abroad.length)}"]`), number, 'what it belongs to, in words');
	await customs.goto(arrived);
	is(await stateOf(customs), 'Accepted', 'state');
	await customs.click('.actions a:has-text("Write off")');
	is(await customs.inputValue('[name="declaration"]'), importNumber, 'the declaration that names it');
	is(await customs.inputValue('[name="declaration-office"]'), '2801', 'its office');
	await customs.fill('[name="item[1]/quantity"]', '3001');
	await customs.click('main form.stack button.main');
	has(await customs.textContent('.refusal'), 'Item 1: 3001 pieces asked, 3000 pieces left', 'no more than there is');
	has(await customs.textContent('[name="item[1]/quantity"] ~ ul.wrong, div:has(> [name="item[1]/quantity"]) ~ ul.wrong'), '3000 pieces left', 'at its field');
	await customs.fill('[name="item[1]/quantity"]', '1200');
	await picture(customs, '09-thailand-use');
	await send(customs);
	await customs.goto(arrived);
	await customs.waitForSelector('.balance tr:has-text("1,200"):has-text("1,800")');
});

await chapter('the officer clears, and the importer sees it without reloading', async () => {
	await customs.goto(imported);
	await customs.click('.actions a:text-is("Clear")');
	await send(customs);
	is(await stateOf(customs), 'Cleared', 'state');
	await picture(customs, '10-thailand-cleared');
	await trader.waitForSelector('.head .state:has-text("Cleared")');
	await stayed(trader);
	await picture(trader, '11-importer-cleared');
});

await chapter('the issuing officer sees the balance, and the exporter sees it used, both without reloading', async () => {
	await issuer.waitForSelector('.balance tr:has-text("1.200"):has-text("1.800")'); // used, left
	await stayed(issuer);
	await picture(issuer, '12-balance');
	await exporter.waitForSelector('.head .state:has-text("Đã dùng một phần")');
	await exporter.waitForSelector('.balance tr:has-text("1.200"):has-text("1.800")');
	await stayed(exporter);
	has(await exporter.textContent('.balance'), importNumber, 'for which declaration');
	await picture(exporter, '13-used');
	await exporter.goto(application);
	has(await exporter.textContent('.head .state'), 'Đã cấp', 'the application is closed');
});

// ---- Of Thailand, to Viet Nam ----

await chapter('an agent declares an import that names a certificate of Thailand, which is not there yet', async () => {
	await lodge(importer, file('import.xml', fs.readFileSync(IMPORT, 'utf8').replaceAll('DLHP-NK-2026-0107', 'CAU-CHUYEN-NK')
		.replace(/\s*<DeclarationNumber>[^<]*<\/DeclarationNumber>/, '').replaceAll('D2026-0193327', 'D2026-0200001')));
	await importer.waitForSelector('.head .state:has-text("Đã đăng ký")');
	await importer.waitForSelector('#live-mark:not([hidden])');
	declared = importer.url();
	registered = (await importer.textContent('.strip')).match(/1\d{11}/)[0];
	await officer.waitForSelector('tr:has-text("CAU-CHUYEN-NK")');
	await officer.goto(declared);
	await officer.waitForSelector('#live-mark:not([hidden])');
	is(await officer.locator('.beside-side').count(), 0, 'certificates beside it');
	await stays(officer);
});

await chapter('Thailand issues it, and it appears beside the declaration by itself', async () => {
	const [plain, signed] = [`${OUT}/story-th-co.xml`, `${OUT}/story-th-co-signed.xml`];
	fs.writeFileSync(plain, fs.readFileSync(THAI, 'utf8').replace('D2026-0193327', 'D2026-0200001'));
	fs.rmSync(signed, { force: true });
	execFileSync(SAMPAN, ['sign', plain, '--key', `${TOWN}/clients/dft.key`, '--certificate', `${TOWN}/clients/dft.crt`, '-o', signed]);
	await lodge(authority, file('th-co.xml', fs.readFileSync(signed)), abroad);
	await authority.waitForSelector('.timeline').catch(async (error) => { throw new Error(`${error.message}\n${await authority.textContent('main')}`); });
	await authority.waitForSelector('#live-mark:not([hidden])');
	await stays(authority);
	await officer.waitForSelector('.beside-side .form-d');
	await stayed(officer);
	has(await officer.textContent('.pairs'), 'D2026-0200001', 'which certificate');
	await picture(officer, '20-beside', '.desk');
});

await chapter('the officer accepts it, uses a part of it, and no more than there is', async () => {
	const list = watch(await officer.context().newPage());
	await list.goto(`${url}/work`);
	const waiting = Number(await list.textContent('#to-decide'));
	if (!(waiting > 0)) throw new Error(`the tab counts ${waiting}`);
	await list.click('.kinds a:has-text("C/O chờ quyết định")');
	const row = 'tbody tr:has-text("D2026-0200001")';
	await list.waitForSelector(row);
	is(await list.locator(`${row} time`).count(), 1, 'its age');
	await list.waitForSelector('#live-mark:not([hidden])');
	await picture(list, '26-to-decide');
	await list.setViewportSize({ width: 390, height: 800 });
	await picture(list, '27-to-decide-phone');
	await officer.click('.pairs a');
	await officer.waitForSelector('.actions a');
	received = officer.url();
	await officer.click('.actions a:has-text("Chấp nhận giấy chứng nhận xuất xứ")');
	await send(officer);
	await officer.goto(received);
	is(await stateOf(officer), 'Được chấp nhận', 'state');
	await list.waitForSelector(row, { state: 'detached' });
	await list.waitForFunction((before) => Number(document.getElementById('to-decide').textContent) < before, waiting);
	await list.close();
	await officer.click('.actions a:has-text("Trừ lùi lượng hàng")');
	is(await officer.inputValue('[name="declaration"]'), registered, 'the declaration that names it');
	is(await officer.inputValue('[name="declaration-office"]'), '03CC', 'its office');
	await officer.fill('[name="item[1]/quantity"]', '2401');
	await officer.click('main form.stack button.main');
	has(await officer.textContent('.refusal'), 'muốn trừ lùi 2401 chiếc, còn lại 2400 chiếc', 'no more than there is');
	await officer.fill('[name="item[1]/quantity"]', '1800');
	await picture(officer, '21-use');
	await send(officer);
	await officer.goto(received);
	await officer.waitForSelector('.balance tr:has-text("1.800"):has-text("600")');
	await picture(officer, '22-balance', '.balance');
});

await chapter('the officer clears, the agent sees it, and Thailand\'s authority sees the balance, without reloading', async () => {
	await officer.goto(declared);
	await officer.click('.actions a:text-is("Thông quan")');
	await send(officer);
	is(await stateOf(officer), 'Đã thông quan', 'state');
	await picture(officer, '23-cleared');
	await importer.waitForSelector('.head .state:has-text("Đã thông quan")');
	await picture(importer, '24-agent-cleared');
	await authority.waitForSelector('.balance tr:has-text("1,800"):has-text("600")');
	await stayed(authority);
	await picture(authority, '25-thailand-balance');
});

await chapter('customs of Viet Nam asks Thailand about it, and both sides see until when the answer is due', async () => {
	await officer.goto(received);
	await officer.click('.actions a:has-text("Đề nghị xác minh")');
	await officer.selectOption('[name="reason"]', 'ORIGIN');
	is(await officer.getAttribute('[name="due"]', 'min'), today, 'no day that is over');
	await officer.fill('[name="due"]', dayIn(2));
	await officer.fill('[name="question[1]/text"]', 'Tỷ lệ RVC được tính thế nào?');
	await picture(officer, '30-ask');
	await send(officer);
	await officer.goto(received);
	is(await stateOf(officer), 'Đang xác minh', 'state');
	has(await officer.textContent('.inquiry'), 'Đang chờ trả lời xác minh', 'words');
	is(await officer.locator('.inquiry.bad').count(), 0, 'nothing is late');
	is(await officer.locator('.actions a:has-text("Trừ lùi lượng hàng")').count(), 0, 'nothing is used meanwhile');
	await picture(officer, '31-asked', '.inquiry');
	await officer.goto(`${url}/work?schema=asw.form-d&state=under-verification`);
	has(await officer.textContent('tr:has-text("D2026-0200001")'), dayIn(2).split('-').reverse().join('/'), 'due on the list');
	await checkAccess(officer, 'list of what is asked about');
	await authority.waitForSelector('.inquiry:has-text("Waiting for the answer")');
	await stayed(authority);
	await authority.goto(`${abroad}/applications?schema=th.co&state=under-verification`);
	has(await authority.textContent('tr:has-text("D2026-0200001")'), dayIn(2).split('-').reverse().join('/'), 'due on the issuer\'s list');
	await picture(authority, '32-asked-about');
});

await chapter('Thailand answers that it is not valid, and customs decides by what is proposed', async () => {
	await authority.click('tr:has-text("D2026-0200001") a');
	await authority.click('.actions a:has-text("Answer")');
	has(await authority.inputValue('[name="request"]'), '-', 'what was asked is filled in');
	await authority.selectOption('[name="result"]', 'NOT-VALID');
	await authority.fill('[name="answer[1]/question"]', '1');
	await authority.selectOption('[name="answer[1]/result"]', 'NOT-VALID');
	await picture(authority, '33-answer');
	await officer.goto(received);
	await officer.waitForSelector('#live-mark:not([hidden])');
	await stays(officer);
	await send(authority);
	await officer.waitForSelector('.head .state:has-text("Xác minh không khẳng định")');
	await stayed(officer);
	has(await officer.textContent('.inquiry'), 'Không hợp lệ', 'the answer');
	has(await officer.textContent('.inquiry'), 'Đề xuất không chấp nhận', 'what is proposed');
	is(await officer.locator('.actions a:has-text("Trừ lùi lượng hàng")').count(), 0, 'nothing is used of it');
	await picture(officer, '34-not-confirmed', '.inquiry');
	await officer.setViewportSize({ width: 390, height: 800 });
	await picture(officer, '35-not-confirmed-phone', '.inquiry');
	await officer.setViewportSize({ width: 1366, height: 768 });
	await officer.click('.actions a:has-text("Không chấp nhận")');
	await officer.selectOption('[name="reason[1]/code"]', 'OTHER').catch(() => officer.selectOption('[name="reason[1]/code"]', { index: 1 }));
	await officer.fill('[name="reason[1]/text"]', 'Cơ quan cấp trả lời không hợp lệ');
	await send(officer);
	await officer.goto(received);
	is(await stateOf(officer), 'Không được chấp nhận', 'state');
});

await chapter('customs of Thailand asks Viet Nam, whose answer lets the certificate go on where it was', async () => {
	await customs.goto(arrived);
	await customs.click('.actions a:has-text("verification")');
	await customs.selectOption('[name="reason"]', 'AT-RANDOM');
	await customs.fill('[name="question[1]/text"]', 'Did you issue it?');
	await send(customs);
	await customs.goto(arrived);
	has(await customs.textContent('.inquiry'), '180 d', 'as many days as the table says');
	await issuer.goto(`${url}/applications?schema=vn.co&state=under-verification`);
	const row = issuer.locator('tbody tr').first();
	has(await row.textContent(), '180 ngày', 'time left on the issuer\'s list');
	await checkAccess(issuer, 'issuer\'s list of what is asked about');
	await issuer.goto(certificate);
	await issuer.click('.actions a:has-text("Trả lời đề nghị xác minh")');
	await issuer.selectOption('[name="result"]', 'VALID');
	await issuer.fill('[name="answer[1]/question"]', '1');
	await issuer.selectOption('[name="answer[1]/result"]', 'VALID');
	await customs.waitForSelector('#live-mark:not([hidden])');
	await stays(customs);
	await send(issuer);
	await customs.waitForSelector('.head .state:has-text("Partly used")');
	await stayed(customs);
	has(await customs.textContent('.inquiry'), 'Valid', 'the answer');
	await picture(customs, '36-thailand-answered', '.inquiry');
});

for (const page of [exporter, issuer, importer, officer, authority, customs, trader]) await page.context().close();
await finish();
