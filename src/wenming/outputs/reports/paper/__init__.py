"""The paper of a report: built, read back and compared, without a database.

A figure in the text is held by three anchors: a content control that people see
in Word, a bookmark that outlives LibreOffice, and an entry of the manifest.
"""
