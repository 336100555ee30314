"""A model that is a Python function, served on loopback: Anthropic Messages and OpenAI Responses, streaming.

A turn of the "model" is asked of a `Mind` per conversation, which is found by a word in the first user text. What
the client sent and what it was answered goes into a transcript, so that a test can look at both. A path that
nobody should call is noted as a problem.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CLAUDE, CODEX = "claude", "codex"


@dataclass(frozen=True)
class Call:
    """A tool that the model calls; `custom` for one that takes plain text."""

    tool: str
    given: Any
    custom: bool = False


@dataclass(frozen=True)
class Text:
    """Words that end the model's turn."""

    said: str


@dataclass(frozen=True)
class Failure:
    """An HTTP error in place of an answer."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


Turn = list[Call | Text] | Failure


@dataclass
class Heard:
    """What the client sent since the model's last turn.

    Args:
        client: whose dialect it is.
        first: all user text, by which a conversation is recognized.
        results: of the tools that were called, in order.
        texts: other user text: prompts, and what hooks said.
    """

    client: str
    first: str
    results: list[str]
    texts: list[str]


Model = Callable[[Heard], Turn]


@dataclass
class Transcript:
    """Everything that was said, and whatever should not have been."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, **facts: object) -> None:
        """Add a line."""
        with self.lock:
            self.lines.append({"at": round(time.monotonic(), 2), **facts})


def flat(content: object) -> str:
    """Give the text in a message's content, whatever it is made of."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return content.get("text") or content.get("encrypted_content") or flat(content.get("content") or "")
    return "\n".join(flat(part) for part in content or [])


def heard_from_claude(request: dict[str, Any]) -> Heard:
    """Read a request of Claude Code."""
    messages = request.get("messages", [])
    results, texts = [], []
    for message in reversed(messages):
        if message["role"] == "assistant":
            break
        content = message["content"]
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        results = [flat(part.get("content")) for part in parts if part.get("type") == "tool_result"] + results
        texts = [part["text"] for part in parts if part.get("type") == "text"] + texts
    return Heard(CLAUDE, flat([message["content"] for message in messages[:1]]), results, texts)


def heard_from_codex(request: dict[str, Any]) -> Heard:
    """Read a request of Codex."""
    items = request.get("input", [])
    items = [{"type": "message", "role": "user", "content": items}] if isinstance(items, str) else items
    users = [item for item in items if item.get("role") == "user" or "agent_message" in item.get("type", "")]
    results, texts = [], []
    for item in reversed(items):
        kind = item.get("type", "message")
        if kind.endswith("_output"):
            results.insert(0, flat(item.get("output")))
        elif kind == "message" and item.get("role") in {"user", "developer"}:
            texts.insert(0, flat(item.get("content")))
        elif kind == "message" or "call" in kind or kind == "reasoning":
            break
    return Heard(CODEX, "\n".join(flat(user.get("content")) for user in users), results, texts)


def server(model: Model, transcript: Transcript) -> ThreadingHTTPServer:
    """Make a server on a free port of loopback."""

    class Answering(_Answering):
        pass

    Answering.model, Answering.transcript = staticmethod(model), transcript
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.daemon_threads = True
    return made


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model
    transcript: Transcript

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_HEAD(self) -> None:
        """Say that somebody is there."""
        self._json(200, {})

    def do_GET(self) -> None:
        """List no models."""
        if "/models" in self.path:
            self._json(200, {"object": "list", "data": [], "models": []})
        else:
            self._unknown()

    def do_POST(self) -> None:
        """Answer a model's turn."""
        request = json.loads(self._body() or b"{}")
        path = self.path.split("?")[0]
        if path.endswith("/count_tokens"):
            self._json(200, {"input_tokens": 100})
        elif path.endswith("/messages"):
            self._turn(heard_from_claude(request), request, _Claude)
        elif path.endswith("/responses"):
            self._turn(heard_from_codex(request), request, _Codex)
        else:
            self._unknown()

    def _turn(self, heard: Heard, request: dict[str, Any], dialect: type[_Claude | _Codex]) -> None:
        turn = self.model(heard)
        shown = turn.body if isinstance(turn, Failure) else [vars(part) for part in turn]
        self.transcript.note(client=heard.client, results=heard.results, texts=heard.texts, turn=shown)
        try:
            if isinstance(turn, Failure):
                self._json(turn.status, turn.body, turn.headers)
            else:
                dialect(self, request).answer(turn)
        except BrokenPipeError:
            self.transcript.note(event="the client hung up")

    def _unknown(self) -> None:
        self.transcript.problems.append(f"{self.command} {self.path}")
        self._json(404, {"error": {"message": "not found", "type": "not_found_error"}})

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _json(self, status: int, said: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def stream(self, events: list[dict[str, Any]]) -> None:
        """Send server-sent events, and hang up."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for event in events:
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()


_COUNT = iter(range(1, 1_000_000))


class _Claude:
    """The Messages API."""

    def __init__(self, http: _Answering, request: dict[str, Any]) -> None:
        self.http, self.request, self.number = http, request, next(_COUNT)

    def answer(self, turn: list[Call | Text]) -> None:
        """Give one message, streamed unless plain JSON is asked for."""
        content = [self._block(place, part) for place, part in enumerate(turn)]
        reason = "tool_use" if any(block["type"] == "tool_use" for block in content) else "end_turn"
        used = {
            "input_tokens": 1000,
            "output_tokens": 50,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        }
        message = {"id": f"msg_{self.number:05d}", "type": "message", "role": "assistant", "usage": used}
        message |= {"model": self.request.get("model"), "content": [], "stop_reason": None, "stop_sequence": None}
        if not self.request.get("stream"):
            self.http._json(200, {**message, "content": content, "stop_reason": reason})
            return
        events = [{"type": "message_start", "message": message}]
        for place, block in enumerate(content):
            events += self._streamed(place, block)
        stop = {"stop_reason": reason, "stop_sequence": None}
        self.http.stream([*events, {"type": "message_delta", "delta": stop, "usage": used}, {"type": "message_stop"}])

    def _block(self, place: int, part: Call | Text) -> dict[str, Any]:
        if isinstance(part, Text):
            return {"type": "text", "text": part.said}
        return {"type": "tool_use", "id": f"toolu_{self.number:05d}{place:02d}", "name": part.tool, "input": part.given}

    def _streamed(self, place: int, block: dict[str, Any]) -> list[dict[str, Any]]:
        if block["type"] == "text":
            start, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        return [
            {"type": "content_block_start", "index": place, "content_block": start},
            {"type": "content_block_delta", "index": place, "delta": delta},
            {"type": "content_block_stop", "index": place},
        ]


class _Codex:
    """The Responses API."""

    def __init__(self, http: _Answering, request: dict[str, Any]) -> None:
        self.http, self.request, self.number = http, request, next(_COUNT)

    def answer(self, turn: list[Call | Text]) -> None:
        """Give one response, streamed."""
        made = [self._item(place, part) for place, part in enumerate(turn)]
        response = {"id": f"resp_{self.number}", "object": "response", "created_at": int(time.time())}
        response |= {"model": self.request.get("model"), "status": "in_progress", "output": []}
        events: list[dict[str, Any]] = [{"type": "response.created", "response": response}]
        for place, item in enumerate(made):
            events.append({"type": "response.output_item.added", "output_index": place, "item": item})
            events.append({"type": "response.output_item.done", "output_index": place, "item": item})
        used = {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 10,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 110,
        }
        done = {**response, "status": "completed", "output": made, "usage": used}
        self.http.stream([*events, {"type": "response.completed", "response": done}])

    def _item(self, place: int, part: Call | Text) -> dict[str, Any]:
        name = f"{self.number}_{place}"
        if isinstance(part, Text):
            content = [{"type": "output_text", "text": part.said, "annotations": []}]
            return {
                "type": "message",
                "id": f"m_{name}",
                "role": "assistant",
                "status": "completed",
                "content": content,
            }
        called = {"id": f"c_{name}", "call_id": f"call_{name}", "status": "completed"}
        space, _, tool = part.tool.rpartition("/")
        called |= {"name": tool, **({"namespace": space} if space else {})}
        if part.custom:
            return {"type": "custom_tool_call", **called, "input": part.given}
        return {"type": "function_call", **called, "arguments": json.dumps(part.given)}


def exit_code(result: str) -> int:
    """Read a command's exit code out of what a client says of it; 0 if it says nothing of one."""
    found = re.search(r"(?:[Ee]xit code:?|exited with code) (\d+)", result)
    return int(found[1]) if found else 0
