#!/usr/bin/env python3
"""Reads a ledger after docs/ledger-format.md and checks it, with nothing of ours: ledger_reader.py NODE [RECEIPT]...
Prints as JSON what `sampan ledger stat --json` says too, and how many payloads, checkpoints and receipts are good; or ends
with 1 and a line at the first that is not. From Debian: python3-lmdb, python3-zstandard, python3-cryptography."""
import datetime, functools, hashlib, io, json, lmdb, struct, sys, zstandard
from base64 import b64decode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def require(is_so, *what):
    if not is_so: sys.exit("DAMAGED: " + " ".join(map(str, what)))

class Values(io.BytesIO):  # how values are written
    def fixed(self, n):
        data = self.read(n)
        require(len(data) == n, "cut off")
        return data
    def number(self, n): return int.from_bytes(self.fixed(n), "big")
    def text(self): return self.fixed(self.number(4)).decode()

def record(leaf):
    r = Values(leaf)
    require(r.number(2) == 1, "another version of a record")
    out = dict(number=r.number(8), time=r.number(8), message=r.number(8), event=r.text(), actor=r.text())
    out["attributes"] = {r.text(): r.text() for _ in range(r.number(4))}
    out["salt"] = r.fixed(16)
    out["payloads"] = [(r.text(), r.fixed(32), r.number(8)) for _ in range(r.number(4))]
    require(not r.read(), "something left over in a record")
    return out

def grow(edge, leaf_hash):  # RFC 9162: the complete subtrees, the largest first, each with its count of leaves
    edge.append((1, leaf_hash))
    while len(edge) > 1 and edge[-1][0] == edge[-2][0]:
        (count, right), (_, left) = edge.pop(), edge.pop()
        edge.append((2 * count, sha(b"\1", left, right)))
def root_of(edge): return functools.reduce(lambda r, l: sha(b"\1", l, r), [h for _, h in reversed(edge)] or [sha()])
def proved(leaf_hash, index, size, path):  # section 2.1.3: the root that an inclusion proof leads to
    require(0 <= index < size and (size > 1) == bool(path), "a proof of another length")
    if size == 1: return leaf_hash
    left = 1 << (size - 1).bit_length() - 1
    if index < left: return sha(b"\1", proved(leaf_hash, index, left, path[:-1]), path[-1])
    return sha(b"\1", path[-1], proved(leaf_hash, index - left, size - left, path[:-1]))

def checkpoint(note, public):  # a signed note, by the ledger's key: its origin, size and root
    text, lines = note.split("\n\n", 1)
    origin, size, root = text.split("\n")
    signed = [b64decode(line.split(" ")[2]) for line in lines.splitlines() if line.startswith(f"\u2014 {origin} ")]
    signed = [s[4:] for s in signed if s[:4] == sha(origin.encode(), b"\n\1", public)[:4]]  # the key's id
    require(signed, "a checkpoint that the ledger's key did not sign")
    Ed25519PublicKey.from_public_bytes(public).verify(signed[0], (text + "\n").encode())
    return origin, int(size), b64decode(root)

def stored(node, txn, key):  # a payload as it is stored, also where it left the store for an archive
    if txn.get(b"P" + key) is not None or txn.get(b"a" + key) is None: return txn.get(b"P" + key)
    a = Values(txn.get(b"a" + key))
    require(a.number(2) == 1, "another version of an archive")
    name, offset, length = a.text(), a.number(8), a.number(8)
    with open(f"{node}/ledger/archive/{name}", "rb") as file:
        file.seek(offset)
        require(file.read(13) == key + struct.pack(">I", length), "an entry of", name)
        return file.read(length)

def receipt(path, seen, public):
    given = json.load(open(path, encoding="utf-8"))
    given = given.get("receipt", given)  # a party's NAME.receipt has it as a member
    leaf, index, proof = b64decode(given["leaf"]), given["leafIndex"], [b64decode(p) for p in given["proof"]]
    origin, size, root = checkpoint(given["checkpoint"], public)
    require(proved(sha(b"\0", leaf), index, size, proof) == root, path, "is not proved")
    require(seen[origin, size][1] == root and seen[origin, index + 1][0] == leaf, path, "is of another ledger")
    r = record(leaf)
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=r["time"])
    documents = [digest.hex() for role, digest, _ in r["payloads"] if role == "document"] + [None]
    require((given["message"], given["event"], given["time"], given["sha256"]) == (r["message"], r["event"],
            time.isoformat(timespec="milliseconds") + "Z", documents[0]), path, "says something else than its record")

def main(node, *receipts):
    public = b64decode(open(node + "/keys/ledger.pub", encoding="utf-8").read().strip().split("+", 2)[2])[1:]
    edge, base, epoch, seen, payloads, checkpoints, newest = [], 0, 1, {}, 0, 0, 0
    env = lmdb.open(node + "/ledger", readonly=True, max_dbs=2)
    with env.begin(db=env.open_db(b"data", create=False)) as txn:
        h = Values(txn.get(b"H"))
        require(h.number(2) in (3, 4), "another version of a ledger")
        name, last_epoch, size, root = h.text(), h.number(8), h.number(8), h.fixed(32)
        for number in range(1, size + 1):
            at = struct.pack(">Q", number)
            leaf = txn.get(b"R" + at) or b""
            r = record(leaf)
            require(r["number"] == number, "record", number)
            if r["event"] == "EpochOpened":  # numbers go on, the tree begins anew
                edge, base, epoch = [], number - 1, int(r["attributes"]["epoch"])
            for index, (role, digest, length) in enumerate(r["payloads"]):
                payload = stored(node, txn, at + bytes([index]))
                require(payload is not None, "no payload", role, "of", number)
                if len(payload) < length: payload = zstandard.decompress(payload, max_output_size=length)
                require(len(payload) == length and sha(payload) == digest, "payload", role, "of", number)
                payloads += 1
            grow(edge, sha(b"\0", leaf))
            seen[f"{name}/{epoch}", number - base] = leaf, root_of(edge)
            note = txn.get(b"C" + at)
            if note is not None:
                require(checkpoint(note.decode(), public) == (f"{name}/{epoch}", number - base, root_of(edge)), "checkpoint", number)
                checkpoints, newest = checkpoints + 1, number - base
    require(root_of(edge) == root and epoch == last_epoch, "the head")
    for path in receipts: receipt(path, seen, public)
    print(json.dumps(dict(origin=f"{name}/{epoch}", records=size, root=root.hex(), checkpoint=newest, payloads=payloads,
                          checkpoints=checkpoints, receipts=len(receipts))))

try: main(*sys.argv[1:])
except Exception as error: require(False, repr(error))
