"""The doors for staff."""
