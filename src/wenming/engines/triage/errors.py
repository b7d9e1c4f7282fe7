"""What the classifier refuses."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Invalid


class TooFewClasses(Invalid):
    code = "triage.too_few_classes"
    message = _("至少要有两个类型各有 {least} 条以上，才能训练。")


class TooManyTexts(Invalid):
    code = "triage.too_many_texts"
    message = _("一次最多用 {most} 条。请只留最近的。")


class BadTable(Invalid):
    code = "triage.bad_table"
    message = _("文件里要有 {columns} 这几列，用 UTF-8 编码的 .csv。")


class BadModel(Invalid):
    code = "triage.bad_model"
    message = _("模型文件不完整或不是这里做的。请重新训练。")


class BadMoment(Invalid):
    code = "triage.bad_moment"
    message = _("第 {number} 行的时间“{value}”看不懂。请写成“2026-11-24 08:15”的样子。")
