"""What the fast writer says when a layout asks for more than it knows."""

from __future__ import annotations


class UnusualError(Exception):
    """The layout holds something that the fast writer leaves to XlsxWriter."""
