"""Office documents, whatever they say: WordprocessingML, the measures of GB/T 9704-2012, PDF, and files from outside.

No database and no app: what an app prints, it composes from these parts.
"""
