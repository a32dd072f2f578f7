"""What can go wrong in the service itself, apart from the file it was given.

ServiceError
├── QueueFullError        every place is taken: come back later
├── NotReadyError         no worker could be started, or the service is going down
├── WorkerLostError       the worker process died under the job
│   └── NotTakenError     it died before it had begun the job, which another may have
├── WorkerKilledError     the job ended its worker process
├── JobCrashedError       the job ended with an unexpected exception
├── UnauthorizedError     no key, or a wrong one
├── CrossOriginError      a web page from elsewhere, through a user's browser
├── LinkError             a link that was changed
├── ExpiredError          a link that is too old
├── NotFoundError         nothing at this address, or no longer
├── MethodError           an address that does not take this method
├── BodyError             a body that is not what it says it is
├── MediaTypeError        a body of a kind that is not taken
├── SlowBodyError         a body that does not come
├── UnexpectedError       a fault of the service itself
└── StorageFullError      the disk is full
LimitError
├── TimeLimitError        the job took longer than it may
└── MemoryLimitError      the job needed more memory than it may
FunctionError             how a run of a function ends other than well
├── RefusedError          the function itself said no, in a sentence of its own
├── FailedError           it ended with an exception that it did not mean for its caller
├── LostError             its process died
└── StoppedError          whoever called it went away, or ended the run

None of the last four is answered with a status that a client repeats by itself: a function may have sent, written or
booked something before it failed, and nobody knows what a second call would do.
"""

from daybook.errors import FunctionError, LimitError, ServiceError
from daybook.language import Text
from daybook.service.workers.messages import Crashed


class QueueFullError(ServiceError):
    """Every place is taken."""

    kind = "queue_full"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            Text(
                en="The service is busy and its queue is full; try again in {seconds} seconds.",
                zh="服务正忙，排队已满；请在 {seconds} 秒后重试。",
            ),
            seconds=retry_after,
        )
        self.retry_after = retry_after


class NotReadyError(ServiceError):
    """No worker could be started, or the service is going down."""

    kind = "not_ready"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__(
            Text(
                en="The service is not ready to work; try again in a moment, and if it lasts, ask whoever runs the "
                "service to look at its log.",
                zh="服务暂时无法处理任务；请稍后重试，如果一直如此，请联系服务的管理员查看日志。",
            )
        )


class WorkerLostError(ServiceError):
    """The worker process died under the job."""

    kind = "worker_lost"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(
            Text(
                en="The process that worked on this request was stopped from outside before it could answer; "
                "nothing was saved, send the request again.",
                zh="处理该请求的进程在完成之前被外部终止；没有保存任何结果，请重新发送请求。",
            )
        )


class NotTakenError(WorkerLostError):
    """The worker process died before it had begun the job, so that it is safe to give it to another."""


class WorkerKilledError(ServiceError):
    """The job ended its worker process: what it was given is at fault, and would end the next one too."""

    kind = "worker_killed"

    def __init__(self) -> None:
        super().__init__(
            Text(
                en="The process that worked on this request ended abruptly, so the file is probably damaged or far too"
                " complex; do not send it again, export it anew, as CSV if it is a workbook.",
                zh="处理该请求的进程意外终止，文件可能已损坏或过于复杂；请不要重复发送，请重新导出文件，"
                "如果是工作簿，请导出为 CSV。",
            )
        )


class JobCrashedError(ServiceError):
    """The job ended with an unexpected exception; ``crash`` says which, for the log."""

    kind = "crashed"

    def __init__(self, crash: Crashed) -> None:
        super().__init__(
            Text(
                en="The work failed in a way that the service does not know; sending it again will not help, so give "
                "the request id to whoever runs the service.",
                zh="任务因未知原因失败；重新发送不会有帮助，请将请求编号（request id）告知服务的管理员。",
            )
        )
        self.crash = crash


class UnauthorizedError(ServiceError):
    """No key, or a wrong one."""

    kind = "unauthorized"

    def __init__(self, header: str) -> None:
        super().__init__(
            Text(
                en="This service needs an API key: send it in the {header} header.",
                zh="该服务需要 API 密钥：请放在 {header} 请求头中发送。",
            ),
            header=header,
        )


class CrossOriginError(ServiceError):
    """A web page from elsewhere sent the request through a user's browser."""

    kind = "stranger"


class LinkError(ServiceError):
    """The link was changed."""

    kind = "bad_link"


class ExpiredError(ServiceError):
    """The link is too old."""

    kind = "old_link"


class ResourceNotFoundError(ServiceError):
    """Nothing at this address, or no longer."""

    kind = "not_found"


class MethodError(ServiceError):
    """The address does not take this method."""

    kind = "method"


class BodyError(ServiceError):
    """The body is not what it says it is."""

    kind = "body"


class MediaTypeError(ServiceError):
    """The body is of a kind that is not taken."""

    kind = "media_type"


class SlowBodyError(ServiceError):
    """The body does not come."""

    kind = "slow_body"


class UnexpectedError(ServiceError):
    """A fault of the service itself."""

    kind = "unexpected"


class StorageFullError(ServiceError):
    """The disk is full."""

    kind = "storage_full"
    retry_after = 60

    def __init__(self) -> None:
        super().__init__(
            Text(
                en="The service has no room left on its disk; ask whoever runs it to make room, then try again.",
                zh="服务的磁盘空间已满；请联系管理员清理空间后重试。",
            )
        )


_TOO_LONG = Text(
    en="The work took longer than the {seconds} seconds that the service allows (DAYBOOK_TIME_LIMIT) and was stopped;"
    " send less data, or have the limit raised.",
    zh="处理时间超过服务允许的 {seconds} 秒（DAYBOOK_TIME_LIMIT），已停止；请减少数据量，或请管理员提高该限制。",
)
_TOO_MUCH_MEMORY = Text(
    en="The work needed more than the {megabytes} MB of memory that the service allows (DAYBOOK_MEMORY_LIMIT_MB) and"
    " was stopped; send less data, or have the limit raised.",
    zh="处理所需内存超过服务允许的 {megabytes} MB（DAYBOOK_MEMORY_LIMIT_MB），已停止；请减少数据量，"
    "或请管理员提高该限制。",
)


class TimeLimitError(LimitError):
    """The job took longer than it may."""

    kind = "time_limit"

    def __init__(self, seconds: float, text: Text = _TOO_LONG, **values: str) -> None:
        super().__init__(text, seconds=f"{seconds:g}", **values)


class MemoryLimitError(LimitError):
    """The job needed more memory than it may."""

    kind = "memory_limit"

    def __init__(self, memory_bytes: int, text: Text = _TOO_MUCH_MEMORY, **values: str) -> None:
        super().__init__(text, megabytes=memory_bytes >> 20, **values)


class ClientGoneError(Exception):
    """The client went away before it had its answer. It is not answered: no client is left to read it."""


class RefusedError(FunctionError):
    """The function itself said no."""

    kind = "function_refused"


class FailedError(FunctionError):
    """The function ended with an exception that it did not mean for its caller."""

    kind = "function_failed"


class LostError(FunctionError):
    """The process of the function died."""

    kind = "function_lost"


class StoppedError(FunctionError):
    """The run was ended from outside."""

    kind = "function_stopped"
