"""Just enough of a shell to run the commands of a tutorial against the service in this process.

Knows assignments from commands, ``curl`` and functions that wrap it, ``jq -r`` with a plain
path, here-documents, ``for`` over words, and ``date -I``. Anything else is an error, so that a
tutorial cannot drift into what is not run.
"""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

if TYPE_CHECKING:
    from datetime import date

    from fastapi import FastAPI

_PART = re.compile(r"\.(\w+)|\[(\d*)\]")


class Shell:
    """A shell in front of the service.

    Parameters
    ----------
    app
        The service.
    today
        What ``date`` says.
    """

    def __init__(self, app: FastAPI, today: date) -> None:
        self._app = app
        self._today = today
        self._jars: dict[str, TestClient] = {}
        self._functions: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.refused: list[int] = []
        self.printed: list[str] = []

    def run(self, script: str) -> None:
        """Run a script."""
        lines = script.splitlines()
        while lines:
            line = lines.pop(0)
            if not line.strip():
                continue
            if loop := re.fullmatch(r"for (\w+) in \$\((.*)\); do", line):
                body = []
                while (inner := lines.pop(0)) != "done":
                    body.append(inner.strip())
                for word in self._output(loop[2]).split():
                    self.variables[loop[1]] = word
                    self.run("\n".join(body))
                continue
            given = None
            if "<<JSON" in line:
                end = lines.index("JSON")
                given, lines = "\n".join(lines[:end]), lines[end + 1 :]
                line = line.replace("<<JSON", "")
                if line.lstrip().partition("=$(")[1] and lines and lines[0] == ")":
                    lines.pop(0)
                    line += ")"
            self._line(line, given)

    def _line(self, line: str, given: str | None) -> None:
        if wrapped := re.fullmatch(r'(\w+)\(\) \{ (.*) "\$@"; \}', line):
            self._functions[wrapped[1]] = wrapped[2]
        elif caught := re.fullmatch(r"(\w+)=\$\((.*)\)", line):
            self.variables[caught[1]] = self._output(caught[2], given).strip()
        elif plain := re.fullmatch(r"(\w+)=(\S*)", line):
            self.variables[plain[1]] = plain[2]
        elif line.endswith("|| echo 'refused'"):
            self._output(line.removesuffix("|| echo 'refused'"), given, may_fail=True)
        else:
            self.printed.append(self._output(line, given))

    def _output(self, command: str, given: str | None = None, *, may_fail: bool = False) -> str:
        first, _, path = command.partition("| jq -r ")
        words = shlex.split(self._expanded(first, quotes=True))
        if words[0] == "date":
            days = int(words[3].split()[0]) if len(words) > 2 else 0
            return (self._today + timedelta(days=days)).isoformat()
        while words[0] in self._functions:
            words = shlex.split(self._expanded(self._functions[words[0]])) + words[1:]
        assert words[0] == "curl", command
        answer = self._curl(words[1:], given)
        if answer.status_code >= 400:
            assert may_fail, f"{command}\n{answer.text}"
            self.refused.append(answer.status_code)
        return _chosen(answer.json(), path.strip().strip("'")) if path else answer.text

    def _curl(self, words: list[str], given: str | None) -> Any:
        method, url, body, jar = "GET", "", None, None
        headers: dict[str, str] = {}
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = words.pop(0)
                method = "POST" if method == "GET" else method
            elif word in ("-b", "-c"):
                jar = words.pop(0)
            elif word not in ("-sS", "--fail-with-body"):
                assert word.startswith("http"), word
                url = word
        if body == "@-":
            assert given is not None
            body = self._expanded(given)
        client = self._jars.setdefault(str(jar), TestClient(self._app))
        path = url.removeprefix(self.variables["HOST"])
        return client.request(method, path, headers=headers, content=body)

    def _expanded(self, text: str, *, quotes: bool = False) -> str:
        """Put variables in; within single quotes they stay as they are."""
        pieces = re.split(r"('[^']*')", text) if quotes else [text]
        return "".join(
            piece
            if quotes and piece.startswith("'")
            else re.sub(r"\$(\w+)", lambda found: self.variables[found[1]], piece)
            for piece in pieces
        )


def _chosen(value: Any, path: str) -> str:
    """Return what a path chooses, a line each."""
    found = [value]
    for name, at in _PART.findall(path):
        if name:
            found = [each[name] for each in found]
        elif at:
            found = [each[int(at)] for each in found]
        else:
            found = [inner for each in found for inner in each]
    return "\n".join(map(str, found))
