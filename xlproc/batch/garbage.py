"""How often Python looks for garbage: seldom, as what a batch makes goes away by itself, and it makes very much."""

from __future__ import annotations

import gc


def look_seldom() -> None:
    """Look for garbage less often; the libraries are loaded faster too."""
    gc.set_threshold(50_000, 20, 50)


def settle() -> None:
    """Look seldom, and pass over what is there by now: it stays for good."""
    gc.freeze()
    look_seldom()
