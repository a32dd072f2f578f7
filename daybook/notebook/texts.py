"""What a person reads of the service in a notebook."""

from daybook.language import Text

PORT_TAKEN = Text(
    en="Port {port} is taken by another program, or by a service of another notebook; stop that one, or choose another"
    " port with serve(port=...).",
    zh="端口 {port} 已被其他程序或其他笔记本中的服务占用；请停止它，或用 serve(port=...) 换一个端口。",
)
NOT_STARTED = Text(
    en="The service did not start; look at the messages above, correct what they name, and start it again.",
    zh="服务未能启动；请根据上方的提示进行修正，然后重新启动。",
)
IN_CHILD = Text(
    en="A process that this script started by multiprocessing runs the script's serve() again; put that call below"
    ' if __name__ == "__main__":.',
    zh='本脚本通过 multiprocessing 启动的子进程再次执行了 serve()；请把该调用放在 if __name__ == "__main__": 之下。',
)
SCRIPT_ENDS = Text(
    en="The script is at its end, and the service with it; to keep it running, call wait() on what serve() gave, or"
    " start it with the command daybook serve.",
    zh="脚本已运行结束，服务随之停止；如需保持运行，请对 serve() 的返回值调用 wait()，或使用命令 daybook serve 启动。",
)
STOPPED = Text(
    en="The service is stopped; run the cell with serve() again, or call restart().",
    zh="服务已停止；请重新运行 serve() 所在的单元格，或调用 restart()。",
)
TOO_MUCH_DATA = Text(
    en="The functions of this notebook carry more than {megabytes} MB of its data along; have them read their data from"
    " a file or a database.",
    zh="本笔记本中的函数引用了超过 {megabytes} MB 的数据；请让函数自行从文件或数据库读取数据。",
)
OFFERED = Text(en="Functions of the service: {names}", zh="服务中的函数：{names}")
NONE = Text(en="none yet", zh="暂无")
LABELS = {
    "running": Text(en="Analysis service, running", zh="分析服务（运行中）"),
    "stopped": Text(en="Analysis service, stopped", zh="分析服务（已停止）"),
    "url": Text(en="from this machine", zh="本机地址"),
    "network": Text(en="from the network", zh="内网地址"),
    "key": Text(en="API key", zh="API 密钥"),
    "documents": Text(en="documentation", zh="接口文档"),
    "functions": Text(en="functions", zh="函数"),
}
KEY_HINT = Text(en="see .key", zh="见 .key 属性")
