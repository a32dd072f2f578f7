"""The sentences about Dify, in both languages: what is wrong, and what to do. Programs steer by their codes."""

from daybook.language import Text

UNREACHABLE = Text(
    en="Dify cannot be reached: check its address, and that this machine may connect to it.",
    zh="无法连接 Dify：请检查服务地址，以及本机到 Dify 的网络是否放通。",
    code="dify_unreachable",
)
CERTIFICATE = Text(
    en="Dify's certificate is not trusted here: install the certificate authority, or correct the address.",
    zh="Dify 的 HTTPS 证书不受信任：请安装对应的根证书，或改正服务地址。",
    code="dify_certificate",
)
BAD_ADDRESS = Text(
    en="The Dify API address is not valid; it should look like https://dify.example.com/v1.",
    zh="Dify API 地址不正确：应形如 https://dify.example.com/v1。",
    code="dify_bad_address",
)
REDIRECTED = Text(
    en="Dify's address only redirects: enter the final address, usually with https and ending in /v1.",
    zh="该 Dify 地址发生了跳转：请填写跳转后的最终地址，通常以 https 开头、以 /v1 结尾。",
    code="dify_redirected",
)
NOT_DIFY = Text(
    en="No Dify API answers at this address: it must be the API's address, ending in /v1.",
    zh="该地址返回的不是 Dify API 的应答：请填写以 /v1 结尾的 API 地址。",
    code="dify_not_dify",
)
NO_ANSWER = Text(
    en="The connection to Dify broke before an answer came: try again later.",
    zh="等待 Dify 应答时连接中断：请稍后重试。",
    code="dify_no_answer",
)
UPLOAD_BROKEN = Text(
    en="The connection broke while {megabytes} MB were uploaded: try again, or raise the size limit of Dify and of the "
    "proxy before it.",
    zh="上传 {megabytes} MB 的文件时连接中断：请重试；若仍失败，请调大 Dify 及其前置代理的上传大小限制。",
    code="dify_upload_broken",
)
SERVER_ERROR = Text(
    en="Dify answered with an internal error (HTTP {status}): try again later, and look at Dify's log if it stays.",
    zh="Dify 内部出错（HTTP {status}）：请稍后重试；若持续出现，请查看 Dify 的日志。",
    code="dify_server_error",
)
GATEWAY = Text(
    en="The gateway before Dify gave no answer from it (HTTP {status}): Dify may be restarting, try again later.",
    zh="Dify 的网关没有得到应答（HTTP {status}）：Dify 可能正在重启，请稍后重试。",
    code="dify_gateway",
)
TOO_MANY = Text(
    en="Dify is handling as many runs as it may: try again later, or raise the app's limit of active requests.",
    zh="Dify 正在执行的请求已达上限：请稍后重试，或调大该应用的并发上限。",
    code="dify_too_many",
)
QUOTA = Text(
    en="The plan's quota at Dify is used up: wait for the next period or raise the quota.",
    zh="Dify 套餐的调用额度已用完：请等待下个周期，或提升额度。",
    code="dify_quota",
)
BUSY = Text(
    en="Dify asks to call again later (HTTP {status}).",
    zh="Dify 暂时无法处理请求（HTTP {status}）：请稍后重试。",
    code="dify_busy",
)
UNAUTHORIZED = Text(
    en="Dify does not accept the API key: copy it again from the app's API access page; Dify on DMS also needs the "
    "DifyApiKey header.",
    zh="Dify 不接受该 API 密钥：请在应用的“访问 API”页面重新复制；DMS 上的 Dify 还需要 DifyApiKey 请求头。",
    code="dify_unauthorized",
)
FORBIDDEN = Text(
    en="Dify refuses this app's API: check that the app still exists and that its API is switched on.",
    zh="Dify 拒绝了该应用的 API 调用：请确认应用仍然存在，并已启用 API 访问。",
    code="dify_forbidden",
)
RUN_NOT_FOUND = Text(
    en="Dify does not know this run: it was deleted, or belongs to another app.",
    zh="Dify 中找不到该次运行：可能已被删除，或属于其他应用。",
    code="dify_run_not_found",
)
CONVERSATION_NOT_FOUND = Text(
    en="Dify does not know this conversation: start a new one.",
    zh="Dify 中找不到该会话：请新建会话。",
    code="dify_conversation_not_found",
)
WORKFLOW_NOT_FOUND = Text(
    en="Dify does not know this version of the workflow: check its id, or leave it out to run the published one.",
    zh="Dify 中找不到该工作流版本：请检查 workflow_id，或留空以运行已发布的版本。",
    code="dify_workflow_not_found",
)
NOT_PUBLISHED = Text(
    en="The app is not published: publish it in Dify, then run it again.",
    zh="应用尚未发布：请先在 Dify 中发布，再重新运行。",
    code="dify_not_published",
)
NOT_WORKFLOW = Text(
    en="The API key belongs to an app that is not a workflow: use the key of the workflow app.",
    zh="该 API 密钥所属的应用不是工作流：请使用工作流应用的密钥。",
    code="dify_not_workflow",
)
NOT_CHAT = Text(
    en="The API key belongs to an app that is not a chat or an agent: use the key of the chat app.",
    zh="该 API 密钥所属的应用不是聊天助手或 Agent：请使用聊天类应用的密钥。",
    code="dify_not_chat",
)
APP_UNAVAILABLE = Text(
    en="The app's configuration is broken: open it in Dify, correct it and publish it again.",
    zh="应用配置不可用：请在 Dify 中打开该应用，修正配置后重新发布。",
    code="dify_app_unavailable",
)
CONVERSATION_COMPLETED = Text(
    en="The conversation has ended: start a new one.",
    zh="该会话已结束：请新建会话。",
    code="dify_conversation_completed",
)
USER_MISSING = Text(
    en="Dify needs the name of a user: give one and the same for upload, run and stop.",
    zh="缺少 user 参数：请填写 user，并在上传、运行、停止时使用同一个值。",
    code="dify_user_missing",
)
INPUT_MISSING = Text(
    en="The workflow needs an input that was not given: {detail}.",
    zh="缺少工作流所需的输入：{detail}。",
    code="dify_input_missing",
)
INPUT_WRONG = Text(
    en="An input does not fit the workflow's start node: {detail}.",
    zh="输入与工作流“开始”节点的定义不符：{detail}。",
    code="dify_input_wrong",
)
FILE_KIND = Text(
    en="The file's kind does not fit the workflow's file input: a CSV or workbook must be given as a document.",
    zh="文件类型与工作流的文件变量不符：CSV 和 Excel 文件应以 document 类型传入。",
    code="dify_file_kind",
)
UPLOAD_INVALID = Text(
    en="Dify does not accept the uploaded file for this run: upload it again with the same user and app as the run.",
    zh="Dify 不接受该上传文件：请用与运行时相同的 user 和应用重新上传。",
    code="dify_upload_invalid",
)
REFUSED = Text(
    en="Dify refused the call: {detail}.",
    zh="Dify 拒绝了请求：{detail}。",
    code="dify_refused",
)
REFUSED_STATUS = Text(
    en="Dify refused the call (HTTP {status}): check its address and the proxy before it.",
    zh="Dify 拒绝了请求（HTTP {status}）：请检查服务地址及其前置代理。",
    code="dify_refused_status",
)
PROVIDER_NOT_READY = Text(
    en="The workflow's model is not set up: enter the model provider's credentials in Dify.",
    zh="工作流使用的模型尚未配置：请在 Dify 中填写模型供应商的凭据。",
    code="dify_provider_not_ready",
)
PROVIDER_QUOTA = Text(
    en="The model provider's quota is used up: raise it, or choose another model in Dify.",
    zh="模型供应商的额度已用完：请提升额度，或在 Dify 中更换模型。",
    code="dify_provider_quota",
)
MODEL_UNSUPPORTED = Text(
    en="The workflow's model cannot be used at present: choose another model in Dify.",
    zh="工作流使用的模型当前不可用：请在 Dify 中更换模型。",
    code="dify_model_unsupported",
)
MODEL_FAILED = Text(
    en="The model did not answer: {detail}.",
    zh="模型调用失败：{detail}。",
    code="dify_model_failed",
)
NO_FILE = Text(
    en="No file reached Dify: give one file that is not empty.",
    zh="Dify 没有收到文件：请上传一个非空文件。",
    code="dify_no_file",
)
ONE_FILE = Text(
    en="Dify takes one file a call: upload the files one after the other.",
    zh="Dify 每次只接受一个文件：请逐个上传。",
    code="dify_one_file",
)
FILE_TOO_LARGE = Text(
    en="The file is larger than Dify or the proxy before it takes: raise UPLOAD_FILE_SIZE_LIMIT and the proxy's body "
    "limit, or use the analysis service.",
    zh="文件超过 Dify 或其前置代理的上传上限：请调大 UPLOAD_FILE_SIZE_LIMIT 和代理的请求体限制，或改用分析服务。",
    code="dify_file_too_large",
)
FILE_TYPE = Text(
    en="Dify does not take files of this type: send a CSV or a workbook, or allow the extension in Dify.",
    zh="Dify 不接受该类型的文件：请上传 CSV 或 Excel 文件，或在 Dify 中放行该扩展名。",
    code="dify_file_type",
)
NOT_STARTED = Text(
    en="Dify took the call but started nothing within {seconds} s: check that its worker is running, and look at the "
    "app's log before running it again.",
    zh="Dify 接受了请求，但 {seconds} 秒内没有开始运行：请检查 Dify 的 worker，并在重新运行前查看应用日志。",
    code="dify_not_started",
)
SILENT = Text(
    en="Dify took the call and then said nothing for {seconds} s: its worker is not running, is busy, or refused the "
    "inputs without a word; look at the worker's log and at the app's log before running it again.",
    zh="Dify 接受了请求，但 {seconds} 秒内没有任何响应：worker 没有运行、正忙，或没有说明就拒绝了输入；"
    "重新运行前请查看 worker 和应用的日志。",
    code="dify_silent",
)
NOT_BEGUN = Text(
    en="Dify took the call but no run began, and its log does not show one: its worker is not running or is busy, and "
    "the run may still begin by itself; look at the worker and at the app's log, and run it again by hand if there "
    "is none.",
    zh="Dify 接受了请求，但没有开始运行，日志中也没有记录：worker 没有运行或正忙，之后仍可能自行开始；请查看 worker "
    "和应用日志，确认没有运行后再手动重跑。",
    code="dify_not_begun",
)
ANSWER_TOO_LARGE = Text(
    en="Dify's answer is larger than {megabytes} MB and was not read: check that the address is Dify's, and have the "
    "workflow give less.",
    zh="Dify 的应答超过 {megabytes} MB，未读取：请确认地址是 Dify 的，并减少工作流的输出。",
    code="dify_answer_too_large",
)
START_UNKNOWN = Text(
    en="It is not known whether Dify started the run, and its log does not show one: look at the app's log in Dify, "
    "and run it again by hand if there is none.",
    zh="无法确认 Dify 是否已开始运行，日志中也没有记录：请在 Dify 中查看应用日志，确认没有运行后再手动重跑。",
    code="dify_start_unknown",
)
SEARCH_TOO_LONG = Text(
    en="Dify's log holds too many runs to find an earlier one: give each report day a user of its own, or update Dify.",
    zh="Dify 的运行日志过多，无法确认之前是否运行过：请为每个报告日使用独立的 user，或升级 Dify。",
    code="dify_search_too_long",
)
ANSWER_LOST = Text(
    en="The connection broke before the answer was complete: look at the conversation in Dify before you ask again.",
    zh="应用的回答尚未结束时连接中断：重新提问前，请先在 Dify 中查看该会话。",
    code="dify_answer_lost",
)
ANSWER_LATE = Text(
    en="The app did not finish its answer within {seconds} s: allow more time, or look at the conversation in Dify.",
    zh="应用未能在 {seconds} 秒内答完：请延长等待时间，或在 Dify 中查看该会话。",
    code="dify_answer_late",
)
RUN_FAILED = Text(
    en="The workflow run failed: {detail}. Open the run in the app's log in Dify.",
    zh="工作流运行失败：{detail}。请在 Dify 的应用日志中查看该次运行。",
    code="dify_run_failed",
)
RUN_LATER = Text(
    en="There is no report yet: {detail}.",
    zh="暂时没有日报：{detail}。",
    code="dify_run_later",
)
RUN_PARTIAL = Text(
    en="The workflow went on after a failed node: {detail}. Open the run in the app's log in Dify.",
    zh="工作流有节点失败后按异常分支继续：{detail}。请在 Dify 的应用日志中查看该次运行。",
    code="dify_run_partial",
)
RUN_STOPPED = Text(
    en="The workflow run was stopped before its end: run it again if it is still wanted.",
    zh="工作流运行被中途停止：如仍需要，请重新运行。",
    code="dify_run_stopped",
)
RUN_LATE = Text(
    en="The workflow run was not finished within {seconds} s: look at the run in Dify before starting another.",
    zh="工作流未在 {seconds} 秒内运行结束：再次运行前，请先在 Dify 中查看该次运行。",
    code="dify_run_late",
)
RUN_LATE_WAIT = Text(
    en="The workflow run was not finished within {seconds} s: look at it in Dify. If it was stopped, Dify still calls "
    "it running: it counts as over in {minutes} min, and only then a new one starts.",
    zh="工作流未在 {seconds} 秒内运行结束：请在 Dify 中查看。如果已被停止，Dify 仍显示为运行中：{minutes} "
    "分钟后视为结束，之后才会重新运行。",
    code="dify_run_late_wait",
)
RUN_LATE_STOPPED = Text(
    en="The workflow run was not finished within {seconds} s and was stopped: run it again if it is still wanted.",
    zh="工作流未在 {seconds} 秒内运行结束，已停止：如仍需要，请重新运行。",
    code="dify_run_late_stopped",
)
RUN_LATE_STOPPED_WAIT = Text(
    en="The workflow run was not finished within {seconds} s and was stopped. Dify still calls it running: run it "
    "again in {minutes} min at the earliest.",
    zh="工作流未在 {seconds} 秒内运行结束，已停止。Dify 仍显示为运行中：请至少 {minutes} 分钟后再重新运行。",
    code="dify_run_late_stopped_wait",
)
RUN_LOST = Text(
    en="Dify still calls the workflow run running, longer than a run can last: it was stopped or its worker died. See "
    "whether the group has the report, then run it again.",
    zh="Dify 仍显示该次运行为运行中，但已超过最长运行时间：可能已被停止，或 worker 已退出。请确认群里是否已收到日报，"
    "再重新运行。",
    code="dify_run_lost",
)
RUN_PAUSED = Text(
    en="The workflow run waits for a person's input in Dify: answer it there, or take that node out of the workflow.",
    zh="工作流正在等待人工输入：请在 Dify 中处理，或从工作流中去掉该节点。",
    code="dify_run_paused",
)
NO_CREDENTIAL = Text(
    en="the plugin's authorization was never saved in Dify: open the plugin and save it once, even empty",
    zh="插件在 Dify 中的授权从未保存：请打开该插件并保存一次授权，留空也可以",
)
NO_DETAIL = Text(en="Dify gave no reason", zh="Dify 未说明原因")
ENVIRONMENT = Text(
    en="Set DIFY_BASE_URL and DIFY_API_KEY, DIFY_HEADERS to a JSON object where more headers are needed, and "
    "DIFY_LONGEST_RUN to seconds where runs may last longer than half an hour.",
    zh="请设置 DIFY_BASE_URL 和 DIFY_API_KEY；需要其他请求头时，将 DIFY_HEADERS 设为 JSON 对象；运行可能超过半小时时，"
    "将 DIFY_LONGEST_RUN 设为秒数。",
    code="dify_environment",
)
NOT_TRUE = Text(
    en="The workflow succeeded, but its output {name} is not true: {detail}.",
    zh="工作流已成功，但输出 {name} 不为 true：{detail}。",
    code="dify_not_true",
)
NO_FILE_HERE = Text(
    en="The file or the state folder cannot be read: check its name and its permissions.",
    zh="无法读取文件或状态目录：请检查名称和权限。",
    code="dify_no_file_here",
)
