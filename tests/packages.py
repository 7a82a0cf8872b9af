"""Packages of .xlsx written by hand, part by part, to hold what no program at hand writes."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

FORMATS = ("General", "0%", '0"."0,"万元"', "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[h]:mm", "h:mm")
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">'
    + "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for i, code in enumerate(FORMATS)
    )
    + '</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs>'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        for number in (0, *range(164, 164 + len(FORMATS)), 9, 14, 31, 57, 44, 999)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""Styles 1 to 7 have those formats, 8 to 12 percent, a date, two Chinese dates and money; 13 has a format that is not there."""


def packed(parts: dict[str, bytes]) -> bytes:
    """Give the file of some parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """Give a file's parts."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """Give a sheet's XML."""
    return (
        f'{_DECLARED}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}'
        "</worksheet>"
    )


def strings(*items: str) -> str:
    """Give the XML of shared strings, each between its tags as it is."""
    body = "".join(f"<si>{item}</si>" for item in items)
    return f'{_DECLARED}<sst xmlns="{MAIN}" count="{len(items)}" uniqueCount="{len(items)}">{body}</sst>'


def package(
    *sheets: str | bytes,
    shared: str | bytes = "",
    about: str = "",
    names: str = "",
    styles: str = STYLES,
    relations: str = RELATIONS,
    more: dict[str, str] | None = None,
) -> bytes:
    """Give a workbook's file.

    Args:
        sheets: The sheets' XML.
        shared: That of the shared strings.
        about: What the workbook says before its list of sheets.
        names: What it says after it.
        styles: The styles' XML.
        relations: The namespace by which the workbook names its sheets.
        more: Further parts.
    """
    numbers = range(1, len(sheets) + 1)
    types = [("/xl/workbook.xml", f"{_KIND}.sheet.main+xml"), ("/xl/styles.xml", f"{_KIND}.styles+xml")]
    types += [(f"/xl/worksheets/sheet{i}.xml", f"{_KIND}.worksheet+xml") for i in numbers]
    types += [("/xl/sharedStrings.xml", f"{_KIND}.sharedStrings+xml")] if shared else []
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
    listed = "".join(
        f'<sheet name="表{i}" sheetId="{i}" r:id="rId{i}"{" state=" + chr(34) + "hidden" + chr(34) if i > 2 else ""}/>'
        for i in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in numbers
    )
    xml: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{overrides}</Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{relations}">{about}<sheets>{listed}</sheets>{names}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": styles,
        **{f"xl/worksheets/sheet{i}.xml": text for i, text in enumerate(sheets, start=1)},
        **({"xl/sharedStrings.xml": shared} if shared else {}),
        **(more or {}),
    }
    return packed({name: text if isinstance(text, bytes) else text.encode() for name, text in xml.items()})


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of a file: a byte changed, taken out, doubled, or a stretch of it moved or lost."""
    parts = parts_of(data)
    name = chance.choice(sorted(parts))
    part = bytearray(parts[name])
    at, other = chance.randrange(len(part)), chance.randrange(len(part))
    kind = chance.randrange(6)
    if kind == 0:
        part[at] = chance.randrange(256)
    elif kind == 1:
        part[at] = ord(chance.choice("0123456789<>/\"'=& ;:.-eEtrsvcAB"))
    elif kind == 2:
        del part[at]
    elif kind == 3:
        part.insert(at, part[at])
    elif kind == 4:
        del part[at : at + chance.randrange(1, 40)]
    else:
        part[at:at] = part[other : other + chance.randrange(1, 80)]
    return packed({**parts, name: bytes(part)})
