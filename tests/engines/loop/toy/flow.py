"""filed → handling → reported → closed, with a pause, extensions, a return and a void."""

from wenming.engines.loop.flow import NEW, STAYS, Flow, State, Transition
from wenming.engines.loop.guards import somebody_else_than

FLOW = Flow(
    name="toy",
    label="小修",
    states={
        "filed": State("待派遣"),
        "handling": State("处理中"),
        "paused": State("已挂账"),
        "reported": State("待核查"),
        "closed": State("已结案", is_open=False, is_final=True),
        "void": State("已作废", is_open=False, is_final=True),
    },
    stages={"handle": "处理", "check": "核查"},
    evidence={"photo": "整改后照片"},
    deadline_stage="handle",
    transitions=(
        Transition(action="file", label="登记", sources=(NEW,), target="filed"),
        Transition(action="dispatch", label="派遣", sources=("filed",), target="handling", starts=("handle",)),
        Transition(
            action="suspend",
            label="挂账",
            sources=("handling",),
            target="paused",
            needs_reason=True,
            pauses=("handle",),
        ),
        Transition(action="continue", label="恢复", sources=("paused",), target="handling", resumes=("handle",)),
        Transition(
            action="extend",
            label="延期",
            sources=("handling", "paused"),
            target=STAYS,
            needs_reason=True,
            extends=("handle",),
        ),
        Transition(
            action="report",
            label="反馈",
            sources=("handling",),
            target="reported",
            evidence=("photo",),
            stops=("handle",),
            starts=("check",),
        ),
        Transition(
            action="return",
            label="返工",
            sources=("reported",),
            target="handling",
            needs_reason=True,
            guards=(somebody_else_than("report"),),
            stops=("check",),
            starts=("handle",),
        ),
        Transition(
            action="close",
            label="结案",
            sources=("reported",),
            target="closed",
            guards=(somebody_else_than("report"),),
            stops=("check",),
        ),
        Transition(
            action="void",
            label="作废",
            sources=("filed", "handling", "paused"),
            target="void",
            needs_reason=True,
            stops=("handle",),
        ),
    ),
)
