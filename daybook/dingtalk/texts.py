"""Every sentence of the DingTalk area that stands by itself, and `fill`, which puts sentences together."""

from typing import Any

from daybook.language import Language, Text, literal

NO_ROBOT = Text(
    en="No robot is set up: enter the robot's webhook in the credentials of this tool's provider.",
    zh="尚未配置机器人：请在本工具的授权信息中填写机器人 Webhook。",
)

WEBHOOK_FIELD = Text(en="Robot webhook", zh="机器人 Webhook")
SECRET_FIELD = Text(en="Signing secret", zh="加签密钥")
KEYWORD_FIELD = Text(en="Keyword", zh="关键词")

WEBHOOK_UNREADABLE = Text(
    en="{field}: this is neither a DingTalk robot's address nor its access token; in the group's robot settings, "
    "copy the whole Webhook line and paste it here.",
    zh="{field}：内容既不是钉钉机器人的地址，也不是它的 access_token；"
    "请在群机器人的设置页复制整行 Webhook 后粘贴到这里。",
)
WEBHOOK_HOST = Text(
    en="{field}: the address does not lead to DingTalk; it has to begin with https and name oapi.dingtalk.com or "
    "oapi.dingtalk.io, as in the group's robot settings.",
    zh="{field}：该地址不是钉钉的地址；应以 https 开头，域名为 oapi.dingtalk.com 或 oapi.dingtalk.io，"
    "请从群机器人设置页复制。",
)
WEBHOOK_PATH = Text(
    en="{field}: the address is not that of a custom robot (path /robot/send); copy the Webhook line of a custom "
    "robot from the group's robot settings.",
    zh="{field}：该地址不是自定义机器人的地址（路径应为 /robot/send）；请从群机器人设置页复制自定义机器人的 Webhook。",
)
WEBHOOK_WITHOUT_TOKEN = Text(
    en="{field}: the address holds no access_token, or one cut short; copy the whole Webhook line from the group's "
    "robot settings.",
    zh="{field}：地址中没有 access_token，或 access_token 不完整；请从群机器人设置页复制整行 Webhook。",
)
WEBHOOK_IS_SECRET = Text(
    en="{field}: this is a signing secret (it begins with SEC); enter it as the signing secret, and the robot's "
    "Webhook line here.",
    zh="{field}：这里填的是加签密钥（以 SEC 开头）；请把它填到“加签密钥”，此处填写机器人的 Webhook。",
)
WEBHOOK_MISSING = Text(
    en="{field}: it is empty although a signing secret or keyword is given; enter the robot's Webhook line too.",
    zh="{field}：已填写加签密钥或关键词，但缺少 Webhook；请一并填写机器人的 Webhook。",
)
SECRET_IS_ADDRESS = Text(
    en="{field}: this is the robot's address; enter it as the robot webhook, and here the secret that begins with "
    "SEC, or leave it empty where the robot is not set to signing.",
    zh="{field}：这里填的是机器人地址；请把它填到“机器人 Webhook”，此处填写以 SEC 开头的密钥；机器人未启用加签时留空。",
)
SECRET_IS_TOKEN = Text(
    en="{field}: this is the robot's access token; enter the secret that begins with SEC, or leave it empty where "
    "the robot is not set to signing.",
    zh="{field}：这里填的是 access_token；请填写以 SEC 开头的密钥；机器人未启用加签时留空。",
)
FIELD_TOO_LONG = Text(
    en="{field}: it is longer than {limit} characters, which no robot has; check what was pasted.",
    zh="{field}：超过 {limit} 个字符，不会是有效的值；请检查粘贴的内容。",
)


EMPTY_CONTENT = Text(
    en="There is nothing to push: the content is empty; connect it to the report or write a text.",
    zh="没有可推送的内容：“内容”为空；请连接报告输出或填写文本。",
)
BUTTON_MISSING = Text(
    en="An action card needs a button: give the button link (button_url), the https address that it opens.",
    zh="卡片消息需要一个按钮：请填写“按钮链接”（button_url），即点击按钮后打开的 https 地址。",
)
BUTTON_NOT_HTTPS = Text(
    en="The button link (button_url) is not an address that a phone can open: it has to begin with https, name a host, "
    "and stay under 2,000 characters.",
    zh="“按钮链接”（button_url）不是手机可以打开的地址：须以 https 开头、包含域名，且不超过 2000 个字符。",
)
NOT_A_MOBILE = Text(
    en="'{value}' among the mobile numbers to mention (at_mobiles) is none: give numbers such as 13800000000 or "
    "+1-2025550100, separated by commas.",
    zh="“按手机号 @”（at_mobiles）中的“{value}”不是手机号：请填写 13800000000 或 +1-2025550100 这样的号码，"
    "多个号码用逗号分隔。",
)
NOT_A_USER_ID = Text(
    en="'{value}' among the user IDs to mention (at_user_ids) is none: give IDs as the organisation's address book "
    "shows them, separated by commas.",
    zh="“按 userId @”（at_user_ids）中的“{value}”不是钉钉 userId：请填写通讯录中的 userId，多个用逗号分隔。",
)
TOO_MANY_PEOPLE = Text(
    en="{count} people are to be mentioned, more than the {limit} that one message should name; mention everyone "
    "(at_all) or fewer people.",
    zh="要 @ 的人数为 {count}，超过一条消息的上限 {limit}；请改为 @所有人（at_all）或减少人数。",
)
TOO_LONG = Text(
    en="The content would take more than {limit} messages of {bytes} bytes; shorten it, or push a summary with a link "
    "to the whole.",
    zh="内容需要拆成超过 {limit} 条消息（每条 {bytes} 字节）；请缩短内容，或只推送摘要并附上完整内容的链接。",
)
FAR_TOO_LONG = Text(
    en="The content has more than {limit} characters, far more than one push can hold; push a summary with a link to "
    "the whole.",
    zh="内容超过 {limit} 个字符，远超一次推送的上限；请只推送摘要，并附上完整内容的链接。",
)
UNBREAKABLE = Text(
    en="A link or image in the content is longer than a whole message of {bytes} bytes; use a shorter address.",
    zh="内容中的某个链接或图片超过了整条消息的上限 {bytes} 字节；请使用更短的地址。",
)

ONLY_THINKING = Text(
    en="There is nothing to push but a model's thinking; give the node the model's answer, or raise the model's limit "
    "of tokens.",
    zh="内容中只有模型的思考过程，没有可推送的正文；请连接模型的最终回答，或调大模型的最大标记数（max tokens）。",
)
UNFILLED = Text(
    en="The content holds a variable that Dify did not fill ({variable}); select the variable again in this node, "
    "because the node that it names was renamed or removed.",
    zh="内容中有 Dify 未填充的变量（{variable}）；该变量对应的节点可能已改名或删除，请在本节点中重新选择变量。",
)
THINKING_REMOVED = Text(
    en="A model's thinking was taken out of the content.",
    zh="已从内容中去掉模型的思考过程。",
)
FENCE_REMOVED = Text(
    en="The whole content stood in a code block, which DingTalk shows raw; it was taken out of it.",
    zh="内容整体被放在代码块中，钉钉会原样显示，已去掉代码块标记。",
)
LITERAL_BREAKS = Text(
    en="The content held line breaks written as \\n; they became real ones.",
    zh="内容中的换行写成了 \\n，已改为真正的换行。",
)

IMAGE_NOT_HTTPS = Text(
    en="An image's address does not begin with https; phones may not show it.",
    zh="有图片地址不是 https 开头，手机上可能无法显示。",
)
IMAGE_PRIVATE = Text(
    en="An image lies at an address that DingTalk cannot reach from outside (a private host or a Dify file); it will "
    "stay blank.",
    zh="有图片位于钉钉无法从外部访问的地址（内网地址或 Dify 文件），将无法显示。",
)
MANY_IMAGES = Text(
    en="One message holds {count} images; DingTalk advises at most {limit}.",
    zh="单条消息包含 {count} 张图片，钉钉建议不超过 {limit} 张。",
)
TABLE_AS_LIST = Text(
    en="{count} table(s) were turned into list rows, because phones show a table as raw text.",
    zh="手机端会把表格显示为原始字符，已将 {count} 个表格转换为列表。",
)
MENTION_UNPROVEN = Text(
    en="DingTalk accepts a message even when a mentioned person is not in the group, so delivery does not prove the @.",
    zh="即使被 @ 的人不在群里，钉钉也会返回成功，因此送达并不代表 @ 成功。",
)
MENTION_IN_CARD = Text(
    en="Nobody was mentioned: DingTalk has no @ in an action card; push Markdown or text to mention people.",
    zh="未 @ 任何人：钉钉卡片消息不支持 @；如需 @ 请使用 Markdown 或文本消息。",
)
CARD_SPLIT = Text(
    en="The content is too long for one card: it goes out as Markdown, and the last message is the card with the "
    "button.",
    zh="内容超过一张卡片的长度：前面的部分以 Markdown 发送，最后一条为带按钮的卡片。",
)


REFUSED = Text(
    en="DingTalk did not post the message{code}: {cause}; {remedy}.",
    zh="钉钉未发送该消息{code}：{cause}；{remedy}。",
)
NOT_SENT = Text(
    en="The message could not be sent to DingTalk: {cause}; {remedy}.",
    zh="消息未能发往钉钉：{cause}；{remedy}。",
)
CODE = Text(en=" (code {code})", zh="（错误码 {code}）")
PARTLY = Text(
    en="{sent} of {parts} messages are already in the group, and a push of the same content under the same delivery "
    "key goes on after them: {problem}",
    zh="{parts} 条消息中已有 {sent} 条发到群里（用相同内容和投递标识再次推送会从下一条继续）：{problem}",
)
PARTLY_WITHOUT_KEY = Text(
    en="{sent} of {parts} messages are already in the group, and without a delivery key another push sends them "
    "again: {problem}",
    zh="{parts} 条消息中已有 {sent} 条发到群里（未填写投递标识，再次推送会全部重发）：{problem}",
)
HELD = Text(
    en="the robot is held back after too many messages, for another {minutes} min",
    zh="机器人因发送过快被限流，剩余约 {minutes} 分钟",
)
HELD_REMEDY = Text(
    en="push again after that",
    zh="请稍后再推送",
)
LEDGER_UNREADABLE = Text(
    en="Nothing was sent: the record of what was delivered under this key cannot be read or written, and the group "
    "might get the report twice; try again, or push with another delivery key.",
    zh="未发送：无法读写该投递标识的投递记录，为避免重复发送已停止；请重试，或更换投递标识。",
)

LEDGER_NOT_WRITTEN = Text(
    en="Delivered, but the record of it could not be written; a repeated push relies on DingTalk alone to drop it.",
    zh="已送达，但投递记录未能写入；再次推送时只能依靠钉钉按消息 ID 去重。",
)
DELIVERED_OTHER_CONTENT = Text(
    en="The content differs from what was delivered under this key; use another key to deliver it too.",
    zh="本次内容与该投递标识下已送达的内容不同；如需发送请更换投递标识。",
)
EARLIER_UNKNOWN = Text(
    en="An earlier push under this key had no answer; if it was posted, the group may hold its text instead of this "
    "one.",
    zh="该投递标识此前有一次推送未收到返回；若当时已发出，群里可能是那次的内容而非本次内容。",
)
RESTARTED = Text(
    en="An earlier push under this key stopped after {sent} of {parts} messages; as the content changed, it was sent "
    "from the beginning.",
    zh="该投递标识此前的推送在第 {sent} 条后中断（共 {parts} 条）；因内容有变，本次从头发送。",
)
LOOK_AT_GROUP = Text(
    en="look into the group before pushing again",
    zh="再次推送前请先到群里确认",
)
REPEAT_UNDER_KEY = Text(
    en="look into the group; another push under the same delivery key repeats it under the same message ID, by which "
    "DingTalk can drop it",
    zh="请到群里确认；用相同的投递标识再次推送会沿用同一消息 ID，钉钉可据此去重",
)
OUTCOME_UNKNOWN = Text(
    en="Whether message {part} of {parts} is in the group is unknown: {cause}; {remedy}.",
    zh="第 {part} 条消息（共 {parts} 条）是否已发到群里无法确定：{cause}；{remedy}。",
)


def fill(text: Text, **values: Any) -> Text:
    """``text`` with its fields filled in, in both languages; may itself be a field's value."""
    return Text(
        en=literal(text.to(Language.ENGLISH, **values)),
        zh=literal(text.to(Language.CHINESE, **values)),
    )
