"""Every component on one page, with the long names and empty lists that break them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wenming.kernel import clock
from wenming.kernel.errors import Conflict, NotFound
from wenming.kernel.paging import Count, Page
from wenming.kernel.ui import badges, filters, icons
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.parts import Chart, Consequence, Event, Figure, Series, Shot, Step

LONG_TITLE = "文昌路与学士巷交叉口东侧人行道盲道被共享单车长期占用且地砖松动约四十米影响通行"
LONG_UNIT = "和安市澄溪区人民政府文昌街道办事处城市管理与综合行政执法办公室（文明创建专班）"
COLOURS = (
    ("纸", "paper"),
    ("面", "surface"),
    ("凹", "sunken"),
    ("细线", "line"),
    ("边", "edge"),
    ("墨", "ink"),
    ("次墨", "ink-2"),
    ("注", "ink-3"),
    ("黛", "dai"),
    ("黛底", "dai-tint"),
    ("印", "seal"),
    ("临期", "near"),
    ("办结", "done"),
    ("进行", "doing"),
    ("退回", "back"),
)


class SpecimenForm(PlainForm):
    title = forms.CharField(label=_("标题"), max_length=80)
    unit = forms.ChoiceField(
        label=_("属地街道"), choices=[("", _("请选择")), ("1", "文昌街道"), ("2", LONG_UNIT)], required=False
    )
    due_on = forms.DateField(
        label=_("截止日期"),
        help_text=_("按工作日计，节假日自动顺延"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("截止日期要晚于今天，例如 11 月 27 日")},
    )
    note = forms.CharField(label=_("说明"), widget=forms.Textarea, required=False)
    lead = forms.ChoiceField(label=_("谁牵头"), choices=[("t", _("属地")), ("d", _("主管"))], widget=forms.RadioSelect)
    is_urgent = forms.BooleanField(label=_("按紧急工作时计算"), required=False)


def _figures() -> list[Figure]:
    as_of = clock.now().replace(minute=0)
    return [
        Figure(
            name="问题整改率",
            value="91.74",
            unit="%",
            definition="审核通过 ÷ 有效问题",
            numerator=2611,
            denominator=2846,
            count_unit="件",
            as_of=as_of,
            url="#figures",
            note="比上月高 0.66 个百分点",
        ),
        Figure(
            name="积分兑换",
            value="8.27",
            unit="万人次",
            definition="341 个村，价值 96.4 万元",
            numerator=82716,
            count_unit="人次",
            as_of=as_of,
            url="#figures",
        ),
        Figure(name="居民说“真解决了”", value="—", definition="还没有人答复", as_of=as_of),
    ]


def _rows() -> list[dict[str, Any]]:
    now = clock.now()
    plain = [
        ("11-21-0388", "垃圾桶满溢，两侧散落垃圾袋", "东关菜市场北门", "桥西街道", "市城管局", "late", -26, 100),
        ("11-21-0417", LONG_TITLE, "文昌路与学士巷口东侧", LONG_UNIT, "市城管局", "late", -2, 100),
        ("11-23-0071", "井盖缺失，已设围挡", "鼓楼后街 31 号门前", "鼓楼街道", "市住建局", "near", 1.2, 88),
        ("11-22-0207", "飞线充电", "柳湾新村 11 栋", "柳湾镇", "市消防救援支队", "doing", 27, 54),
        ("11-23-0160", "出店经营，占用人行道", "河沿路夜市 12–20 号", "河沿街道", "市城管局", "recurred", 49, 30),
        ("11-23-0173", "红绿灯倒计时不亮", "迎宾大道与柳浦路口", "北关街道", "市公安局交警支队", "todo", 50, 12),
    ]
    return [
        {
            "code": code,
            "title": title,
            "place": place,
            "territory": territory,
            "department": department,
            "state": badges.COMMON[state],
            "due": now + timedelta(hours=hours),
            "used": used,
            "tone": state if state in ("late", "near") else "",
        }
        for code, title, place, territory, department, state, hours, used in plain
    ]


def _shots() -> tuple[Shot, Shot]:
    now = clock.now()
    return (
        Shot(
            url=static("wm/specimen/before.svg"),
            alt="五辆共享单车停在盲道上",
            label="整改前",
            taken_at=now - timedelta(days=3),
        ),
        Shot(
            url=static("wm/specimen/after.svg"),
            alt="盲道已经清空，路边划了停车线",
            label="整改后",
            taken_at=now - timedelta(hours=5),
        ),
    )


def _events() -> list[Event]:
    now = clock.now()
    return [
        Event(
            "upload",
            "报已整改",
            now - timedelta(hours=1),
            "文昌街道",
            "“已清移 31 辆，联系企业增设停放点 1 处。”",
            "附照片 2 张，通过微信链接",
            shots=_shots(),
        ),
        Event(
            "late", "处理超期", now - timedelta(hours=20), reason="处理时限 12 个工作时，此时未收到回复", tone="late"
        ),
        Event("unit", "派遣", now - timedelta(days=3), LONG_UNIT, "按规则 R-14：市容环境在街道管段内，由属地牵头"),
        Event("flag", "发现", now - timedelta(days=400), "督查员", "任务包“主次干道第 11 周”，标准 3.2.4"),
    ]


def _chart() -> Chart:
    months = [f"{n} 月" for n in range(1, 12)]
    return Chart(
        title="每月发现与整改",
        unit="件",
        categories=months,
        as_of=clock.now(),
        series=[
            Series("发现", [2710, 2460, 2905, 3012, 2874, 2930, 2861, 2902, 2960, 2880, 2846], is_dashed=True),
            Series("整改", [2523, 2301, 2722, 2830, 2694, 2755, 2690, None, 2790, 2623, 2611]),
        ],
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    form = SpecimenForm({"title": LONG_TITLE, "due_on": "昨天"})
    before, after = _shots()
    ask = Consequence(
        key="ask-return",
        title=_("退回这件整改？"),
        text=_("文昌街道会收到原因，处理时限重新计 6 个工作时。"),
        act=_("退回返工"),
        url=request.path,
        reason_label=_("退回原因"),
    )
    danger = Consequence(
        key="ask-revoke",
        title=_("撤销命名？"),
        text=_("命名文件会标为已撤销，公示页同时更新。这一步不能恢复。"),
        act=_("撤销命名"),
        url=request.path,
        is_danger=True,
    )
    units = [("1", "市城管局"), ("2", "市住建局"), ("3", LONG_UNIT)]
    query = request.GET.copy()
    query.setdefault("area", "cx")
    return {
        "colours": COLOURS,
        "badges": badges.COMMON.values(),
        "icon_names": sorted(icons.names()),
        "form": form,
        "plain_form": SpecimenForm(),
        "error": Conflict(),
        "figures": _figures(),
        "rows": _rows(),
        "before": before,
        "after": after,
        "events": _events(),
        "chart": _chart(),
        "ask": ask,
        "danger": danger,
        "steps": [
            Step("派遣", "23 分", "done"),
            Step("处理", "超 2 小时", "late"),
            Step("审核", "剩 3 小时", "now"),
            Step("核查", "抽样"),
            Step("结案"),
        ],
        "chips": [
            filters.chip(query, param="area", label=_("属地"), options=[("cx", "澄溪区"), ("lp", "柳浦区")]),
            filters.chip(query, param="department", label=_("主管单位"), options=units),
        ],
        "page": Page(_rows(), "next", None),
        "count": Count(1000, is_more=True),
        "long_title": LONG_TITLE,
        "long_unit": LONG_UNIT,
    }


@require_safe
def specimen(request: HttpRequest) -> HttpResponse:
    """For builders (DEBUG) and administrators; for anybody else the page is not there."""
    acting = getattr(request, "acting", None)
    if not settings.DEBUG and str(getattr(acting, "role", "")) != "administrator":
        raise NotFound
    return render(request, "kernel/specimen.html", _context(request))
