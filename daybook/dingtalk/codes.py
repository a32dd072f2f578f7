"""DingTalk's error codes: what each means, and what to do about it.

From the error table of DingTalk's page on custom robots and from answers that senders have quoted. The code decides;
its text is looked at for 310000 alone, which stands for four refusals.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from daybook.dingtalk.texts import fill
from daybook.language import Text


class CodeKind(Enum):
    """What a code means for the message."""

    REFUSED = "refused"
    """Not posted; the same message would be refused again."""
    BUSY = "busy"
    """Not posted; the same message may pass in a moment."""
    THROTTLED = "throttled"
    """Not posted; nothing passes for ten minutes."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why DingTalk did not post a message, and what to do."""

    kind: CodeKind
    cause: Text
    remedy: Text


def problem(code: int, errmsg: str = "") -> Problem:
    """What ``code`` means; ``errmsg`` as DingTalk wrote it, already free of secrets."""
    if code == SECURITY:
        return _security(errmsg)
    return CODES.get(code) or Problem(
        CodeKind.REFUSED,
        fill(
            Text(
                en="it gave a code that is not in its list, saying: {said}", zh="返回了未收录的错误码，说明为：{said}"
            ),
            said=errmsg or "–",
        ),
        Text(en="look the code up in DingTalk's list of error codes", zh="请在钉钉开放平台查询该错误码"),
    )


SUCCESS = 0
SECURITY = 310000
"""A security setting of the robot was not met; which one, only the text tells."""

_THROTTLED = Problem(
    CodeKind.THROTTLED,
    Text(
        en="the robot sent more than 20 messages in a minute and is held for 10 minutes",
        zh="机器人一分钟内发送超过 20 条，已被限流 10 分钟",
    ),
    Text(
        en="push again after 10 minutes, and see whether something else uses this robot",
        zh="请在 10 分钟后再推送，并检查是否有其他程序在使用该机器人",
    ),
)
_TOKEN_UNKNOWN = Problem(
    CodeKind.REFUSED,
    Text(
        en="it does not know the access token: the webhook is wrong or the robot was removed",
        zh="access_token 不存在：Webhook 有误或机器人已被删除",
    ),
    Text(
        en="copy the Webhook line again from the group's robot settings into the credentials",
        zh="请从群机器人设置页重新复制 Webhook 并更新授权信息",
    ),
)
_TOO_LONG = Problem(
    CodeKind.REFUSED,
    Text(en="it finds the message longer than it takes", zh="消息超过钉钉允许的长度"),
    Text(
        en="shorten the content; as it was cut to fit, please also report this as a fault of Daybook",
        zh="请缩短内容；Daybook 已按上限拆分，仍出现此错误时请反馈给我们",
    ),
)
_REPORT_FAULT = Text(
    en="this is a fault of Daybook, please report it with the code",
    zh="这是 Daybook 的缺陷，请附上错误码反馈给我们",
)


def _moderated(what: Text) -> Problem:
    return Problem(
        CodeKind.REFUSED,
        fill(Text(en="its content check objects to {what}", zh="内容审核未通过：{what}"), what=what),
        Text(
            en="change that and push again; the same content would be refused again",
            zh="请修改后再推送，相同内容会再次被拒绝",
        ),
    )


def _fault(cause: Text) -> Problem:
    return Problem(CodeKind.REFUSED, cause, _REPORT_FAULT)


CODES: Mapping[int, Problem] = {
    -1: Problem(
        CodeKind.BUSY,
        Text(en="it says that it is busy", zh="钉钉系统繁忙"),
        Text(en="push again in a few minutes", zh="请几分钟后再推送"),
    ),
    88: Problem(
        CodeKind.REFUSED,
        Text(en="it could not authorise the call", zh="钉钉鉴权异常"),
        Text(
            en="check that the webhook is that of a custom robot of a group, and copy it again",
            zh="请确认 Webhook 属于群自定义机器人，并重新复制",
        ),
    ),
    404: Problem(
        CodeKind.REFUSED,
        Text(en="it has nothing at the webhook's address", zh="Webhook 地址不存在"),
        Text(en="copy the Webhook line again from the group's robot settings", zh="请从群机器人设置页重新复制 Webhook"),
    ),
    40035: Problem(
        CodeKind.REFUSED,
        Text(en="it received no access token or no message", zh="请求中缺少 access_token 或消息内容"),
        Text(
            en="copy the Webhook line again, and see whether a proxy between here and DingTalk changes requests",
            zh="请重新复制 Webhook，并检查中间的代理是否改动了请求",
        ),
    ),
    43002: Problem(
        CodeKind.REFUSED,
        Text(en="the request did not reach it as a POST", zh="请求到达钉钉时不是 POST"),
        Text(
            en="see whether a proxy between here and DingTalk changes requests",
            zh="请检查中间的代理是否改动了请求",
        ),
    ),
    43004: Problem(
        CodeKind.REFUSED,
        Text(en="the request did not reach it as JSON", zh="请求的 Content-Type 无效"),
        Text(
            en="see whether a proxy between here and DingTalk changes requests",
            zh="请检查中间的代理是否改动了请求",
        ),
    ),
    300001: _TOKEN_UNKNOWN,
    300005: _TOKEN_UNKNOWN,
    400013: Problem(
        CodeKind.REFUSED,
        Text(en="the group has been dissolved", zh="群已被解散"),
        Text(
            en="add a robot to another group and enter its webhook",
            zh="请在其他群添加机器人并更新 Webhook",
        ),
    ),
    400101: _TOKEN_UNKNOWN,
    400102: Problem(
        CodeKind.REFUSED,
        Text(en="the robot has been disabled", zh="机器人已停用"),
        Text(en="have a group administrator enable it", zh="请联系群管理员启用该机器人"),
    ),
    400105: _fault(Text(en="it does not take this type of message", zh="不支持的消息类型")),
    400106: Problem(
        CodeKind.REFUSED,
        Text(en="the robot no longer exists", zh="机器人不存在"),
        Text(
            en="add a robot to the group again and enter its webhook",
            zh="请重新在群里添加机器人并更新 Webhook",
        ),
    ),
    400402: _fault(Text(en="it finds no title in the message", zh="消息缺少标题")),
    400403: _fault(Text(en="it finds no text in the message", zh="消息缺少正文")),
    410100: _THROTTLED,
    130101: _THROTTLED,
    660026: _THROTTLED,
    90030: Problem(
        CodeKind.REFUSED,
        Text(en="the robot's quota of messages is used up", zh="机器人的消息额度已用完"),
        Text(
            en="wait until the quota renews, usually the next day, or raise it with DingTalk",
            zh="请等待额度恢复（通常为次日），或向钉钉申请提升额度",
        ),
    ),
    430101: _moderated(Text(en="a link", zh="不安全的外链")),
    430102: _moderated(Text(en="the wording", zh="不合适的文本")),
    430103: _moderated(Text(en="an image", zh="不合适的图片")),
    430104: _moderated(Text(en="the content", zh="不合适的内容")),
    460101: _TOO_LONG,
    101002: _TOO_LONG,
}

_KEYWORD = Problem(
    CodeKind.REFUSED,
    Text(en="the message holds none of the robot's keywords", zh="消息中没有机器人设置的关键词"),
    Text(
        en="enter one of the keywords from the robot's security settings as the keyword in the credentials, and it is "
        "added to every message",
        zh="请把机器人安全设置中的任一关键词填到授权信息的“关键词”，推送时会自动加到每条消息",
    ),
)
_CLOCK = Problem(
    CodeKind.REFUSED,
    Text(
        en="the signature's time is more than an hour off",
        zh="签名时间与钉钉服务器相差超过一小时",
    ),
    Text(
        en="set the clock of the machine that runs the plugin",
        zh="请校准运行插件的机器的时钟",
    ),
)
_SIGNATURE = Problem(
    CodeKind.REFUSED,
    Text(en="the signature does not match", zh="签名不匹配"),
    Text(
        en="copy the signing secret (SEC...) of this very robot into the credentials again",
        zh="请重新复制该机器人的加签密钥（SEC 开头）到授权信息",
    ),
)
_SETTINGS = Problem(
    CodeKind.REFUSED,
    Text(en="a security setting of the robot was not met", zh="未满足机器人的安全设置"),
    Text(
        en="compare keyword, signing secret and IP range in the robot's settings with the credentials",
        zh="请核对机器人安全设置中的关键词、加签密钥和 IP 段",
    ),
)
_IP_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


def _security(errmsg: str) -> Problem:
    said = errmsg.lower()
    if "keyword" in said or "关键词" in said:
        return _KEYWORD
    if "invalid timestamp" in said or "过期" in said:
        return _CLOCK
    if "sign not match" in said or "签名不匹配" in said:
        return _SIGNATURE
    if "whitelist" in said or "白名单" in said:
        return _ip_refused(_IP_ADDRESS.search(said))
    return _SETTINGS


def _ip_refused(found: re.Match[str] | None) -> Problem:
    here = Text(en="this machine's public address", zh="本机的公网出口 IP")
    return Problem(
        CodeKind.REFUSED,
        Text(
            en="the address from which the message came is not in the robot's IP range",
            zh="发送方 IP 不在机器人的 IP 白名单中",
        ),
        fill(
            Text(
                en="add {ip} to the IP range in the robot's security settings",
                zh="请在机器人安全设置的 IP 段中加入{ip}",
            ),
            ip=Text(en=found[0], zh=f" {found[0]}") if found else here,
        ),
    )
