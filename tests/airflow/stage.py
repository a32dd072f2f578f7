"""A stage for DAG runs: a Dify whose workflow pushes to a DingTalk group, an alert group, a folder of sales files."""

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from daybook.dingtalk import Message, Robot, RobotClient, plan_message
from daybook.store import FileStore
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Json, NodeError
from tests.doubles.dingtalk import DingTalkDouble

try:
    MAJOR = int(version("apache-airflow").split(".")[0])
except PackageNotFoundError:
    MAJOR = 0
"""Airflow's major version; 0 where there is none."""

ROOT = Path(__file__).resolve().parents[2]
SECRET = "SEC0123456789abcdef0123456789abcdef"
API_KEY = "app-stage0123456789abcdef"

ROWS = "日期,产品,单价,数量,地区\n{day},龙井茶,128.00,3,杭州\n{day},普洱茶,88.50,2,昆明\n"


@dataclass
class Stage:
    """What the DAGs meet. Use it as a context."""

    folder: Path
    group: DingTalkDouble = field(default_factory=lambda: DingTalkDouble(SECRET, "日报"))
    alerts: DingTalkDouble = field(default_factory=lambda: DingTalkDouble(keyword="销售日报"))
    dify: DifyDouble = field(default_factory=lambda: DifyDouble(api_key=API_KEY))
    agent: DifyDouble = field(default_factory=lambda: DifyDouble(api_key=API_KEY, mode="agent-chat", form=()))
    asked: list[str] = field(default_factory=list)
    """The days that the workflow was asked for."""
    late: list[str] = field(default_factory=list)
    """How the first runs that wait for a whole day end: wait or tell."""
    rows: set[tuple[str, str]] = field(default_factory=set)
    """The sources of the analysis service, each with a day of which it has rows."""

    def __post_init__(self) -> None:
        self.dify.workflow = self.report
        self.files.mkdir(parents=True, exist_ok=True)
        self.ledger = FileStore(self.folder / "ledger")

    def __enter__(self) -> Self:
        self.group.__enter__()
        self.alerts.__enter__()
        self.dify.__enter__()
        self.agent.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for double in (self.agent, self.dify, self.alerts, self.group):
            double.__exit__(None, None, None)

    @property
    def files(self) -> Path:
        """Where the days' files lie."""
        return self.folder / "sales"

    def write(self, *days: str) -> None:
        """Writes the files of these days."""
        for day in days:
            (self.files / f"sales_{day}.csv").write_text(ROWS.format(day=day), encoding="utf-8")

    def write_orders(self, days: int, last: str) -> None:
        """Fills the database of orders: two a day, for so many days."""
        with closing(sqlite3.connect(self.folder / "orders.db")) as database:
            database.execute("CREATE TABLE orders (order_date, product, price, quantity, region)")
            for back in range(days):
                day = (dt.date.fromisoformat(last) - dt.timedelta(days=back)).isoformat()
                rows = [(day, "龙井茶", 128.0, 3, "杭州"), (day, "普洱茶", 88.5, 2 + back, "昆明")]
                database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
            database.commit()

    def report(self, inputs: Json, files: dict[str, bytes]) -> Json:
        """The workflow: the day out of the file or of the source, pushed once under the run's key."""
        self.asked.append(str(inputs.get("report_date")))
        if inputs.get("deadline") and (late := self.late.pop(0) if self.late else ""):
            return self.held_back(inputs, late)
        if period := inputs.get("period"):
            day = f"{period} {inputs['book']} {inputs['report_date']}"
        elif source := inputs.get("source"):
            assert not files
            day = str(inputs["report_date"])
            if (source, day) not in self.rows:
                problem = f"数据源 {source} 中没有 {day} 的数据"
                outputs = {"problem": problem, "answer": problem, "delivered": False, "again": True}
                raise NodeError(problem, handled=True, outputs=outputs)
        else:
            lines = files["sales_data"].decode().splitlines()
            if len(lines) < 2:
                raise NodeError("文件里没有数据行")
            day = lines[1].split(",")[0]
        robot = Robot.parse(self.group.webhook, SECRET, "日报", allow_loopback=True)
        plan = plan_message(Message(f"# 销售日报 {day}\n\n- 总销售额：561.00 元", title="销售日报"), robot.keywords)
        outcome = RobotClient(robot, self.ledger).push(plan, key=str(inputs.get("run_key") or day))
        return {"answer": f"{day} 总销售额 561.00 元", "delivered": outcome.delivered}

    def held_back(self, inputs: Json, late: str) -> Json:
        """The workflow where a day's data is not whole: it waits, or tells the group, once."""
        if late == "tell":
            robot = Robot.parse(self.group.webhook, SECRET, "日报", allow_loopback=True)
            told = Message(f"## {inputs['report_date']} 的销售数据尚未就绪", title="销售日报")
            RobotClient(robot, self.ledger).push(plan_message(told, robot.keywords), key=f"not-in {inputs['run_key']}")
        problem = "数据只有 10 行"
        return {"answer": problem, "problem": problem, "delivered": False, "ready": False, "again": True}

    def env(self, home: Path) -> dict[str, str]:
        """The environment of an Airflow that knows this stage."""
        alert = {"conn_type": "generic", "password": self.alerts.webhook, "extra": {"allow_loopback": True}}
        page = {"web_url": "https://dify.example.com/app/1/logs"}
        dify = {"conn_type": "dify", "host": self.dify.base_url, "password": API_KEY, "extra": page}
        agent = {**dify, "host": self.agent.base_url}
        group = {**alert, "password": self.group.webhook}
        group["extra"] = {"allow_loopback": True, "secret": SECRET, "keyword": "日报"}
        orders = {"conn_type": "sqlite", "host": str(self.folder / "orders.db")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return {
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW_CONN_DIFY_DEFAULT": json.dumps(dify),
            "AIRFLOW_CONN_DIFY_PERIOD": json.dumps(dify),
            "AIRFLOW_CONN_DAYBOOK_ALERT": json.dumps(alert),
            "AIRFLOW_CONN_DIFY_AGENT": json.dumps(agent),
            "AIRFLOW_CONN_DAYBOOK_GROUP": json.dumps(group),
            "AIRFLOW_CONN_DAYBOOK_ORDERS": json.dumps(orders),
            "DAYBOOK_PIPELINE_FOLDER": str(self.files),
            "AIRFLOW_VAR_DAYBOOK_SALES_FILES": str(self.files / "sales_{{ day }}.csv"),
            "DAYBOOK_SALES_FILES": str(self.files / "sales_{{ day }}.csv"),
            "DAYBOOK_FILE_SETTLED_SECONDS": "0",
            "DAYBOOK_FILE_LOOK_SECONDS": "1",
            "DAYBOOK_FILE_WAIT_MINUTES": "0.05",
            "DAYBOOK_RETRY_SECONDS": "1",
            "DAYBOOK_DEADLINE": "",
        }

    def reports(self) -> Counter[str]:
        """How often the group got each day's report."""
        return Counter(message.text.split()[2] for message in self.group.messages)


def airflow(env: dict[str, str], *arguments: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Runs a command of Airflow."""
    command: list[Any] = [sys.executable, "-m", "airflow", *arguments]
    return subprocess.run(  # noqa: S603 (our own arguments)
        command, env=env, cwd=env["AIRFLOW_HOME"], capture_output=True, text=True, timeout=timeout, check=False
    )
