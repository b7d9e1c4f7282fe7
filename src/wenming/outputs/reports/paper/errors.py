"""What only a paper with figures refuses; the rest is `wenming.kernel.documents.errors`."""

from wenming.kernel.documents.errors import PaperError


def _(msgid: str) -> str:
    return msgid


def bad_figure(reason: str) -> PaperError:
    return PaperError("paper.bad_figure", _("这个数字写得不完整：{reason}。"), reason=reason)


def anchor_twice(anchor: str) -> PaperError:
    return PaperError("paper.anchor_twice", _("锚点 {anchor} 用了两次，请先给全文重新编号。"), anchor=anchor)


def manifest_lost() -> PaperError:
    return PaperError("paper.manifest_lost", _("文件里没有数字清单，请选这份报告在系统里的版本再核对。"))
