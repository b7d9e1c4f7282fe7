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
from wenming.outputs.papers.services.receiving import (
    RECEIPT,
    acknowledge,
    acknowledge_by_link,
    print_receipt,
)
from wenming.outputs.papers.services.setting_up import (
    add_template,
    restore_template,
    save_settings,
)
from wenming.outputs.papers.services.signing import sign, withdraw
from wenming.outputs.papers.services.trying import TRY, try_paper, try_upload, try_version

__all__ = [
    "BUILD",
    "RECEIPT",
    "RELEASE",
    "TRY",
    "PaperDraft",
    "PaperTexts",
    "acknowledge",
    "acknowledge_by_link",
    "add_template",
    "build_papers",
    "change_texts",
    "draft_for_units",
    "draft_of_period",
    "draft_scheduled",
    "print_receipt",
    "release_paper",
    "restore_template",
    "save_settings",
    "sign",
    "try_paper",
    "try_upload",
    "try_version",
    "withdraw",
]
