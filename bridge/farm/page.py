"""The closing report of a batch: one HTML page that needs nothing but the contact sheets beside the results, and the
same rows as JSON next to it."""
from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bridge.export.atomic import replacing
from bridge.farm.row import FAILED, Row, counted

STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid #8888; } tbody tr:nth-child(even) { background: #8881; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.failed { color: #c01030; } .flag { background: #d9541e; color: #fff; border-radius: .3rem; padding: 0 .4rem;
  margin-right: .3rem; white-space: nowrap; font-size: .85em; }
figure { margin: 1.5rem 0; } figcaption { margin-bottom: .3rem; } img { width: 100%; background: #fff; }
"""
HEADINGS = ("session", "result", "frames", "Hz", "frames/s", "confidence", "MPJPE cm", "flags")


def write_report(page: Path, rows: list[Row], out: Path, about: dict[str, Any], code: int) -> None:
    """Both files appear whole or not at all: page.html and page.json. `about`: what else there is to know."""
    data = {**about, "code": code, "rows": [asdict(row) for row in rows]}
    with replacing(page.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    with replacing(page) as unfinished:
        unfinished.write_text(page_of(rows, Path(os.path.relpath(out, page.parent)), about, code), encoding="utf-8")


def page_of(rows: list[Row], sheets: Path, about: dict[str, Any], code: int) -> str:
    """`sheets`: where the contact sheets lie, seen from the page."""
    kinds = Counter(flag["kind"] for row in rows for flag in row.flags)
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"
    facts = "".join(f"<li>{escape(str(name))}: {escape(str(value))}</li>" for name, value in about.items())
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>PoseBridge: solved sessions</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>\n'
        f"<h1>{escape(counted(rows))}</h1>\n<ul><li>exit code: {code}</li><li>flags: {escape(told)}</li>{facts}</ul>\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{''.join(map(_line, rows))}</tbody></table>\n"
        f"{''.join(_figure(row, sheets) for row in rows if row.about.get('frames'))}</body></html>\n"
    )


def _line(row: Row) -> str:
    about, errors = row.about, row.about.get("errors") or {}
    numbers = [_number(about.get("frames"), 0), _number(about.get("rate_hz"), 0), _number(about.get("frames_per_s"), 0),
               _number(about.get("confidence"), 2), _number(errors.get("mpjpe_cm"), 2)]
    kind = ' class="failed"' if row.state == FAILED else ""
    said = f"{row.state} ({row.code})" if row.code else row.state
    said = f"{said}: {row.said}" if row.said else said
    named = f'<a href="#{escape(quote(row.name), quote=True)}">{escape(row.name)}</a>' if about.get("frames") else ""
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    return (f"<tr><td>{named or escape(row.name)}</td><td{kind}>{escape(said)}</td>{cells}"
            f"<td>{_flags(row)}</td></tr>\n")


def _figure(row: Row, sheets: Path) -> str:
    """The contact sheet, and what its flags say."""
    source = quote((sheets / f"{row.name}.png").as_posix())
    said = "".join(f"<br>{escape(flag['kind'])}: {escape(flag['said'])}" for flag in row.flags)
    return (f'<figure id="{escape(quote(row.name), quote=True)}"><figcaption><b>{escape(row.name)}</b> {_flags(row)}'
            f'{said}</figcaption><img loading="lazy" src="{source}" alt="{escape(row.name, quote=True)}"></figure>\n')


def _flags(row: Row) -> str:
    return "".join(f'<span class="flag" title="{escape(flag["said"], quote=True)}">{escape(flag["kind"])}</span>'
                   for flag in row.flags)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
