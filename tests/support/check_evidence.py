#!/usr/bin/env python3
"""Checks evidence files with nothing of the program that made them: python3 check_evidence.py TRUST FILE...

Written from docs/evidence.md, docs/ledger-format.md, C2SP signed-note and tlog-checkpoint, and RFC 9162 sections 2.1.1,
2.1.3.2 and 2.1.4.2. Ed25519 is openssl's. Ends with 1 at the first thing that is not so.
"""
import base64, glob, hashlib, json, os, subprocess, sys, tempfile, zipfile


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def need(is_so, what):
    if not is_so:
        raise SystemExit(what)


def included(leaf, index, size, path):
    """RFC 9162, 2.1.3.2: the root that the path leads to."""
    fn, sn, r = index, size - 1, leaf
    need(index < size, "index beyond the tree")
    for p in path:
        need(sn != 0, "path too long")
        if fn & 1 or fn == sn:
            r = sha(b"\1", p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "path too short")
    return r


def consistent(first, first_hash, second, second_hash, path):
    """RFC 9162, 2.1.4.2."""
    if first == second:
        return not path and first_hash == second_hash
    if not path:
        return False
    if first & (first - 1) == 0:
        path = [first_hash] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha(b"\1", c, fr), sha(b"\1", c, sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha(b"\1", sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_hash and sr == second_hash and sn == 0


def anchors(folder):
    """Verifier keys of signed-note: name+id+base64(type, key); by name without its epoch."""
    keys = {}
    for path in glob.glob(os.path.join(folder, "*.pub")):
        name, key_id, encoded = open(path).read().strip().split("+", 2)
        typed = base64.b64decode(encoded, validate=True)
        need(typed[0] == 1 and len(typed) == 33, "no Ed25519 key: " + path)
        need(sha(name.encode(), b"\n", typed)[:4].hex() == key_id, "key id of " + path)
        keys[name.rsplit("/", 1)[0]] = typed
    return keys


def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        # RFC 8410: SubjectPublicKeyInfo
        for name, content in zip(names, (bytes.fromhex("302a300506032b6570032100") + public, message, signature)):
            open(name, "wb").write(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", names[0], "-rawin",
                   "-in", names[1], "-sigfile", names[2]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def checkpoint(note, keys):
    """C2SP: three lines, an empty one, then lines of signatures over what stands before the empty one."""
    text, _, lines = note.decode().rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    need(text == f"{origin}\n{int(size)}\n{base64.b64encode(base64.b64decode(root)).decode()}\n", "form of the checkpoint")
    dash, name, blob = lines.rstrip("\n").split(" ")
    need(dash == "\u2014" and name == origin, "signature line")
    blob, typed = base64.b64decode(blob, validate=True), keys[origin.rsplit("/", 1)[0]]
    need(blob[:4] == sha(origin.encode(), b"\n", typed)[:4], "key id of the signature")
    need(ed25519(typed[1:], text.encode(), blob[4:]), "signature of the checkpoint")
    return origin, int(size), base64.b64decode(root)


class Leaf:
    def __init__(self, data):
        self.data, self.at = data, 0
        need(self.number(2) == 1, "version of a leaf")
        self.index, self.time, self.message = self.number(8) - 1, self.number(8), self.number(8)
        self.event, self.actor = self.text(), self.text()
        self.attributes = {self.text(): self.text() for _ in range(self.number(4))}
        self.fixed(16)
        self.payloads = [(self.text(), self.fixed(32).hex(), self.number(8)) for _ in range(self.number(4))]
        need(self.at == len(data), "left over in a leaf")

    def fixed(self, length):
        self.at += length
        need(self.at <= len(self.data), "a leaf is cut off")
        return self.data[self.at - length:self.at]

    def number(self, length):
        return int.from_bytes(self.fixed(length), "big")

    def text(self):
        return self.fixed(self.number(4)).decode()


def check(path, keys):
    parts = zipfile.ZipFile(path)
    need(parts.testzip() is None, "checksum of a part")
    manifest = json.loads(parts.read("evidence.json"))
    origin, size, root = checkpoint(parts.read("checkpoint.txt"), keys)
    need(manifest["format"] == "sampan.evidence/1" and manifest["ledger"] == origin, "manifest")
    names, proofs = {"README.txt", "checkpoint.txt", "evidence.json"}, 0
    for record in manifest["records"]:
        index, place = record["number"] - 1, record["number"] - 1 - manifest.get("base", 0)
        proof = [base64.b64decode(hash) for hash in record["proof"]]
        need(included(bytes.fromhex(record["leafHash"]), place, size, proof) == root, f"proof of {index + 1}")
        proofs += 1
        if not record["shown"]:
            continue
        names.add(name := f"leaves/{index + 1:012}.leaf")
        leaf = Leaf(data := parts.read(name))
        need(sha(b"\0", data).hex() == record["leafHash"] and leaf.index == index, name)
        need(leaf.message == manifest["message"] or leaf.event == "KeyRotated", "message of " + name)
        for place, (payload, (role, digest, length)) in enumerate(zip(record.get("payloads", []), leaf.payloads, strict=True)):
            need((payload["role"], payload["sha256"], payload["bytes"]) == (role, digest, length), "contents of " + name)
            found = [n for n in parts.namelist() if n.startswith(f"contents/{index + 1:012}-{place}-{role}.")]
            need(len(found) == int(payload["shown"]), f"content {place} of {name}")
            for content in map(parts.read, found):
                need(sha(content).hex() == digest and len(content) == length, found[0])
            names.update(found)
    if "consistency" in manifest:
        names.add("receipt.json")
        receipt = json.loads(parts.read("receipt.json"))
        _, older, older_root = checkpoint(receipt["checkpoint"].encode(), keys)
        proof = [base64.b64decode(hash) for hash in receipt["proof"]]
        leaf = sha(b"\0", base64.b64decode(receipt["leaf"]))
        need(included(leaf, receipt["leafIndex"], older, proof) == older_root, "proof of the receipt")
        path = [base64.b64decode(hash) for hash in manifest["consistency"]]
        need(consistent(older, older_root, size, root, path), "consistency")
    for later in manifest.get("later", []):
        folder = f"later/{later['size']:012}/"
        names.add(folder + "checkpoint.txt")
        same, newer, newer_root = checkpoint(parts.read(folder + "checkpoint.txt"), keys)
        path = [base64.b64decode(hash) for hash in later["consistency"]]
        need(same == origin and newer == later["size"], folder)
        need(consistent(size, root, newer, newer_root, path), "consistency to " + folder)
        said = {f"{folder}cosignature-{n:02}.txt": digest for n, digest in enumerate(later.get("cosignatures", []))}
        if "stamp" in later:
            said[folder + "stamp.tst"] = later["stamp"]
        need(said and all(sha(parts.read(name)).hex() == digest for name, digest in said.items()), folder)
        names.update(said)
    need(names == set(parts.namelist()) and sorted(names) == parts.namelist(), "parts")
    return proofs


if __name__ == "__main__":
    trusted = anchors(sys.argv[1])
    for file in sys.argv[2:]:
        print(os.path.basename(file), check(file, trusted))
