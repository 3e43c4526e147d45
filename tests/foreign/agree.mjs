/*
 * The proofs of a real ledger, judged by implementations that are not ours:
 *
 *   @transmute/rfc9162   the tree, inclusion and consistency (RFC 9162 section 2.1): verified, and made anew from the leaves
 *   @sigstore/verify     checkpoints as signed notes, inclusion (as its verifier judges a transparency log)
 *   @noble/curves        Ed25519 and P-256: checkpoints, cosignatures (C2SP tlog-cosignature), cards
 *   fflate               the container
 *
 * agree.mjs TOWN SAMPAN: a folder of `sampan demo --once --keep`, and the program, which is only asked for the leaves of its
 * ledgers. Whatever is right must be found right by each of them, and refused by each that judges it with one byte changed.
 * Prints a line for each part, ends like a program of cmocka.
 */
import {execFileSync} from 'node:child_process';
import {createHash, createPublicKey, X509Certificate} from 'node:crypto';
import {readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

const out = process.env.FOREIGN_MODULES;
const foreign = createRequire(join(out, 'package.json'));
const {ed25519} = foreign('@noble/curves/ed25519');
const {unzipSync} = foreign('fflate');
const {p256} = foreign('@noble/curves/p256');
const {RFC9162: rfc9162, CoMETRE: {RFC9162_SHA256: others}} = foreign('@transmute/rfc9162');
const inner = join(dirname(foreign.resolve('@sigstore/verify')), 'timestamp'); // what its verifier calls for a log
const {verifyCheckpoint} = foreign(join(inner, 'checkpoint.js'));
const {verifyMerkleInclusion} = foreign(join(inner, 'merkle.js'));

const [town, sampan] = process.argv.slice(2);
const EPOCH = new Date(0), EVER = new Date(8.64e15);

const fromBase64 = (text) => Buffer.from(text, 'base64');
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const need = (is, what) => {
	if (!is)
		throw new Error(what);
};

// ---- what is said in words that both sides share: the formats of docs/ledger-format.md ----

function verifierKey(text) {
	const [name, id, ...rest] = text.trim().split('+'), typed = fromBase64(rest.join('+'));

	need(typed.length === 33 && sha256(Buffer.from(name + '\n'), typed).subarray(0, 4).toString('hex') === id, 'key id of ' + name);
	return {name, type: typed[0], key: typed.subarray(1), id: Buffer.from(id, 'hex')};
}

const textOf = (note) => note.slice(0, note.indexOf('\n\n') + 1);
const linesOf = (note) => note.slice(note.indexOf('\n\n') + 2).split('\n').filter((line) => line !== '').map((line) => {
	const [dash, name, data] = line.split(' ');

	need(dash === '\u2014', 'a signature line');
	return {name, id: fromBase64(data).subarray(0, 4), rest: fromBase64(data).subarray(4)};
});

function checkpointOf(note) {
	const [origin, size, root] = note.split('\n');

	return {note, origin, size: Number(size), root: fromBase64(root)};
}

// ---- each judge: is it so? ----

async function isYes(judge) {
	try {
		return await judge() !== false;
	} catch {
		return false;
	}
}

const nobleSays = (note, key) => linesOf(note).length === 1 && linesOf(note).every(({name, id, rest}) =>
	name === key.name && same(id, key.id) && ed25519.verify(rest, Buffer.from(textOf(note)), key.key));

function sigstoreSaysSigned(note, key) {
	const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.key]); // RFC 8410
	const log = {logID: key.id, publicKey: createPublicKey({key: der, format: 'der', type: 'spki'}), validFor: {start: EPOCH, end: EVER}};

	verifyCheckpoint({integratedTime: 0n, inclusionProof: {checkpoint: {envelope: note}, rootHash: checkpointOf(note).root}}, [log]);
	return true;
}

const witnessSays = (note, line, key) => {
	const [{name, id, rest}] = linesOf('\n\n' + line);
	const text = Buffer.from(`cosignature/v1\ntime ${rest.readBigUInt64BE(0)}\n${textOf(note)}`);

	return key.type === 4 && name === key.name && same(id, key.id) && ed25519.verify(rest.subarray(8), text, key.key);
};

const transmuteSaysIn = (proof) => rfc9162.verifyInclusionProof(proof.root, proof.hash,
	{log_id: '', tree_size: proof.size, leaf_index: proof.index, inclusion_path: proof.path});

function sigstoreSaysIn(proof) {
	verifyMerkleInclusion({canonicalizedBody: proof.leaf, inclusionProof:
		{logIndex: String(proof.index), treeSize: String(proof.size), hashes: proof.path, rootHash: proof.root}});
	return true;
}

/* The package wants step 2 of RFC 9162 section 2.1.4.2 done: the older root stands first where its size is a power of 2. */
const isPower = (n) => (n & (n - 1)) === 0;
const whole = (proof) => isPower(proof.older) && proof.older !== proof.newer ? [proof.olderRoot, ...proof.path] : proof.path;
const transmuteSaysGrew = (proof) => proof.older === proof.newer
	? proof.path.length === 0 && same(proof.olderRoot, proof.newerRoot)
	: rfc9162.verifyConsistencyProof(proof.olderRoot, proof.newerRoot,
		{log_id: '', tree_size_1: proof.older, tree_size_2: proof.newer, consistency_path: whole(proof)});

// ---- what is changed ----

const flipped = (bytes, at) => {
	const changed = Buffer.from(bytes);

	changed[at % changed.length] ^= 1 << at % 8;
	return changed;
};

function* changedPaths(path) {
	for (let i = 0; i < path.length; i++) {
		yield path.map((hash, at) => at === i ? flipped(hash, 7 * i + 3) : hash);
		yield path.filter((_, at) => at !== i);
	}
	yield [...path, sha256(Buffer.from('one more'))];
	if (path.length > 1 && !same(path[0], path[1]))
		yield [path[1], path[0], ...path.slice(2)];
}

const counts = {right: 0, refused: 0};

/* One thing that is right, and others that are not: each judge must say so. */
async function judged(what, judges, right, wrongs) {
	for (const [name, judge] of Object.entries(judges)) {
		need(await isYes(() => judge(right)), `${name} refuses ${what}`);
		counts.right++;
		for (const wrong of wrongs) {
			need(!await isYes(() => judge(wrong)), `${name} takes a changed ${what}`);
			counts.refused++;
		}
	}
}

async function judgeInclusion(what, proof) {
	const judges = {'@transmute/rfc9162': transmuteSaysIn, ...proof.leaf === undefined ? {} : {'@sigstore/verify': sigstoreSaysIn}};
	const wrongs = [...changedPaths(proof.path)].map((path) => ({...proof, path}));

	wrongs.push({...proof, root: flipped(proof.root, 5)}, {...proof, index: proof.index === 0 ? proof.size - 1 : proof.index - 1});
	if (proof.leaf !== undefined) {
		const leaf = flipped(proof.leaf, proof.index);

		wrongs.push({...proof, leaf, hash: sha256(Buffer.from([0]), leaf)});
		need(same(sha256(Buffer.from([0]), proof.leaf), proof.hash), `the leaf hash of ${what}`);
	}
	await judged('inclusion proof of ' + what, judges, proof, wrongs);
}

async function judgeConsistency(what, proof) {
	const wrongs = [...changedPaths(proof.path)].map((path) => ({...proof, path}));

	wrongs.push({...proof, olderRoot: flipped(proof.olderRoot, 9)}, {...proof, newerRoot: flipped(proof.newerRoot, 200)});
	await judged('consistency proof of ' + what, {'@transmute/rfc9162': transmuteSaysGrew}, proof, wrongs);
}

async function judgeCheckpoint(what, note, key) {
	const bytes = Buffer.from(note), wrongs = [];

	for (let at = 0; at < textOf(note).length; at += 3)
		wrongs.push(flipped(bytes, at).toString());
	const line = linesOf(note)[0];
	for (let at = 0; at < line.rest.length; at += 7)
		wrongs.push(`${textOf(note)}\n\u2014 ${line.name} ${Buffer.concat([line.id, flipped(line.rest, at)]).toString('base64')}\n`);
	await judged('checkpoint of ' + what, {'@noble/curves': (n) => nobleSays(n, key), '@sigstore/verify': (n) => sigstoreSaysSigned(n, key)},
		note, wrongs);
}

async function judgeCosignature(what, note, line, key) {
	const [{name, id, rest}] = linesOf('\n\n' + line), wrongs = [];
	const put = (data) => `\u2014 ${name} ${Buffer.concat([id, data]).toString('base64')}\n`;

	need(put(rest) === line, 'the line of ' + what);
	for (let at = 0; at < rest.length; at += 3)
		wrongs.push({note, line: put(flipped(rest, at))});
	for (let at = 0; at < textOf(note).length; at += 5)
		wrongs.push({note: flipped(Buffer.from(note), at).toString(), line});
	await judged('cosignature of ' + what, {'@noble/curves': (it) => witnessSays(it.note, it.line, key)}, {note, line}, wrongs);
}

// ---- what the demo left ----

const trust = join(town, 'trust');
const ledgers = {}, witnesses = {}, cards = [];
for (const name of readdirSync(trust)) {
	const text = readFileSync(join(trust, name), 'utf8');

	if (name.endsWith('.pub')) {
		const key = verifierKey(text);

		ledgers[key.name] = key;
	} else if (name.endsWith('.note')) {
		const key = verifierKey(/^witness (.*)$/m.exec(text)[1]);

		witnesses[key.name] = key;
		cards.push({name, text, ledger: verifierKey(/^ledger (.*)$/m.exec(text)[1]),
			certificate: fromBase64(/^certificate (.*)$/m.exec(text)[1])});
	}
}
const evidence = readdirSync(town).filter((name) => name.endsWith('.evidence'))
	.map((name) => ({name, parts: unzipSync(readFileSync(join(town, name)))}));

const part = (file, name) => Buffer.from(file.parts[name]);
const text = (file, name) => part(file, name).toString('utf8');
const manifestOf = (file) => JSON.parse(text(file, 'evidence.json'));
const digits = (number) => String(number).padStart(12, '0');

const tests = {
	async 'the records of every evidence file are in the tree of its checkpoint'() {
		for (const file of evidence) {
			const manifest = manifestOf(file), checkpoint = checkpointOf(text(file, 'checkpoint.txt'));

			await judgeCheckpoint(file.name, checkpoint.note, ledgers[manifest.ledger]);
			for (const record of manifest.records)
				await judgeInclusion(`${file.name}, record ${record.number}`, {
					index: record.number - 1 - (manifest.base ?? 0), size: checkpoint.size, root: checkpoint.root,
					hash: Buffer.from(record.leafHash, 'hex'), path: record.proof.map(fromBase64),
					leaf: record.shown ? part(file, `leaves/${digits(record.number)}.leaf`) : undefined});
		}
	},
	async 'every checkpoint of evidence and receipt extends the one before, and witnesses say so'() {
		let cosignatures = 0;

		for (const file of evidence) {
			const manifest = manifestOf(file), checkpoint = checkpointOf(text(file, 'checkpoint.txt'));
			const receipt = file.parts['receipt.json'] && JSON.parse(text(file, 'receipt.json'));

			if (receipt) {
				const inside = receipt.receipt ?? receipt, older = checkpointOf(inside.checkpoint);
				const leaf = fromBase64(inside.leaf);

				await judgeCheckpoint('the receipt in ' + file.name, older.note, ledgers[manifest.ledger]);
				await judgeInclusion('the receipt in ' + file.name, {leaf, hash: sha256(Buffer.from([0]), leaf), size: older.size,
					root: older.root, index: inside.leafIndex, path: inside.proof.map(fromBase64)});
				await judgeConsistency('the receipt in ' + file.name, {older: older.size, olderRoot: older.root,
					newer: checkpoint.size, newerRoot: checkpoint.root, path: manifest.consistency.map(fromBase64)});
			}
			for (const later of manifest.later ?? []) {
				const folder = `later/${digits(later.size)}/`, newer = checkpointOf(text(file, folder + 'checkpoint.txt'));

				await judgeCheckpoint(file.name + ', ' + folder, newer.note, ledgers[manifest.ledger]);
				await judgeConsistency(file.name + ', ' + folder, {older: checkpoint.size, olderRoot: checkpoint.root,
					newer: newer.size, newerRoot: newer.root, path: later.consistency.map(fromBase64)});
				for (const name of Object.keys(file.parts).filter((it) => it.startsWith(folder + 'cosignature-'))) {
					const line = text(file, name);

					await judgeCosignature(file.name + ', ' + name, newer.note, line, witnesses[line.split(' ')[1]]);
					cosignatures++;
				}
			}
		}
		need(cosignatures > 0, 'no cosignature was there to be judged');
	},
	async 'cards are signed by the ledger key and the certificate that they name'() {
		need(cards.length === 2, 'two cards');
		for (const {name, text: card, ledger, certificate} of cards) {
			const {x, y} = new X509Certificate(certificate).publicKey.export({format: 'jwk'});
			const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
			const body = Buffer.from(textOf(card)), [first, second] = linesOf(card), wrongs = [];

			for (let at = 0; at < body.length; at += 37)
				wrongs.push(flipped(body, at));
			need(linesOf(card).length === 2 && same(first.id, ledger.id), 'the lines of ' + name);
			await judged('card ' + name, {
				'@noble/curves, Ed25519': (it) => ed25519.verify(first.rest, it, ledger.key),
				'@noble/curves, P-256': (it) => p256.verify(second.rest, sha256(it), point, {lowS: false}),
			}, body, wrongs);
		}
	},
	async 'a tree built by others from the leaves has our roots, and the same proofs to the byte'() {
		for (const country of ['vn', 'th']) {
			const list = execFileSync(sampan, ['ledger', 'export', '--dir', join(town, country)], {maxBuffer: 1 << 28}).toString();
			const leaves = await Promise.all(list.trim().split('\n').map((line) => others.leaf(fromBase64(JSON.parse(line).leaf))));
			const of = evidence.filter((file) => file.name.startsWith(country.toUpperCase() + '.'));

			need(leaves.length > 100 && of.length > 5, 'leaves and files of ' + country);
			for (const file of of) {
				const manifest = manifestOf(file), checkpoint = checkpointOf(text(file, 'checkpoint.txt'));
				const tree = leaves.slice(0, checkpoint.size);

				need(same(await others.root(tree), checkpoint.root), 'the root of ' + file.name);
				counts.right++;
				for (const record of manifest.records) {
					const made = await others.inclusion_proof(record.number - 1, tree);

					need(made.inclusion_path.length === record.proof.length &&
						made.inclusion_path.every((hash, i) => same(hash, fromBase64(record.proof[i]))), 'the proof that others make');
					counts.right++;
				}
				for (const later of (manifest.later ?? []).filter(({size}) => size > checkpoint.size)) {
					const made = await others.consistency_proof({tree_size: checkpoint.size}, leaves.slice(0, later.size));
					const ours = whole({older: checkpoint.size, newer: later.size, olderRoot: checkpoint.root, path: later.consistency.map(fromBase64)});

					need(made.consistency_path.length === ours.length && made.consistency_path.every((hash, i) => same(hash, ours[i])),
						'the consistency proof that others make');
					counts.right++;
				}
			}
		}
	},
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
	const before = {...counts};

	try {
		await test();
		console.log(`[       OK ] ${name}: ${counts.right - before.right} right, ${counts.refused - before.refused} changed ones refused`);
	} catch (error) {
		console.log(`${error.message}\n[  FAILED  ] ${name}`);
		failed++;
	}
}
const passed = Object.keys(tests).length - failed;
console.log(`[  PASSED  ] ${passed} test(s).`);
if (failed > 0)
	console.log(`[  FAILED  ] ${failed} test(s).`);
process.exit(failed > 0 ? 1 : 0);
