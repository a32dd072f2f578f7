"""Images in Markdown that a phone would not show, found before they are sent.

DingTalk fetches an image itself, so its address has to be public; about 20 images a message are advised.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from daybook.dingtalk import texts
from daybook.dingtalk.texts import filled
from daybook.language import Text

MAX_IMAGES = 20

_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^()\s<>]*)")
_PRIVATE_ENDINGS = (".local", ".internal", ".lan", ".home", ".intranet", ".localhost")
_DIFY_FILE = re.compile(r"/files/(tools/)?[0-9a-f-]{8,}.*[?&]sign=", re.IGNORECASE)


def image_warnings(contents: Sequence[str]) -> list[Text]:
    """What is wrong with the images of a push, each kind once."""
    addresses = [_IMAGE.findall(text) for text in contents]
    warnings = []
    if any(is_private(address) for found in addresses for address in found):
        warnings.append(texts.IMAGE_PRIVATE)
    if any(not address.lower().startswith("https://") for found in addresses for address in found):
        warnings.append(texts.IMAGE_NOT_HTTPS)
    if (most := max(map(len, addresses), default=0)) > MAX_IMAGES:
        warnings.append(filled(texts.MANY_IMAGES, count=most, limit=MAX_IMAGES))
    return warnings


def is_private(url: str) -> bool:
    """Whether an image's address leads to a host that only the sender's network knows, or to no host at all."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return True
    if not host or _DIFY_FILE.search(url):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)
