"""One exception tree: a stable code, an HTTP status and a message that tells the person what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class DomainError(Exception):
    """A refusal that a person can act on.

    `code` is stable and machine-readable, `status` is the HTTP status that the doors answer with, `message` is
    formatted with `params` at the moment of reading, so that it follows the reader's language, and `fields` maps the
    name of an input to what is wrong with it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[Message] = _("没有完成。请检查填写的内容后再试一次。")

    def __init__(
        self,
        message: Message | None = None,
        *,
        fields: Mapping[str, Message] | None = None,
        **params: Any,
    ) -> None:
        self.own_message = message
        self.fields: dict[str, Message] = dict(fields or {})
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        template = str(self.own_message if self.own_message is not None else self.message)
        return template.format(**self.params) if self.params else template

    @property
    def headers(self) -> dict[str, str]:
        """What every door sends with the refusal: when to come again, where `seconds` is among its params."""
        if self.status != HTTPStatus.TOO_MANY_REQUESTS or "seconds" not in self.params:
            return {}
        return {"Retry-After": str(self.params["seconds"])}

    def as_dict(self) -> dict[str, Any]:
        """`{"code", "message"}` and, where there are any, `{"fields": {name: message}}`."""
        answer: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.fields:
            answer["fields"] = {name: str(text) for name, text in self.fields.items()}
        return answer


class Invalid(DomainError):
    code = "invalid"
    status = 400
    message = _("填写的内容有误。请按提示改正。")


class NotSignedIn(DomainError):
    code = "not_signed_in"
    status = 401
    message = _("请先登录。")


class Refused(DomainError):
    code = "refused"
    status = 403
    message = _("您的岗位不能做这件事。需要时请联系本单位管理员。")


class NotFound(DomainError):
    code = "not_found"
    status = 404
    message = _("没有找到。它可能不存在，或者不在您的范围内。")


class Conflict(DomainError):
    code = "conflict"
    status = 409
    message = _("同事刚改过这一件。看看改了什么，再保存。")


class Gone(DomainError):
    code = "gone"
    status = 410
    message = _("这个链接已经失效。请向发来链接的单位要一个新的。")


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    message = _("文件太大。请缩小后再上传。")


class TooMany(DomainError):
    code = "too_many"
    status = 429
    message = _("操作太频繁。请过几分钟再试。")
