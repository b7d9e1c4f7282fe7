"""One year of raw office workbooks of an invented city, and their independent count."""
