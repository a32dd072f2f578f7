"""`UNREACHABLE` and the other sentences about the analysis service, each with the code that programs steer by."""

from daybook.language import Text

UNREACHABLE = Text(
    en="The analysis service cannot be reached; check the “Analysis service URL” in the plugin's credentials, and that"
    " the service runs where the plugin daemon can reach it.",
    zh="无法连接分析服务；请检查插件凭据中的“分析服务地址”，并确认服务正在运行，且 plugin daemon 可以访问。",
    code="service_unreachable",
)
UNTRUSTED = Text(
    en="The certificate of the analysis service is not trusted; use an internal http address as “Analysis service URL”,"
    " or install the certificate's authority where the plugin daemon runs.",
    zh="不信任分析服务的证书；请把“分析服务地址”改为内网 http 地址，"
    "或在 plugin daemon 的运行环境中安装证书的颁发机构。",
    code="service_untrusted",
)
NO_KEY = Text(
    en="The analysis service does not accept the key; correct the “Analysis service key” in the plugin's credentials.",
    zh="分析服务不接受该密钥；请更正插件凭据中的“分析服务密钥”。",
    code="service_key",
)
NO_SERVICE = Text(
    en="What answers at the “Analysis service URL” is not a Daybook analysis service; correct the address in the"
    " plugin's credentials.",
    zh="“分析服务地址”处的应答不是来自 Daybook 分析服务；请更正插件凭据中的地址。",
    code="no_service",
)
IN_BETWEEN = Text(
    en="A proxy in front of the analysis service answered with status {status}; look there at the limits of size and"
    " time, and whether the service runs.",
    zh="分析服务前面的代理返回状态 {status}；请检查代理的大小和时间限制，以及服务是否正在运行。",
    code="service_proxy",
)
TOO_SLOW = Text(
    en="The analysis service did not answer within {seconds} seconds; send fewer days, or have its workers increased.",
    zh="分析服务未能在 {seconds} 秒内应答；请减少数据的天数，或增加服务的工作进程。",
    code="service_too_slow",
)
BROKEN_OFF = Text(
    en="The connection to the analysis service broke off before it answered; run the workflow again, and look into the"
    " service's log if it happens again.",
    zh="与分析服务的连接在应答之前中断；请重新运行工作流，如再次出现，请查看服务的日志。",
    code="service_broken_off",
)
REFUSED_IN_BETWEEN = IN_BETWEEN._replace(code="service_proxy_refused")
OTHER_VERSION = Text(
    en="The analysis service answers in a form that this version does not know; bring both to the same version.",
    zh="分析服务的应答格式与当前版本不一致；请将两者升级到相同版本。",
    code="service_version",
)
CALL_TOO_SLOW = Text(
    en="The analysis service did not answer in time, and the function {function} may still be running; look at the"
    " service's runs before you call it again.",
    zh="分析服务未能及时应答，函数 {function} 可能仍在运行；请先查看服务的运行记录，再决定是否重新调用。",
    code="service_too_slow",
)
CALL_BROKEN_OFF = Text(
    en="The connection to the analysis service broke off, and the function {function} may have run; look at the"
    " service's runs before you call it again.",
    zh="与分析服务的连接中断，函数 {function} 可能已经执行；请先查看服务的运行记录，再决定是否重新调用。",
    code="service_broken_off",
)
LIST_FAILED = Text(
    en="The analysis service did not send its list of functions; enter the function's name by hand, or try again.",
    zh="分析服务没有返回函数列表；请手动填写函数名，或稍后重试。",
    code="service_list",
)
SOURCES_FAILED = Text(
    en="The analysis service did not send its list of sources; enter the source's name by hand, or try again.",
    zh="分析服务没有返回数据源列表；请手动填写数据源名称，或稍后重试。",
    code="service_sources",
)
FILE_GONE = Text(
    en="The file {name} of the function's result could not be fetched from the analysis service; call the function"
    " again.",
    zh="无法从分析服务获取函数结果中的文件 {name}；请重新调用函数。",
    code="service_file",
)
