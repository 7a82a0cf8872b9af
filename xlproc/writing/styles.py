"""The look of what is written: named styles, each a set of XlsxWriter format properties."""

from __future__ import annotations

from typing import Any

Properties = dict[str, Any]

_FONT: Properties = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
_BOX: Properties = {**_FONT, "border": 1, "text_wrap": True}
_CENTER: Properties = {**_BOX, "align": "center"}
_LEFT: Properties = {**_BOX, "align": "left"}
_HEAD: Properties = {**_CENTER, "bold": True, "bg_color": "#DDEBF7"}
_OPEN: Properties = {"locked": False}

ERROR, WARNING, NOTE = "#F8CBAD", "#FFE699", "#DDEBF7"
"""Colours of severities."""

STYLES: dict[str, Properties] = {
    "plain": _FONT,
    "bold": {**_FONT, "bold": True},
    "title": {**_FONT, "font_size": 18, "bold": True, "align": "center"},
    "subtitle": {**_FONT, "font_size": 12, "align": "center"},
    "heading": {**_FONT, "font_size": 12, "bold": True},
    "small": {**_FONT, "font_size": 9, "font_color": "#595959", "text_wrap": True, "valign": "top"},
    "hint": {**_FONT, "font_size": 9, "font_color": "#595959"},
    "sign": {**_FONT, "font_size": 11},
    "label": {**_CENTER, "bold": True},
    "center": _CENTER,
    "left": _LEFT,
    "text": {**_LEFT, "valign": "top"},
    "score": {**_CENTER, "num_format": "General"},
    "pending": {**_CENTER, "bg_color": WARNING},
    "head": _HEAD,
    "amount": {**_BOX, "align": "right", "num_format": "#,##0.00"},
    "number": {**_BOX, "align": "right"},
    "two": {**_BOX, "align": "right", "num_format": "0.00"},
    "percent": {**_BOX, "align": "right", "num_format": "0.00%"},
    "month": {**_CENTER, "bold": True, "num_format": "General"},
    "total": {**_HEAD, "align": "right", "num_format": "0.00"},
    "total_amount": {**_HEAD, "align": "right", "num_format": "#,##0.00"},
    "total_percent": {**_HEAD, "align": "right", "num_format": "0.00%"},
    "total_count": {**_HEAD, "align": "center"},
    "total_text": {**_HEAD, "align": "left"},
    "link": {**_CENTER, "font_color": "#0563C1", "underline": 1},
    "link_left": {**_LEFT, "font_color": "#0563C1", "underline": 1},
    "error": {**_CENTER, "bg_color": ERROR, "bold": True},
    "warning": {**_CENTER, "bg_color": WARNING},
    "note": {**_CENTER, "bg_color": NOTE},
    "remark": {**_LEFT, "bg_color": WARNING},
    # answers of the rules in a form, and the lights: told by words, since many print in black and white
    "ruled": {**_CENTER, "italic": True, "bg_color": "#F2F2F2"},
    "light_red": {**_CENTER, "bold": True, "bg_color": "#FF7C80"},
    "light_yellow": {**_CENTER, "bg_color": "#FFE699"},
    "light_green": {**_CENTER, "bg_color": "#C6E0B4"},
    "light_blue": {**_CENTER, "bg_color": "#9DC3E6"},
    # the blank template: what is filled in is open and lightly coloured
    "open": {**_CENTER, **_OPEN, "bg_color": "#FFFBE6"},
    "open_left": {**_LEFT, **_OPEN, "bg_color": "#FFFBE6"},
    "sign_open": {**_FONT, "font_size": 11, **_OPEN},
    "open_text": {**_LEFT, **_OPEN, "valign": "top", "bg_color": "#FFFBE6"},
    "open_white": {**_LEFT, **_OPEN, "valign": "top"},
    "open_level": {**_CENTER, **_OPEN},
    "computed": {**_CENTER, "num_format": "General", "bg_color": "#F2F2F2"},
    "check": {**_LEFT, "bold": True, "bg_color": "#F2F2F2"},
    "label_open": {**_CENTER, "bold": True, **_OPEN},
    # conditional formats
    "alarm": {"bg_color": "#FF7C80", "font_color": "#9C0006", "bold": True},
    "fine": {"bg_color": "#C6EFCE", "font_color": "#006100"},
}
