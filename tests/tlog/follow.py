#!/usr/bin/env python3
"""Follows a ledger from outside: an independent reader of C2SP tlog-checkpoint and tlog-tiles, written from these
specifications, RFC 9162 section 2.1 and RFC 8032, with nothing of the node's.

follow.py URL CA VKEY STATE [RECEIPT]...

Fetches /checkpoint and its tiles with curl, verifies the signature, rebuilds the root from the tiles, and compares with every
checkpoint that STATE (a folder) keeps from earlier runs; each receipt's leaf must stand where it says. Prints the size.
Needs nothing but Python 3 and curl. Exits with 1 and a sentence when anything does not fit.
"""
import base64, hashlib, json, os, subprocess, sys

WIDTH = 256

# ---- RFC 8032 section 5.1: verifying an Ed25519 signature ----
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1: q = add(q, p)
        p, s = add(p, p), s >> 1
    return q

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P: x = x * I % P
    if (x * x - xx) % P or y >= P: raise ValueError("no point")
    if x & 1 != sign: x = P - x
    return x, y, 1, x * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def is_signed(key, message, signature):
    r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, point(key)))
    return s < L and not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))

# ---- signed-note, tlog-checkpoint ----
def key_id(name, kind, key): return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

def read_vkey(text):
    name, digits, data = text.strip().split("+", 2)
    data = base64.b64decode(data, validate=True)
    assert len(data) == 33 and key_id(name, data[0], data[1:]).hex() == digits, "a bad verifier key"
    return name, data[0], data[1:]

def signatures(note):
    text, _, lines = note.rpartition("\n\n")
    assert lines.endswith("\n"), "a note ends with a line end"
    for line in lines[:-1].split("\n"):
        dash, name, data = line.split(" ")
        assert dash == "\u2014", "a signature line"
        yield name, base64.b64decode(data, validate=True)

def read_checkpoint(note, vkey):
    """Origin, size, root; ours is the line of this key's name and id. Others are left alone (signed-note)."""
    text = note.rpartition("\n\n")[0] + "\n"
    name, kind, key = vkey
    ours = [s for n, s in signatures(note) if n == name and s[:4] == key_id(name, kind, key)]
    assert len(ours) == 1 and is_signed(key, text.encode(), ours[0][4:]), "the signature of the ledger"
    origin, size, root = text.split("\n")[:3]
    assert origin == name and str(int(size)) == size, "origin and size"
    return origin, int(size), base64.b64decode(root, validate=True)

def read_cosignatures(note, vkeys):
    """C2SP tlog-cosignature: which of these witnesses countersigned, and when."""
    text = note.rpartition("\n\n")[0] + "\n"
    for name, kind, key in vkeys:
        for who, data in signatures(note):
            if who != name or data[:4] != key_id(name, kind, key): continue
            when = int.from_bytes(data[4:12], "big")
            message = "cosignature/v1\ntime %d\n%s" % (when, text)
            assert kind == 4 and is_signed(key, message.encode(), data[12:]), "the cosignature of " + name
            yield name, when

# ---- RFC 9162 section 2.1 ----
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()

def split(n):
    k = 1
    while 2 * k < n: k *= 2
    return k

def mth(hashes):
    if not hashes: return hashlib.sha256(b"").digest()
    if len(hashes) == 1: return hashes[0]
    k = split(len(hashes))
    return node(mth(hashes[:k]), mth(hashes[k:]))

def path(m, d):
    if len(d) == 1: return []
    k = split(len(d))
    return path(m, d[:k]) + [mth(d[k:])] if m < k else path(m - k, d[k:]) + [mth(d[:k])]

def proof(m, d, whole=True):
    if m == len(d): return [] if whole else [mth(d)]
    k = split(len(d))
    return proof(m, d[:k], whole) + [mth(d[k:])] if m <= k else proof(m - k, d[k:], False) + [mth(d[:k])]

def is_included(leaf, index, size, steps, root):
    fn, sn, r = index, size - 1, leaf
    for p in steps:
        if sn == 0: return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else: r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root

def is_consistent(first, first_root, second, second_root, steps):
    if first == second: return not steps and first_root == second_root
    if first & (first - 1) == 0: steps = [first_root] + steps
    fn, sn = first - 1, second - 1
    while fn & 1: fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0: return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else: sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0

# ---- tlog-tiles ----
class Log:
    def __init__(self, url, ca): self.url, self.ca = url.rstrip("/"), ca

    def get(self, place):
        run = subprocess.run(["curl", "-sS", "--cacert", self.ca, "--retry", "30", "-w", "%{stderr}%{http_code} %{content_type}",
                              self.url + place], capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        status, _, kind = run.stderr.decode().splitlines()[-1].partition(" ")
        return int(status), kind, run.stdout

    def checkpoint(self, vkey):
        status, kind, note = self.get("/checkpoint")
        assert status == 200 and kind == "text/plain; charset=utf-8", (status, kind)
        return note.decode(), read_checkpoint(note.decode(), vkey)

    def tile(self, level, index, width):
        place = "%03d" % (index % 1000)
        while index >= 1000:
            index //= 1000
            place = "x%03d/%s" % (index % 1000, place)
        place = "/tile/%d/%s%s" % (level, place, "" if width == WIDTH else ".p/%d" % width)
        status, kind, data = self.get(place)
        assert status == 200 and kind == "application/octet-stream", (place, status, kind)
        assert len(data) == 32 * width, place
        return [data[i:i + 32] for i in range(0, len(data), 32)]

    def leaves(self, size):
        """All leaf hashes of a tree of this size; the levels above must be what these make."""
        rows, level = [], 0
        while size >> 8 * level:
            n = size >> 8 * level
            rows.append(sum((self.tile(level, i, min(WIDTH, n - i * WIDTH)) for i in range((n + WIDTH - 1) // WIDTH)), []))
            if level > 0:
                below = rows[level - 1]
                assert rows[level] == [mth(below[i * WIDTH:(i + 1) * WIDTH]) for i in range(n)], "level %d" % level
            level += 1
        return rows[0] if rows else []

def main(url, ca, vkey, state, *receipts):
    log, vkey = Log(url, ca), read_vkey(open(vkey).read())
    note, (origin, size, root) = log.checkpoint(vkey)
    leaves = log.leaves(size)
    assert mth(leaves) == root, "the root of %d leaves" % size
    for n in range(1, size + 1, max(1, size // 40)):
        assert is_consistent(n, mth(leaves[:n]), size, root, proof(n, leaves)), "consistency from %d" % n
        assert is_included(leaves[n - 1], n - 1, size, path(n - 1, leaves), root), "inclusion of %d" % n
    for name in os.listdir(state):
        _, old, old_root = read_checkpoint(open(os.path.join(state, name)).read(), vkey)
        assert old <= size and mth(leaves[:old]) == old_root, "what was signed for %d" % old
        assert is_consistent(old, old_root, size, root, proof(old, leaves)), "consistency with %d" % old
    for name in receipts:
        receipt = json.load(open(name))
        receipt = receipt.get("receipt", receipt)
        if receipt is None: continue  # the seal was away
        leaf = hashlib.sha256(b"\0" + base64.b64decode(receipt["leaf"])).digest()
        assert leaves[receipt["leafIndex"]] == leaf, "the leaf of %s" % name
    open(os.path.join(state, "%d" % size), "w").write(note)
    status, _, _ = log.get("/tile/0/%03d" % (size // WIDTH + 3))  # also when it grows meanwhile
    assert status == 404, "a tile that is not there"
    print(size)

if __name__ == "__main__":
    try: main(*sys.argv[1:])
    except AssertionError as error: sys.exit("follow.py: it does not fit: %s" % error)
