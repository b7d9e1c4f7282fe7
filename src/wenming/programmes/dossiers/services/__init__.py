"""The verbs of rectification dossiers, each in its set form; one dossier is a set of one."""

from wenming.programmes.dossiers.services.acts import Ask, perform, perform_one
from wenming.programmes.dossiers.services.chains import house_chain, restore_chain, set_chain
from wenming.programmes.dossiers.services.opening import DossierDraft, open_dossiers

__all__ = [
    "Ask",
    "DossierDraft",
    "house_chain",
    "open_dossiers",
    "perform",
    "perform_one",
    "restore_chain",
    "set_chain",
]
