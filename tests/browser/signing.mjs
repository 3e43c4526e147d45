// A kind whose signature the configuration demands, by its form: the page makes the XML, it is signed outside and uploaded, and nothing
// unsigned is lodged. Started by tests/browser/run; changes the node's configuration, and puts it back.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { OUT, SAMPAN, TOWN, checkAccess, checkWidth, finish, has, is, lodge, open, shoot, signIn, step, url } from './support.mjs';

const CONFIG = `${TOWN}/vn/node.yaml`;
const KEY = [`${OUT}/signing.key`, `${OUT}/signing.crt`];
const plain = fs.readFileSync(CONFIG, 'utf8');
const FIELDS = {
	AuthorityCode: 'BCTHN', reference: 'DON-KY-SO-1', 'Exporter/Address': 'Xã Bát Tràng, huyện Gia Lâm, thành phố Hà Nội, Việt Nam',
	'Consignee/Name': 'SIAM TABLEWARE TRADING CO., LTD.', 'Consignee/Address': '88 SUKHUMVIT ROAD, BANGKOK, THAILAND', 'Consignee/CountryCode': 'TH',
	'Transport/VesselName': 'HAI AN PARK', 'Transport/DepartureDate': '2026-11-24', 'Transport/DischargePortCode': 'THBKK',
	'ExporterDeclaration/ImportingCountryCode': 'TH', 'ExporterDeclaration/Place': 'Hà Nội', 'ExporterDeclaration/SignatoryName': 'Nguyễn Thị Hồng Ngọc',
	'Item[1]/Description': 'Bát ăn cơm bằng gốm', 'Item[1]/HsCode': '69120000', 'Item[1]/OriginCriterion': 'CTH', 'Item[1]/Quantity': '3000',
	'Item[1]/QuantityUnitCode': 'PCE', 'Item[1]/GrossWeight': '1875.5',
};

async function fill(page) {
	for (const [name, value] of Object.entries(FIELDS)) {
		const at = page.locator(`[name="${name}"]`);
		if (await at.evaluate((one) => one.localName === 'select')) await at.selectOption(value);
		else await at.fill(value);
	}
}

// The node reads its files again; until the page is as they say.
async function configure(page, text, isThere) {
	fs.writeFileSync(CONFIG, text);
	process.kill(Number(process.env.NODE_PID), 'SIGHUP');
	for (const until = Date.now() + 60000; ;) {
		const answer = await page.goto(`${url}/new/apply`).catch(() => null);
		if (answer && answer.status() === 200 && (await page.locator('button[value="lodge"]:not(.first)').count() === 0) === isThere) return;
		if (Date.now() > until) throw new Error('the node does not take its configuration up');
		await page.waitForTimeout(250);
	}
}

// Whatever went wrong: what runs after this meets the node as it was.
function putBack() {
	fs.rmSync(`${TOWN}/vn/trust/lan.crt`, { force: true });
	fs.writeFileSync(CONFIG, plain);
	process.kill(Number(process.env.NODE_PID), 'SIGHUP');
}

const page = await open();
try {
	await signIn(page, 'lan');
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', KEY[0], '-out', KEY[1], '-days', '30',
		'-subj', '/C=VN/UID=MST:0100101308/CN=Nguyen Thi Hong Ngoc', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature'], { stdio: 'ignore' });
	fs.chmodSync(KEY[0], 0o600);
	fs.copyFileSync(KEY[1], `${TOWN}/vn/trust/lan.crt`);

	await step('signing: where a signature is demanded the form says so, and offers the XML instead of lodging', async () => {
		await configure(page, `${plain}signatures:\n  kinds:\n    - kind: vn.co-application\n      is: required\n`, true);
		has(await page.textContent('main'), 'phải được ký số trước khi nộp', 'the words');
		is(await page.locator('button[value="xml"]:visible').count(), 1, 'the XML to be signed');
		is(await page.locator('a[href="/lodge"]:has-text("Nộp tệp đã ký")').count(), 1, 'where it is uploaded');
		is(await page.locator('button[value="draft"]').count(), 1, 'drafts are kept as ever');
		await checkAccess(page, 'a form that must be signed');
		await shoot(page, '90-must-sign');
		await page.goto(`${url}/new/declare-export`);
		is((await page.textContent('main')).includes('phải được ký số trước khi nộp'), false, 'other kinds are as they were');
	});

	await step('signing: what is lodged unsigned all the same is refused, and nothing typed is lost', async () => {
		await page.goto(`${url}/new/apply`);
		await fill(page);
		await page.locator('form.long').evaluate((form) => {
			const act = document.createElement('input');
			Object.assign(act, { type: 'hidden', name: 'act', value: 'lodge' });
			form.append(act);
			form.submit();
		});
		await page.waitForSelector('.refusal');
		has(await page.textContent('.refusal'), 'ký', 'why');
		is(await page.inputValue('[name="Consignee/Name"]'), FIELDS['Consignee/Name'], 'what was typed');
		await checkAccess(page, 'refused unsigned');
		await shoot(page, '91-must-sign-refused');
	});

	await step('signing: the XML of the form, signed outside and uploaded, is lodged', async () => {
		const [file] = await Promise.all([page.waitForEvent('download'), page.click('button[value="xml"]:visible')]);
		const made = `${OUT}/signing.xml`, signed = `${OUT}/signing-signed.xml`;
		await file.saveAs(made);
		fs.rmSync(signed, { force: true });
		await lodge(page, { name: 'don.xml', mimeType: 'application/xml', buffer: fs.readFileSync(made) });
		await page.waitForSelector('.findings');
		has(await page.textContent('main'), 'chữ ký', 'unsigned it is refused by upload, too');
		execFileSync(SAMPAN, ['sign', made, '--key', KEY[0], '--certificate', KEY[1], '-o', signed]);
		await lodge(page, { name: 'don.xml', mimeType: 'application/xml', buffer: fs.readFileSync(signed) });
		await page.waitForSelector('.timeline');
		has(await page.textContent('h1'), FIELDS.reference, 'it is lodged');
		is(await page.locator('.verdicts .valid').count() > 1, true, 'its signature holds');
	});

	await step('signing: it works on a phone, in English, without JavaScript', async () => {
		const phone = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false, locale: 'en-US' });
		await signIn(phone, 'lan', '/new/apply');
		has(await phone.textContent('main'), 'must be signed before it is lodged', 'in English');
		await shoot(phone, '92-must-sign-phone');
		await phone.context().close();
		const wide = await open({ viewport: { width: 390, height: 800 } });
		await signIn(wide, 'lan', '/new/apply');
		await checkWidth(wide, 'a form that must be signed');
		await wide.context().close();
	});
} finally {
	putBack();
}
await configure(page, plain, false);
await finish();
