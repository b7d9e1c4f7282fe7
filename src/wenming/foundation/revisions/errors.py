from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, NotFound, TooLarge


class RevisionStale(Conflict):
    code = "revisions.stale"
    message = _("同事刚保存了第 {number} 版。看看改了什么，再保存。")


class RevisionMissing(NotFound):
    code = "revisions.missing"
    message = _("没有第 {number} 版。请刷新页面，从列出的版本里选。")


class RevisionTooLarge(TooLarge):
    code = "revisions.too_large"
    message = _("内容超过 {most} 个字符，不能保存。请删去用不到的部分。")
