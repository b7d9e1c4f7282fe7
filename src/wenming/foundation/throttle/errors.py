from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import TooMany


class TooOften(TooMany):
    """`seconds` is until when the next one is let through; doors hand it on as `Retry-After`."""

    code = "throttle.too_often"
    message = _("从这个网络来的次数太多，这一次没有办理。请在 {seconds} 秒后再试。")
