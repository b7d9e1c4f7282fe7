"""Another system: a real HTTPS server on this machine, with a certificate of an authority of its own."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Receiver:
    """`answers` are taken one by one, then 204; `got` holds (headers, body) of each message."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    location: str = ""
    stall: threading.Event | None = None
    drips: bool = False

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/hook?from=wenming"

    @property
    def keys(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]


def certificate(folder: Path, *, name: str = "127.0.0.1") -> Path:
    """Key and self-signed certificate in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"receiver-{name}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def receiving(folder: Path, settings: Any, *, name: str = "127.0.0.1") -> Iterator[Receiver]:
    """Allowed by the installation's settings for as long as it is there."""
    receiver, path = Receiver(), certificate(folder, name=name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            if receiver.stall is not None:
                receiver.stall.wait(30)
            if receiver.drips:
                self.wfile.write(b"HTTP/1.1 204 OK\r\nX: ")
                while True:
                    time.sleep(0.05)
                    self.wfile.write(b"x")
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gave it
            """Says nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_port
        settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1/32")]
        settings.WEBHOOK_PORTS = {receiver.port}
        settings.WEBHOOK_CA = str(path)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield receiver
        if receiver.stall is not None:
            receiver.stall.set()
        server.shutdown()
        thread.join()
