from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Invalid, NotFound


class EvaluationNotFound(NotFound):
    code = "standings.not_found"
    message = _("没有这个评价。它可能已经停用，请从列表里选。")


class NoIndicator(Invalid):
    code = "standings.no_indicator"
    message = _("至少要有一个占分的指标。")


class MarksAlike(Invalid):
    code = "standings.marks_alike"
    message = _("“{name}”的满分线和零分线一样，分不出高低。")


class IndicatorTwice(Invalid):
    code = "standings.indicator_twice"
    message = _("“{name}”写了两次。一个指标只占一份分。")


class TooManyEvaluations(Invalid):
    code = "standings.too_many"
    message = _("最多 {most} 个评价。先停用一个不再用的。")
