// A trader's and an agent's forms: an application and declarations without XML, in chromium. Started by tests/browser/run.
import fs from 'node:fs';
import { abroad, checkAccess, checkWidth, declaration, finish, has, is, lodgeByProgram, open, shoot, signIn, step, url, PASSWORD } from './support.mjs';

const field = (name) => `#field-${name.replace(/[[\]/]/g, '-')}`;
const fill = async (page, values) => {
	for (const [name, value] of Object.entries(values)) {
		const at = page.locator(field(name));
		if (await at.evaluate((one) => one.localName === 'select')) await at.selectOption(value);
		else await at.fill(value);
	}
};
const press = (page, act) => page.click(`form.long button[name=act][value="${act}"]:not(.first)`);

const APPLICATION = {
	AuthorityCode: 'BCTHN', 'Exporter/Address': 'Xã Bát Tràng, huyện Gia Lâm, thành phố Hà Nội, Việt Nam',
	'Consignee/Name': 'SIAM TABLEWARE TRADING CO., LTD.', 'Consignee/Address': '88 SUKHUMVIT ROAD, BANGKOK, THAILAND', 'Consignee/CountryCode': 'TH',
	'Transport/VesselName': 'HAI AN PARK', 'Transport/DepartureDate': '2026-11-24', 'Transport/DischargePortCode': 'THBKK',
	'ExporterDeclaration/ImportingCountryCode': 'TH', 'ExporterDeclaration/Place': 'Hà Nội', 'ExporterDeclaration/SignatoryName': 'Nguyễn Thị Hồng Ngọc',
};
const goods = (n, text) => ({
	[`Item[${n}]/Description`]: text, [`Item[${n}]/HsCode`]: '69120000', [`Item[${n}]/OriginCriterion`]: 'CTH', [`Item[${n}]/Quantity`]: '3000',
	[`Item[${n}]/QuantityUnitCode`]: 'PCE', [`Item[${n}]/GrossWeight`]: '1875.5',
});

const page = await open({ javaScriptEnabled: true });
await signIn(page, 'lan');

await step('application: the form has the boxes of the paper, and what is known stands in it', async () => {
	await page.goto(`${url}/lodge`);
	await page.click('.starts a[href="/new/apply"]');
	has(await page.textContent('h1'), 'Đơn đề nghị cấp', 'headline');
	is(await page.inputValue(field('Exporter/TaxCode')), '0100101308', 'tax code');
	has(await page.textContent('main'), 'Ô 11', 'boxes');
	await checkAccess(page, 'application');
	await shoot(page, 'broker-01-application');
});

await step('application: lines are added and taken away by buttons, and all that was typed stays', async () => {
	await fill(page, { ...APPLICATION, ...goods(1, 'Bát ăn cơm bằng gốm') });
	await press(page, 'add');
	await page.waitForSelector('#line-2');
	await fill(page, goods(2, 'Đĩa gốm'));
	await press(page, 'add');
	await page.waitForSelector('#line-3');
	is(await page.inputValue(field('Item[2]/Description')), 'Đĩa gốm', 'the second line');
	is(await page.inputValue(field('Item[3]/GrossWeightUnitCode')), 'KGM', 'what a new line begins with');
	await press(page, 'remove-2');
	await page.waitForSelector('#line-2', { state: 'detached' });
	is(await page.inputValue(field('Item[1]/Description')), 'Bát ăn cơm bằng gốm', 'the first line');
	is(await page.inputValue(field('Consignee/Name')), APPLICATION['Consignee/Name'], 'the consignee');
	has(await page.textContent('#line-1'), 'Ceramic tableware', 'HS in words');
	is(await page.locator('form.long fieldset[id^="line-"]').count(), 2, 'lines');
});

await step('application: Enter in a field lodges nothing and takes nothing away', async () => {
	await page.press(field('Consignee/Name'), 'Enter');
	await page.waitForLoadState();
	is(await page.locator('form.long fieldset[id^="line-"]').count(), 2, 'lines');
	is(await page.inputValue(field('Consignee/Name')), APPLICATION['Consignee/Name'], 'the consignee');
});

await step('application: what is wrong is told at its field, and the summary leads there', async () => {
	await fill(page, goods(3, 'Lọ hoa'));
	await fill(page, { 'Item[3]/HsCode': '99', 'Transport/DischargePortCode': 'Bangkok'.slice(0, 5), 'Consignee/CountryCode': 'JP' });
	await press(page, 'lodge');
	await page.waitForSelector('.refusal');
	const link = page.locator(`.jump a[href="${field('Item[3]/HsCode')}"]`).first();
	has(await link.textContent(), 'Dòng hàng 2', 'the line is named');
	const wrong = await page.textContent(`${field('Item[3]/HsCode')}-wrong`);
	has(wrong, 'Mã HS không đúng dạng, cần: 6 đến 12 chữ số', 'in words, with the label of the field');
	is(/\[0-9\]|HsCode|VNACCS/.test(await page.textContent('.refusal')), false, 'no pattern, no element, no item');
	is(await page.getAttribute(field('Item[3]/HsCode'), 'aria-invalid'), 'true', 'marked');
	await link.press('Enter');
	is(await page.evaluate(() => document.querySelector(':target').id), field('Item[3]/HsCode').slice(1), 'where the link leads');
	await checkAccess(page, 'application refused');
	await shoot(page, 'broker-02-refused');
});

let lodged;
await step('application: what boxes 3 and 9 of the paper need is asked for at their fields', async () => {
	await fill(page, { 'Item[3]/HsCode': '69120000', 'Transport/DischargePortCode': 'THBKK', 'Consignee/CountryCode': 'TH', 'Transport/VesselName': '' });
	await page.locator('form.long').evaluate((form) => { form.noValidate = true; });
	await press(page, 'lodge');
	await page.waitForSelector(`${field('Transport/VesselName')}-wrong`);
	await fill(page, { 'Transport/VesselName': 'HAI AN PARK', 'Item[3]/GrossWeight': '', 'Item[3]/Quantity': '' });
	await press(page, 'lodge');
	await page.waitForSelector(`${field('Item[3]/GrossWeight')}-wrong`);
	has(await page.textContent(`${field('Item[3]/GrossWeight')}-wrong`), 'ô 9 phải có trọng lượng', 'at the field');
	await fill(page, { 'Item[3]/GrossWeight': '10' });
});

await step('application: corrected, it is lodged and its paper shows what was filled in', async () => {
	await fill(page, { 'Item[3]/HsCode': '69120000', 'Transport/DischargePortCode': 'THBKK', 'Consignee/CountryCode': 'TH', reference: 'DON-BIEU-MAU-1' });
	await press(page, 'lodge');
	await page.waitForSelector('.timeline');
	lodged = page.url();
	is(await page.textContent('h1'), 'DON-BIEU-MAU-1', 'headline');
	has(await page.textContent('main'), 'Lọ hoa', 'goods');
	await shoot(page, 'broker-03-lodged');
});

await step('application: a reference that is known already is told at its field', async () => {
	await page.goto(`${url}/new/apply`);
	await fill(page, { ...APPLICATION, ...goods(1, 'Bát'), reference: 'DON-BIEU-MAU-1' });
	await press(page, 'lodge');
	await page.waitForSelector('.refusal');
	await page.waitForSelector(`${field('reference')}-wrong`);
});

await step('application: going back to what was refused loses nothing that was typed, with and without JavaScript', async () => {
	for (const javaScriptEnabled of [true, false]) {
		const one = await open({ javaScriptEnabled });
		await signIn(one, 'lan', '/new/apply');
		await fill(one, { ...APPLICATION, ...goods(1, 'Bát'), reference: 'DON-BIEU-MAU-1' });
		await press(one, 'lodge');
		await one.waitForSelector('.refusal');
		const at = one.url();
		has(at, '/refused/', 'an address of its own');
		await one.goto(`${url}/drafts`);
		await one.goBack();
		is(one.url(), at, 'back');
		await one.waitForSelector(`${field('reference')}-wrong`);
		is(await one.inputValue(field('Consignee/Name')), APPLICATION['Consignee/Name'], 'what was typed');
		await fill(one, { 'Consignee/Name': 'SỬA LẠI' });
		await press(one, 'add');
		await one.waitForSelector('#line-2');
		is(await one.inputValue(field('Consignee/Name')), 'SỬA LẠI', 'it goes on from there');
		await one.goto(`${url}/drafts`);
		await one.goBack();
		await one.waitForSelector('#line-2');
		is(await one.inputValue(field('Consignee/Name')), 'SỬA LẠI', 'what was added, too');
		await one.goto(at);
		await fill(one, { 'Consignee/Name': 'LẦN HAI' });
		await press(one, 'lodge');
		await one.waitForURL((now) => now.href !== at);
		await one.waitForSelector(`${field('reference')}-wrong`);
		await one.goto(at);
		await fill(one, { reference: `DON-QUAY-LAI-${javaScriptEnabled}` });
		await press(one, 'lodge');
		await one.waitForSelector('.timeline');
		is(await one.textContent('h1'), `DON-QUAY-LAI-${javaScriptEnabled}`, 'refused twice from there, then lodged');
		await one.context().close();
		const other = await open();
		await signIn(other, 'moi');
		await other.goto(at);
		is(other.url(), `${url}/new/apply`, 'nobody else sees it');
		is(await other.inputValue(field('Consignee/Name')), '', 'nothing of it');
		await other.context().close();
	}
});

await step('application: a new one begins as a copy, without the references of the first', async () => {
	await page.goto(lodged);
	await page.click('.actions a[href^="/new/apply"]');
	is(await page.inputValue(field('Consignee/Name')), APPLICATION['Consignee/Name'], 'the consignee');
	is(await page.inputValue(field('Item[2]/Description')), 'Lọ hoa', 'the second line');
	if ((await page.inputValue(field('reference'))) === 'DON-BIEU-MAU-1') throw new Error('the reference was copied');
	is(await page.inputValue(field('Transport/DepartureDate')), '', 'the day of departure');
	await fill(page, { 'Transport/DepartureDate': '2026-11-28' });
});

await step('application: the XML is given to who signs it', async () => {
	await fill(page, { reference: 'DON-BIEU-MAU-2' });
	const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'xml')]);
	const text = fs.readFileSync(await file.path(), 'utf8');
	has(text, '<reference>DON-BIEU-MAU-2</reference>', 'the document');
});

await step('application: on a phone, in English, without JavaScript', async () => {
	const phone = await open({ javaScriptEnabled: false, locale: 'en-GB', viewport: { width: 360, height: 740 } });
	await phone.goto(`${url}/new/apply`);
	await phone.fill('#name', 'lan');
	await phone.fill('#password', PASSWORD);
	await phone.press('#password', 'Enter');
	await phone.waitForSelector('form.long');
	has(await phone.textContent('h1'), 'Application for a certificate', 'headline');
	await fill(phone, { ...APPLICATION, ...goods(1, 'Bowls') });
	await press(phone, 'add');
	await phone.waitForSelector('#line-2');
	is(await phone.inputValue(field('Item[1]/Description')), 'Bowls', 'kept');
	await press(phone, 'remove-2');
	await phone.waitForSelector('#line-2', { state: 'detached' });
	await fill(phone, { reference: 'FORM-PHONE-1' });
	await shoot(phone, 'broker-04-phone');
	await press(phone, 'lodge');
	await phone.waitForSelector('.timeline');
	await phone.context().close();
	const narrow = await open({ viewport: { width: 360, height: 740 } });
	await signIn(narrow, 'lan', '/new/apply');
	await checkWidth(narrow, 'application on a phone');
	await checkAccess(narrow, 'application on a phone');
	await narrow.context().close();
});

const DECLARATION = {
	DeclarationKindCode: 'B11', 'Consignee/Name': 'SIAM TABLEWARE TRADING CO., LTD.', 'Consignee/AddressLine1': '88 SUKHUMVIT ROAD', 'Consignee/CountryCode': 'TH',
	DeclarantCode: 'K1234', Pieces: '125', PieceUnitCode: 'CT', FinalDestinationCode: 'THBKK', DepartureDate: '2026-11-24',
	'Invoice/PriceConditionCode': 'FOB', 'Invoice/CurrencyCode': 'USD', 'Invoice/TotalPrice': '2550', 'Invoice/PriceKindCode': 'A',
	'Line[1]/HsCode': '69120000', 'Line[1]/Description': 'Bát ăn cơm bằng gốm, men lam', 'Line[1]/Quantity': '3000', 'Line[1]/QuantityUnitCode': 'PCE',
};

await step('declaration: an export is declared by form, registered, and copied into a new one', async () => {
	await page.goto(`${url}/new/declare-export`);
	await checkAccess(page, 'export declaration');
	await page.selectOption(field('TransportModeCode'), '2');
	await fill(page, { ...DECLARATION, reference: 'XK-BIEU-MAU-1' });
	await shoot(page, 'broker-05-export');
	await press(page, 'lodge');
	await page.waitForSelector('.timeline');
	is(await page.textContent('h1'), 'XK-BIEU-MAU-1', 'headline');
	await page.click('.actions a[href^="/new/declare-export"]');
	is(await page.inputValue(field('Line[1]/Description')), DECLARATION['Line[1]/Description'], 'the goods are copied');
	is(await page.inputValue(field('Invoice/TotalPrice')), '', 'the total is not');
});

await step('declaration: an import names its proof of origin by form', async () => {
	await page.goto(`${url}/new/declare-import`);
	await checkAccess(page, 'import declaration');
	await page.selectOption(field('TransportModeCode'), '2');
	await fill(page, {
		reference: 'NK-BIEU-MAU-1', DeclarationKindCode: 'A12', 'Consignor/Name': 'RANONG KAOLIN', 'Consignor/AddressLine1': '59 MOO 2', 'Consignor/CountryCode': 'TH',
		DeclarantCode: 'K1234', Pieces: '48', PieceUnitCode: 'BG', ArrivalDate: '2026-11-19', LoadingPlaceCode: 'THLCH',
		'Line[1]/HsCode': '25070000', 'Line[1]/Description': 'Cao lanh', 'Line[1]/OriginCountryCode': 'TH', 'Line[1]/Quantity': '48', 'Line[1]/QuantityUnitCode': 'TNE',
	});
	await page.selectOption(field('Lodgement/ProofOfOrigin[1]/TypeCode'), 'FORM-D');
	await fill(page, { 'Lodgement/ProofOfOrigin[1]/CountryCode': 'TH', 'Lodgement/ProofOfOrigin[1]/Number': 'TH-D-77', 'Lodgement/ProofOfOrigin[1]/IssueDate': '2026-11-12' });
	await press(page, 'lodge');
	await page.waitForSelector('.timeline');
	has(await page.textContent('main'), 'TH-D-77', 'the proof');
});

await step('declaration: what is typed is text on every page, and a form of another session does nothing', async () => {
	const evil = '"><script>window.evil=1</script>';
	await page.goto(`${url}/new/declare-export`);
	const names = await page.locator('form.long input[type=text], form.long textarea').evaluateAll((all) => all.map((one) => one.name));
	await page.evaluate((text) => { for (const one of document.querySelectorAll('form.long input[type=text], form.long textarea, form.long details')) { if (one.localName === 'details') one.open = true; else { one.maxLength = 600; one.value = text; } } }, evil);
	await press(page, 'add');
	await page.waitForSelector('#line-2');
	is(await page.evaluate(() => window.evil), undefined, 'a script ran');
	is(await page.inputValue(field(names[3])), evil, 'the text is kept');
	await page.evaluate(() => { document.querySelector('form.long input[name=csrf]').value = 'f'.repeat(64); });
	await press(page, 'add');
	await page.waitForSelector('main:has-text("không thuộc phiên")');
});

await step('declaration: a copy of one that was lodged as XML tells what the form has no place for', async () => {
	const file = declaration('XK-XML-SAO-CHEP', (text) => text.replace('<TransportModeCode>', '<CargoClassificationCode>H</CargoClassificationCode><TransportModeCode>'));
	const { body } = await lodgeByProgram(file);
	await page.goto(`${url}/documents/${body.id}`);
	await page.click('.actions a[href^="/new/declare-export"]');
	has(await page.textContent('#copied-lost'), 'H', 'the value that is lost');
	is(await page.locator('#copied-lost li').count(), 1, 'and no other');
	await page.click('#copied details summary');
	has(await page.textContent('#copied'), 'Ngày khởi hành', 'what is to be filled in anew');
	is(await page.inputValue(field('DepartureDate')), '', 'it is empty');
	is(await page.inputValue(field('Line[1]/HsCode')), '69120000', 'the goods are copied');
	await checkAccess(page, 'copy');
	await shoot(page, 'broker-10-copy');
	await press(page, 'add');
	await page.waitForSelector('#line-2');
	is(await page.locator('#copied').count(), 0, 'told once');
});

await step('codes: without JavaScript a button shows codes for what was typed, and picks one', async () => {
	const phone = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
	await phone.goto(`${url}/new/declare-export`);
	await phone.fill('#name', 'lan');
	await phone.fill('#password', PASSWORD);
	await phone.press('#password', 'Enter');
	const hs = field('Line[1]/HsCode'), found = `${hs}-found`;
	await phone.fill(field('Line[1]/Description'), 'Bát sứ');
	await phone.fill(hs, 'gốm sứ');
	await phone.click(`.coded:has(${hs}) .find`);
	has(await phone.textContent(found), '69 Đồ gốm, sứ', 'the chapter');
	await phone.click(`${found} button:has-text("69")`);
	await phone.click(`${found} button:has-text("6911")`);
	await shoot(phone, 'broker-08-codes-phone');
	await phone.click(`${found} button:has-text("691110")`);
	await phone.waitForSelector(found, { state: 'detached' });
	is(await phone.inputValue(hs), '691110', 'picked');
	has(await phone.textContent(`${hs}-meant`), 'orcelain', 'in words');
	is(await phone.inputValue(field('Line[1]/Description')), 'Bát sứ', 'all else is kept');
	await phone.click(`.coded:has(${field('Line[1]/QuantityUnitCode')}) .find`);
	await phone.click(`${field('Line[1]/QuantityUnitCode')}-found button:has-text("kilôgam")`);
	is(await phone.inputValue(field('Line[1]/QuantityUnitCode')), 'KGM', 'a usual one, without typing');
	await phone.fill(hs, 'bát ăn cơm');
	await phone.click(`.coded:has(${hs}) .find`);
	has(await phone.textContent(`${found} .hint`), 'Không tìm thấy mã nào. Trong danh mục này chỉ một phần có tên tiếng Việt', 'nothing, and why');
	await phone.fill(field('Lodgement/DischargePort'), 'Laem Chabang');
	await phone.click(`.coded:has(${field('Lodgement/DischargePort')}) .find`);
	await phone.click(`${field('Lodgement/DischargePort')}-found button:has-text("THLCH")`);
	is(await phone.inputValue(field('Lodgement/DischargePort')), 'THLCH', 'a port by its name');
	await phone.context().close();
});

await step('codes: while one types they are offered, and chosen by keys', async () => {
	await page.goto(`${url}/new/declare-export`);
	const hs = field('Line[1]/HsCode');
	is(await page.locator('.find:visible').count(), 0, 'buttons');
	await page.locator(hs).pressSequentially('gốm sứ');
	await page.waitForSelector('.codes li:has-text("Đồ gốm, sứ")');
	is(await page.getAttribute(hs, 'aria-expanded'), 'true', 'said');
	await checkAccess(page, 'codes');
	await shoot(page, 'broker-09-codes');
	await page.press(hs, 'ArrowDown');
	await page.press(hs, 'Enter');
	is(await page.inputValue(hs), '69', 'the chapter');
	await page.click('.codes li[data-code="6911"]');
	await page.click('.codes li[data-code="691110"]');
	is(await page.inputValue(hs), '691110', 'the code');
	is(await page.locator('.codes').count(), 0, 'the list is closed');
	has(await page.textContent(`${hs}-meant`), 'orcelain', 'in words');
	await page.locator(hs).pressSequentially('00');
	const unit = field('Line[1]/QuantityUnitCode');
	await page.locator(unit).pressSequentially('kilog');
	await page.waitForSelector('.codes li[data-code="KGM"]');
	await page.press(unit, 'Escape');
	is(await page.locator('.codes').count(), 0, 'closed');
	await page.fill(unit, 'chục đôi');
	await page.waitForSelector(`${unit}-meant:has-text("Không tìm thấy mã nào. Danh mục này không có tên tiếng Việt")`);
	await checkAccess(page, 'no code');
	await page.fill(unit, 'kilog');
	await page.waitForSelector('.codes li[data-code="KGM"]');
	is(await page.textContent(`${unit}-meant`), '', 'no more said');
	await page.press(unit, 'Escape');
	await page.goto(`${url}/codes/hs?q=${encodeURIComponent('bát ăn cơm')}`);
	has(await page.textContent('#codes-hint'), 'Không tìm thấy mã nào. Trong danh mục này chỉ một phần', 'nothing on the page of the list');
	is((await page.goto(`${url}/codes/hs?q=porcelain`)).status(), 200, 'the page of a list');
	await checkAccess(page, 'the page of a list');
	has(await page.textContent('#codes'), '6911', 'codes');
	await page.goto(`${url}/codes/..%2Fhs?q=porcelain`);
	is(await page.locator('#codes li').count(), 0, 'no such list');
});

await step('drafts: a form is kept, gone on with by a colleague, lodged and gone; another party sees nothing', async () => {
	await page.goto(`${url}/new/apply`);
	await fill(page, { reference: 'NHAP-1', 'Consignee/Name': 'Chưa xong' });
	await press(page, 'add');
	await page.waitForSelector('#line-2');
	await fill(page, { 'Item[2]/Description': 'dòng thứ hai' });
	await press(page, 'draft');
	await page.waitForSelector('.drafts');
	is(page.url(), `${url}/drafts`, 'address');
	await checkAccess(page, 'drafts');
	await shoot(page, 'broker-06-drafts');
	const other = await open();
	await signIn(other, 'moi', '/drafts');
	await other.waitForSelector('.empty');
	const stolen = await other.goto(await page.getAttribute('.drafts a', 'href').then((path) => url + path));
	is(stolen.status(), 404, 'a draft of another party');
	await other.context().close();
	await page.click('.drafts a:has-text("NHAP-1")');
	is(await page.inputValue(field('Consignee/Name')), 'Chưa xong', 'kept');
	is(await page.inputValue(field('Item[2]/Description')), 'dòng thứ hai', 'the second line');
	await press(page, 'remove-2');
	await page.waitForSelector('#line-2', { state: 'detached' });
	await press(page, 'draft');
	await page.waitForSelector('.drafts');
	is(await page.locator('.drafts li').count(), 1, 'saved again it is the same draft');
	await page.click('.drafts a:has-text("NHAP-1")');
	await fill(page, { ...APPLICATION, ...goods(1, 'Bát') });
	await press(page, 'lodge');
	await page.waitForSelector('.timeline');
	await page.goto(`${url}/drafts`);
	await page.waitForSelector('.empty');
	await page.goto(`${url}/new/declare-import`);
	await press(page, 'draft');
	await page.click('.drafts button');
	await page.waitForSelector('.empty');
	is(page.url(), `${url}/drafts`, 'address after deleting');
});

await step('table: lines come from a CSV file, and what is wrong with it is told with row and column', async () => {
	await page.goto(`${url}/new/declare-export`);
	await fill(page, { 'Consignee/Name': 'SIAM', 'Line[1]/Description': 'wird ersetzt' });
	await page.click('details:has(#table) summary');
	const [template] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
	const head = fs.readFileSync(await template.path(), 'utf8').trim();
	const load = async (text) => {
		await page.setInputFiles('#table', { name: 'goods.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
		await press(page, 'lines');
		await page.waitForLoadState();
	};
	await load(`${head}\r\n69120000;"Bát; men ""lam""";3000;PCE\r\n69111000;=1+1;20;PCE\r\n`);
	await page.waitForSelector('#line-2');
	is(await page.inputValue(field('Line[1]/Description')), 'Bát; men "lam"', 'the first line');
	is(await page.inputValue(field('Line[2]/Description')), '=1+1', 'a formula is text');
	is(await page.inputValue(field('Consignee/Name')), 'SIAM', 'the rest is kept');
	await page.click('details:has(#table) summary');
	await load('HsCode,Description,Colour\n1,2,3\n4,"5\n6,7,,8\n');
	await page.waitForSelector('.refusal');
	const told = await page.locator('#table-wrong li').allTextContents();
	is(told.length, 3, 'a line each');
	for (const [i, wanted] of ['Dòng 1, cột C:', 'Dòng 3, cột B:', 'Dòng 4, cột D:'].entries()) has(told[i], wanted, 'row and column');
	is(await page.locator('#table').isVisible(), true, 'the box is open');
	is(await page.inputValue(field('Line[2]/Description')), '=1+1', 'nothing was changed');
	await load('HsCode,Description,Quantity\n69120000,Bát,abc\n');
	await page.waitForSelector('#table-wrong li:has-text("Dòng 2, cột C: giá trị này không phải là số"):has-text("abc")');
	await checkAccess(page, 'table refused');
	await shoot(page, 'broker-07-table');
});

await step('abroad: goods of a Thai declaration are added, taken away, read from a table, kept as a draft, lodged and copied', async () => {
	const thai = await open();
	await signIn(thai, 'malee', '/new/th-declare', abroad);
	await checkAccess(thai, 'Thai declaration');
	await press(thai, 'add');
	await thai.waitForSelector('#line-2');
	await press(thai, 'remove-1');
	await thai.waitForSelector('#line-1', { state: 'detached' });
	await thai.click('details:has(#table) summary');
	const [template] = await Promise.all([thai.waitForEvent('download'), thai.click('a[download]')]);
	const head = fs.readFileSync(await template.path(), 'utf8').trim();
	await thai.setInputFiles('#table', { name: 'goods.csv', mimeType: 'text/csv', buffer: Buffer.from(`${head}\r\n69120000;Bowls;VN;2000;PCE;1700;USD\r\n69111000;Plates;VN;1000;PCE;850;USD\r\n`) });
	await press(thai, 'lines');
	await thai.waitForSelector('#line-2');
	await fill(thai, { reference: 'TH-FORM-1', CustomsOffice: '2801', 'Invoice/Number': 'GBT/141' });
	await press(thai, 'draft');
	await thai.click('.drafts a:has-text("TH-FORM-1")');
	is(await thai.inputValue(field('Line[2]/Description')), 'Plates', 'kept');
	await press(thai, 'lodge');
	await thai.waitForSelector('.timeline');
	await thai.click('.actions a[href^="/new/th-declare"]');
	is(await thai.inputValue(field('Line[2]/Quantity')), '1000', 'copied');
	is(await thai.inputValue(field('Invoice/Number')), '', 'the invoice is not');
	await thai.context().close();
});

await finish();
