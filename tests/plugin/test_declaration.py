import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from daybook import tracing
from daybook.dingtalk import texts as robot_texts
from daybook.language import Language, Text
from daybook.limits import Limits
from daybook.parameters import DEFAULT_TOP_N, MAX_TOP_N, PushParameters
from daybook.plugin import analyze_sales, credentials, push_dingtalk, run_function
from difykit.runner import plugin_python
from tests.plugin.conftest import ROOT

TOOLS = ("analyze_sales", "inspect_sales", "push_dingtalk", "run_function")
RESERVED = {"text", "files", "json"}
LIST_TYPES = {"array"}


def load(path: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / path).read_text("utf-8"))
    return data


MANIFEST, PROVIDER = load("manifest.yaml"), load("provider/sales_analyst.yaml")
DECLARED = {name: load(f"tools/{name}.yaml") for name in TOOLS}


def parameters(tool: str) -> dict[str, dict[str, Any]]:
    return {parameter["name"]: parameter for parameter in DECLARED[tool]["parameters"]}


def texts(value: object, path: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text that people read, by where it stands."""
    if isinstance(value, Mapping):
        if "en_US" in value:
            yield path, value
        else:
            for key, item in value.items():
                yield from texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, f"{path}[{number}]")


ALL_TEXTS = [
    (f"{name}{path}", text)
    for name, data in {"manifest": MANIFEST, "provider": PROVIDER, **DECLARED}.items()
    for path, text in texts(data)
]


@pytest.fixture(scope="module")
def registered() -> dict[str, Any]:
    """What the SDK itself makes of the plugin, in the process in which Dify would load it."""
    code = """
import json, sys
from dify_plugin import DifyPluginEnv
from dify_plugin.core.plugin_registration import PluginRegistration
registration = PluginRegistration(DifyPluginEnv())
(provider, provider_class, tools), = registration.tools_mapping.values()
print(json.dumps({
    "manifest": registration.configuration.model_dump(mode="json"),
    "credentials": [field.name for field in provider.credentials_schema],
    "tools": {name: [parameter.name for parameter in tool.parameters] for name, (tool, _) in tools.items()},
    "classes": [provider_class.__name__, *(tool_class.__name__ for _, tool_class in tools.values())],
    "assets": sorted(asset.filename for asset in registration.files),
    "loaded": sorted({name.partition(".")[0] for name in sys.modules}),
}))
"""
    done = subprocess.run(  # noqa: S603  our own code in the plugin's Python
        [plugin_python(), "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_the_sdk_loads_the_plugin_with_its_own_classes(registered: dict[str, Any]) -> None:
    assert registered["manifest"]["name"] == "sales_analyst"
    assert registered["classes"] == [
        "SalesAnalystProvider",
        "AnalyzeSalesTool",
        "InspectSalesTool",
        "PushDingTalkTool",
        "RunFunctionTool",
    ]
    assert registered["credentials"] == list(PROVIDER["credentials_for_provider"])
    assert registered["tools"] == {name: list(parameters(name)) for name in TOOLS}
    assert {MANIFEST["icon"], MANIFEST["icon_dark"]} <= set(registered["assets"])


def test_the_plugin_starts_without_what_only_an_analysis_needs(registered: dict[str, Any]) -> None:
    assert not {"pandas", "numpy", "python_calamine"} & set(registered["loaded"])
    assert {"daybook", "gevent"} <= set(registered["loaded"])


def test_the_sdk_is_not_loaded_beside_the_tests() -> None:
    """Importing it replaces this process's sockets, threads and locks."""
    assert not {"dify_plugin", "gevent"} & set(sys.modules)


@pytest.mark.parametrize(("path", "text"), ALL_TEXTS, ids=[path for path, _ in ALL_TEXTS])
def test_every_text_is_there_in_both_languages(path: str, text: Mapping[str, str]) -> None:
    assert set(text) == {"en_US", "zh_Hans"}
    assert 0 < len(text["en_US"]) < 1024
    assert 0 < len(text["zh_Hans"]) < 1024
    # an example of a value may be the same in both, and so may a name
    if not path.endswith((".placeholder", ".label")):
        assert any("一" <= character <= "鿿" for character in text["zh_Hans"])
    if path.endswith((".human_description", ".description", ".human", ".help")):
        assert not any("一" <= character <= "鿿" for character in text["en_US"].replace("2023年10月27日", ""))


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_explains_itself_to_people_and_to_models(tool: str) -> None:
    assert DECLARED[tool]["description"]["llm"]
    for parameter in parameters(tool).values():
        assert {"name", "type", "form", "label", "human_description", "llm_description", "required"} <= set(parameter)
        assert parameter["form"] in {"llm", "form"}
        for option in parameter.get("options", []):
            assert isinstance(option["value"], str)


@pytest.mark.parametrize(
    ("tool", "model"),
    [
        ("analyze_sales", analyze_sales.AnalysisNodeParameters),
        ("push_dingtalk", PushParameters),
        ("run_function", run_function.RunFunctionParameters),
    ],
)
def test_the_declared_parameters_are_those_that_the_node_reads(tool: str, model: Any) -> None:
    assert set(parameters(tool)) - {tracing.HEADER} == set(model.model_fields)
    assert tracing.HEADER in parameters(tool), "read by tools/sdk.py"
    for name, parameter in parameters(tool).items():
        if "default" in parameter:
            default = model.model_fields[name].default
            assert parameter["default"] == getattr(default, "value", default)
            assert not parameter["required"]


def test_the_declared_bounds_are_those_of_the_code() -> None:
    top_n = parameters("analyze_sales")["top_n"]
    assert (top_n["min"], top_n["max"], top_n["default"]) == (1, MAX_TOP_N, DEFAULT_TOP_N)
    limits = Limits()
    for text in DECLARED["analyze_sales"]["description"]["human"].values():
        assert f"{limits.file_bytes // 10**6} MB" in text
    assert f"{limits.rows:,}" in DECLARED["analyze_sales"]["description"]["human"]["en_US"]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_language_and_message_type_that_is_offered_is_known(tool: str) -> None:
    offered = [option["value"] for option in parameters(tool)["language"]["options"]]
    assert sorted(offered) == sorted(Language)
    types = [option["value"] for option in parameters("push_dingtalk")["message_type"]["options"]]
    assert [PushParameters(message_type=value).message_type for value in types] == types


@pytest.mark.parametrize("tool", TOOLS)
def test_no_output_has_a_name_of_dify_s_own(tool: str) -> None:
    schema = DECLARED[tool]["output_schema"]
    assert schema["type"] == "object"
    assert not RESERVED & set(schema["properties"])
    for declared in schema["properties"].values():
        assert declared["description"]
        assert declared["type"] in {"string", "number", "boolean", "array"}
        assert (declared["type"] in LIST_TYPES) == ("items" in declared)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("robot_webhook", robot_texts.WEBHOOK_FIELD),
        ("robot_secret", robot_texts.SECRET_FIELD),
        ("robot_keyword", robot_texts.KEYWORD_FIELD),
        ("service_url", credentials.SERVICE_URL_FIELD),
        ("service_key", credentials.SERVICE_KEY_FIELD),
        ("dify_base_url", credentials.DIFY_FIELD),
    ],
)
def test_a_credential_is_called_in_errors_what_it_is_called_in_the_form(name: str, label: Text) -> None:
    declared = PROVIDER["credentials_for_provider"][name]
    assert declared["label"] == {"en_US": label.en, "zh_Hans": label.zh}


def test_every_credential_is_optional_and_says_where_to_find_it() -> None:
    declared = PROVIDER["credentials_for_provider"]
    assert set(declared) == {
        *push_dingtalk.RobotCredentials.model_fields,
        "service_url",
        "service_key",
        "dify_base_url",
    }
    for name, field in declared.items():
        assert field["required"] is False
        assert {"label", "help", "url", "placeholder"} <= set(field)
        assert field["url"].startswith("https://")
        secret = name in {"robot_webhook", "robot_secret", "service_key"}
        assert field["type"] == ("secret-input" if secret else "text-input")


def test_only_the_permission_that_is_used_is_asked_for() -> None:
    assert list(MANIFEST["resource"]["permission"]) == ["storage"]
