import pytest

from daybook.errors import SettingsError
from daybook.language import Language
from daybook.plugin.credentials import check_credentials
from difykit.runner import PluginProcess
from tests.plugin.conftest import SECRET, SERVICE_KEY
from tests.plugin.sentences import check_sentence

WEBHOOK = "https://oapi.dingtalk.com/robot/send?access_token=" + "a1" * 32

OTHER_HOST = WEBHOOK.replace("oapi.dingtalk.com", "example.com")
SERVICE = "http://daybook:8000"
FIELDS = ("robot_webhook", "robot_secret", "robot_keyword", "service_url", "service_key", "dify_base_url")

GOOD: list[dict[str, str | None]] = [
    {},
    dict.fromkeys(
        ("robot_webhook", "robot_secret", "robot_keyword", "service_url", "service_key", "dify_base_url"), ""
    ),
    dict.fromkeys(("robot_webhook", "robot_secret", "robot_keyword", "service_url", "service_key", "dify_base_url")),
    {"robot_webhook": WEBHOOK},
    {"robot_webhook": f" {WEBHOOK}\n", "robot_secret": SECRET, "robot_keyword": "日报"},
    {"robot_webhook": "a1" * 32, "robot_keyword": "日报, 销售"},
    {"robot_webhook": WEBHOOK, "robot_keyword": "daily report"},
    {"service_url": "http://daybook:8000"},
    {"service_url": "https://sales.example.com/daybook/", "service_key": f" {SERVICE_KEY} "},
    {"dify_base_url": "http://api:5001"},
    {"dify_base_url": "http://192.168.1.5/"},
]

BAD: list[tuple[str, dict[str, str], str]] = [
    ("secret without robot", {"robot_secret": SECRET}, "Robot webhook"),
    ("keyword without robot", {"robot_keyword": "日报"}, "Robot webhook"),
    (
        "webhook of another host",
        {"robot_webhook": OTHER_HOST},
        "Robot webhook",
    ),
    ("webhook without token", {"robot_webhook": "https://oapi.dingtalk.com/robot/send"}, "Robot webhook"),
    ("secret as webhook", {"robot_webhook": SECRET}, "Robot webhook"),
    ("webhook as secret", {"robot_webhook": WEBHOOK, "robot_secret": WEBHOOK}, "Signing secret"),
    ("two keywords with a blank", {"robot_webhook": WEBHOOK, "robot_keyword": "日报 销售"}, "Keyword"),
    ("a keyword of blanks", {"robot_webhook": WEBHOOK, "robot_keyword": "   "}, "Keyword"),
    ("service without scheme", {"service_url": "daybook:8000"}, "Analysis service URL"),
    ("service by another scheme", {"service_url": "ftp://daybook"}, "Analysis service URL"),
    ("service with a query", {"service_url": "http://daybook:8000/?key=1"}, "Analysis service URL"),
    ("service with a password", {"service_url": f"http://me:{SERVICE_KEY}@daybook:8000"}, "Analysis service URL"),
    ("service with a blank", {"service_url": "http://day book:8000"}, "Analysis service URL"),
    ("key without service", {"service_key": SERVICE_KEY}, "Analysis service URL"),
    (
        "key with a blank",
        {"service_url": "http://daybook:8000", "service_key": f"Bearer {SERVICE_KEY}"},
        "Analysis service key",
    ),
    ("Dify without host", {"dify_base_url": "http://"}, "Dify base URL"),
    ("Dify's API", {"dify_base_url": "https://api.dify.example/v1/"}, "Dify base URL"),
    ("Dify's console API", {"dify_base_url": "https://dify.example/console/api"}, "Dify base URL"),
    ("Dify with a port that is none", {"dify_base_url": "http://api:port"}, "Dify base URL"),
]


@pytest.mark.parametrize("entered", GOOD)
def test_what_makes_sense_is_accepted(entered: dict[str, str | None]) -> None:
    check_credentials(entered)


@pytest.mark.parametrize(("entered", "field"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_makes_none_is_refused_by_the_name_of_its_field(entered: dict[str, str], field: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_credentials(entered)
    english, chinese = (caught.value.sentence(language) for language in (Language.ENGLISH, Language.CHINESE))
    assert english.startswith(f"{field}: ")
    check_sentence(english, "en_US")
    check_sentence(chinese, "zh_Hans")
    assert SECRET not in english + chinese
    assert SERVICE_KEY not in english + chinese


def test_the_plugin_accepts_good_credentials(plugin: PluginProcess) -> None:
    for entered in GOOD:
        assert plugin.validate(entered).error is None


def test_the_plugin_refuses_bad_ones_in_both_languages_and_sends_nothing(plugin: PluginProcess) -> None:
    for _, entered, field in BAD:
        error = plugin.validate(entered).error
        assert error is not None
        assert error.kind == "ToolProviderCredentialValidationError"
        english, _, chinese = error.message.partition(" / ")
        assert english.startswith(f"{field}: ")
        check_sentence(chinese, "zh_Hans")
