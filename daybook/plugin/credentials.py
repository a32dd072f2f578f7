"""Checks the provider's credentials for form and sense, field by field. Nothing is sent anywhere."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from daybook.dingtalk import parse_keywords, texts
from daybook.errors import SettingsError
from daybook.fetch import is_web_address
from daybook.language import Text
from daybook.plugin.push_dingtalk import check_robot_credentials

SERVICE_URL_FIELD = Text(en="Analysis service URL", zh="分析服务地址")
SERVICE_KEY_FIELD = Text(en="Analysis service key", zh="分析服务密钥")
DIFY_FIELD = Text(en="Dify base URL", zh="Dify 地址")

KEYWORD_ONLY_BLANKS = Text(
    en="{field}: it holds nothing but blanks; enter the keyword of the robot's security settings, or leave it empty.",
    zh="{field}：内容只有空格；请填写机器人安全设置中的关键词，或留空。",
)
KEYWORD_WITH_BLANKS = Text(
    en="{field}: DingTalk compares a keyword with its blanks; enter it exactly as in the robot's security settings,"
    " and put commas between several.",
    zh="{field}：关键词中含有空格，钉钉会连同空格一起匹配；请与机器人安全设置中的关键词保持一致，多个关键词用逗号分隔。",
)
NO_ADDRESS = Text(
    en="{field}: this is no web address; it begins with http or https and names a host.",
    zh="{field}：内容不是有效的网址；应以 http 或 https 开头并包含主机名。",
)
MORE_THAN_AN_ADDRESS = Text(
    en="{field}: enter the address alone, without user name, question mark or #.",
    zh="{field}：请只填写地址本身，不要包含用户名、问号或 # 之后的内容。",
)
KEY_WITHOUT_SERVICE = Text(
    en="{field}: it is empty although a key for the service is given; enter the service's address, or remove the key.",
    zh="{field}：已填写分析服务密钥，但缺少服务地址；请填写服务地址，或清空密钥。",
)
KEY_WITH_BLANKS = Text(
    en="{field}: it holds blanks or line breaks, which no key has; copy the key again.",
    zh="{field}：内容含有空格或换行，不会是有效的密钥；请重新复制。",
)
API_ADDRESS = Text(
    en="{field}: this is the address of Dify's API; leave out its ending {ending}.",
    zh="{field}：这里填的是 Dify API 的地址，请去掉末尾的 {ending}。",
)


def check_credentials(credentials: Mapping[str, Any]) -> None:
    """Check everything that was entered; a field that is empty is fine where no other needs it.

    Raises:
        SettingsError: a field cannot be right; the sentence begins with its label.
    """
    _check_keyword(str(credentials.get("robot_keyword") or ""))
    check_robot_credentials(credentials)
    service_url = _entered(credentials, "service_url")
    _check_address(service_url, SERVICE_URL_FIELD)
    _check_service_key(_entered(credentials, "service_key"), service_url)
    _check_dify(_entered(credentials, "dify_base_url"))


def _entered(credentials: Mapping[str, Any], name: str) -> str:
    return str(credentials.get(name) or "").strip()


def _check_keyword(keyword: str) -> None:
    if keyword and not keyword.strip():
        raise SettingsError(KEYWORD_ONLY_BLANKS, field=texts.KEYWORD_FIELD)
    # in Chinese a blank stands between two keywords; an English keyword may well have one
    if any(not word.isascii() and len(word.split()) > 1 for word in parse_keywords(keyword)):
        raise SettingsError(KEYWORD_WITH_BLANKS, field=texts.KEYWORD_FIELD)


def _check_address(address: str, field: Text) -> None:
    if not address:
        return
    if not is_web_address(address) or any(map(str.isspace, address)):
        raise SettingsError(NO_ADDRESS, field=field)
    parts = urlsplit(address)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError(MORE_THAN_AN_ADDRESS, field=field)


def _check_service_key(key: str, service_url: str) -> None:
    if key and not service_url:
        raise SettingsError(KEY_WITHOUT_SERVICE, field=SERVICE_URL_FIELD)
    if len(key.split()) > 1:
        raise SettingsError(KEY_WITH_BLANKS, field=SERVICE_KEY_FIELD)


def _check_dify(address: str) -> None:
    _check_address(address, DIFY_FIELD)
    ending = next((ending for ending in ("console/api", "v1") if address.rstrip("/").endswith(f"/{ending}")), None)
    if ending:
        raise SettingsError(API_ADDRESS, field=DIFY_FIELD, ending=ending)
