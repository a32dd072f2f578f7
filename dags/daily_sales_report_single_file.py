"""每日销售报告，单文件版 / The daily sales report in one file: needs Airflow and requests, nothing else.

用于无法安装软件包的环境（如 DMS Airflow）：把本文件放进 DAG 目录，修改下面的设置，建立两个连接即可。
For an Airflow into which nothing can be installed, such as DMS Airflow: put this file into the DAG folder, edit the
settings below, and make two connections.

**连接 / Connections** (Generic or HTTP)

- `dify_default`：host 为 Dify API 地址 the API's address, password 为应用密钥 the app's key, extra
  `{"headers": {"DifyApiKey": "..."}}`（仅 DMS 上的 Dify / Dify on DMS only）
- `daybook_alert`：password 为告警群机器人的 Webhook the alert robot's webhook, extra
  `{"secret": "SEC...", "keyword": "..."}`

**参数 / Parameters** `day` 报告日 the day, `file` 文件路径 another file, `source` 数据源 a source of the analysis
service instead of a file, `force` 再发一次 send once more.
`file` 须在销售文件的目录中 / lies in a folder of sales files: that of `SALES_FILES`, or one of `SALES_FOLDERS`.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pendulum
from airflow.timetables.trigger import CronTriggerTimetable

try:
    from airflow.sdk import DAG, BaseHook, Param, PokeReturnValue, TriggerRule, get_current_context, task
    from airflow.sdk.exceptions import AirflowException, AirflowFailException
except ImportError:  # Airflow 2
    from airflow.decorators import task
    from airflow.exceptions import AirflowException, AirflowFailException
    from airflow.hooks.base import BaseHook
    from airflow.models.dag import DAG
    from airflow.models.param import Param
    from airflow.operators.python import get_current_context
    from airflow.sensors.base import PokeReturnValue
    from airflow.utils.trigger_rule import TriggerRule

# 设置 / Settings ---------------------------------------------------------------------------------------------------
SALES_FILES = os.environ.get("DAYBOOK_SALES_FILES", "/data/sales/sales_{{ day }}.csv")
SALES_FOLDERS = os.environ.get("DAYBOOK_SALES_FOLDERS", "")  # 参数 file 可用的其他目录 / more folders for `file`
SOURCE = os.environ.get("DAYBOOK_SOURCE", "")  # 代替文件的数据源 / a source of the analysis service instead of files
BOOK = os.environ.get("DAYBOOK_BOOK", "")  # 账本，不使用则留空 / the book that keeps the days; empty for none
SOURCE_INPUT, BOOK_INPUT = "source", "book"  # 开始节点的变量 / variables of the start node
FILE_INPUT = "sales_data"  # 开始节点的文件变量 / the start node's file variable
KEY_INPUT = "run_key"  # 开始节点的去重变量；没有则留空 / the start node's key variable; empty where it has none
DATE_INPUT = "report_date"  # 开始节点的日期变量；没有则留空 / the start node's variable for the day; empty where none
DAY_OFFSET = (
    0  # 文件以昨天命名时填 -1 / -1 where the file at 08:00 is named after yesterday; 0 is yesterday of a source
)
SINCE = os.environ.get("DAYBOOK_REPORTS_SINCE", "")  # 从哪天起补发 / the first day to make up, ISO; empty for none
LONGEST_DELAY = dt.timedelta(minutes=15)
WAIT_MINUTES = float(os.environ.get("DAYBOOK_FILE_WAIT_MINUTES", "240"))
# 次日（上海时间）的这一时刻数据仍不完整则告知群里；留空则不等待 / on the morning after the day (Shanghai) the group is
# told that its data is not whole; empty: nothing waits for that
DEADLINE = os.environ.get("DAYBOOK_DEADLINE", "10:00")
DEADLINE_INPUT = "deadline"  # 开始节点的截止时间变量 / the start node's variable for it
LOOK_SECONDS = float(os.environ.get("DAYBOOK_FILE_LOOK_SECONDS", "60"))
SETTLED_SECONDS = float(os.environ.get("DAYBOOK_FILE_SETTLED_SECONDS", "10"))
RUN_SECONDS = 60 * float(os.environ.get("DAYBOOK_RUN_MINUTES", "20"))
LONGEST_SECONDS = 60 * float(
    os.environ.get("DAYBOOK_LONGEST_RUN_MINUTES", "30")
)  # Dify 中一次运行最长多久 / how long a run can last: Dify calls a stopped one running for ever
RETRY_SECONDS = float(os.environ.get("DAYBOOK_RETRY_SECONDS", "60"))
SETTLE_SECONDS = float(
    os.environ.get("DAYBOOK_SETTLE_SECONDS", "60")
)  # 应答丢失后查找运行的时间 / how long to look for a run whose answer was lost
LANGUAGE = "en" if os.environ.get("DAYBOOK_LANGUAGE", "").lower().startswith("en") else "zh"
# -------------------------------------------------------------------------------------------------------------------

REDIRECTED, MISSING, TIMEOUT, SERVER = 300, 404, 408, 500
FINISHED = ("succeeded", "partial-succeeded", "failed", "stopped", "lost")
UNSEEN_SECONDS = 30
"""For so long Dify may not show a run that has begun."""
LARGEST = 32 * 1024 * 1024
"""Bytes of an answer or event that are held."""
TASKS = ["wait_for_file", "run_workflow"]


def say(zh: str, en: str) -> str:
    """One sentence, in the language of the settings."""
    return zh if LANGUAGE == "zh" else en


class Unknown(Exception):  # noqa: N818 (no error yet: the log is looked at first)
    """Dify may have started the run: there was no answer that says so or not."""


def clean(text: object) -> str:
    """Another program's text without links and keys."""
    return re.sub(r"\w+://\S+|app-\w{8,}|(?:sign|token|nonce)=\S+", "***", " ".join(str(text or "").split()))[:300]


def stop(zh: str, en: str) -> AirflowFailException:
    """Ends the task for good, its sentence left for the alert."""
    get_current_context()["ti"].xcom_push(key="problem", value=say(zh, en))
    return AirflowFailException(say(zh, en))


def pieces(response: Any, ends: float) -> Iterator[bytes]:
    """What came, as soon as it came, until the deadline."""
    read1 = getattr(response.raw, "read1", None)  # missing in an old urllib3
    try:
        for piece in iter(lambda: read1(16384, decode_content=True), b"") if read1 else response.iter_content(1):
            yield piece
            if time.monotonic() > ends:
                raise OSError  # noqa: TRY301 (ends like every other break)
    except Exception as error:  # of requests or urllib3, which have families of their own
        raise OSError from error


def read(response: Any) -> dict[str, Any]:
    """The JSON object of an answer, with the time by Dify's clock; empty where it is none."""
    body = bytearray()
    with response:
        for piece in pieces(response, time.monotonic() + 60):
            body += piece
            if len(body) > LARGEST:
                raise stop("Dify 的应答过大，未读取", "Dify's answer is too large and was not read")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    try:
        date = parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        date = time.time()
    return {**answer, "asked_at": date} if isinstance(answer, dict) else {}


def ask(method: str, path: str, *, missing: bool = False, **request: Any) -> dict[str, Any]:
    """The answer to a call that starts nothing."""
    try:
        return read(dify(method, path, missing=missing, **request))
    except OSError:
        raise AirflowException(say("Dify 的应答中断", "Dify's answer broke off")) from None


def api_address(connection: Any) -> str:
    """Dify's address. Of a URI (generic://:app-...@host/v1) Airflow calls what stands behind the host the schema."""
    host, schema = connection.host.rstrip("/"), (connection.schema or "").strip("/")
    protocol = schema if schema in ("http", "https") else "https"
    if "://" not in host:
        port = f":{connection.port}" if connection.port else ""
        return f"{protocol}://{host}{port}/{'v1' if schema in ('', protocol) else schema}"
    return host if schema in ("", "http", "https") else f"{host}/{schema}"


def dify(method: str, path: str, *, may_start: bool = False, missing: bool = False, **request: Any) -> Any:
    """One call, its body not read; what is temporary raises AirflowException, what is not AirflowFailException."""
    import requests  # noqa: PLC0415 (not at parse)

    connection = BaseHook.get_connection("dify_default")
    headers = {**(connection.extra_dejson.get("headers") or {}), "Authorization": f"Bearer {connection.password}"}
    headers.update(request.pop("headers", {}))

    def with_headers(prepared: Any) -> Any:
        prepared.headers.update(headers)
        return prepared

    url = api_address(connection) + path
    try:
        response = requests.request(
            method, url, auth=with_headers, timeout=(10, 60), allow_redirects=False, stream=True, **request
        )
    except requests.ConnectTimeout:
        raise AirflowException(say("连接 Dify 超时", "connecting to Dify timed out")) from None
    except requests.RequestException as error:
        never_left = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
        if may_start and not never_left:
            raise Unknown from None
        raise AirflowException(say("无法连接 Dify", "Dify cannot be reached")) from None
    status_code = response.status_code
    if status_code < REDIRECTED or (missing and status_code == MISSING):
        return response
    try:
        answer = read(response)
    except OSError:
        answer = {}
    message = clean(answer.get("message")) or f"HTTP {status_code}"
    if status_code >= SERVER or status_code == TIMEOUT:
        if may_start:
            raise Unknown
        raise AirflowException(say(f"Dify 出错：{message}", f"Dify failed: {message}"))
    busy = status_code in (425, 429) and answer.get("code") != "rate_limit_error"
    if busy or message.startswith("Too many requests"):
        raise AirflowException(say("Dify 正忙，稍后重试", "Dify is busy"))
    raise stop(f"Dify 拒绝了请求：{message}", f"Dify refused the call: {message}")


def check_inputs(inputs: dict[str, Any]) -> None:
    """Holds the inputs against the app's form: Dify takes a wrong one and says nothing."""
    if not (form := ask("GET", "/parameters", missing=True).get("user_input_form")):
        return
    for variable in (variable for line in form for variable in line.values()):
        name, value, most = variable["variable"], inputs.get(variable["variable"]), variable.get("max_length")
        if value is None and variable.get("required"):
            raise stop(f"缺少工作流所需的输入 {name}", f"The workflow needs the input {name}")
        if isinstance(value, str) and variable["type"] in ("text-input", "paragraph") and most and len(value) > most:
            raise stop(f"输入 {name} 最多 {most} 个字符", f"The input {name} takes at most {most} characters")
        if isinstance(value, dict) and value["type"] not in (variable.get("allowed_file_types") or [value["type"]]):
            raise stop(f"输入 {name} 不接受此类文件", f"The input {name} does not take such a file")


def upload(file: Path, user: str) -> str:
    """The id of the uploaded file."""
    with file.open("rb") as content:
        name = file.name
        answer = ask("POST", "/files/upload", data={"user": user}, files={"file": (name, content, mime(name))})
    return str(answer["id"])


def file_input(context: Any, user: str) -> dict[str, str]:
    """The day's file, uploaded, as an input of a run."""
    file_id = upload(sales_file(context), user)
    return {"type": "document", "transfer_method": "local_file", "upload_file_id": file_id}


def is_settled(file: Path) -> bool:
    """Whether a file is there, and nobody writes to it any more."""
    return file.is_file() and time.time() - file.stat().st_mtime >= SETTLED_SECONDS


def deadline(context: Any) -> float:
    """When the group is told that the data is not in, in seconds since 1970; 0 where nothing waits."""
    if not DEADLINE or context["params"].get("force"):
        return 0
    words, after = asked_day(context).split(), 0 if asked_day(context).startswith("last") else 1
    told_at = dt.datetime.fromisoformat(f"{words[-1]}T{DEADLINE:0>5}:00+08:00") + dt.timedelta(days=after)
    return told_at.timestamp()


def mime(name: str) -> str:
    """The type by the extension: Dify refuses a file without one."""
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {".csv": "text/csv", ".xlsx": workbook}.get(Path(name).suffix.lower(), "text/plain")


def find_run(user: str, passed_over: set[str]) -> str:
    """The id of the newest run of this user; empty where Dify's log shows none."""
    since = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=30)).isoformat()  # noqa: UP017 (Python 3.9)
    query = {"created_by_end_user_session_id": user, "limit": 100, "created_at__after": since}
    for page in range(1, 51):
        answer = ask("GET", "/workflows/logs", params={**query, "page": page})
        for line in answer.get("data") or ():
            run = line.get("workflow_run") or {}
            mine = (line.get("created_by_end_user") or {}).get("session_id") == user
            if mine and run.get("id") and run["id"] not in passed_over:
                return str(run["id"])
        if not answer.get("has_more"):
            return ""
    raise stop("Dify 的运行日志过多，无法确认是否运行过", "Dify's log is too long to find an earlier run")


def search(user: str, passed_over: set[str]) -> str:
    """Looks for a run whose start was not answered, until it is known that the log does not show it."""
    ends = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            run_id = find_run(user, passed_over)
        except AirflowFailException:
            raise
        except AirflowException:
            run_id = ""
        if run_id:
            return run_id
        if time.monotonic() >= ends:
            raise stop(
                "无法确认 Dify 是否已开始运行，请在 Dify 中查看日志，确认没有运行后再清除此任务",
                "It is not known whether Dify started the run: look at its log, and clear this task if there is none",
            )
        time.sleep(3)


def traceparent() -> str:
    """The trace of this DAG run (W3C), the same for all its tries: Dify and the analysis service go on with it."""
    run = get_current_context()["dag_run"]
    digest = hashlib.sha256(f"airflow\n{run.dag_id}\n{run.run_id}".encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


def start(inputs: dict[str, Any], user: str, remember: Callable[[str], None]) -> str:
    """Starts a run; its id as soon as the stream names it. Leaving the stream does not stop the run."""
    trace = {"traceparent": traceparent()}  # an input that a workflow does not have Dify drops
    body = {"inputs": {**trace, **inputs}, "user": user, "response_mode": "streaming"}
    pending = bytearray()
    response = dify("POST", "/workflows/run", may_start=True, json=body, headers=trace)
    try:
        for piece in pieces(response, time.monotonic() + RUN_SECONDS):
            pending += piece
            *lines, rest = pending.split(b"\n") if b"\n" in piece else (pending,)
            pending = rest
            for line in lines:
                event = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if event.get("workflow_run_id"):
                    remember(event["workflow_run_id"])
                    return str(event["workflow_run_id"])
                if event.get("event") == "error" and event.get("status", SERVER) < SERVER:
                    reason = clean(event.get("message"))
                    raise stop(f"Dify 拒绝了请求：{reason}", f"Dify refused the call: {reason}")
            if len(pending) > LARGEST:
                break
    except (OSError, ValueError, TypeError, AttributeError):  # broken off, or no event of Dify's
        pass
    finally:
        response.close()
    raise Unknown


def standing(run_id: str) -> dict[str, Any]:
    """How a run stands: `unknown` where Dify has forgotten it, `lost` where it "runs" longer than a run can last."""
    run = ask("GET", f"/workflows/run/{run_id}", missing=True)
    run["status"] = (run.get("status") if run.get("id") else "") or "unknown"
    run["over_in"] = (run.get("created_at") or run.get("asked_at", 0)) + LONGEST_SECONDS - run.get("asked_at", 0)
    if run["status"] == "running" and run["over_in"] <= 0:
        run["status"] = "lost"
    return run


def wait(run_id: str) -> dict[str, Any]:
    """The run at its end. Trouble of the network is outlasted; a run past its deadline is an error."""
    began, pause, run = time.monotonic(), 1.0, {}
    while True:
        try:
            run = standing(run_id)
        except AirflowFailException:
            raise
        except AirflowException:
            pass
        young = time.monotonic() - began < UNSEEN_SECONDS
        if run.get("status") in FINISHED or (run.get("status") == "unknown" and not young):
            return run
        if time.monotonic() - began >= RUN_SECONDS:
            break
        time.sleep(min(pause, max(began + RUN_SECONDS - time.monotonic(), 0)))
        pause = min(pause * 2, 10.0)
    minutes = max(round(run.get("over_in", LONGEST_SECONDS) / 60 + 0.5), 1)
    raise stop(
        f"工作流超时未结束，请在 Dify 中查看；如已被停止，{minutes} 分钟后才会重新运行",
        f"The workflow did not end in time: look at it in Dify. If stopped, it counts as over in {minutes} min",
    )


class Memory:
    """What outlives a try: Airflow's task state store (3.3 and later). Nothing elsewhere; then Dify's log has to do."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def get(self) -> str:
        """The run's id, `sent` where a start was sent off and not answered, or nothing."""
        return (self.store.get("daybook_start") or "") if self.store is not None else ""

    def set(self, value: str) -> None:
        """Remembers; nothing forgets."""
        if self.store is not None and value:
            self.store.set("daybook_start", value)
        elif self.store is not None:
            self.store.delete("daybook_start")


def earlier_run(user: str, memory: Memory, passed_over: set[str], *, asked_again: bool) -> str:
    """The id of a run that counts; empty where one has to be started.

    Where a person asks again (a first try, a cleared task), a run that did not succeed makes way. A retry reports it.
    """
    known = memory.get()
    run_id = known if known not in ("", "sent") else find_run(user, passed_over)
    while run_id and asked_again and standing(run_id)["status"] in (*FINISHED[1:], "unknown"):
        passed_over.add(run_id)
        run_id = find_run(user, passed_over)
    if not run_id and known == "sent" and not asked_again:
        return search(user, passed_over)
    return run_id


def start_once(inputs: dict[str, Any], user: str, memory: Memory, passed_over: set[str]) -> str:
    """Starts a run, or finds the one whose answer was lost. Its id."""
    memory.set("sent")
    try:
        return start(inputs, user, memory.set)
    except Unknown:
        return search(user, passed_over)
    except AirflowException:  # refused: nothing was started
        memory.set("")
        raise


def is_true(value: object) -> bool:
    """Whether an output says yes; Dify may give it as a boolean, a number or a text."""
    return str(value).strip().lower() in ("true", "1", "yes", "是")


def may_be_repeated(run: dict[str, Any]) -> bool:
    """Whether the workflow says that the same run may succeed later: its source does not answer, or has no row yet."""
    return run.get("status") in FINISHED and is_true((run.get("outputs") or {}).get("again"))


def find_good(run_id: str, user: str, passed_over: set[str]) -> tuple[str, dict[str, Any]]:
    """An earlier run at its end: this one, or one before it where its workflow says that it may be repeated."""
    run = wait(run_id) if run_id else {}
    while run_id and may_be_repeated(run):
        passed_over.add(run_id)
        run_id = find_run(user, passed_over)
        run = wait(run_id) if run_id else {}
    return run_id, run


def require_delivered(run: dict[str, Any]) -> None:
    """The run succeeded, and says that the group has the report; what may succeed later is left to a retry."""
    outputs = run.get("outputs") or {}
    print(outputs.get("answer") or "")
    said = outputs.get("problem") or run.get("error") or outputs.get("answer") or run["status"]
    reason = clean(str(said).rpartition("error details: ")[2])  # Dify puts its own words around a plugin's sentence
    if "no default provider for" in reason:
        reason = say(
            "插件的授权从未保存，请在 Dify 中打开插件并保存一次", "the plugin's authorization was never saved in Dify"
        )
    if may_be_repeated(run):
        get_current_context()["ti"].xcom_push(key="problem", value=reason)
        raise AirflowException(say(f"暂时没有日报：{reason}", f"There is no report yet: {reason}"))
    if run["status"] in ("lost", "unknown"):
        raise stop(
            "Dify 不再知道该次运行的结果：请确认群里是否已收到日报，再清除此任务",
            "What became of the run is not known in Dify: see whether the group has the report, then clear this task",
        )
    if run["status"] != "succeeded":
        raise stop(f"工作流没有成功：{reason}", f"The workflow did not succeed: {reason}")
    if not is_true(outputs.get("delivered")):
        raise stop(f"工作流已结束，但报告没有送达：{reason}", f"The report was not delivered: {reason}")


def first_of_series(ti: Any) -> bool:
    """Whether this try was asked for by the schedule or a person, and is no retry."""
    return bool(ti.try_number <= max((ti.max_tries or 0) - (ti.task.retries or 0) + 1, 1))


def reads_source(context: Any) -> bool:
    """Whether a source is read instead of a file."""
    return bool(context["params"].get("source") or (SOURCE and not context["params"].get("file")))


def named_source(context: Any) -> str:
    """The source to read; empty where a file is."""
    file, named = (context["params"].get(name) for name in ("file", "source"))
    if file and named:
        raise stop("同时指定了文件和数据源，请只保留其中一个", "Both a file and a source are named: leave one empty")
    source = str(named or SOURCE) if reads_source(context) else ""
    if source and not re.fullmatch("[a-z0-9][a-z0-9_-]{0,63}", source):
        raise stop(f"数据源名称 {clean(source)} 无效", f"The source's name {clean(source)} is invalid")
    return source


def report_day(context: Any) -> str:
    """The parameter `day`, else the run's date in Shanghai; of a source the day before it."""
    if context["params"].get("day"):
        return dt.date.fromisoformat(str(context["params"]["day"])).isoformat()
    moment = context.get("logical_date") or context["dag_run"].run_after
    offset = DAY_OFFSET or -int(reads_source(context))
    day = moment.astimezone(dt.timezone(dt.timedelta(hours=8))).date() + dt.timedelta(days=offset)
    return str(day.isoformat())


def asked_day(context: Any) -> str:
    """What the workflow is asked for: the day, or the last one that was complete on it: at 08:00 a day is not over."""
    day = report_day(context)
    return day if context["params"].get("day") or DAY_OFFSET < 0 or reads_source(context) else f"last complete {day}"


def sales_file(context: Any) -> Path:
    """The day's file; one that a person names lies in a folder of sales files, also where it is a link."""
    named = context["params"].get("file")
    if not named:
        return Path(SALES_FILES.replace("{{ day }}", report_day(context)))
    folders = [
        Path(SALES_FILES.partition("{{")[0] + "x").parent,
        *map(Path, filter(None, SALES_FOLDERS.split(os.pathsep))),
    ]
    file = Path(named).resolve()
    if not any(len(f.parts) > 1 and f in file.parents for f in (folder.resolve() for folder in folders)):
        raise stop(
            f"文件 {file.name} 不在销售文件目录中", f"The file {file.name} lies outside the folders of sales files"
        )
    return Path(named)


with DAG(
    dag_id="daily_sales_report_single_file",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 8 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.parse(SINCE or "2026-01-01", tz="Asia/Shanghai"),
    catchup=bool(SINCE),
    max_active_runs=3,
    default_args={
        "retries": 3,
        "retry_delay": dt.timedelta(seconds=RETRY_SECONDS),
        "retry_exponential_backoff": True,
        "max_retry_delay": LONGEST_DELAY,
    },
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="报告日 / Day",
            description="留空为运行当天 / Empty: the run's own day",
        ),
        "file": Param(
            None,
            type=["null", "string"],
            title="文件 / File",
            description="留空则按文件开头的设置查找 / Empty: where the settings at the head of this DAG say",
        ),
        "source": Param(
            None,
            type=["null", "string"],
            title="数据源 / Source",
            description="分析服务中的数据源，代替文件 / A source of the analysis service instead of a file",
        ),
        "force": Param(
            False,
            type="boolean",
            title="再发一次 / Send once more",
            description="当天已发送过也再发 / Even if that day's report was sent already",
        ),
    },
    tags=["daybook", "dify"],
) as dag:

    @task.sensor(poke_interval=LOOK_SECONDS, timeout=60 * WAIT_MINUTES, mode="reschedule")
    def wait_for_file() -> PokeReturnValue:
        """The day's file is there, and nobody writes to it any more."""
        context = get_current_context()
        # a source, or a file that is not whole, is waited for by retries of the run; at the deadline it tells the group
        if reads_source(context) or 0 < deadline(context) <= time.time():
            return PokeReturnValue(True)
        return PokeReturnValue(is_settled(sales_file(context)))

    @task(
        execution_timeout=dt.timedelta(seconds=2 * RUN_SECONDS + 600),
        retries=3 + (dt.timedelta(minutes=WAIT_MINUTES) // LONGEST_DELAY if SOURCE or DEADLINE else 0),
    )
    def run_workflow() -> None:
        """One run a day: found, or started; followed to its end; delivered."""
        context = get_current_context()
        day = report_day(context)
        source = named_source(context)
        name, key = (f"{source}/{day}", f"{source} {day}") if source else (day, day)
        user = f"airflow/{context['dag_run'].dag_id}/{name}"
        if context["params"].get("force"):
            digest = hashlib.sha256(context["dag_run"].run_id.encode()).hexdigest()[:8]
            user, key = f"{user}/{digest}", f"{key}-{digest}"
        memory = Memory(context.get("task_state_store"))
        passed_over: set[str] = set()
        run_id = earlier_run(user, memory, passed_over, asked_again=first_of_series(context["ti"]))
        if run_id:
            memory.set(run_id)
        run_id, run = find_good(run_id, user, passed_over)
        if not run_id:
            waits = bool(deadline(context))
            inputs: dict[str, Any] = {DEADLINE_INPUT: DEADLINE} if waits else {}
            if source:
                inputs[SOURCE_INPUT] = source
            elif not waits or is_settled(sales_file(context)):
                inputs[FILE_INPUT] = file_input(context, user)
            inputs.update({BOOK_INPUT: BOOK} if BOOK else {})
            inputs.update({KEY_INPUT: key} if KEY_INPUT else {})
            inputs.update({DATE_INPUT: asked_day(context)} if DATE_INPUT else {})
            check_inputs(inputs)
            run_id = start_once(inputs, user, memory, passed_over)
            memory.set(run_id)
            run = wait(run_id)
        require_delivered(run)

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=6)
    def alert() -> None:
        """Tells the alert group, and fails the run."""
        import requests  # noqa: PLC0415 (not at parse)

        context = get_current_context()
        run, ti = context["dag_run"], context["ti"]
        found = [problem for problem in ti.xcom_pull(task_ids=TASKS, key="problem") or () if problem]
        died = say(
            "没有等到销售文件，或任务被中断：请查看 Airflow 日志，重发前确认群里没有收到日报",
            "no file came, or a task was killed: see Airflow's log, and whether the group has the report",
        )
        day = report_day(context)
        title = say(f"销售日报未确认送达：{day}", f"Sales report not confirmed: {day}")
        robot = BaseHook.get_connection("daybook_alert")
        secret, keyword = (robot.extra_dejson.get(name) or "" for name in ("secret", "keyword"))
        text = f"## {title}\n\n- {found[0] if found else died}\n- {run.dag_id}\n- {run.run_id}"
        text += f"\n- {keyword}" if keyword and keyword not in text else ""
        query = {}
        if secret:
            now = str(round(time.time() * 1000))
            sign = hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()
            query = {"timestamp": now, "sign": base64.b64encode(sign).decode()}
        body = {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": text},
            "msgUuid": hashlib.sha256(f"{run.dag_id}/{run.run_id}/{ti.max_tries}".encode()).hexdigest()[:32],
        }
        try:
            answer = requests.post(
                robot.password, params=query, json=body, timeout=(10, 30), allow_redirects=False
            ).json()
        except (requests.RequestException, ValueError):
            raise AirflowException(say("告警没有发出，稍后重试", "the alert was not sent")) from None
        if answer.get("errcode") != 0 or isinstance(answer.get("errcode"), bool):
            reason = clean(answer.get("errmsg"))
            raise AirflowException(say(f"钉钉没有接受告警：{reason}", f"DingTalk did not take the alert: {reason}"))
        raise AirflowFailException(title)

    work = run_workflow()
    ready = wait_for_file()
    ready >> work
    [ready, work] >> alert()
