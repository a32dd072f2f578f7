"""README.md, its translations, and PRIVACY.md."""

import re
from collections.abc import Iterator

from difykit.package.results import CheckResult, Package, fail, warn
from difykit.package.rules.manifest import REPOSITORY

CJK = re.compile(r"[\u2e80-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
"""Chinese, Japanese and Korean characters, and their punctuation."""
ADVISED_WORDS = 500
TRANSLATION = re.compile(r"readme/README_([a-z]{2}_[A-Za-z]{2,})\.md")
SECTIONS = {
    "set-up": r"\b(set-?up|install|configur)",
    "usage": r"\b(usage|use|example|workflow)\b",
    "credentials": r"\b(credential|token|secret|api key)",
    "connection needs": r"\b(connect|endpoint|host|proxy|network)",
    "contact": r"\b(contact|issues?)\b",
}
TEMPLATE_PRIVACY = "please fill in the privacy policy"
DISCLOSURES = {
    "what is read or collected": r"\b(collect|read)",
    "what is stored": r"\b(stor|retain|persist|keep)",
    "what is logged": r"\blog",
    "what is sent to whom": r"\b(send|sent|transmit|third)",
}


def readme(package: Package) -> Iterator[CheckResult]:
    """README.md: English, complete, not long."""
    text = package.text("README.md")
    if not text.strip():
        yield fail("README.md is missing or empty", "write it in English")
        return
    for number, line in enumerate(text.splitlines(), 1):
        if found := CJK.search(line):
            yield fail(f"README.md:{number}: has the character {found[0]}", "move it to readme/README_zh_Hans.md")
    if not REPOSITORY.search(text):
        yield fail("README.md: has no link to the source repository", "add the address that manifest.yaml gives")
    elif str(package.manifest.get("repo")) not in text:
        yield fail("README.md: links another repository than manifest.yaml", "make them the same")
    for section, words in SECTIONS.items():
        if not re.search(words, text, re.IGNORECASE):
            yield warn(f"README.md: says nothing on {section}", "add it")
    length = len(re.findall(r"\w[\w.'/-]*", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))
    if length > ADVISED_WORDS:
        yield warn(f"README.md: has {length} words beside its code", f"keep it under about {ADVISED_WORDS}")


def translated_readmes(package: Package) -> Iterator[CheckResult]:
    """Translations are where Dify looks for them, and are translations."""
    found = [path for path in package.files if path.startswith("readme/") or re.match(r"README.+\.md$", path)]
    for path in found:
        if not TRANSLATION.fullmatch(path):
            yield fail(f"{path} is where Dify looks for no translation", "call it readme/README_zh_Hans.md")
    if "readme/README_zh_Hans.md" not in found:
        yield warn("readme/README_zh_Hans.md is missing", "add the Chinese README")
    elif not CJK.search(package.text("readme/README_zh_Hans.md")):
        yield warn("readme/README_zh_Hans.md has no Chinese character", "write it in Chinese")


def privacy(package: Package) -> Iterator[CheckResult]:
    """PRIVACY.md says what happens to data."""
    text = package.text("PRIVACY.md")
    if not text.strip():
        yield fail("PRIVACY.md is missing or empty", "say what is read, stored, logged and sent")
        return
    if TEMPLATE_PRIVACY in text.lower():
        yield fail("PRIVACY.md is the project template's", "say what is read, stored, logged and sent")
    for subject, words in DISCLOSURES.items():
        if not re.search(words, text, re.IGNORECASE):
            yield warn(f"PRIVACY.md: does not say {subject}", "say it, also where it is nothing")
    named = str(package.manifest.get("privacy", ""))
    if "://" not in named and named.removeprefix("./") not in package:
        yield fail(f"manifest.yaml: privacy names {named}, which is not in the package", "name PRIVACY.md")
