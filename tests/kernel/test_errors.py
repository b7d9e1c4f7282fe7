from django.utils import translation

from wenming.kernel.errors import Conflict, DomainError, Invalid, NotSignedIn, Refused
from wenming.kernel.periods import BadPeriod


def test_error_speaks_the_language_of_its_reader() -> None:
    error = NotSignedIn()
    assert str(error) == "请先登录。"
    with translation.override("en"):
        assert str(error) == "Please sign in first."


def test_error_puts_its_parameters_into_the_message() -> None:
    assert "“2024-13”" in str(BadPeriod(text="2024-13"))


def test_error_takes_a_message_of_its_own() -> None:
    assert str(Refused("只看本街道。")) == "只看本街道。"


def test_as_dict_names_the_fields() -> None:
    error = Invalid(fields={"due_on": "截止日期要晚于今天"})
    assert error.as_dict() == {
        "code": "invalid",
        "message": "填写的内容有误。请按提示改正。",
        "fields": {"due_on": "截止日期要晚于今天"},
    }
    assert set(Conflict().as_dict()) == {"code", "message"}


def _all(kind: type[DomainError]) -> set[type[DomainError]]:
    return {kind}.union(*(_all(below) for below in kind.__subclasses__()))


def test_every_code_is_one_errors_own() -> None:
    ours = [kind for kind in _all(DomainError) if kind.__module__.startswith("wenming.") and "code" in vars(kind)]
    codes = [kind.code for kind in ours]
    assert sorted(codes) == sorted(set(codes))


# What is no refusal but a fault, ours or of a tool that we called.
FAULTS = {"Failed", "ToolFailed", "ToolMissing"}


def test_every_status_is_a_refusal() -> None:
    refusals = {400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 503, 507}
    kinds = list(_all(DomainError))
    assert {kind.status for kind in kinds if kind.__name__ not in FAULTS} <= refusals
    assert {kind.status for kind in kinds if kind.__name__ in FAULTS} <= {500}
