"""A resident's phone: a browser without cookies that fills forms in as the page asks."""

import hashlib
import io
import re
from html import unescape
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories import people
from tests.factories.places import MIDDLE

_numbers = count(1)


def jpeg() -> SimpleUploadedFile:
    """A picture that no other is."""
    number = next(_numbers)
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), (number % 256, number // 256 % 256, 30)).save(buffer, "JPEG")
    return SimpleUploadedFile(f"p{number}.jpg", buffer.getvalue(), "image/jpeg")


def attribute(html: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', html)
    assert found is not None, name
    return unescape(found[1])


def solve(html: str) -> str:
    """What the worker finds for the challenge of this page."""
    salt, digest = attribute(html, "data-salt"), attribute(html, "data-digest")
    most = int(attribute(html, "data-most"))
    number = next(n for n in range(most + 1) if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == digest)
    return f"{salt}:{number}:{attribute(html, 'data-signature')}"


class Phone:
    def open(self, name: str, *args: Any, **query: str) -> Any:
        return Client(enforce_csrf_checks=True).get(reverse(f"residents:{name}", args=args), query)

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        return Client(enforce_csrf_checks=True).post(reverse(f"residents:{name}", args=args), data)

    def form(self, **more: Any) -> dict[str, Any]:
        """What the opened page would send, with the challenge solved."""
        html = self.open("report").content.decode()
        lat, lon = MIDDLE[people.TOWN]
        key = attribute(html, 'name="key" value')
        told = {"key": key, "proof": solve(html), "type": "E0110", "text": "两侧散落垃圾袋", "lat": lat, "lon": lon}
        return told | {"address": "文昌路口", "photos": [jpeg()], **more}

    def report(self, **more: Any) -> Any:
        return self.post("report", **self.form(**more))
