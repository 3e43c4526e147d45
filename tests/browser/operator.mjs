// An operator's way through the pages, step by step, in Debian's chromium. Started by tests/browser/run, as the last: it ends the
// partner's node to see what waits.
import { checkAccess, checkWidth, declaration, finish, has, is, lodgeByProgram, open, shoot, signIn, step, url } from './support.mjs';

const operator = await open();
await signIn(operator, 'van-hanh', '/');

// Until the page says it: the same page again, as a person would press F5.
async function reloadUntil(page, holds) {
	const until = Date.now() + 60000;
	while (!(await holds())) {
		if (Date.now() > until) throw new Error(`${page.url()} does not come to say it`);
		await page.waitForTimeout(250);
		await page.reload();
	}
}

async function csrfOf(page) {
	return page.locator('input[name="csrf"]').first().inputValue();
}

// A declaration that nobody lodged before: the same once more is answered as it was, makes no event, and no page changes.
const lodgedBefore = new Set();
async function lodgeNew(reference) {
	const { status, body } = await lodgeByProgram(declaration(reference));
	is(status, 202, `${reference} is lodged`);
	is(lodgedBefore.has(body.id), false, `${reference} was lodged before`);
	lodgedBefore.add(body.id);
	return body.id;
}

// The ways before this one left what will never go, as a declaration without its port.
async function dropWhatWaits() {
	await operator.goto(`${url}/exchange`);
	const links = await operator.locator('#live td.key a[href^="/exchange?delivery="]').evaluateAll((found) => found.map((a) => a.getAttribute('href')));
	for (const link of links) {
		await operator.goto(url + link);
		await operator.fill('#reason-drop', 'không gửi được nữa');
		await operator.check('form[action$="/drop"] input[name="sure"]');
		await operator.click('form[action$="/drop"] button');
		await operator.waitForURL(`${url}/exchange`);
	}
}

await step('an operator begins at the monitor, which says who answers and that nothing waits', async () => {
	is(operator.url(), `${url}/exchange`, 'address');
	await reloadUntil(operator, async () => (await operator.textContent('#partner-TH')).includes('Có kết nối'));
	await dropWhatWaits();
	await reloadUntil(operator, async () => (await operator.textContent('main')).includes('Không có gì phải chờ'));
	for (const wanted of ['Thái Lan', 'keys/door.crt', 'keys/node.crt', 'seal/document-1.crt', 'Ổ đĩa còn trống', 'Mọi hàng đợi đều trống'])
		has(await operator.textContent('main'), wanted, 'monitor');
	is(await operator.locator('main .state.bad').count(), 0, 'nothing is bad');
	await checkAccess(operator, 'monitor');
	await shoot(operator, '60-monitor');
});

let seen;
await step('a message is seen from both sides for a reason, which is on record before', async () => {
	seen = await lodgeNew('VAN-HANH-1');
	await operator.goto(`${url}/documents/${seen}`);
	await reloadUntil(operator, async () => (await operator.textContent('.timeline')).includes('đã chuyển đổi'));
	await operator.goto(`${url}/exchange`);
	await operator.fill('#id', seen);
	await operator.press('#id', 'Enter');
	await operator.waitForURL(/sides\?id=/);
	is(await operator.locator('.sheet').count(), 0, 'nothing of its contents is shown');
	is((await operator.content()).includes('men lam'), false, 'no word of it');
	await checkAccess(operator, 'both sides, not opened');
	await operator.fill('#reason', 'khiếu nại 17 <script>evil()</script>');
	await operator.click('form.stack button.main');
	await operator.waitForSelector('.main-side .sheet');
	is(await operator.locator('.beside-side .paper').count() > 0, true, 'the translation is beside it');
	has(await operator.textContent('main'), 'men lam', 'contents');
	has(await operator.textContent('main'), 'Báo cáo chuyển đổi', 'report');
	has(await operator.textContent('main .notice'), '<script>evil()</script>', 'the reason stays text');
	await checkAccess(operator, 'both sides');
	await shoot(operator, '61-both-sides');
	await operator.goto(`${url}/audit`);
	has(await operator.textContent('main'), 'khiếu nại 17', 'on record');
	await operator.goto(`${url}/sides?id=VN-1-999999`);
	has(await operator.textContent('main'), '404', 'no such message');
});

await step('a link cannot give a reason, and a form of another page neither', async () => {
	const page = await operator.context().request.get(`${url}/sides?id=${seen}&reason=x`, { headers: { Accept: 'text/html' } });
	is(page.status(), 400, 'a reason in the address');
	const forged = await operator.context().request.post(`${url}/sides`, { headers: { Accept: 'text/html' }, form: { id: seen, reason: 'x', csrf: 'ab' } });
	is(forged.status(), 403, 'without its token');
	const kept = await operator.context().request.post(`${url}/exchange/1/drop`, { headers: { Accept: 'text/html' }, form: { reason: 'x', sure: 'yes' } });
	is(kept.status(), 403, 'without its token');
});

await step('who is no operator has no monitor, and an auditor has no buttons', async () => {
	const trader = await open(), officer = await open(), auditor = await open();
	await signIn(trader, 'lan');
	await signIn(officer, 'minh');
	for (const page of [trader, officer]) {
		is((await page.goto(`${url}/exchange`)).status(), 403, 'monitor');
		is(await page.locator('nav a[href="/exchange"]').count(), 0, 'tab');
	}
	await signIn(auditor, 'kiem-toan', '/exchange');
	has(await auditor.textContent('main'), 'Thái Lan', 'an auditor sees it');
	for (const page of [trader, officer, auditor]) await page.context().close();
});

// The partner's node ends: what is lodged from now on waits.
let waiting;
await step('what waits for a partner that is away is held, released, held again and dropped', async () => {
	process.kill(Number(process.env.PARTNER_PID), 'SIGTERM');
	await operator.goto(`${url}/exchange`);
	// what was sent into the open link fills it; then the link is seen to be down, and nothing gets a number any more
	await lodgeNew('VAN-HANH-2');
	await reloadUntil(operator, async () => (await operator.textContent('#partner-TH')).includes('Không trả lời'));
	is(await operator.locator('#partner-TH td:nth-child(5) time').count(), 1, 'next try');
	waiting = await lodgeNew('VAN-HANH-3');
	const row = operator.locator('#live tr', { has: operator.locator(`a[href="/documents/${waiting}"]`) });
	await reloadUntil(operator, async () => (await row.count()) > 0 && (await row.textContent()).includes('Chờ gửi'));
	await shoot(operator, '62-waiting');
	await row.locator('td.key a').first().click();
	await checkAccess(operator, 'delivery');
	const at = operator.url(), number = new URL(at).searchParams.get('delivery'), csrf = await csrfOf(operator);
	const unsure = await operator.context().request.post(`${url}/exchange/${number}/hold`, { headers: { Accept: 'text/html' }, form: { csrf, reason: 'chờ' } });
	is(unsure.status(), 400, 'not confirmed');
	const mute = await operator.context().request.post(`${url}/exchange/${number}/hold`, { headers: { Accept: 'text/html' }, form: { csrf, sure: 'yes' } });
	is(mute.status(), 400, 'without a reason');
	const hold = async () => {
		await operator.goto(at);
		await operator.fill('#reason-hold', 'cảng đóng cửa');
		await operator.check('input[name="sure"]');
		await operator.click('form.stack button');
		await operator.waitForURL(`${url}/exchange`);
		has(await operator.textContent(`#delivery-${number}`), 'Người vận hành giữ lại', 'kept back');
	};
	await hold();
	await operator.goto(at);
	await checkAccess(operator, 'a held delivery');
	await shoot(operator, '63-held');
	await operator.click('form[action$="/release"] button');
	await operator.waitForURL(`${url}/exchange`);
	has(await operator.textContent(`#delivery-${number}`), 'Chờ gửi', 'released');
	await hold();
	await operator.goto(at);
	await operator.fill('#reason-drop', 'người gửi rút lại');
	await operator.check('form[action$="/drop"] input[name="sure"]');
	await operator.click('form[action$="/drop"] button');
	await operator.waitForURL(`${url}/exchange`);
	is(await operator.locator(`#delivery-${number}`).count(), 0, 'it waits no more');
	await operator.goto(at);
	has(await operator.textContent('.empty'), 'không còn chờ', 'gone, in words');
	await operator.goto(`${url}/documents/${waiting}`);
	for (const wanted of ['người vận hành tạm giữ lại', 'người vận hành cho gửi tiếp', 'người vận hành hủy việc gửi'])
		has((await operator.textContent('.timeline')).toLowerCase(), wanted, 'on record');
});

await step('the monitor follows by itself', async () => {
	await operator.goto(`${url}/exchange`);
	await operator.waitForSelector('#live-mark:not([hidden])');
	await operator.evaluate(() => { window.never = 'reloaded'; });
	const lodged = await lodgeNew('VAN-HANH-4');
	await operator.waitForSelector(`#live a[href="/documents/${lodged}"]`);
	is(await operator.evaluate(() => window.never), 'reloaded', 'the page was not loaded again');
});

await step('health stands first, and what was opened and where the keyboard is outlive a refresh', async () => {
	await operator.goto(`${url}/exchange`);
	has(await operator.textContent('#live > section:first-child'), 'Tình trạng nút', 'health first');
	is(await operator.locator('#find').evaluate((find) => Boolean(document.getElementById('live').compareDocumentPosition(find) & Node.DOCUMENT_POSITION_FOLLOWING)), true, 'looking for a message comes after it');
	for (const wanted of ['trang web và API (HTTPS)', 'Phòng cấp BCTHN'])
		has(await operator.textContent('main'), wanted, 'certificates in words');
	has(await operator.textContent('.bar nav'), 'Mọi chứng từ', 'an operator has no documents of their own');
	await operator.waitForSelector('#live-mark:not([hidden])');
	await operator.click('#live details summary');
	await operator.focus('#live details summary');
	await operator.evaluate(() => { document.querySelector('#live section').dataset.before = 'yes'; });
	await lodgeNew('VAN-HANH-5');
	await operator.waitForFunction(() => !document.querySelector('#live section').dataset.before);
	is(await operator.locator('#live details').first().evaluate((one) => one.open), true, 'still open');
	is(await operator.evaluate(() => document.activeElement === document.querySelector('#live details summary')), true, 'the keyboard is where it was');
});

await step('it works on a phone, in English, without JavaScript', async () => {
	const page = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false, locale: 'en-US' });
	await signIn(page, 'van-hanh', '/exchange');
	has(await page.textContent('main'), 'Exchange monitor', 'English');
	has(await page.textContent('#partner-TH'), 'Down', 'partner');
	await page.locator('#live td.key a[href^="/exchange?"]').first().click();
	has(await page.textContent('main'), 'Hold', 'what can be said');
	await page.context().close();
	const phone = await open({ viewport: { width: 390, height: 800 } });
	await signIn(phone, 'van-hanh', '/exchange');
	await checkWidth(phone, 'monitor');
	await shoot(phone, '64-monitor-phone');
	await phone.goto(`${url}/sides?id=${seen}`);
	await checkWidth(phone, 'both sides');
	await phone.context().close();
});

await finish();
