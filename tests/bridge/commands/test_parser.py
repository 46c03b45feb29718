from __future__ import annotations

import pytest

from bridge.commands.parser import Parser
from bridge.errors import UsageError


def test_only_the_one_that_is_chosen_gets_its_arguments() -> None:
    parser, filled = Parser(prog="p"), list[str]()
    actions = parser.add_subparsers(dest="action", required=True, parser_class=Parser)
    for name in ("run", "walk"):
        action = actions.add_parser(name)

        def fill(action: Parser = action, name: str = name) -> None:
            filled.append(name)
            action.add_argument("--far", type=int)

        action.later(fill)
    assert parser.parse_args(["walk", "--far", "3"]).far == 3 and filled == ["walk"]
    assert parser.parse_args(["walk", "--far", "4"]).far == 4 and filled == ["walk"]


def test_mistakes_are_errors_of_ours() -> None:
    with pytest.raises(UsageError, match=r"unrecognized arguments: --fly \(see p --help\)"):
        Parser(prog="p").parse_args(["--fly"])
    with pytest.raises(UsageError, match=r"unrecognized arguments: --fly$"):
        Parser(prog="p", add_help=False).parse_args(["--fly"])
