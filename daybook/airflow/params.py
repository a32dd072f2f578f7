"""`day_param`, `force_param`: what a person may say of a run in Airflow's trigger form; `plan_job` reads it."""

from airflow.providers.common.compat.sdk import Param


def day_param() -> Param:
    """The day to report, as an ISO date."""
    return Param(
        default=None,
        type=["null", "string"],
        format="date",
        title="报告日 / Day",
        description="留空为运行当天 / Empty: the run's own day",
    )


def force_param() -> Param:
    """Whether to send a report that was sent already."""
    return Param(
        default=False,
        type="boolean",
        title="再发一次 / Send once more",
        description="当天已发送过也再发 / Even if that day's report was sent already",
    )
