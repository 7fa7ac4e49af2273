"""A service for tests of the launcher: it says that it is ready, prints, has a child, and may crash."""

import http.server
import json
import os
import subprocess
import sys
from typing import ClassVar


class Answers(http.server.BaseHTTPRequestHandler):
    """`/health/ready` is the environment that the launcher gave, `/crash` ends the process."""

    said: ClassVar[dict[str, str]] = {
        key: value for key, value in os.environ.items() if key.startswith("MATKA_")
    }

    def do_GET(self) -> None:
        if self.path == "/crash":
            os._exit(3)
        body = json.dumps({**self.said, "child": str(child.pid), "pid": str(os.getpid())}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        print(json.dumps({"event": "asked", "path": self.path}), flush=True)


print("not JSON: " + sys.argv[1], flush=True)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
address = (os.environ["MATKA_HOST"], int(os.environ["MATKA_PORT"]))
http.server.ThreadingHTTPServer(address, Answers).serve_forever()
