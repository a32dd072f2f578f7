"""`RunnerError` and its kinds: what can go wrong with a plugin's process and its calls.

RunnerError              the plugin could not be run, or not as Dify would accept it
├── StartError           the process did not start, or said nothing in time
├── PluginDown           the process ended, went silent, or sent a line that Dify's daemon refuses
├── CallTimeout          a call took longer than allowed
└── ToolError            the call ended with an error of the plugin's own
"""

from difykit.errors import KitError
from difykit.language import Text


class RunnerError(KitError):
    """The plugin could not be run, or not as Dify would accept it."""


class StartError(RunnerError):
    """The process did not start, or said nothing in time."""


class PluginDown(RunnerError):  # noqa: N818 - it names a state, as ConnectionRefusedError's kin do
    """The process ended, went silent, or sent a line that Dify's daemon refuses."""


class CallTimeout(RunnerError):  # noqa: N818 - as TimeoutExpired in subprocess
    """A call took longer than allowed."""


class ToolError(RunnerError):
    """The call ended with an error of the plugin's own."""


CALL_FAILED = Text(en="{message}", zh="{message}")
NO_PYTHON = Text(
    en="The plugin's Python environment is missing or cannot be run: run `make setup`, or name a Python in"
    " DIFYKIT_PYTHON.",
    zh="缺少插件的 Python 环境，或该环境无法运行：请先运行 `make setup`，或用 DIFYKIT_PYTHON 指定一个 Python。",
)
INSTALL_FAILED = Text(
    en="The plugin's requirements.txt cannot be installed: the reason is above.",
    zh="无法安装插件的 requirements.txt：原因见上方输出。",
)
NO_PACKAGE = Text(
    en="{name} is no plugin package: name a .difypkg file, or the plugin's folder.",
    zh="{name} 不是插件安装包：请指定一个 .difypkg 文件或插件的目录。",
)
BIG_PACKAGE = Text(
    en="The package unfolds to over {limit} MiB: Dify refuses it.",
    zh="安装包解压后超过 {limit} MiB：Dify 会拒绝安装。",
)
NO_PLUGIN = Text(
    en="There is no plugin here: {name} is missing or cannot be read; name the plugin's folder or package with --root.",
    zh="这里没有插件：缺少 {name} 或无法读取；请用 --root 指定插件的目录或安装包。",
)
BAD_YAML = Text(
    en="The plugin's YAML files are not as Dify wants them: {reason}.",
    zh="插件的 YAML 文件不符合 Dify 的要求：{reason}。",
)
NO_TOOL = Text(
    en="The plugin has no tool {tool!r}; it has: {tools}.",
    zh="插件没有名为“{tool}”的工具；可用的工具：{tools}。",
)
NOT_STARTED = Text(
    en="The plugin ended before it was ready (exit code {code}): {last}",
    zh="插件在就绪之前就退出了（退出码 {code}）：{last}",
)
NOT_READY = Text(
    en="The plugin was not ready within {seconds:g} seconds: Dify's daemon gives up on such a plugin.",
    zh="插件在 {seconds:g} 秒内没有就绪：Dify 的插件守护进程会放弃这样的插件。",
)
ENDED = Text(
    en="The plugin's process ended by itself (exit code {code}); every call in it is lost.",
    zh="插件进程自行退出（退出码 {code}），其中的调用全部丢失。",
)
STOPPED = Text(
    en="The plugin is not running: start it first.",
    zh="插件没有在运行：请先启动它。",
)
SILENT = Text(
    en="The plugin sent no heartbeat for {seconds:.0f} seconds: Dify's daemon kills it, with all its calls.",
    zh="插件 {seconds:.0f} 秒没有发送心跳：Dify 的插件守护进程会终止它以及其中的所有调用。",
)
LONG_LINE = Text(
    en="The plugin sent a line over {limit:,} bytes: Dify's daemon kills a plugin that does; send less, or a file.",
    zh="插件发送了超过 {limit:,} 字节的一行：Dify 的插件守护进程会因此终止插件；请减少内容，或改为发送文件。",
)
REFUSED = Text(
    en="Dify would refuse a message of the tool: {reason}.",
    zh="Dify 会拒绝该工具的一条消息：{reason}。",
)
TIMED_OUT = Text(
    en="The call was not over after {seconds:g} seconds.",
    zh="调用在 {seconds:g} 秒内没有结束。",
)
NOT_CONNECTED = Text(
    en="No plugin connected to the debug port within {seconds:g} seconds.",
    zh="{seconds:g} 秒内没有插件连接到调试端口。",
)
CONNECTION_LOST = Text(
    en="The plugin closed its connection to the debug port.",
    zh="插件断开了与调试端口的连接。",
)
