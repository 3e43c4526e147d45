// A supervisor puts several declarations into another lane, step by step, in Debian's chromium. Started by tests/browser/run.
import fs from 'node:fs';
import { checkAccess, checkWidth, finish, has, is, lodgeByProgram, open, shoot, signIn, step, url } from './support.mjs';

const IMPORT = fs.readFileSync('schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml', 'utf8');
const HTML = { headers: { Accept: 'text/html' } };

// Of a rate that is not preferential, so that its lane is green.
async function lodgeImport(page, reference) {
	const text = IMPORT.replaceAll('GBT-NK-2026-0019', reference).replace('>B04<', '>B01<').replace(/C\/O mẫu D số [^.]*\. /, '');
	const { status, body } = await lodgeByProgram({ buffer: Buffer.from(text) });
	is(status, 202, `${reference} is lodged`);
	await page.goto(`${url}/documents/${body.id}`);
	await page.waitForSelector('.actions a');
	return body.id;
}

const supervisor = await open(), officer = await open();
await signIn(supervisor, 'truong', '/work');
await signIn(officer, 'minh', '/work');

await step('a supervisor re-routes several for one reason, and what changed meanwhile is named', async () => {
	const ids = [];
	for (const reference of ['TRUONG-1', 'TRUONG-2', 'TRUONG-3']) ids.push(await lodgeImport(supervisor, reference));
	const [first, second, third] = ids;
	await supervisor.goto(`${url}/work`);
	for (const id of ids) await supervisor.check(`input[name="m.${id}"]`);
	await checkAccess(supervisor, 'work list with ticks');
	await shoot(supervisor, '80-batch-chosen');
	await supervisor.click('#batch button');
	await supervisor.waitForSelector('#lane');
	for (const id of ids) is(await supervisor.locator(`#${id} .lane.green`).count(), 1, `${id} is green`);
	await checkAccess(supervisor, 'before deciding');
	// an officer decides on one of them while the supervisor reads
	await officer.goto(`${url}/documents/${second}/do/ask-papers`);
	await officer.goto(`${url}/documents/${second}/do/re-route`);
	await officer.selectOption('select', 'yellow');
	await officer.fill('textarea', 'nghi ngờ trị giá');
	await officer.click('form.stack button.main');
	await officer.waitForURL(`${url}/documents/${second}`);
	await supervisor.selectOption('#lane', 'red');
	await supervisor.fill('#text', 'chỉ đạo 17 <img src=x onerror=evil()>');
	await shoot(supervisor, '81-batch-deciding');
	await supervisor.click('form button.main');
	await supervisor.waitForSelector('.notice');
	has(await supervisor.textContent('.notice'), '2 tờ khai đã chuyển luồng, 1 chưa', 'count');
	has(await supervisor.textContent(`#${second}`), 'Đã thay đổi trong lúc bạn xem', 'named');
	is(await supervisor.locator(`#${second} .becomes`).count(), 0, 'what was not done goes nowhere');
	for (const id of [first, third]) {
		const row = await supervisor.textContent(`#${id}`);
		has(row, 'Đã chuyển', 'done');
		if (!/^\s*1\d{11}/.test(row)) throw new Error(`no number: ${row}`);
		has(row, "03CC", 'its office');
		is(await supervisor.locator(`#${id} .lane`).evaluateAll((all) => all.map((one) => one.className).join()), 'lane green,lane red', 'from which lane into which');
	}
	has(await supervisor.textContent('.strip'), 'chỉ đạo 17 <img src=x onerror=evil()>', 'the reason');
	await checkAccess(supervisor, 'outcome');
	await shoot(supervisor, '82-batch-outcome');
	const decisions = await supervisor.locator('td a[href^="/documents/"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
	is(new Set(decisions).size, 5, 'each has a decision document of its own');
	for (const [id, lane] of [[first, 'red'], [second, 'yellow'], [third, 'red']]) {
		await supervisor.goto(`${url}/documents/${id}`);
		is(await supervisor.locator(`.head .lane.${lane}`).count(), 1, `${id} is ${lane}`);
	}
	await supervisor.goto(`${url}/documents/${first}`);
	has(await supervisor.textContent('.reasons'), '<img src=x onerror=evil()>', 'the reason stays text');
});

await step('nothing chosen, no reason, no supervisor, no token: each is refused in words', async () => {
	await supervisor.goto(`${url}/work`);
	const csrf = await supervisor.locator('input[name="csrf"]').first().inputValue();
	await supervisor.goto(`${url}/work?schema=vn.import&state=registered`);
	await supervisor.click('#batch button');
	await supervisor.waitForSelector('[role=alert]:has-text("Chưa chọn tờ khai nào")');
	is(new URL(supervisor.url()).searchParams.get('schema'), 'vn.import', 'the filters stay');
	is(await supervisor.inputValue('#state'), 'registered', 'all of them');
	await checkAccess(supervisor, 'list that says what is missing');
	await shoot(supervisor, '84-batch-nothing');
	const [some] = await supervisor.locator('input[name^="m."]').evaluateAll((all) => all.map((one) => one.name));
	const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`m.VN-1-${900000 + i}`, '1']));
	const over = await supervisor.context().request.post(`${url}/work/chosen`, { ...HTML, form: { csrf, back: '/work?schema=vn.import', ...many, [some]: '1' } });
	is(over.status(), 200, 'too many lead back');
	has(over.url(), '/work?schema=vn.import&say=many', 'to the list');
	await supervisor.goto(over.url());
	has(await supervisor.textContent('[role=alert]'), 'tối đa 50', 'which says why');
	is(await supervisor.isChecked(`input[name="${some}"]`), true, 'and has the ticks');
	is(await supervisor.locator('a[href*="ticked"], input[value*="ticked"]').count(), 0, 'and says it once');
	for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/workshop', '/documents']) {
		const led = await supervisor.context().request.post(`${url}/work/chosen`, { ...HTML, form: { csrf, back }, maxRedirects: 0 });
		is(led.headers().location, '/work?say=choose&ticked=', `${back} leads nowhere`);
	}
	const id = await lodgeImport(supervisor, 'TRUONG-4');
	const chosen = await supervisor.context().request.post(`${url}/work/chosen`, { ...HTML, form: { csrf, [`m.${id}`]: '1', 'm.VN-1-999999': '1' } });
	has(await chosen.text(), 'Không tìm thấy', 'what is not there is named');
	const seen = (await chosen.text()).match(new RegExp(`name="m.${id}" value="([0-9]+)"`))[1];
	const mute = await supervisor.context().request.post(`${url}/work/re-route`, { ...HTML, form: { csrf, [`m.${id}`]: seen, 'm.VN-1-999999': '7', lane: 'red', text: '' } });
	has(await mute.text(), '0 tờ khai đã chuyển luồng, 2 chưa', 'without a reason');
	const theirs = await officer.locator('input[name="csrf"]').first().inputValue();
	is((await officer.context().request.post(`${url}/work/re-route`, { ...HTML, form: { csrf: theirs, [`m.${id}`]: seen, lane: 'red', text: 'x' } })).status(), 403, 'an officer');
	is((await supervisor.context().request.post(`${url}/work/re-route`, { ...HTML, form: { [`m.${id}`]: seen, lane: 'red', text: 'x' } })).status(), 403, 'without its token');
	const twice = { csrf, once: 'twice', [`m.${id}`]: seen, lane: 'red', text: 'một lần' };
	const answers = [];
	for (let i = 0; i < 2; i++) answers.push(await (await supervisor.context().request.post(`${url}/work/re-route`, { ...HTML, form: twice })).text());
	has(answers[0], 'Đã chuyển', 'once');
	has(answers[1], '1 tờ khai đã chuyển từ lần gửi trước', 'pressed twice it is one decision');
	has(answers[1], 'Đã chuyển từ trước', 'and says so');
	if (answers[1].includes('Chưa chuyển')) throw new Error('what was done is called not done');
	const later = (await (await supervisor.context().request.post(`${url}/work/chosen`, { ...HTML, form: { csrf, [`m.${id}`]: '1' } })).text()).match(new RegExp(`name="m.${id}" value="([0-9]+)"`))[1];
	has(await (await supervisor.context().request.post(`${url}/work/re-route`, { ...HTML, form: { ...twice, once: 'anew', [`m.${id}`]: later } })).text(), 'Tờ khai đã ở luồng này', 'asked anew, for the lane that it is in');
	const other = await (await supervisor.context().request.post(`${url}/work/re-route`, { ...HTML, form: { ...twice, lane: 'yellow' } })).text();
	has(other, 'Đã thay đổi trong lúc bạn xem', 'another lane from the same page is not done');
	await officer.goto(`${url}/work`);
	is(await officer.locator('#batch').count(), 0, 'an officer is offered nothing');
});

await step('a shift hands over what is open, with a note that the next one reads', async () => {
	const id = await lodgeImport(supervisor, 'TRUONG-6');
	await officer.goto(`${url}/documents/${id}/do/ask-papers`);
	await officer.fill('[name="due"]', new Date(Date.now() + 7 * 86400000).toISOString().slice(0, 10));
	await officer.selectOption('[name="paper[1]/code"]', '380');
	await officer.click('form.stack button.main');
	await officer.waitForURL(`${url}/documents/${id}`);
	await supervisor.goto(`${url}/work`);
	await supervisor.click('.bar a[href="/hand-over"]');
	await supervisor.click('.kinds a:has-text("03CC")');
	await supervisor.waitForSelector('h1:has-text("Bàn giao ca, cơ quan 03CC")');
	is(await supervisor.locator(`.officer:has(h3:has-text("Phạm Quang Minh")) #${id}`).count(), 1, 'what the officer worked on stands with their name');
	is(await supervisor.locator(`#${id} .state.hold`).count(), 1, 'its state');
	is(Number(await supervisor.textContent('.counts tr:has-text("Phạm Quang Minh") td:nth-child(2)')) > 0, true, 'papers asked are counted');
	const note = 'Lô gốm sứ chờ hóa đơn.\nGọi lại cho đại lý <img src=x onerror=evil()>';
	await supervisor.fill('#text', note);
	await checkAccess(supervisor, 'hand-over');
	await shoot(supervisor, '85-hand-over-writing');
	await supervisor.click('form.stack button.main');
	await supervisor.waitForSelector('ol.notes li');
	is(new URL(supervisor.url()).search, '?office=03CC&desk=customs', 'the same office and desk');
	is((await supervisor.textContent('ol.notes li .remarks')).replace(/\r/g, ''), note, 'the note, as text');
	has(await supervisor.textContent('ol.notes li'), 'Vũ Đức Trường', 'who left it');
	await supervisor.emulateMedia({ media: 'print' });
	is(await supervisor.isVisible('form.stack'), false, 'nothing to fill in on paper');
	is(await supervisor.isVisible('ol.notes li'), true, 'the note is');
	await shoot(supervisor, '86-hand-over-paper');
	await supervisor.emulateMedia({ media: 'screen' });
	const next = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
	await signIn(next, 'hoa', '/hand-over?office=03CC');
	has(await next.textContent('ol.notes'), 'Gọi lại cho đại lý', 'the next shift reads it, without JavaScript');
	is(await next.locator('#text').count(), 0, 'an officer leaves none');
	await shoot(next, '87-hand-over-phone');
	await next.context().close();
	const phone = await open({ viewport: { width: 390, height: 800 }, locale: 'en-US' });
	await signIn(phone, 'hoa', '/hand-over?office=03CC');
	has(await phone.textContent('h1'), 'Hand-over, office 03CC', 'in English');
	await checkWidth(phone, 'hand-over');
	await checkAccess(phone, 'hand-over on a phone');
	await phone.context().close();
	const theirs = await officer.locator('input[name="csrf"]').first().inputValue();
	is((await officer.context().request.post(`${url}/hand-over`, { ...HTML, form: { csrf: theirs, office: '03CC', text: 'x', back: '/hand-over' } })).status(), 403, 'an officer');
	is((await supervisor.context().request.get(`${url}/hand-over?office=99ZZ`, HTML)).status(), 403, 'an office that is not theirs');
	await supervisor.goto(`${url}/audit`);
	has(await supervisor.textContent('tbody'), 'Ghi chú bàn giao ca', 'it is on record');
	if ((await supervisor.textContent('tbody')).includes('Gọi lại')) throw new Error('the audit tells what the note says');
});

await step('it works on a phone, in English, without JavaScript', async () => {
	const id = await lodgeImport(supervisor, 'TRUONG-5');
	const page = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false, locale: 'en-US' });
	await signIn(page, 'truong', '/work');
	await page.check(`input[name="m.${id}"]`);
	await page.click('#batch button');
	await page.selectOption('#lane', 'yellow');
	await page.fill('#text', 'as agreed');
	await shoot(page, '83-batch-phone');
	await page.click('form button.main');
	has(await page.textContent('.notice'), '1 re-routed, 0 not', 'outcome');
	await page.context().close();
	const phone = await open({ viewport: { width: 390, height: 800 } });
	await signIn(phone, 'truong', '/work');
	await checkWidth(phone, 'work list');
	await phone.context().close();
});

await finish();
