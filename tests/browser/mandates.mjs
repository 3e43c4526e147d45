// Mandates between a trader and an agent, step by step, in Debian's chromium. Started by tests/browser/run.
import { abroad, checkAccess, checkWidth, finish, has, is, open, shoot, signIn, step, url } from './support.mjs';

const HTML = { headers: { Accept: 'text/html' } };
const trader = await open(), agent = await open(), other = await open();
await signIn(trader, 'lan', '/mandates');
await signIn(agent, 'hai', '/mandates');
await signIn(other, 'moi', '/mandates');
const numbers = async (page) => page.locator('tr[id^="mandate-"]').evaluateAll((rows) => rows.map((row) => row.id));
let proposed;

await step('a page without mandates says so, and who is neither principal nor agent has no page', async () => {
	const fresh = await open();
	await signIn(fresh, 'malee', '/mandates', abroad);
	has(await fresh.textContent('main'), 'Chưa có ủy quyền nào', 'empty');
	await checkAccess(fresh, 'empty');
	await fresh.context().close();
	const officer = await open();
	await signIn(officer, 'minh');
	is((await officer.goto(`${url}/mandates`)).status(), 403, 'an officer');
	is(await officer.locator('nav a[href="/mandates"]').count(), 0, 'tab');
	await officer.context().close();
});

await step('an agent proposes, the principal confirms, and it holds', async () => {
	const before = await numbers(agent);
	await agent.fill('#principal', '0100101308');
	await agent.selectOption('#agent', { label: (await agent.textContent('#agent option[value="dai-ly-hai-phong"]')).trim() });
	await agent.check('input[name="kind.vn.import"]');
	await agent.fill('#until', '2031-12-31');
	await agent.click('section:last-of-type form.stack button.main');
	await agent.waitForURL(`${url}/mandates`);
	[proposed] = (await numbers(agent)).filter((one) => !before.includes(one));
	has(await agent.textContent(`#${proposed}`), 'Chờ xác nhận', 'state');
	is(await agent.locator(`#${proposed} form[action$="/confirm"]`).count(), 0, 'an agent confirms nothing');
	await checkAccess(agent, 'proposed');
	await shoot(agent, '70-mandate-proposed');
	await trader.reload();
	is((await numbers(other)).includes(proposed), false, 'nobody else sees it');
	await checkAccess(trader, 'to confirm');
	await shoot(trader, '71-mandate-to-confirm');
	await trader.click(`#${proposed} form[action$="/confirm"] button`);
	await trader.waitForSelector(`#${proposed} .state.good`);
	for (const wanted of ['Đang hiệu lực', '31/12/2031', 'xác nhận:']) has(await trader.textContent(`#${proposed}`), wanted, 'row');
	await agent.reload();
	has(await agent.textContent(`#${proposed}`), 'Đang hiệu lực', 'the agent sees it');
});

await step('agents are chosen by name, found by name or tax code, and only what they may lodge is offered', async () => {
	await trader.goto(`${url}/mandates`);
	has(await trader.textContent('#agent'), '–', 'name and tax code');
	const kinds = await trader.locator('input[name^="kind."]').evaluateAll((all) => all.map((one) => one.name));
	is(kinds.includes('kind.vn.export'), true, 'an export declaration');
	for (const never of ['vn.co', 'vn.response', 'vn.co-status', 'vn.verification', 'vn.co-paper']) is(kinds.includes(`kind.${never}`), false, never);
	has(await trader.textContent('#until-help'), 'đến khi thu hồi', 'no last day');
	await trader.goto(`${url}/mandates?agent=dai+ly+hai`);
	is(await trader.locator('#agent option[value="dai-ly-hai-phong"]').count(), 1, 'found without marks');
	await trader.goto(`${url}/mandates?agent=nobody`);
	is(await trader.locator('#agent option').count(), 1, 'none');
	has(await trader.textContent('main'), 'Không có đại lý nào', 'told');
	await checkAccess(trader, 'no agent found');
	await trader.goto(`${url}/mandates`);
});

await step('what an agent may not, the ledger refuses, whatever a form says', async () => {
	const csrf = await agent.locator('input[name="csrf"]').first().inputValue();
	const form = { csrf, principal: '0100101308', agent: 'dai-ly-hai-phong', 'kind.vn.export': 'yes', until: '2031-11-30' };
	await agent.context().request.post(`${url}/mandates`, { ...HTML, form });
	await agent.reload();
	const mine = (await numbers(agent))[0].replace('mandate-', '');
	is((await agent.context().request.post(`${url}/mandates/${mine}/confirm`, { ...HTML, form: { csrf } })).status(), 403, 'its own proposal');
	const stranger = await other.locator('input[name="csrf"]').first().inputValue();
	is((await other.context().request.post(`${url}/mandates/${mine}/confirm`, { ...HTML, form: { csrf: stranger } })).status(), 404, 'a stranger learns nothing');
	is((await other.context().request.post(`${url}/mandates/${mine}/revoke`, { ...HTML, form: { csrf: stranger, sure: 'yes' } })).status(), 404, 'nor ends it');
	is((await trader.context().request.post(`${url}/mandates/${mine}/confirm`, { ...HTML, form: {} })).status(), 403, 'without the token of the session');
	const mineToo = await trader.locator('input[name="csrf"]').first().inputValue();
	is((await trader.context().request.post(`${url}/mandates/${mine}/revoke`, { ...HTML, form: { csrf: mineToo } })).status(), 400, 'not confirmed');
});

await step('what is wrong is said above the form, which keeps what was filled in', async () => {
	await trader.goto(`${url}/mandates`);
	await trader.evaluate((text) => document.getElementById('agent').append(new Option(text, text, true, true)), '<b onclick=evil()>nobody');
	await trader.check('input[name="kind.vn.export"]');
	await trader.click('section:last-of-type form.stack button.main');
	await trader.waitForSelector('.refusal');
	has(await trader.textContent('.refusal'), 'không có bên nào mang mã này', 'why');
	is(await trader.inputValue('#agent'), '<b onclick=evil()>nobody', 'kept');
	is(await trader.isChecked('input[name="kind.vn.export"]'), true, 'kind is kept');
	await checkAccess(trader, 'refused');
	await shoot(trader, '72-mandate-refused');
});

await step('the principal takes it back, with a tick and a reason, and it ends at once', async () => {
	await trader.goto(`${url}/mandates`);
	await trader.click(`#${proposed} summary`);
	await trader.fill(`#${proposed} input[name="reason"]`, 'hết hợp đồng');
	await trader.check(`#${proposed} input[name="sure"]`);
	await checkAccess(trader, 'taking back');
	await trader.click(`#${proposed} form[action$="/revoke"] button`);
	await trader.waitForSelector(`#${proposed} .state.bad`);
	is(await trader.locator(`#${proposed} form`).count(), 0, 'nothing is left to do');
	await agent.reload();
	has(await agent.textContent(`#${proposed}`), 'Đã thu hồi', 'the agent sees it');
});

await step('it works on a phone, in English, without JavaScript', async () => {
	const page = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false, locale: 'en-US' });
	await signIn(page, 'lan', '/mandates');
	for (const wanted of ['Mandates', 'Given to agents', 'Revoked']) has(await page.textContent('main'), wanted, 'English');
	await page.selectOption('#agent', 'dai-ly-hai-phong');
	await page.click('section:last-of-type form.stack button.main');
	has(await page.textContent('main'), 'everything', 'given, for all kinds');
	await shoot(page, '73-mandates-phone');
	await page.click('tr[id^="mandate-"] summary');
	await page.check('tr[id^="mandate-"] details[open] input[name="sure"]');
	await page.click('tr[id^="mandate-"] details[open] button');
	has(await page.textContent('tr[id^="mandate-"]'), 'Revoked', 'taken back');
	await page.context().close();
	const phone = await open({ viewport: { width: 390, height: 800 } });
	await signIn(phone, 'lan', '/mandates');
	await checkWidth(phone, 'mandates');
	await phone.context().close();
});

await finish();
