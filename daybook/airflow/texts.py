"""`DIFY_CONNECTION` and the other sentences of the Airflow part, in both languages."""

from daybook.language import Text

DIFY_CONNECTION = Text(
    en="The Airflow connection {name} needs Dify's API address as host and the app's key as password.",
    zh="Airflow 连接 {name} 不完整：主机（host）填 Dify API 地址，密码（password）填应用的 API 密钥。",
)
DIFY_URI = Text(
    en="The Airflow connection {name} is a URI that Airflow cannot read; write it like"
    " dify://:app-...@dify.example.com/v1, with /http behind the host in place of /v1 where Dify has no https, or as"
    " JSON.",
    zh="Airflow 连接 {name} 的 URI 无法解析：请写成 dify://:app-...@dify.example.com/v1 的形式（没有 https"
    " 时把 /v1 改为 /http），或改用 JSON 格式。",
)
SERVICE_CONNECTION = Text(
    en="The Airflow connection {name} needs the analysis service's address as host.",
    zh="Airflow 连接 {name} 不完整：主机（host）填分析服务的地址。",
)
ROBOT_CONNECTION = Text(
    en="The Airflow connection {name} needs the webhook of the alert group's robot as password.",
    zh="Airflow 连接 {name} 不完整：密码（password）填告警群机器人的 Webhook。",
)
NO_FILE = Text(
    en="The file {name} is not there.",
    zh="没有找到文件 {name}。",
)
SERVICE_UNREACHABLE = Text(
    en="The analysis service cannot be reached: check its address, and that it is running.",
    zh="无法连接分析服务：请检查服务地址，并确认服务正在运行。",
)
SERVICE_UNTRUSTED = Text(
    en="The certificate of the analysis service is not trusted: use an internal http address in the connection, or "
    "install the certificate's authority on the workers.",
    zh="不信任分析服务的证书：请在连接中改用内网 http 地址，或在 worker 上安装证书的颁发机构。",
)
SERVICE_KEY = Text(
    en="The analysis service does not accept the key: correct the connection's password.",
    zh="分析服务不接受该密钥：请更正连接的密码（password）。",
)
NO_SERVICE = Text(
    en="What answers at the connection's host is not a Daybook analysis service: correct the address.",
    zh="连接的主机（host）处的应答不是来自 Daybook 分析服务：请更正地址。",
)
SERVICE_SAYS = Text(
    en="The analysis service did not run {name}: {detail}",
    zh="分析服务未能运行 {name}：{detail}",
)
OUTSIDE = Text(
    en="The file {name} lies outside the folders of sales files: put it into one of them, or add its folder to "
    "DAYBOOK_SALES_FOLDERS.",
    zh="文件 {name} 不在销售文件目录中：请放入其中，或将所在目录加入 DAYBOOK_SALES_FOLDERS。",
)
FILE_AND_SOURCE = Text(
    en="Both the file {name} and the source {source} are named: leave one of them empty.",
    zh="同时指定了文件 {name} 和数据源 {source}：请只保留其中一个。",
)
BAD_SOURCE = Text(
    en="The source's name {source} is invalid: take that of one of the analysis service's sources, with small letters,"
    " digits, - and _ alone.",
    zh="数据源名称 {source} 无效：请填写分析服务中的数据源名称，只能包含小写字母、数字、- 和 _。",
)
NOT_DELIVERED = Text(
    en="The workflow ended, but the report was not delivered: {answer}",
    zh="工作流已结束，但报告没有送达：{answer}",
)
NO_ANSWER = Text(
    en="the workflow gave no answer",
    zh="工作流没有给出说明",
)
ALERT_TITLE = Text(
    en="Sales report not confirmed: {day}",
    zh="销售日报未确认送达：{day}",
)
ALERT_TEXT = Text(
    en="## {title}\n\n- Why: {problem}\n- DAG: {dag_id}\n- Run: {run_id}",
    zh="## {title}\n\n- 原因：{problem}\n- DAG：{dag_id}\n- 运行：{run_id}",
)
DIED = Text(
    en="The day's file did not come, or a task was killed: look at the log of this run in Airflow, and before you send"
    " the report again, whether the group has it.",
    zh="没有等到当天的销售文件，或任务被中断：请查看 Airflow 中该次运行的日志；重发前请先确认群里没有收到日报。",
)
NO_BOOK = Text(
    en="A week or month is made of a book, and none is named; set DAYBOOK_BOOK, or enter one as “book”.",
    zh="周报和月报由账本生成，但没有指定账本；请设置 DAYBOOK_BOOK，或在参数 book 中填写。",
)
BAD_PERIOD = Text(
    en="{date} is no week or month; write it like 2026-W45, 2026-10, or a date in it like 2026-11-03.",
    zh="{date} 不是周或月；请写成 2026-W45、2026-10，或其中的某一天，例如 2026-11-03。",
)
