#!/usr/bin/env python3
"""Attacks on the demo's evidence, against `sampan verify` as a process: attack_evidence.py SAMPAN

Containers are taken apart and put together here, with nothing of the program's. Every file that is not the one that was made must be
refused (exit code 65), with the part where that is known. Ends with 1 and a sentence at the first that is not.
"""

import base64, glob, hashlib, io, json, os, random, struct, subprocess, sys, tempfile, warnings, zipfile, zlib
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SAMPAN, FLIPS, AT_ONCE = sys.argv[1], 100, 50
LOCAL, CENTRAL, END = "<IHHHHHIIIHH", "<IHHHHHHIIIHHHHHII", "<IHHHHIIH"
ZIP_CODES = ["zip-" + code for code in ("cut-off none name order many encrypted compressed descriptor 64 checksum header directory names end").split()]
warnings.simplefilter("ignore") # a name twice
random.seed(20261123)

def need(is_so, what):
    if not is_so: raise SystemExit("attack_evidence.py: " + what)

# ---- the container, in its one form ----
def take_apart(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z: return [(i.filename, z.read(i)) for i in z.infolist()]

def build(parts, like):
    """As `like` is written: its first headers say how."""
    local = list(struct.unpack_from(LOCAL, like))
    directory = struct.unpack(END, like[-22:])[6]
    central = list(struct.unpack_from(CENTRAL, like, directory))
    out, entries = b"", b""
    for name, content in parts:
        name, crc = name.encode(), zlib.crc32(content)
        sizes = [crc, len(content), len(content), len(name), 0]
        entries += struct.pack(CENTRAL, *central[:7], *sizes, 0, *central[13:16], len(out)) + name
        out += struct.pack(LOCAL, *local[:6], *sizes) + name + content
    return out + entries + struct.pack(END, 0x06054b50, 0, 0, len(parts), len(parts), len(entries), len(out), 0)

def part_at(data, at):
    """Whose content that byte is of; None: of a header, the directory or the end, where the byte is named."""
    for i in zipfile.ZipFile(io.BytesIO(data)).infolist():
        begin = i.header_offset + 30 + len(i.filename)
        if begin <= at < begin + i.file_size: return i.filename
    return None

def owner_at(data, at):
    """Whose content, header or entry that byte is of; None: of the end."""
    parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    for i in parts:
        at -= 30 + len(i.filename) + i.file_size
        if at < 0: return i.filename
    for i in parts:
        at -= 46 + len(i.filename)
        if at < 0: return i.filename
    return None

def with_(parts, name, content): return [(n, content if n == name else c) for n, c in parts]
def get(parts, name): return dict(parts)[name]

# ---- the tree (RFC 9162 section 2.1) ----
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def split(n): return 1 << (n - 1).bit_length() - 1
def root(d): return d[0] if len(d) == 1 else sha(b"\1", root(d[:split(len(d))]), root(d[split(len(d)):]))
def path(m, d):
    if len(d) == 1: return []
    k = split(len(d))
    return path(m, d[:k]) + [root(d[k:])] if m < k else path(m - k, d[k:]) + [root(d[:k])]
def grown(m, d, b=True):
    if m == len(d): return [] if b else [root(d)]
    k = split(len(d))
    return grown(m, d[:k], b) + [root(d[k:])] if m <= k else grown(m - k, d[k:], False) + [root(d[:k])]
def text(hashes): return [base64.b64encode(h).decode() for h in hashes]

# ---- asking ----
def ask(files, trust, code):
    run = subprocess.run([SAMPAN, "verify", "--json", "--trust", trust, *files], stdout=subprocess.PIPE)
    need(run.returncode == code, f"exit code {run.returncode}, not {code}, of {files}")
    return [json.loads(line) for line in run.stdout.splitlines()]

class Attack:
    def __init__(self, folder): self.folder, self.waiting, self.refused, self.forks = folder, [], {}, []

    def refuse(self, name, data, part=None, codes=None, owner=None):
        file = os.path.join(self.folder, f"{len(self.waiting)}")
        open(file, "wb").write(data)
        self.waiting.append((name, file, part, codes, owner))

    def ask(self, trust, kind):
        for at in range(0, len(self.waiting), AT_ONCE):
            some = self.waiting[at:at + AT_ONCE]
            for (name, _, part, codes, owner), verdict in zip(some, ask([s[1] for s in some], trust, 65)):
                fault = verdict.get("fault", {})
                need(verdict["proved"] is False and fault.get("code"), f"{name} is taken")
                need(part is None or fault["part"] == part, f"{name}: {fault}, not in {part}")
                need(codes is None or fault["code"] in codes, f"{name}: {fault}, none of {codes}")
                need(owner is None or owner in [fault["part"], *fault["where"].split("; ")[1:]], f"{name}: {fault}, not of {owner}")
        self.refused[kind] = self.refused.get(kind, 0) + len(self.waiting)
        self.waiting = []

    def ask_forks(self, town, trust):
        """Nobody else vouches for either past: each is proved alone, and both together prove that there are two."""
        for name, data in self.forks:
            file = os.path.join(self.folder, "forked")
            open(file, "wb").write(data)
            ask([file], trust, 0)
            verdicts = ask([file, os.path.join(town, name)], trust, 65)
            told = verdicts[2:]
            need([v.get("proved") for v in verdicts[:2]] == [True, True] and all("fork" in v for v in told), f"{name}: not proved")
            need(any("size" in v for v in told) and any("record" in v for v in told), f"{name}: no fork is told of size and record")

# ---- what is changed ----
def flips(attack, name, data):
    for n in range(FLIPS):
        at = random.randrange(len(data))
        changed = data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]
        part = part_at(data, at)
        attack.refuse(f"{name}, byte {at}", changed, part, None if part else ZIP_CODES, owner_at(data, at))

class Stream(io.RawIOBase):
    """Cannot go back: sizes stand behind each part."""
    def __init__(self): self.data = b""
    def writable(self): return True
    def write(self, b): self.data += bytes(b); return len(b)

def by_python(parts, compression=zipfile.ZIP_STORED, zip64=False, to=None, twice=None, change=lambda info: None):
    out = to or io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        for name, content in parts + ([twice] if twice else []):
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            change(info)
            with z.open(info, "w", force_zip64=zip64) as f: f.write(content)
    return out.data if to else out.getvalue()

def containers(attack, name, data, parts):
    forms = {"trailing byte": data + b"\0", "leading byte": b"\0" + data, "a comment": data[:-2] + b"\1\0x", "nothing": b"",
             "end only": data[-22:], "two of them": data + data, "directory only": data[struct.unpack(END, data[-22:])[6]:],
             "by another writer": by_python(parts), "deflated": by_python(parts, zipfile.ZIP_DEFLATED), "bzip2": by_python(parts, zipfile.ZIP_BZIP2),
             "zip64": by_python(parts, zip64=True), "data descriptors": by_python(parts, to=Stream()),
             "a name twice": build(sorted(parts + [parts[0]]), data), "a name twice at the end": by_python(parts, twice=parts[0]),
             "out of order": build(parts[::-1], data), "a link": by_python(parts, change=lambda i: setattr(i, "external_attr", 0o120777 << 16)),
             "extra fields": by_python(parts, change=lambda i: setattr(i, "extra", b"\xfe\xca\x02\0xx"))}
    for n in range(1, 10): forms[f"cut at {n}/10"] = data[:len(data) * n // 10]
    for form, changed in forms.items(): attack.refuse(f"{name}, {form}", changed)

def contents(attack, name, data, parts, other):
    note, manifest = get(parts, "checkpoint.txt").decode(), get(parts, "evidence.json")
    lines = note.split("\n")
    def say(what, changed, **more): attack.refuse(f"{name}, {what}", build(changed, data), **more)
    for what, changed in {"a signature line more": note + lines[4] + "\n", "a line of somebody's": note + "\u2014 x AAAAAAAA\n", "an extension line":
                          "\n".join(lines[:3] + ["more"] + lines[3:]), "an empty line more": note + "\n", "another epoch": note.replace("/1\n", "/2\n", 1)}.items():
        say(what, with_(parts, "checkpoint.txt", changed.encode()), part="checkpoint.txt")
    whole = json.loads(manifest)
    for what, changed in {"white space": json.dumps(whole), "another reader": json.dumps({**whole, "for": "partner:LA"}, separators=(",", ":")),
                          "a member more": json.dumps({**whole, "x": 1}, separators=(",", ":")), "an epoch's base": manifest.decode().replace('"for"', '"base":1,"for"')}.items():
        say(what, with_(parts, "evidence.json", changed.encode() + (b"" if changed.endswith("\n") else b"\n")))
    say("a part more", sorted(parts + [("leaves/x", b"x")]))
    for n, _ in parts: say("without " + n, [p for p in parts if p[0] != n])
    for n, content in parts:
        if n in dict(other) and get(other, n) != content: say("another file's " + n, with_(parts, n, get(other, n)))
    first, last = [p for p in parts if p[0].startswith("leaves/")][0], [p for p in parts if p[0].startswith("leaves/")][-1]
    if first != last: say("leaves swapped", with_(with_(parts, first[0], last[1]), last[0], first[1]))
    for n, content in parts:
        if "/cosignature-" in n or n.endswith("later/checkpoint.txt"): say("a line more in " + n, with_(parts, n, content + content))

def rewritten(attack, town, name, data, parts):
    """The operator, with the ledger's key, makes another past, and keeps what witnesses said of the true one."""
    manifest = json.loads(get(parts, "evidence.json"))
    if not manifest.get("later"): return
    lines = subprocess.run([SAMPAN, "ledger", "export", "--dir", f"{town}/{name[:2].lower()}"], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    leaves = [base64.b64decode(json.loads(line)["leaf"]) for line in lines]
    secret = open(f"{town}/{name[:2].lower()}/seal/ledger.key").read().split()[2]
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret))
    number = [r["number"] for r in manifest["records"] if r["shown"]][-1]
    old = leaves[number - 1]
    leaves[number - 1] = old[:10] + struct.pack(">Q", struct.unpack(">Q", old[10:18])[0] + 60000) + old[18:]
    hashes = [sha(b"\0", leaf) for leaf in leaves]

    def sign(note, size):
        body = "\n".join([manifest["ledger"], str(size), base64.b64encode(root(hashes[:size])).decode()]) + "\n"
        _, who, line = note.decode().split("\n")[4].split(" ")
        return f"{body}\n\u2014 {who} {base64.b64encode(base64.b64decode(line)[:4] + key.sign(body.encode())).decode()}\n".encode()

    size = int(get(parts, "checkpoint.txt").split(b"\n")[1])
    for record in manifest["records"]:
        record["leafHash"], record["proof"] = hashes[record["number"] - 1].hex(), text(path(record["number"] - 1, hashes[:size]))
    receipt = json.loads(get(parts, "receipt.json"))
    older = int((receipt.get("receipt") or receipt)["checkpoint"].split("\n")[1])
    if older >= number: return # the receipt has seen it: told by that
    manifest["consistency"] = text(grown(older, hashes[:size]))
    changed = with_(with_(parts, f"leaves/{number:012}.leaf", leaves[number - 1]), "checkpoint.txt", sign(get(parts, "checkpoint.txt"), size))
    kept = with_(changed, "evidence.json", (json.dumps(manifest, separators=(",", ":")) + "\n").encode())
    attack.refuse(f"{name}, rewritten, with the true later checkpoints", build(kept, data), codes=["history"])
    for later in manifest["later"]:
        later["consistency"] = text(grown(size, hashes[:later["size"]]))
        n = f"later/{later['size']:012}/checkpoint.txt"
        changed = with_(changed, n, sign(get(parts, n), later["size"]))
    changed = with_(changed, "evidence.json", (json.dumps(manifest, separators=(",", ":")) + "\n").encode())
    attack.refuse(f"{name}, rewritten, with old cosignatures", build(changed, data), codes=["cosignature"])
    del manifest["later"]
    changed = with_(changed, "evidence.json", (json.dumps(manifest, separators=(",", ":")) + "\n").encode())
    attack.forks.append((name, build([p for p in changed if not p[0].startswith("later/")], data)))

def main():
    with tempfile.TemporaryDirectory(prefix="sampan-attack-") as folder:
        town = os.path.join(folder, "town")
        subprocess.run([SAMPAN, "demo", "--once", "--keep", town], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        trust, names = os.path.join(town, "trust"), sorted(glob.glob(town + "/*.evidence"))
        files = [(os.path.basename(n), open(n, "rb").read()) for n in names]
        need(len(files) >= 20, "evidence of every kind")
        ask(names, trust, 0)
        attack = Attack(folder)
        for i, (name, data) in enumerate(files):
            parts, other = take_apart(data), take_apart(files[i - 1][1])
            need(build(parts, data) == data, name + ": the form is another than is known here")
            flips(attack, name, data)
            attack.ask(trust, "with one bit changed")
            if i % 4 != 0: continue
            containers(attack, name, data, parts)
            attack.ask(trust, "in another container")
            contents(attack, name, data, parts, other)
            attack.ask(trust, "with other contents, checksums right")
        for name, data in files:
            rewritten(attack, town, name, data, take_apart(data))
            attack.ask(trust, "of a rewritten ledger with old cosignatures")
        attack.ask_forks(town, trust)
        for country in ("VN", "TH"): # believing the other node only
            one = os.path.join(folder, country)
            os.mkdir(one)
            for f in glob.glob(trust + f"/{country}.*"): os.link(f, os.path.join(one, os.path.basename(f)))
            for name, data in files:
                if not name.startswith(country): attack.refuse(name + ", believing the other node", data, codes=["ledger-unknown"])
            attack.ask(one, "under the other node's anchors")
        if attack.refused["of a rewritten ledger with old cosignatures"] == 0: print("  no witness spoke of a file before the demo ended")
        for kind, count in attack.refused.items(): print(f"  {count} {kind}: refused")
        print(f"  {len(attack.forks)} of another past that nobody else speaks of: told beside the true one")

main()
