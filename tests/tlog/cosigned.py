#!/usr/bin/env python3
"""Is the newest checkpoint of a ledger countersigned by a witness? As follow.py, from C2SP tlog-cosignature.

cosigned.py URL CA VKEY WITNESS-VKEY
"""
import sys, time
import follow

def main(url, ca, vkey, witness):
    note, (origin, size, _) = follow.Log(url, ca).checkpoint(follow.read_vkey(open(vkey).read()))
    found = list(follow.read_cosignatures(note, [follow.read_vkey(witness)]))
    assert len(found) == 1, "a cosignature of %s on %s at %d" % (witness, origin, size)
    assert abs(found[0][1] - time.time()) < 3600, "the time of the cosignature"

if __name__ == "__main__":
    try: main(*sys.argv[1:])
    except AssertionError as error: sys.exit("cosigned.py: it does not fit: %s" % error)
