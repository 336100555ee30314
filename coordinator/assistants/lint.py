"""Which rules allow more than they seem to, and why? A rule that can run any program makes every other rule void.

The user's own rules are looked at as well as ours: they come into force together.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from coordinator.assistants.permitted import COMMANDS, MODULE, STARTS
from coordinator.model.problem import Problem

INTERPRETER = re.compile(r"(?:python|pypy|perl|ruby|node|php|lua|julia|Rscript|deno|bun)[\d.]*(?:\.exe)?$")
RUNS_ANYTHING = {
    **dict.fromkeys(("bash", "sh", "zsh", "dash", "fish", "ksh", "eval", "exec", "source"), "a shell runs anything"),
    **dict.fromkeys(
        ("env", "xargs", "nohup", "timeout", "nice", "setsid", "sudo", "doas", "time", "watch", "parallel", "command"),
        "it starts whatever program is named after it",
    ),
    "find": "`-exec` and `-delete` start programs and remove files",
    "sed": "its commands `e` and `w` start programs and write files, and `-i` edits in place",
    "awk": "`system()` and `print >` start programs and write files",
    "gawk": "`system()` and `print >` start programs and write files",
    "git": "aliases, pagers and hooks start programs, and `checkout` writes files",
    **dict.fromkeys(("vi", "vim", "nano", "emacs", "less", "more", "man"), "an editor or pager starts programs"),
    **dict.fromkeys(
        ("uv", "uvx", "pip", "pipx", "poetry", "conda", "npm", "npx", "yarn", "pnpm", "make", "tox", "docker", "ssh"),
        "it runs code that a file or a package brings along",
    ),
    **dict.fromkeys(
        ("tee", "cp", "mv", "ln", "rm", "dd", "install", "rsync", "tar", "unzip", "patch", "curl", "wget"),
        "it writes wherever it is told to",
    ),
}
"""Program -> why a rule must not leave its arguments open."""
READ_ONLY_GIT = frozenset({"status", "log", "diff", "show", "branch", "rev-parse"})
BARE_WRITERS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit"})
EVERYWHERE = frozenset({"", "*", "**", "/**", "./**", "**/*", "//**", "~/**"})
HINT = "allow the coordinator's own commands only, as `python -m coordinator assistants setup` writes them"


def claude(settings: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Find what is wrong with the permissions of Claude Code."""
    permissions = settings.get("permissions", {})
    for rule in _texts(permissions.get("allow", [])):
        tool, _, inside = rule.partition("(")
        inside = inside.removesuffix(")")
        if tool == "Bash":
            yield from _told(path, rule, _of_claude(inside))
        elif tool in BARE_WRITERS and inside in EVERYWHERE:
            yield from _told(path, rule, "it allows writing everywhere")
        elif tool == "Write":
            yield _void(path, rule)
    for rule in _texts(permissions.get("deny", [])):
        if rule.startswith("Write("):
            yield _void(path, rule)


def codex_rules(rules: str, path: str) -> Iterator[Problem]:
    """Find what is wrong with the rules of Codex, all of which leave the arguments open."""
    for pattern in _allowed_by(rules):
        for words in product(*pattern):
            yield from _told(path, " ".join(words), why_too_broad(list(words), open_ended=True))


def codex_config(config: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Find what is wrong with the configuration of Codex."""
    if config.get("sandbox_mode") == "danger-full-access":
        yield from _told(path, "sandbox_mode", "without its sandbox every command writes wherever it likes")
    elif "sandbox_mode" in config:
        message = "sandbox_mode does not go together with default_permissions, which protects the target"
        yield Problem(path, 0, "settings_clash", message, "remove it from the project's configuration")


def cursor(settings: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Find what is wrong with the permissions of Cursor's command line, which sees a command's first word only."""
    for rule in _texts(settings.get("permissions", {}).get("allow", [])):
        tool, _, inside = rule.partition("(")
        inside = inside.removesuffix(")")
        if tool == "Shell":
            yield from _told(path, rule, why_too_broad([inside.split(":")[0]], open_ended=True))
        elif tool == "Write" and inside in EVERYWHERE:
            yield from _told(path, rule, "it allows writing everywhere")


def cursor_terminal(settings: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Find what is wrong with the list of Cursor's editor, whose entries are prefixes."""
    for entry in _texts(settings.get("terminalAllowlist", [])):
        yield from _told(path, entry, why_too_broad(_words(entry), open_ended=True))


def why_too_broad(words: list[str], *, open_ended: bool) -> str:
    """Say why a rule for this command allows anything; empty if it does not.

    Args:
        words: of the command, as far as the rule fixes them.
        open_ended: whether more arguments may follow.
    """
    if not words or not words[0]:
        return "it allows every command"
    program = words[0].rsplit("/", 1)[-1]
    if "*" in program or "?" in program:
        return "the program's name is left open"
    if INTERPRETER.match(program):
        return _of_interpreter(words[1:], open_ended=open_ended)
    if program == "git" and words[1:2] and words[1] in READ_ONLY_GIT:
        return ""
    fixed = not open_ended and not any("*" in word for word in words)
    return "" if fixed else RUNS_ANYTHING.get(program, "")


def _of_interpreter(words: list[str], *, open_ended: bool) -> str:
    """Accept our own commands, and a script of the user's that lies where no assistant writes."""
    if tuple(words[: len(MODULE)]) == MODULE:
        command = words[len(MODULE) : len(MODULE) + 1]
        if command and (command[0] in COMMANDS or command[0] in STARTS):
            return ""
        return "name the coordinator's command as well: `assistants`, `init` and `execute` are not for assistants"
    script = words[0] if words else ""
    if not script or script.startswith("-") or "*" in script:
        return "an interpreter runs anything, and no other rule sees what"
    if script.startswith(("runs/", "./runs/", "..")) or "/runs/" in script:
        return "it runs a file that assistants write"
    return "" if script.endswith((".py", ".pl", ".rb", ".js")) or not open_ended else "an interpreter runs anything"


def _of_claude(inside: str) -> str:
    """Judge what is in the brackets of a rule for Bash: a command, which a star at its end leaves open."""
    for end in (":*", " *"):
        if inside.endswith(end):
            return why_too_broad(_words(inside.removesuffix(end)), open_ended=True)
    return why_too_broad(_words(inside), open_ended=False)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _allowed_by(rules: str) -> Iterator[list[list[str]]]:
    """Give the patterns of all rules that allow: Starlark's calls with literals read as Python's."""
    for node in ast.walk(ast.parse(rules)):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) != "prefix_rule":
            continue
        fields = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords if keyword.arg}
        if fields.get("decision", "allow") == "allow":
            yield [[word] if isinstance(word, str) else list(word) for word in fields.get("pattern", [])]


def _texts(values: object) -> Iterable[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _told(path: str, rule: str, why: str) -> Iterator[Problem]:
    if why:
        yield Problem(path, 0, "rule_too_broad", f"`{rule}` is refused: {why}", HINT)


def _void(path: str, rule: str) -> Problem:
    message = f"`{rule}` does nothing: Claude Code looks at Edit(path) for every kind of writing"
    return Problem(path, 0, "rule_void", message, f"write `Edit{rule.removeprefix('Write')}`")
