"""What a person is told of functions: those who write them, and those who call them."""

from daybook.language import Text

# to whoever writes a function

NO_ANNOTATION = Text(
    en="The argument {argument} of the function {function} has no type; write one, such as {argument}: str.",
    zh="函数 {function} 的参数 {argument} 没有类型标注；请加上类型，例如 {argument}: str。",
)
STARRED = Text(
    en="The function {function} takes {argument}, which a caller could not name; write its arguments out.",
    zh="函数 {function} 使用了 {argument}，调用方无法为其命名；请逐个写出参数。",
)
BAD_TYPE = Text(
    en="The argument {argument} of the function {function} has a type that cannot be sent; use str, int, float, bool,"
    " date, list, dict, a pydantic model or daybook.File.",
    zh="函数 {function} 的参数 {argument} 的类型无法传递；请使用 str、int、float、bool、date、list、dict、pydantic"
    " 模型或 daybook.File。",
)
BAD_HINTS = Text(
    en="The types of the function {function} cannot be read ({reason}); correct them.",
    zh="无法读取函数 {function} 的类型标注（{reason}）；请修改。",
)
BAD_NAME = Text(
    en="The name {function} cannot be used: letters of a to z, digits, _ and - make a name of at most 64, and {taken}"
    " are taken; name it with @daybook.function(name=...).",
    zh="函数名 {function} 不可用：只能使用英文字母、数字、_ 和 -，最长 64 个字符，且 {taken} 已被占用；请用"
    " @daybook.function(name=...) 另起名称。",
)
TWICE = Text(
    en="Two functions are called {function}; give one of them another name with @daybook.function(name=...).",
    zh="有两个函数都叫 {function}；请用 @daybook.function(name=...) 为其中一个另起名称。",
)
NO_MODULE = Text(
    en="There is no module {module} in the functions folder or among the installed packages; correct its name or put"
    " it there.",
    zh="在函数文件夹和已安装的包中都找不到模块 {module}；请检查名称，或将其放入该文件夹。",
)
BROKEN_MODULE = Text(
    en="The module {module} cannot be imported ({reason}); correct it and reload.",
    zh="模块 {module} 无法导入（{reason}）；请修正后重新加载。",
)
NO_FUNCTION_INSIDE = Text(
    en="The module {module} has no function to offer; put @daybook.function above one.",
    zh="模块 {module} 中没有可提供的函数；请在函数上方加上 @daybook.function。",
)
NOT_PORTABLE = Text(
    en="The functions of this notebook cannot be sent to the service's worker processes ({reason}); have them make"
    " what cannot travel, such as a connection or an open file, themselves.",
    zh="本笔记本中的函数无法传送到服务的工作进程（{reason}）；数据库连接、已打开的文件等请在函数内部创建。",
)
LOADED_TOO_LONG = Text(
    en="The functions were not loaded: a module took longer than {seconds} seconds to import; do the slow part when a"
    " function is called.",
    zh="函数未加载：某个模块的导入超过 {seconds} 秒；请把耗时的部分放到函数被调用时再执行。",
)
LOAD_FAILED = Text(
    en="The functions were not loaded: the process that imported them ended; look into the service's log.",
    zh="函数未加载：导入函数的进程已退出；请查看服务日志。",
)
OLD_STAYS = Text(
    en="{sentence} What was offered before stays.",
    zh="{sentence}之前提供的函数继续可用。",
)

# to whoever calls one

NO_FUNCTION = Text(
    en="The service has no function {function}; it offers {known}.",
    zh="服务没有名为 {function} 的函数；可用的函数：{known}。",
)
NO_FUNCTIONS_AT_ALL = Text(
    en="The service offers no functions; whoever runs it names their modules in DAYBOOK_FUNCTIONS.",
    zh="服务没有提供任何函数；请管理员在 DAYBOOK_FUNCTIONS 中填写函数所在的模块。",
)
MISSING_ARGUMENT = Text(
    en="The function {function} needs the argument {argument}, {wanted}; add it to the arguments.",
    zh="函数 {function} 缺少参数 {argument}（{wanted}）；请在参数中补充。",
)
WRONG_ARGUMENT = Text(
    en="The argument {argument} of the function {function} has to be {wanted}; correct it.",
    zh="函数 {function} 的参数 {argument} 应为{wanted}；请修改。",
)
WRONG_INSIDE = Text(
    en="The argument {argument} of the function {function} is wrong at {place}; see its description in the list of"
    " functions and correct it.",
    zh="函数 {function} 的参数 {argument} 在 {place} 处不正确；请参照函数列表中的说明修改。",
)
UNKNOWN_ARGUMENT = Text(
    en="The function {function} has no argument {argument}; it takes {known}.",
    zh="函数 {function} 没有参数 {argument}；可用的参数：{known}。",
)
NO_ARGUMENTS = Text(en="none", zh="无")
REFUSED = Text(en="{sentence}", zh="{sentence}")
FAILED = Text(
    en="The function {function} failed ({kind}); calling it again will not help, so give the run id {run} to whoever"
    " looks after it.",
    zh="函数 {function} 执行失败（{kind}）；重复调用不会有帮助，请将运行编号 {run} 告知该函数的维护者。",
)
LOST = Text(
    en="The process that ran the function {function} was stopped before it could answer, so part of its work may be"
    " done; look at what it did before you call it again.",
    zh="运行函数 {function} 的进程在完成之前被终止，部分操作可能已经执行；请确认后再重新调用。",
)
TOO_LONG = Text(
    en="The function {function} took longer than the {seconds} seconds that the service allows (DAYBOOK_TIME_LIMIT) and"
    " was stopped, so part of its work may be done; have it do less in one call, or have the limit raised.",
    zh="函数 {function} 的运行时间超过服务允许的 {seconds} 秒（DAYBOOK_TIME_LIMIT），已被停止，部分操作可能已经执行；"
    "请减少单次调用的处理量，或请管理员提高该限制。",
)
TOO_MUCH_MEMORY = Text(
    en="The function {function} needed more than the {megabytes} MB of memory that the service allows"
    " (DAYBOOK_MEMORY_LIMIT_MB) and was stopped, so part of its work may be done; have it hold less at a time, or have"
    " the limit raised.",
    zh="函数 {function} 占用的内存超过服务允许的 {megabytes} MB（DAYBOOK_MEMORY_LIMIT_MB），已被停止，"
    "部分操作可能已经执行；请减少同时载入的数据，或请管理员提高该限制。",
)
STOPPED = Text(
    en="The run of the function {function} was stopped before its end, because whoever called it went away or ended"
    " it.",
    zh="函数 {function} 的运行在结束前被停止，原因是调用方断开连接或主动终止。",
)
BAD_RESULT = Text(
    en="The function {function} gave back a {kind}, which cannot be sent; it has to give back plain values, a data"
    " frame, a figure or a file.",
    zh="函数 {function} 返回了无法传送的类型 {kind}；请返回普通值、DataFrame、图表或文件。",
)
NO_FILE_THERE = Text(
    en="The function {function} gave back the path of a file {name} that cannot be read; have it write the file first.",
    zh="函数 {function} 返回了文件 {name} 的路径，但该文件无法读取；请让函数先写好该文件。",
)
LARGE_RESULT = Text(
    en="The function {function} gave back more than {megabytes} MB of values; have it give back a data frame or a"
    " file.",
    zh="函数 {function} 返回的数据超过 {megabytes} MB；请改为返回 DataFrame 或文件。",
)
NO_RUN = Text(
    en="There is no such run, or it is no longer kept; call the function again.",
    zh="没有该运行记录，或已过保留期；请重新调用函数。",
)
