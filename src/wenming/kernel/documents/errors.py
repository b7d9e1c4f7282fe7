"""The one error of the document layer.

`message` is a msgid with named places, so that the pages and commands around
this package, which know the reader's language, can print
`gettext(error.message).format(**error.params)`.
"""


class PaperError(Exception):
    def __init__(self, code: str, message: str, **params: str | int) -> None:
        super().__init__(code, message, params)
        self.code = code
        self.message = message
        self.params: dict[str, str | int] = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


def _(msgid: str) -> str:
    return msgid


def bad_text(text: str) -> PaperError:
    return PaperError("paper.bad_text", _("这段文字里有不能印出的控制字符，请删去：{text}"), text=repr(text))


def bad_number(number: str) -> PaperError:
    return PaperError(
        "paper.bad_number",
        _("文号应写成“和文明办〔2026〕3号”的样子，现在是“{number}”。"),
        number=number,
    )


def no_file(name: str) -> PaperError:
    return PaperError("paper.no_file", _("没有找到文件 {name}。"), name=name)


def not_word(name: str) -> PaperError:
    return PaperError("paper.not_word", _("{name} 不是 .docx 文件，请在 Word 里另存为 .docx 再上传。"), name=name)


def is_locked(name: str) -> PaperError:
    return PaperError(
        "paper.is_locked",
        _("{name} 是旧格式（.doc）或设了打开密码，请去掉密码、另存为 .docx 再上传。"),
        name=name,
    )


def is_damaged(part: str) -> PaperError:
    return PaperError("paper.is_damaged", _("文件的 {part} 部分读不出来，可能没有传完整。"), part=part)


def too_large(what: str, limit: int) -> PaperError:
    return PaperError("paper.too_large", _("文件太大：{what}超过上限 {limit}。"), what=what, limit=limit)


def too_dense(part: str) -> PaperError:
    return PaperError("paper.too_dense", _("文件的 {part} 部分压缩得不正常，为安全起见没有打开。"), part=part)


def has_dtd(part: str) -> PaperError:
    return PaperError("paper.has_dtd", _("文件的 {part} 部分含有外部定义，为安全起见没有打开。"), part=part)


def no_office() -> PaperError:
    return PaperError("paper.no_office", _("这台服务器没有安装 LibreOffice，只能导出 Word，请联系管理员。"))


def too_slow(seconds: int) -> PaperError:
    return PaperError("paper.too_slow", _("转换超过 {seconds} 秒，已经停止，请稍后再试。"), seconds=seconds)


def not_converted(detail: str) -> PaperError:
    return PaperError("paper.not_converted", _("LibreOffice 没有转换成功：{detail}"), detail=detail)
