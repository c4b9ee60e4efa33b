"""Every key of a TOML file is found on its line, whatever stands around it."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenarios.toml_lines import line_of, lines_of

WORD = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
ODD = st.sampled_from(['"a b"', '"staying_put.share"', "'quo#ted'", '"é\\u0041\\""', '"[x]"'])
TEXTS = st.sampled_from(
    ['"plain"', "'[[not.a.table]]'", '"# no note"', '"""\nkey = 1\n[table]\n"""',
     "'''it's\n'' ]'''",
     '"\\"quoted\\" = 3"', '"""a ""quote"""""', "2026-10-01", "1_000", "-0.5e3", "true", "[]",
     "[ # note ]\n  1,\n  [2, '],'],\n  # ] not here\n]", "{ x = 1, 'y.z' = [ { w = 2 } ] }", "{}"]
)  # fmt: skip
BLANK = st.sampled_from(["", "\n", "   # [a] note = 1\n", "\t\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, dict[tuple[str | int, ...], int]]:
    """A TOML text, and the line on which each key of its own tables was written."""
    lines: list[str] = []
    wanted: dict[tuple[str | int, ...], int] = {}
    taken: set[str] = set()

    def pairs(path: tuple[str | int, ...]) -> None:
        used: set[str] = set()
        for _ in range(draw(st.integers(0, 3))):
            lines.extend(draw(BLANK).splitlines())
            key = draw(st.one_of(WORD, ODD))
            name = next(iter(tomllib.loads(f"{key} = 1")))
            if name in used or (not path and name in taken):
                continue
            used.add(name)
            if not path:
                taken.add(name)
            wanted[(*path, name)] = len(lines) + 1
            note = draw(st.sampled_from(["", "  # a note = 'x' [y]"]))
            lines.extend(f"  {key} = {draw(TEXTS)}{note}".split("\n"))

    pairs(())
    for _ in range(draw(st.integers(0, 3))):
        name = draw(WORD)
        if name in taken:
            continue
        taken.add(name)
        if draw(st.booleans()):
            for at in range(draw(st.integers(1, 3))):
                wanted[(name, at)] = len(lines) + 1
                lines.append(f"[[ {name} ]] # element")
                pairs((name, at))
                for inner in range(draw(st.integers(0, 2))):
                    wanted[(name, at, "-inner", inner)] = len(lines) + 1
                    lines.append(f"[[{name}.-inner]]")
                    pairs((name, at, "-inner", inner))
        else:
            wanted[(name,)] = len(lines) + 1
            lines.append(f"[{name}]")
            pairs((name,))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines), wanted


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        here = (*path, key)
        found += paths(inner, here) if isinstance(inner, dict | list) else [here]
    return found


@given(texts())
def test_every_key_is_found_on_the_line_on_which_it_was_written(
    made: tuple[str, dict[tuple[str | int, ...], int]],
) -> None:
    text, wanted = made
    lines = lines_of(text)
    assert {path: lines[path] for path in wanted} == wanted
    assert set(paths(tomllib.loads(text))) <= set(lines)


def test_dotted_keys_and_nested_headers() -> None:
    text = 'a.b . "c d" = 1\n[x.y]\nz = 2\n[[x.w]]\n[x.w.deep]\nk = 3\n[[x.w]]\nk = 4'
    lines = lines_of(text)
    assert lines["a", "b", "c d"] == 1
    assert lines["x", "y", "z"] == 3
    assert lines["x", "w", 0, "deep", "k"] == 6
    assert lines["x", "w", 1, "k"] == 8


def test_a_path_without_a_line_has_that_of_what_is_around_it() -> None:
    lines = lines_of("\n[table]\nkey = 1\n")
    assert line_of(lines, ("table", "missing", 3)) == 2
    assert line_of(lines, ("nowhere",)) == 1
