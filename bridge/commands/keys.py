"""Say who on other machines may use a daemon of this one. A daemon on --host lets in whoever holds a key that is
allowed here, and encrypts what is said. An invitation is a connection file with a fresh key in it: give it to one
person, by a way you trust, and have them keep it to themselves."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge import __version__
from bridge.commands.console import table
from bridge.config import WIDE_CONTROL_PORT, WIDE_LIVE_PORT, ServeConfig
from bridge.errors import UsageError
from bridge.family import beside
from bridge.messages import PROTOCOL_MAX
from bridge.security import Connection, write_connection
from bridge.security_keys import KeyRing, new_key_pair

EXAMPLES = """examples:
  posebridge keys invite ada --address 192.168.1.20      writes ada.posebridge.json
  posebridge keys list
  posebridge keys revoke ada                             then: kill -HUP the daemon, or start it anew

  on ada's machine:
  posebridge relay ada.posebridge.json                   then everything there works as with a daemon of its own
  posebridge bench --connect --connection-file ada.posebridge.json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = ServeConfig()
    parser.add_argument("--keys", type=Path, default=usual.keys, metavar="DIR", help="where they are")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    invite = actions.add_parser("invite", help="make a key for somebody, allow it, and write what they need")
    invite.add_argument("name", metavar="NAME")
    invite.add_argument("--address", required=True, metavar="HOST", help="where they reach this machine")
    invite.add_argument("--control-port", type=int, default=WIDE_CONTROL_PORT, metavar="PORT",
                        help=f"of the daemon (default: {WIDE_CONTROL_PORT})")
    invite.add_argument("--live-port", type=int, default=WIDE_LIVE_PORT, metavar="PORT",
                        help=f"of the daemon (default: {WIDE_LIVE_PORT})")
    invite.add_argument("--daemons", type=int, default=1, metavar="N",
                        help="as many as posebridge serve --daemons runs here (default: 1); more only if they all do")
    invite.add_argument("--out", type=Path, metavar="FILE", help="the invitation (default: NAME.posebridge.json)")
    actions.add_parser("list", help="who is allowed")
    allow = actions.add_parser("allow", help="allow a key that somebody made themselves")
    allow.add_argument("name", metavar="NAME")
    allow.add_argument("public", metavar="PUBLIC_KEY", help="40 characters of Z85")
    revoke = actions.add_parser("revoke", help="take a key away")
    revoke.add_argument("name", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    ring = KeyRing(args.keys)
    match args.action:
        case "invite":
            print(invite(ring, args))
        case "list":
            print(table(("name", "public key"), [[name, key] for name, key in ring.allowed.items()]))
        case "allow":
            ring.allow(args.name, args.public)
        case "revoke":
            ring.revoke(args.name)
    return 0


def invite(ring: KeyRing, args: argparse.Namespace) -> Path:
    """The invitation's file; there is no other copy of the secret in it. UsageError if a file is in its place."""
    out: Path = args.out or Path(f"{args.name}.posebridge.json")
    if out.exists():
        raise UsageError(f"{out} is there already")
    own, pair = ring.own(), new_key_pair()
    ring.allow(args.name, pair.public)
    first = Connection(
        args.address, args.control_port, args.live_port, own.token, 0, PROTOCOL_MAX, __version__, "curve", own.public,
        pair.public, pair.secret)
    write_connection(out, beside(first, args.daemons))
    return out
