"""An independent count of raw workbooks.

Nothing here knows how the workbooks were written: it reads cells, and imports
nothing of the writer's.
"""
