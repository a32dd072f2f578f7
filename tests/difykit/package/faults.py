"""Faults of a package: for each the check that is to find it, what it is to say, and how to make it."""
# ruff: noqa: E501 - a row a fault

import operator
from collections.abc import Callable
from functools import reduce

import yaml

MANIFEST, PROVIDER, TOOL = "manifest.yaml", "provider/sales_analyst.yaml", "tools/push_dingtalk.yaml"
CODE = "daybook/limits.py"
MIB = 1024 * 1024

type Files = dict[str, bytes]
type Fault = Callable[[Files], None]


def replaced(path: str, old: str, new: str) -> Fault:
    """The fault of writing ``new`` where the file says ``old``."""

    def fault(files: Files) -> None:
        text = files[path].decode()
        assert old in text, f"{path} no longer says {old!r}"
        files[path] = text.replace(old, new, 1).encode()

    return fault


def stated(path: str, place: str, value: object = None) -> Fault:
    """The fault of a YAML file that says ``value`` at ``place`` (keys and indices with dots); nothing for ``None``."""

    def fault(files: Files) -> None:
        whole = yaml.safe_load(files[path])
        *above, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
        holder = reduce(operator.getitem, above, whole)
        if value is None:
            del holder[last]
        else:
            holder[last] = value
        files[path] = yaml.safe_dump(whole, allow_unicode=True).encode()

    return fault


def without(path: str) -> Fault:
    return lambda files: files.__delitem__(path)


def written(path: str, content: str | bytes) -> Fault:
    return lambda files: files.__setitem__(path, content.encode() if isinstance(content, str) else content)


def appended(path: str, text: str) -> Fault:
    return lambda files: files.__setitem__(path, files[path] + f"\n{text}\n".encode())


def many_files(files: Files) -> None:
    files.update({f"readme/{number}": b"" for number in range(5001)})


REFUSED: dict[str, tuple[str, str, Fault]] = {
    # what is wrong: the check that says so, what it says, the fault
    "no manifest": (MANIFEST, "manifest.yaml is missing", without(MANIFEST)),
    "manifest that cannot be read": (MANIFEST, "cannot be read", appended(MANIFEST, "a: [")),
    "author in capitals": (MANIFEST, "author: String should match", stated(MANIFEST, "author", "Daybook")),
    "author that speaks for Dify": (MANIFEST, "author: speaks for", stated(MANIFEST, "author", "dify-book")),
    "name with a blank": (MANIFEST, "name: String should match", stated(MANIFEST, "name", "sales analyst")),
    "version of two numbers": (MANIFEST, "version: String should match", stated(MANIFEST, "version", "0.1")),
    "version that core does not read": (MANIFEST, "version: is no version", stated(MANIFEST, "version", "0.1.0-draft")),
    "other type": (MANIFEST, "type: Input should be", stated(MANIFEST, "type", "bundle")),
    "no English label": (MANIFEST, "label.en_US: Field required", stated(MANIFEST, "label.en_US")),
    "unknown language": (MANIFEST, "label.de_DE: Extra inputs", stated(MANIFEST, "label.de_DE", "Analyse")),
    "label that is too long": (MANIFEST, "label.en_US: String should have at most 1023", stated(MANIFEST, "label.en_US", "x" * 1024)),
    "unknown tag": (MANIFEST, "tags.0", stated(MANIFEST, "tags.0", "commerce")),
    "created in the future": (MANIFEST, "created_at: is in the future", stated(MANIFEST, "created_at", "2999-01-01T00:00:00Z")),
    "created at no certain time": (MANIFEST, "created_at: has no time zone", stated(MANIFEST, "created_at", "2026-01-01T00:00:00")),
    "repository elsewhere": (MANIFEST, "repo: String should match", stated(MANIFEST, "repo", "https://git.example.org/daybook")),
    "no contact": (MANIFEST, "contact: Field required", stated(MANIFEST, "contact")),
    "no privacy policy named": (MANIFEST, "privacy: Field required", stated(MANIFEST, "privacy")),
    "no memory": (MANIFEST, "resource.memory", stated(MANIFEST, "resource.memory", -1)),
    "storage below the least": (MANIFEST, "storage.size", stated(MANIFEST, "resource.permission.storage.size", 1000)),
    "other Python": (MANIFEST, "meta.runner.version", stated(MANIFEST, "meta.runner.version", "3.11")),
    "Python as a number": (MANIFEST, "meta.runner.version", stated(MANIFEST, "meta.runner.version", 3.12)),
    "other machine": (MANIFEST, "meta.arch.0", stated(MANIFEST, "meta.arch.0", "riscv")),
    "unknown manifest format": (MANIFEST, "meta.version", stated(MANIFEST, "meta.version", "0.0.3")),
    "Dify version that is none": (MANIFEST, "minimum_dify_version: is no version", stated(MANIFEST, "meta.minimum_dify_version", "latest")),
    "two providers": (MANIFEST, "plugins.tools: List should have at most 1", stated(MANIFEST, "plugins.tools", [PROVIDER, PROVIDER])),
    "a trigger too": (MANIFEST, "plugins.triggers", stated(MANIFEST, "plugins.triggers", ["x.yaml"])),
    "no provider": ("provider", "there is no tool provider", stated(MANIFEST, "plugins.tools", [])),
    "provider tag of the manifest only": ("provider", "identity.tags.0", stated(PROVIDER, "identity.tags.0", "agent")),
    "credential without a label": ("provider", "robot_webhook.label: Field required", stated(PROVIDER, "credentials_for_provider.robot_webhook.label")),
    "credential of an unknown type": ("provider", "robot_webhook.type", stated(PROVIDER, "credentials_for_provider.robot_webhook.type", "password")),
    "tool name with a dot": ("tools", "identity.name", stated(TOOL, "identity.name", "push.dingtalk")),
    "parameter of a type that Dify does not know": ("tools", "type: Input should be", stated(TOOL, "parameters.0.type", "date")),
    "parameter without a description": ("tools", "human_description: Field required", stated(TOOL, "parameters.0.human_description")),
    "parameter of an unknown form": ("tools", "form: Input should be", stated(TOOL, "parameters.0.form", "model")),
    "option that is a number": ("tools", "options.0.value", stated(TOOL, "parameters.0.options", [{"value": 1, "label": {"en_US": "One"}}])),
    "output that Dify has itself": ("tools", "output_schema.properties: has text", stated(TOOL, "output_schema.properties.text", {"type": "string"})),
    "outputs that are no object": ("tools", "output_schema.type", stated(TOOL, "output_schema.type", "array")),
    "tool that is not there": ("tools", "identity: Field required", without(TOOL)),
    "source that is not there": ("the code that the declarations name", "names tools/push.py", stated(TOOL, "extra.python.source", "tools/push.py")),
    "no entry point": ("the code that the declarations name", "names main.py", without("main.py")),
    "no icon": ("icons", "icon names icon.svg", without("_assets/icon.svg")),
    "no dark icon": ("icons", "icon_dark names icon-dark.svg", without("_assets/icon-dark.svg")),
    "icon of the template": ("icons", "project template", appended("_assets/icon.svg", "<!-- DIFY_MARKETPLACE_TEMPLATE_ICON_DO_NOT_USE -->")),
    "icon of the old template": ("icons", "project template", appended("_assets/icon.svg", '<path d="M20 20 V80 M20 20 H60 Q80 20 80 40 T60 60 H20"/>')),
    "permission that is not used": ("permissions", "asks for the permission model", stated(MANIFEST, "resource.permission.model", {"enabled": True})),
    "permission that is not asked for": ("permissions", "uses storage", stated(MANIFEST, "resource.permission.storage.enabled", value=False)),
    "no README": ("README.md", "is missing or empty", without("README.md")),
    "Chinese in the README": ("README.md", "has the character 日", appended("README.md", "日报")),
    "full-width punctuation in the README": ("README.md", "has the character ，", appended("README.md", "a，b")),
    "README without its source": ("README.md", "no link to the source", replaced("README.md", "https://github.com/", "our page at ")),
    "README of another source": ("README.md", "links another repository", replaced("README.md", "github.com/daybook/sales_analyst", "github.com/someone/other")),
    "translation that Dify does not find": ("translations of README.md", "README_zh.md", written("README_zh.md", "日报")),
    "no privacy policy": ("PRIVACY.md", "is missing or empty", without("PRIVACY.md")),
    "empty privacy policy": ("PRIVACY.md", "is missing or empty", written("PRIVACY.md", " \n")),
    "privacy policy of the template": ("PRIVACY.md", "project template", appended("PRIVACY.md", "!!! Please fill in the privacy policy of the plugin.")),
    "privacy policy elsewhere": ("PRIVACY.md", "names legal.md", stated(MANIFEST, "privacy", "legal.md")),
    "package that is too large": ("size", "bytes in it", written("_assets/photo.svg", bytes(50 * MIB))),
    "too many files": ("size", "files", many_files),
    "settings of a machine": ("no caches, settings, keys or project files", ".env holds settings", written(".env", "A=1")),
    "compiled Python": ("no caches, settings, keys or project files", "no business", written("daybook/__pycache__/x.pyc", b"")),
    "virtual environment": ("no caches, settings, keys or project files", "no business", written(".venv/pyvenv.cfg", "")),
    "project file": ("no caches, settings, keys or project files", "pyproject.toml would make", written("pyproject.toml", "")),
    "lock file": ("no caches, settings, keys or project files", "uv.lock would make", written("uv.lock", "")),
    "library for one machine": ("no programs or archives", "for one machine", written("daybook/fast.so", b"")),
    "program under another name": ("no programs or archives", "for one machine", written("_assets/tool.svg", b"\x7fELF\x02")),
    "robot's token": ("no secrets", "DingTalk robot token", appended(CODE, f'URL = "https://oapi.dingtalk.com/robot/send?access_token={"0123456789abcdef" * 4}"')),
    "robot's secret": ("no secrets", "DingTalk signing secret", appended(CODE, f'X = "SEC{"0123456789abcdef" * 4}"')),
    "private key": ("no secrets", "private key", appended("README.md", "-----BEGIN RSA " + "PRIVATE KEY-----")),
    "random value as a password": ("no secrets", "secret seems to be written", appended(CODE, 'PASSWORD = "q8Zr2LkWv0Xn5TbYc7Gd9HsJ4fMa1PeR"')),
    "no requirements": ("requirements.txt", "is missing or empty", without("requirements.txt")),
    "requirement that is not exact": ("requirements.txt", "is not exact", replaced("requirements.txt", "pandas==", "pandas>=")),
    "requirement with a wildcard": ("requirements.txt", "is not exact", appended("requirements.txt", "attrs==25.*")),
    "requirement from an address": ("requirements.txt", "comes from an address", appended("requirements.txt", "thing @ https://example.com/thing.whl")),
    "requirement from git": ("requirements.txt", "comes from an address", appended("requirements.txt", "thing @ git+https://example.com/thing")),
    "option among the requirements": ("requirements.txt", "no plain requirement", appended("requirements.txt", "--pre")),
    "requirement twice": ("requirements.txt", "there twice", appended("requirements.txt", "Pandas==3.1.1")),
    "old SDK": ("requirements.txt", "no dify-plugin from", replaced("requirements.txt", "dify-plugin==0.10.2", "dify-plugin==0.5.0")),
    "import that nothing brings": ("what the code imports is there", "imports scipy", appended(CODE, "import scipy")),
    "import of a part that is left out": ("what the code imports is there", "imports httpx2", appended(CODE, "def f():\n    import httpx2")),
    "optional import at the top": ("what the code imports is there", "imports polars", appended(CODE, "import polars")),
    "import of a computed name": ("what the code imports is there", "computed", appended(CODE, "importlib.import_module(name)")),
    "eval": ("no code run from text, no programs started", "calls eval", appended(CODE, "eval(text)")),
    "another program": ("no code run from text, no programs started", "imports subprocess", appended(CODE, "def f():\n    import subprocess")),
    "shell": ("no code run from text, no programs started", "calls os.system", appended(CODE, "os.system(line)")),
    "pickle": ("no code run from text, no programs started", "imports pickle", appended(CODE, "from pickle import loads")),
    "code that does not parse": ("no code run from text, no programs started", "cannot be read", appended(CODE, "def (")),
    "request without a timeout": ("timeouts", "without a timeout", appended(CODE, "requests.get(url)")),
}  # fmt: skip

WARNED: dict[str, tuple[str, str, Fault]] = {
    "no oldest Dify": (MANIFEST, "minimum_dify_version is missing", stated(MANIFEST, "meta.minimum_dify_version")),
    "field that nobody reads": ("tools", "nobody reads parameters.0.placeholder", stated(TOOL, "parameters.0.placeholder", "x")),
    "text without Chinese": ("texts in both languages", "parameters.content.label has no zh_Hans", stated(TOOL, "parameters.0.label.zh_Hans")),
    "English as Chinese": ("texts in both languages", "says the same", stated(MANIFEST, "label", {"en_US": "Sales Analyst", "zh_Hans": "Sales Analyst"})),
    "README that is too long": ("README.md", "words beside its code", appended("README.md", "word " * 500)),
    "README without set-up": ("README.md", "says nothing on contact", lambda files: files.__setitem__("README.md", b"https://github.com/daybook/sales_analyst")),
    "no Chinese README": ("translations of README.md", "is missing", without("readme/README_zh_Hans.md")),
    "privacy policy that says little": ("PRIVACY.md", "does not say what is logged", written("PRIVACY.md", "We collect nothing.")),
    "archive": ("no programs or archives", "archive or script", written("_assets/data.zip", b"PK")),
    "package past the usual upload limit": ("size", "the package has 1", written("_assets/photo.svg", bytes(16 * MIB))),
    "large requirement": ("requirements.txt", "is large", appended("requirements.txt", "torch==2.9.0")),
    "credential in an error": ("credentials in logs and errors", "robot_secret on its way", appended(CODE, "raise ValueError(robot_secret)")),
    "credential in a log": ("credentials in logs and errors", "token on its way", appended(CODE, "logger.info('sent with %s', token)")),
    "word of plugins that move money": ("words of plugins that move money", '"checkout" in daybook/limits.py', appended(CODE, "# checkout")),
}  # fmt: skip
