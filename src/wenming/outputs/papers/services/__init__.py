"""The verbs of papers."""

from wenming.outputs.papers.services.building import BUILD, RELEASE, build_papers, release_paper
from wenming.outputs.papers.services.drafting import (
    PaperDraft,
    PaperTexts,
    change_texts,
    draft_for_units,
    draft_of_period,
    draft_scheduled,
)
from wenming.outputs.papers.services.setting_up import (
    add_template,
    restore_template,
    save_settings,
)
from wenming.outputs.papers.services.signing import acknowledge, sign, withdraw
from wenming.outputs.papers.services.trying import TRY, try_paper, try_upload, try_version

__all__ = [
    "BUILD",
    "RELEASE",
    "TRY",
    "PaperDraft",
    "PaperTexts",
    "acknowledge",
    "add_template",
    "build_papers",
    "change_texts",
    "draft_for_units",
    "draft_of_period",
    "draft_scheduled",
    "release_paper",
    "restore_template",
    "save_settings",
    "sign",
    "try_paper",
    "try_upload",
    "try_version",
    "withdraw",
]
