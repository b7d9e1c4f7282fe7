from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid


class NotADemo(Conflict):
    code = "demo.not_a_demo"
    message = _(
        "这个数据库里已有数据，又没有演示标记，所以没有动它。要看演示，请另设 WENMING_HOME，例如 WENMING_HOME=./var-demo make demo。"
    )


class AnotherDemo(Conflict):
    code = "demo.another_demo"
    message = _("这里已有一座演示城市（规模 {scale}、种子 {seed}）。加上 --fresh 可以重建。")


class YearbookFailed(Invalid):
    code = "demo.yearbook_failed"
    message = _("年鉴没有写成：{detail}")


class CannotClear(Invalid):
    code = "demo.cannot_clear"
    message = _("只有 SQLite 的演示数据库可以用 --fresh 重建。请自己清空 PostgreSQL 的演示数据库。")
