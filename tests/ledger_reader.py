#!/usr/bin/env python3
"""Reads a ledger after docs/ledger-format.md and checks it, with nothing of ours.

    ledger_reader.py NODE [RECEIPT]...

Prints as JSON what `sampan ledger stat --json` says too: origin, records, root, newest checkpoint; and how
many payloads, checkpoints and receipts were found to be good. Ends with 1 and a line on stderr
at the first that is not. From Debian: python3-lmdb, python3-zstandard, python3-cryptography.
"""
import base64, hashlib, json, struct, sys

import lmdb, zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def require(is_so, *what):
    if not is_so:
        sys.exit("DAMAGED: " + " ".join(map(str, what)))


class Values:  # how values are written
    def __init__(self, data): self.data, self.at = data, 0

    def fixed(self, n):
        self.at += n
        require(self.at <= len(self.data), "cut off")
        return self.data[self.at - n:self.at]

    def number(self, n): return int.from_bytes(self.fixed(n), "big")
    def text(self): return self.fixed(self.number(4)).decode()


def record(leaf):
    r = Values(leaf)
    require(r.number(2) == 1, "another version of a record")
    out = dict(number=r.number(8), time=r.number(8), message=r.number(8), event=r.text(), actor=r.text())
    out["attributes"] = {r.text(): r.text() for _ in range(r.number(4))}
    out["salt"] = r.fixed(16)
    out["payloads"] = [(r.text(), r.fixed(32), r.number(8)) for _ in range(r.number(4))]
    require(r.at == len(leaf), "something left over in a record")
    return out


class Tree:  # RFC 9162: the complete subtrees, the largest first
    def __init__(self): self.edge = []

    def append(self, leaf_hash):
        self.edge.append((0, leaf_hash))
        while len(self.edge) > 1 and self.edge[-1][0] == self.edge[-2][0]:
            (level, right), (_, left) = self.edge.pop(), self.edge.pop()
            self.edge.append((level + 1, sha(b"\1", left, right)))

    def root(self):
        if not self.edge: return sha()
        top = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]): top = sha(b"\1", left, top)
        return top


def checkpoint(note, public):  # a signed note; (origin, size, root) when the ledger's key signed it
    text, lines = note.split("\n\n", 1)
    origin, size, root = text.split("\n")
    key_id = sha(origin.encode(), b"\n\1", public)[:4]
    for line in lines.splitlines():
        dash, signer, given = line.split(" ")
        given = base64.b64decode(given)
        if (dash, signer, given[:4]) == ("\u2014", origin, key_id):
            Ed25519PublicKey.from_public_bytes(public).verify(given[4:], (text + "\n").encode())
            return origin, int(size), base64.b64decode(root)
    require(False, "a checkpoint that the ledger's key did not sign")


def archived(node, head, entry):  # a payload that left the store
    if entry is None: return None
    e = Values(entry)
    require(e.number(2) == 1, "another version of an archive")
    name, offset, length = e.text(), e.number(8), e.number(8)
    with open(f"{node}/ledger/archive/{name}", "rb") as file:
        file.seek(offset)
        require(file.read(13) == head + struct.pack(">I", length), "an entry of", name)
        return file.read(length)


def included(leaf_hash, index, size, path, root):  # RFC 9162 section 2.1.3.2
    fn, sn, r = index, size - 1, leaf_hash
    for p in path:
        if sn == 0: return False
        if fn & 1 or fn == sn:
            r = sha(b"\1", p, r)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else: r = sha(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def receipt(path, roots, leaves, public):
    given = json.load(open(path, encoding="utf-8"))
    given = given.get("receipt", given)  # a party's NAME.receipt has it as a member
    leaf = base64.b64decode(given["leaf"])
    origin, size, root = checkpoint(given["checkpoint"], public)
    proof = [base64.b64decode(p) for p in given["proof"]]
    require(included(sha(b"\0", leaf), given["leafIndex"], size, proof, root), path, "is not proved")
    require(roots.get((origin, size)) == root and leaves.get((origin, given["leafIndex"])) == leaf,
            path, "is of another ledger")
    r = record(leaf)
    digests = [digest.hex() for role, digest, _ in r["payloads"] if role == "document"]
    require((given["sha256"] or None) == (digests[0] if digests else None), path, "names another document")
    require((given["message"], given["event"]) == (r["message"], r["event"]), path, "says another event")


def main(node, *receipts):
    public = base64.b64decode(open(node + "/keys/ledger.pub", encoding="utf-8").read().strip().split("+", 2)[2])[1:]
    tree, base, epoch, roots, leaves, payloads, checkpoints, newest = Tree(), 0, 1, {}, {}, 0, 0, 0
    env = lmdb.open(node + "/ledger", readonly=True, max_dbs=2)
    with env.begin(db=env.open_db(b"data", create=False)) as txn:
        h = Values(txn.get(b"H"))
        version, name, last_epoch, size, root = h.number(2), h.text(), h.number(8), h.number(8), h.fixed(32)
        for number in range(1, size + 1):
            at = struct.pack(">Q", number)
            leaf = txn.get(b"R" + at)
            require(leaf is not None and record(leaf)["number"] == number, "record", number)
            r = record(leaf)
            if r["event"] == "EpochOpened":  # numbers go on, the tree begins anew
                tree, base, epoch = Tree(), number - 1, int(r["attributes"]["epoch"])
            for index, (role, digest, length) in enumerate(r["payloads"]):
                payload = txn.get(b"P" + at + bytes([index]))
                if payload is None: payload = archived(node, at + bytes([index]), txn.get(b"a" + at + bytes([index])))
                require(payload is not None, "no payload", role, "of", number)
                if len(payload) < length: payload = zstandard.decompress(payload, max_output_size=length)
                require(len(payload) == length and sha(payload) == digest, "payload", role, "of", number)
                payloads += 1
            origin = f"{name}/{epoch}"
            leaves[origin, number - base - 1] = leaf
            tree.append(sha(b"\0", leaf))
            roots[origin, number - base] = tree.root()
            note = txn.get(b"C" + at)
            if note is not None:
                require(checkpoint(note.decode(), public) == (origin, number - base, tree.root()), "checkpoint", number)
                checkpoints, newest = checkpoints + 1, number - base
    require(tree.root() == root and epoch == last_epoch, "the head")
    for path in receipts: receipt(path, roots, leaves, public)
    print(json.dumps(dict(origin=f"{name}/{epoch}", records=size, root=root.hex(), checkpoint=newest,
                          payloads=payloads, checkpoints=checkpoints, receipts=len(receipts))))


main(*sys.argv[1:])
