"""What a person is told about mornings: of the settings, of states and causes, and in the alerts."""

from daybook.language import Text

NO_FILE = Text(
    en="The file that DAYBOOK_MORNINGS names cannot be read; name one that is there, and check its rights.",
    zh="无法读取 DAYBOOK_MORNINGS 指定的文件；请确认文件存在且有读取权限。",
    code="mornings_file",
)
NO_TOML = Text(
    en="The file that DAYBOOK_MORNINGS names is no TOML (line {line}); correct it.",
    zh="DAYBOOK_MORNINGS 指定的文件不是有效的 TOML（第 {line} 行）；请更正。",
    code="mornings_file",
)
WRONG = Text(
    en="The setting {field} in the file of DAYBOOK_MORNINGS is wrong ({reason}); correct it.",
    zh="DAYBOOK_MORNINGS 文件中的设置项 {field} 不正确（{reason}）；请更正。",
    code="mornings_file",
)
NO_ROBOT = Text(
    en="The file of DAYBOOK_MORNINGS names the robot {name}, which is none of DAYBOOK_ROBOTS; add it there, or correct"
    " the name.",
    zh="DAYBOOK_MORNINGS 文件中的机器人 {name} 不在 DAYBOOK_ROBOTS 中；请添加该机器人，或更正名称。",
    code="mornings_file",
)
UNKNOWN_BOOK = Text(
    en="The service watches no mornings of {book}; add it to the file that DAYBOOK_MORNINGS names, or take one of:"
    " {known}.",
    zh="服务没有监控 {book} 的每日送达；请把它加入 DAYBOOK_MORNINGS 指定的文件。当前监控：{known}。",
    code="unknown_morning",
)
NO_MORNINGS = Text(
    en="The service watches no mornings; list them in a file and name it in DAYBOOK_MORNINGS.",
    zh="服务没有监控任何每日送达；请在文件中列出，并通过 DAYBOOK_MORNINGS 指定该文件。",
    code="no_mornings",
)

# Steps
STEPS = {
    "waited": Text(en="Waited for the file", zh="等待文件"),
    "workflow": Text(en="Workflow", zh="工作流"),
    "gated": Text(en="Data looked at", zh="检查数据"),
    "analysed": Text(en="Report made", zh="生成报告"),
    "pushed": Text(en="Pushed to the group", zh="推送到群"),
    "alerted": Text(en="Alert", zh="告警"),
    "mended": Text(en="All clear", zh="恢复通知"),
    "due": Text(en="Due", zh="应送达"),
}
OUTCOMES = {
    "going": Text(en="under way", zh="进行中"),
    "good": Text(en="done", zh="完成"),
    "failed": Text(en="failed", zh="失败"),
    "unknown": Text(en="outcome unknown", zh="结果未知"),
}

# States of a morning
STATES = {
    "coming": Text(en="not due yet", zh="未到时间"),
    "open": Text(en="due, not there yet", zh="已到时间，待送达"),
    "delivered": Text(en="delivered", zh="已送达"),
    "late": Text(en="delivered late", zh="迟到送达"),
    "missing": Text(en="missing", zh="未送达"),
    "not_due": Text(en="not due", zh="无需送达"),
    "unwatched": Text(en="not watched", zh="未监控"),
}

# Causes, each with what to do
NOTHING = Text(
    en="nothing has told the service of this day: no run has begun, or it cannot reach the service",
    zh="服务没有收到当天的任何步骤：任务没有启动，或任务无法连接服务",
)
NOTHING_REMEDY = Text(
    en="see whether Airflow, or Dify's schedule, is up and has begun the run",
    zh="请检查 Airflow 或 Dify 定时触发是否正常、当天任务是否已启动",
)
UNSEEN = Text(
    en="the service itself was down when the report was due, and nothing has told it of this day",
    zh="应送达时服务自身没有运行，也没有收到当天的任何步骤",
)
UNSEEN_REMEDY = Text(
    en="look into the group, and run the day again if the report is not there",
    zh="请到群里确认；如果没有日报，请重新运行当天的任务",
)
NO_SALES_FILE = Text(
    en="the day's file has not come; it has been looked for since {since}",
    zh="当天的文件还没有到；自 {since} 起一直在等待",
)
NO_SALES_FILE_REMEDY = Text(
    en="ask whoever writes the file; the run goes on by itself once it is there",
    zh="请联系提供文件的人；文件到达后任务会自动继续",
)
NOT_READY = Text(
    en="the day's data is not in, or not whole ({code})",
    zh="当天的数据尚未到齐（{code}）",
)
NOT_READY_REMEDY = Text(
    en="see what keeps the data; the report follows once it is there",
    zh="请检查数据为何未到；数据到齐后会自动发送",
)
WORKFLOW_GOING = Text(
    en="the workflow began at {since} and has not ended",
    zh="工作流于 {since} 开始，尚未结束",
)
WORKFLOW_GOING_REMEDY = Text(
    en="look at the run in Dify: which node takes so long",
    zh="请在 Dify 中查看该次运行卡在哪个节点",
)
WORKFLOW_FAILED = Text(
    en="the workflow failed ({code})",
    zh="工作流失败（{code}）",
)
WORKFLOW_FAILED_REMEDY = Text(
    en="look at the run in Dify and at the task's log, mend what is wrong, and run the day again",
    zh="请查看 Dify 中的运行记录和任务日志，修复后重新运行当天的任务",
)
NOT_PUSHED = Text(
    en="the report was made at {since}, but it has not been pushed",
    zh="报告已于 {since} 生成，但没有推送",
)
NOT_PUSHED_REMEDY = Text(
    en="look at the run in Dify: what comes after the analysis",
    zh="请在 Dify 中查看分析之后的节点",
)
REFUSED = Text(
    en="DingTalk refused the message (code {code}): {cause}",
    zh="钉钉拒绝了该消息（错误码 {code}）：{cause}",
)
NOT_SENT = Text(
    en="the message could not be sent to DingTalk ({code})",
    zh="消息未能发往钉钉（{code}）",
)
NOT_SENT_REMEDY = Text(
    en="check the network between the robot's sender and DingTalk, then push again",
    zh="请检查发送端到钉钉的网络，然后重新推送",
)
PUSH_UNKNOWN = Text(
    en="the message was sent, but DingTalk's answer was lost: it may be in the group",
    zh="消息已发出，但没有收到钉钉的返回：可能已在群里",
)
PUSH_UNKNOWN_REMEDY = Text(
    en="look into the group; another push under the same delivery key is dropped if it is there",
    zh="请到群里确认；用相同的投递标识再次推送不会重复",
)

# Alerts
DRILL = Text(en="[Drill] ", zh="【演练】")
ALERT_TITLE = Text(en="{mark}Not delivered: {book}, {day}", zh="{mark}未送达：{book} {day}")
ALERT_TEXT = Text(
    en="### {mark}{book}: the report on {day} was not delivered\n\n- Due: {due} ({zone}), {grace} minutes of grace\n"
    "- Why: {cause}\n- What to do: {remedy}",
    zh="### {mark}{book}：{day}的日报没有送达\n\n- 应送达：{due}（{zone}），宽限 {grace} 分钟\n"
    "- 原因：{cause}\n- 处理：{remedy}",
)
MENDED_TITLE = Text(en="{mark}Delivered: {book}, {day}", zh="{mark}已送达：{book} {day}")
MENDED_TEXT = Text(
    en="### {mark}{book}: the report on {day} has been delivered\n\n- Delivered at {at} ({zone}), {late} late",
    zh="### {mark}{book}：{day}的日报已送达\n\n- 送达时间：{at}（{zone}），比应送达时间晚 {late}",
)
PAGE_LINK = Text(en="\n- [What happened, step by step]({page})", zh="\n- [查看每一步]({page})")
IS_A_DRILL = Text(
    en="\n\nThis is a drill: no report is missing.",
    zh="\n\n这是一次演练，没有日报缺失。",
)
MINUTES = Text(en="{minutes} min", zh="{minutes} 分钟")
HOURS = Text(en="{hours} h {minutes} min", zh="{hours} 小时 {minutes} 分钟")
SECONDS = Text(en="{seconds} s", zh="{seconds} 秒")
