"""What a person is told about a request to the service that cannot be served."""

from daybook.language import Text

NO_FILE = Text(
    en="The request has no file; send it as a multipart form with the sales file in the field {field}.",
    zh="请求中没有文件；请以 multipart 表单发送，并把销售文件放在 {field} 字段中。",
)
ONE_FILE = Text(
    en="The request has more than one {field}; send one at a time.",
    zh="请求中有多个 {field}；请每次只发送一个。",
)
NAME_TOO_LONG = Text(
    en="The file's name is longer than {limit} characters; shorten it and send the file again.",
    zh="文件名超过 {limit} 个字符；请缩短文件名后重新发送。",
)
BODY_TOO_LARGE = Text(
    en="The file is larger than the {limit} MB that this service takes; send fewer days, or ask whoever runs the"
    " service for a higher limit.",
    zh="文件超过该服务可接收的 {limit} MB；请减少天数，或联系服务的管理员提高上限。",
)
TEXT_TOO_LARGE = Text(
    en="The request's parameters are longer than {limit} KB; send large data as a file.",
    zh="请求参数超过 {limit} KB；数据较多时请以文件发送。",
)
BODY_BROKEN = Text(
    en="The request's body is no complete multipart form; send it with a client that sets the boundary itself.",
    zh="请求内容不是完整的 multipart 表单；请使用会自动设置 boundary 的客户端发送。",
)
BODY_TOO_SLOW = Text(
    en="The request's body did not arrive within {seconds} seconds; look into the network and send it again.",
    zh="请求内容未能在 {seconds} 秒内传完；请检查网络后重新发送。",
)
BODY_STALLED = Text(
    en="The request's body arrives with less than {kilobytes} KB a second; look into the network and send it again.",
    zh="请求内容的传输速度低于每秒 {kilobytes} KB；请检查网络后重新发送。",
)
WRONG_CONTENT_TYPE = Text(
    en="The service does not take a body of this content type; send {wanted}.",
    zh="服务不接受这种内容类型（Content-Type）；请使用 {wanted} 发送。",
)
COMPRESSED_BODY = Text(
    en="The service does not take a compressed body; send it without Content-Encoding.",
    zh="服务不接受压缩过的请求内容；请不要使用 Content-Encoding。",
)
NO_JSON = Text(
    en="The request's body is no JSON object; send an object such as {example}.",
    zh="请求内容不是 JSON 对象；请发送类似 {example} 的对象。",
)

MISSING = Text(
    en="The parameter {name} is missing; send it with the request.",
    zh="缺少参数 {name}；请在请求中提供。",
)
WRONG_VALUE = Text(
    en="The parameter {name} has a value that the service cannot use; see the service's documentation and correct it.",
    zh="参数 {name} 的值不正确；请参照服务文档修改。",
)
UNKNOWN_PARAMETER = Text(
    en="The service has no parameter {name}; it takes {known}.",
    zh="没有名为 {name} 的参数；可用的参数为 {known}。",
)

GIVEN_TWICE = Text(
    en="The parameter {name} is given more than once; send it in one place.",
    zh="参数 {name} 重复出现；请只在一处提供。",
)

NO_ENDPOINT = Text(
    en="There is nothing at this address; GET / lists what the service offers.",
    zh="该地址不存在；GET / 会列出服务提供的接口。",
)
WRONG_METHOD = Text(
    en="This address does not take {method}; use {allowed}.",
    zh="该地址不支持 {method} 方法；请使用 {allowed}。",
)
NO_REPORT = Text(
    en="There is no such report, or it is no longer kept; send the sales file again.",
    zh="没有该报告，或已过保留期；请重新发送销售文件。",
)
NO_SUCH_DAY = Text(
    en="The book {book} has no {day}; open a day that its calendar shows.",
    zh="账本 {book} 中没有 {day} 的数据；请打开日历中已有的日期。",
)
NO_SUCH_WEEK = Text(
    en="The book {book} has no day of the week from {day}; open a week that its calendar shows.",
    zh="账本 {book} 中没有 {day} 起一周的数据；请打开日历中已有的日期。",
)
NO_ANSWER = Text(
    en="There is no such answer; GET /v1/answers lists those that are kept.",
    zh="没有该回答；可通过 GET /v1/answers 查看已保存的回答。",
)
CONFIRMED = Text(
    en="What the file leaves open was read with {parameter} {value}, as it was answered on {day} for files with these"
    " columns.",
    zh="文件中不明确之处按 {parameter} {value} 读取，依据 {day} 对相同列的文件所作的回答。",
)
STRANGER = Text(
    en="Without an API key the service answers programs on its own machine alone, and nothing through a proxy; set"
    " DAYBOOK_API_KEYS.",
    zh="未设置 API 密钥时，服务只应答本机的程序，也不接受代理转发的请求；请设置 DAYBOOK_API_KEYS。",
)
BAD_LINK = Text(
    en="This link is not complete or was changed; open it exactly as it was sent.",
    zh="链接不完整或已被改动；请打开原始链接。",
)
OLD_LINK = Text(
    en="This link has expired; ask for a new report.",
    zh="链接已过期；请重新生成报告。",
)
UNEXPECTED = Text(
    en="The service failed in a way that it does not know; give the request id to whoever runs it.",
    zh="服务发生未知错误；请将请求编号（request id）告知服务的管理员。",
)

NO_SOURCE_FOLDER = Text(
    en="This service reads no files of its own; send the file, or ask whoever runs the service to set a source folder.",
    zh="该服务没有可读取的文件夹；请直接发送文件，或请管理员设置数据文件夹。",
)
NO_SUCH_SOURCE = Text(
    en="The service's source folder has no such file; name it by its path below that folder.",
    zh="服务的数据文件夹中没有该文件；请填写该文件夹下的相对路径。",
    code="no_such_source",
)
NO_SOURCE_HOSTS = Text(
    en="This service fetches no files from that host; send the file, or ask whoever runs the service to allow it.",
    zh="该服务不从该主机获取文件；请直接发送文件，或请管理员允许该主机。",
)
WRONG_SOURCE = Text(
    en="The source is neither a path below the service's source folder nor an https address; correct it.",
    zh="source 既不是数据文件夹下的路径，也不是 https 地址；请修改。",
)
SOURCE_UNREACHABLE = Text(
    en="The service cannot reach the source's host; check the address and the network, then try again.",
    zh="服务无法连接数据来源的主机；请检查地址和网络后重试。",
    code="source_unreachable",
)
SOURCE_REFUSED = Text(
    en="The source's host answered with status {status} instead of the file; check the address, and whether it has"
    " expired.",
    zh="数据来源的主机没有返回文件，而是返回状态 {status}；请检查地址是否正确、是否已过期。",
    code="source_refused",
)
SOURCE_TOO_SLOW = Text(
    en="The source's host did not send the file in time; try again, or send the file yourself.",
    zh="数据来源的主机未能及时传完文件；请重试，或直接发送文件。",
    code="source_unreachable",
)

NOT_HTTP = Text(
    en="The request is not valid HTTP; send it with an HTTP client, and check what stands in between.",
    zh="请求不是有效的 HTTP 请求；请使用 HTTP 客户端发送，并检查中间的代理。",
)
LARGE_HEADERS = Text(
    en="The request's headers are larger than 64 KB, or more than 100; send fewer.",
    zh="请求头超过 64 KB，或多于 100 个；请减少请求头。",
)
HEAD_TOO_SLOW = Text(
    en="The request's headers did not arrive in time; look into the network and send it again.",
    zh="请求头未能及时传完；请检查网络后重新发送。",
)
MANY_CONNECTIONS = Text(
    en="The service has as many connections as it can hold; try again in a moment.",
    zh="服务的连接数已满；请稍后重试。",
)
FEW_DESCRIPTORS = Text(
    en="This process may open {there} files, too few for the service, which needs {needed}; raise the limit"
    " (ulimit -n, or LimitNOFILE), or set DAYBOOK_CONNECTIONS lower.",
    zh="本进程最多可打开 {there} 个文件，而服务需要 {needed} 个；请提高限制（ulimit -n 或 LimitNOFILE），"
    "或调低 DAYBOOK_CONNECTIONS。",
)
REPORT_STOPPED = Text(
    en="The report was stopped before it was made; ask for it again if you still want it.",
    zh="报告在生成之前已被停止；如仍需要，请重新请求。",
    code="report_stopped",
)
