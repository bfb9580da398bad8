"""A language model's server for tests: answers a chat completion with what a function makes of the request."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """An HTTP response; `content` is the text of the answer unless `raw` gives the whole body."""

    content: str = ""
    status: int = 200
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"

    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        choice = {"message": {"role": "assistant", "content": self.content}, "finish_reason": self.finish}
        return json.dumps({"model": "fake", "choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}).encode()


@dataclass
class Fake:
    """The address of a running server and the requests it has had, with their headers."""

    address: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(reply: Callable[[dict[str, Any], int], Reply]) -> Iterator[Fake]:
    """Serve on a free port; `reply` is given each request and how many came before it."""
    fake = Fake("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = len(fake.requests)
            fake.requests.append(request)
            fake.headers.append(dict(self.headers))
            made = reply(request, number)
            body = made.body()
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # a client that stops reading a too long answer
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        fake.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
