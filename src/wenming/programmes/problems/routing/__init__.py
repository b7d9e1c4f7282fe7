"""Ordered rules that propose who should answer for a problem, and say which of them matched and why.

Nothing here decides: what is proposed is applied by a person, or by one act on many that a person asked for.
"""
