"""Damages workbooks: the package, the XML in its parts, the cells; all by a given chance, so that a case can be had again."""

from __future__ import annotations

import random
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

Parts = dict[str, bytes]

VALUES = [
    b"99999999999", b"1048577", b"16385", b"2147483648", b"-1", b"0", b"", b"x", b"1e400", b"nan", b"9" * 5000, b"A1:XFD1048576",
    b"ZZZ99999999", b"A99999999", b"A1", b"$A$1:$B$2", "一".encode(), b"../../x", b"true",
]  # fmt: skip
"""Values that no attribute should have."""
ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>',
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
)
OUTSIDE = (
    "../../../../etc/passwd",
    "/etc/passwd",
    "C:\\x.xml",
    "xl\\workbook.xml",
    "\\\\host\\share",
    "a\0b",
    "长" * 90,
    "",
    " ",
)
"""Names of parts that lie outside of the package, or nowhere."""
TEXTS = [
    "长" * 32_768, "x" * 200_000, "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\x01\x1b[31m", "_x001B_[31m", "1e308", "-1e308",
    "1e-308", "NaN", "Infinity", "9" * 400, "2024-13-45", "9999-99-99", "99999999", "-1", "#REF!", "#DIV/0!", "#未知!", "\u202e表效绩",
    "👍🏽👨‍👩‍👧", "مرحبا", "100%%%", "≥≥5", "1,2,3,4", "１２３．５％", "（" * 400, "(" * 30_000, "[" * 3_000 + "]" * 3_000, "合计", "项目名称",
    "年度指标值", "分" * 500, "1分" * 900, "2024年" * 900, "、" * 900, "a b " * 800, "<b>&amp;", "]]>", "{found}", "%s%n", "..", "/", " " * 900,
]  # fmt: skip
NUMBERS = [
    "1e308",
    "-1e308",
    "1.7976931348623157e309",
    "NaN",
    "INF",
    "-0",
    "0.1e-320",
    "9" * 400,
    "99999999",
    "-1",
    "2958466",
    "0x10",
    "",
    " 1 ",
]
TYPES = ["n", "s", "str", "b", "e", "d", "inlineStr", "zz", ""]


def parts_of(data: bytes) -> Parts:
    """Give the parts of a package."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a package."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), part, method)
    return out.getvalue()


def bytes_changed(data: bytes, chance: random.Random, most: int = 20) -> bytes:
    """Change, cut and double bytes anywhere."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 3, most])):
        if not made:
            break
        at = chance.randrange(len(made))
        how = chance.randrange(5)
        if how == 0:
            made[at] = chance.randrange(256)
        elif how == 1:
            made[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"])
        elif how == 2:
            del made[at : at + chance.choice([1, 2, 64])]
        elif how == 3:
            made[at:at] = made[at : at + chance.choice([1, 2, 64])]
        else:
            made[at] ^= 1 << chance.randrange(8)
    return bytes(made)


# the package


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    parts = parts_of(data)
    one, two = chance.choice(list(parts)), chance.choice(list(parts))
    parts[one], parts[two] = parts[two], parts[one]
    return packed(parts)


def _twice(data: bytes, chance: random.Random) -> bytes:
    parts = parts_of(data)
    out = BytesIO(data)
    name = chance.choice(list(parts))
    with zipfile.ZipFile(out, "a") as package:
        info = zipfile.ZipInfo(chance.choice([name, name.upper(), f"{name}/", f"./{name}"]))
        package.writestr(info, parts[chance.choice(list(parts))])
    return out.getvalue()


def _renamed(data: bytes, chance: random.Random) -> bytes:
    parts = parts_of(data)
    old = chance.choice(list(parts))
    new = chance.choice([*OUTSIDE, old.upper(), old + "x", f"/{old}", old.replace("/", "\\")])
    return packed({(new if name == old else name): part for name, part in parts.items()})


def _added(data: bytes, chance: random.Random) -> bytes:
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        info = zipfile.ZipInfo(chance.choice(OUTSIDE[:5]))
        if chance.random() < 0.5:
            info.external_attr = 0o120777 << 16  # a symbolic link
        package.writestr(info, "/etc/passwd")
    return out.getvalue()


def _lost(data: bytes, chance: random.Random) -> bytes:
    parts = parts_of(data)
    name = chance.choice(list(parts))
    if chance.random() < 0.5:
        del parts[name]
    else:
        parts[name] = chance.choice([b"", b" ", b"<", b"<a/>", b"\0" * 50, parts[name] * 2])
    return packed(parts)


def _nested(data: bytes, chance: random.Random) -> bytes:
    how = chance.randrange(3)
    if how == 0:
        return packed({"a.xlsx": data})
    if how == 1:
        return packed({**parts_of(data), "xl/embeddings/a.xlsx": data}, zipfile.ZIP_STORED)
    return packed({**parts_of(data), "xl/workbook.xml": data})


def _many(data: bytes, chance: random.Random) -> bytes:
    extra = {f"xl/media/{i}.png": b"" for i in range(chance.choice([500, 3000]))}
    return packed({**parts_of(data), **extra}, zipfile.ZIP_STORED)


def _otherwise(data: bytes, chance: random.Random) -> bytes:
    return packed(parts_of(data), chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))


def _around(data: bytes, chance: random.Random) -> bytes:
    junk = bytes(chance.randrange(256) for _ in range(chance.choice([1, 30, 3000])))
    return chance.choice(
        [b"PK" + junk + data, data + junk, data[:-2] + struct.pack("<H", len(junk)) + junk, data + data]
    )


_LOCAL = {
    "version": (4, 2),
    "flags": (6, 2),
    "method": (8, 2),
    "crc": (14, 4),
    "packed": (18, 4),
    "size": (22, 4),
    "name": (26, 2),
    "extra": (28, 2),
}
_CENTRAL = {
    "flags": (8, 2), "method": (10, 2), "crc": (16, 4), "packed": (20, 4), "size": (24, 4), "name": (28, 2), "extra": (30, 2),
    "comment": (32, 2), "disk": (34, 2), "attributes": (38, 4), "offset": (42, 4),
}  # fmt: skip
_END = {
    "disk": (4, 2),
    "here": (8, 2),
    "entries": (10, 2),
    "size": (12, 4),
    "offset": (16, 4),
    "comment": (20, 2),
}


def _headers(data: bytes, chance: random.Random) -> bytes:
    """Let the package's own tables lie: sizes, sums, methods, flags, places; 0xffffffff asks for zip64."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 4])):
        mark, fields = chance.choice(
            [
                (b"PK\x01\x02", _CENTRAL),
                (b"PK\x01\x02", _CENTRAL),
                (b"PK\x03\x04", _LOCAL),
                (b"PK\x05\x06", _END),
            ]
        )
        places = [match.start() for match in re.finditer(re.escape(mark), made)]
        if not places:
            continue
        at, size = fields[chance.choice(list(fields))]
        at += chance.choice(places)
        value = chance.choice(
            [0, 1, 8, 12, 14, 99, 2**31, 2**32 - 1, 2**16 - 1, chance.randrange(2**32), 2048]
        )
        made[at : at + size] = (value % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(made)


def _zip64(data: bytes, chance: random.Random) -> bytes:
    """Put a zip64 field into the first entry, and zip64's own end before the end."""
    at = data.index(b"PK\x01\x02")
    length = struct.unpack_from("<H", data, at + 28)[0]
    values = [chance.choice([0, 5, 2**40, 2**63, 2**64 - 1]) for _ in range(3)]
    extra = struct.pack("<HH3Q", 1, chance.choice([24, 0, 8, 500]), *values)
    made = bytearray(data)
    made[at + 46 + length : at + 46 + length] = extra
    made[at + 30 : at + 32] = struct.pack("<H", len(extra))
    for place in (20, 24, 42):
        if chance.random() < 0.6:
            made[at + place : at + place + 4] = b"\xff\xff\xff\xff"
    end = made.rindex(b"PK\x05\x06")
    size = struct.unpack_from("<I", made, end + 12)[0] + len(extra)
    made[end + 12 : end + 16] = struct.pack("<I", size)
    if chance.random() < 0.5:
        start = struct.unpack_from("<I", made, end + 16)[0]
        big = struct.pack(
            "<4sQHHIIQQQQ",
            b"PK\x06\x06",
            44,
            45,
            45,
            0,
            0,
            9,
            chance.choice([9, 2**40]),
            size,
            chance.choice([start, 2**50]),
        )
        where = struct.pack("<4sIQI", b"PK\x06\x07", 0, chance.choice([end, 2**60]), 1)
        made[end + 8 : end + 20] = b"\xff" * 12
        made[end:end] = big + where
    return bytes(made)


def _overlapping(data: bytes, chance: random.Random) -> bytes:
    """Let all entries of the directory lead to one and the same part."""
    made = bytearray(data)
    places = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    one = chance.choice(places)
    for at in places:
        if chance.random() < 0.5:
            made[at + 42 : at + 46] = data[one + 42 : one + 46]
            made[at + 16 : at + 28] = data[one + 16 : one + 28]
    return bytes(made)


# the XML in the parts

_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb'=\s*"([^"]*)"')
_NUMERIC = re.compile(rb'\b(r|ref|count|uniqueCount|s|min|max|sqref|sheetId|id|width|ht|spans|numFmtId|xfId|fontId|si|activeTab|localSheetId|defaultColWidth|table:number-columns-repeated|table:number-rows-repeated|office:value|style)="([^"]*)"')  # fmt: skip


def _replaced(data: bytes, start: int, end: int, new: bytes) -> bytes:
    return data[:start] + new + data[end:]


def _tag(part: bytes, chance: random.Random) -> bytes:
    found = list(_TAG.finditer(part))
    if not found:
        return part
    one, other = chance.choice(found), chance.choice(found)
    how = chance.randrange(4)
    if how == 0:
        return _replaced(part, *one.span(), b"")
    if how == 1:
        return _replaced(part, one.end(), one.end(), one[0])
    if how == 2:
        return _replaced(part, *one.span(), other[0])
    first, last = sorted((one, other), key=lambda match: match.start())
    return part[: last.end()] + part[first.start() : last.end()] + part[last.end() :]


def _value(part: bytes, chance: random.Random) -> bytes:
    found = list((_NUMERIC if chance.random() < 0.7 else _ATTRIBUTE).finditer(part))
    wanted = chance.sample(found, min(len(found), chance.choice([1, 1, 5])))
    for match in sorted(wanted, key=lambda match: -match.start()):
        part = _replaced(part, *match.span(match.lastindex or 1), chance.choice(VALUES))
    return part


def _before_root(part: bytes) -> int:
    match = re.match(rb"\s*(?:\xef\xbb\xbf)?(?:<\?[^>]*\?>)?\s*", part)
    return match.end() if match else 0


def _entities(part: bytes, chance: random.Random) -> bytes:
    at = _before_root(part)
    made = _replaced(part, at, at, chance.choice(ENTITIES))
    inside = made.find(b"</", at)
    if inside > 0 and chance.random() < 0.7:
        made = _replaced(made, inside, inside, chance.choice([b"&a;", b"&c;", b"&x;"]))
    return made


def _elsewhere(part: bytes, chance: random.Random) -> bytes:
    """Let relations lead out of the package, or include what lies outside."""
    if b"<Relationship " in part:
        target = chance.choice(
            [
                b"http://127.0.0.1:9/x",
                b"file:///etc/passwd",
                b"../../../../etc/passwd",
                b"/xl/nothing.xml",
                b"//host/x",
                b"",
                b"workbook.xml",
            ]
        )
        found = list(re.finditer(rb'Target="[^"]*"', part))
        if found:
            match = chance.choice(found)
            mode = b' TargetMode="External"' if chance.random() < 0.5 else b""
            return _replaced(part, *match.span(), b'Target="' + target + b'"' + mode)
    found = list(_TAG.finditer(part))
    if not found:
        return part
    at = chance.choice(found).end()
    return _replaced(
        part,
        at,
        at,
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    )


def _deep(part: bytes, chance: random.Random) -> bytes:
    found = list(_TAG.finditer(part))
    if not found:
        return part
    at = chance.choice(found).end()
    depth = chance.choice([50, 2000, 30_000])
    name = chance.choice([b"a", b"r", b"is", b"v", b"text:p", b"table:table", b"ext"])
    return _replaced(
        part, at, at, b"<" + name + b">" + (b"<" + name + b">") * depth + (b"</" + name + b">") * (depth + 1)
    )


def _namespace(part: bytes, chance: random.Random) -> bytes:
    how = chance.randrange(5)
    if how == 0:
        return part.replace(b'xmlns="', b'xmlns="urn:unknown:', 1)
    if how == 1:
        return re.sub(rb"<(/?)(row|c|v|sheet|si|t)\b", rb"<\1u:\2", part)
    if how == 2:
        return part.replace(b' xmlns="', b' xmlns:u="urn:x" u:r="5" xmlns="', 1)
    if how == 3:
        return re.sub(rb' xmlns:\w+="[^"]*"', b"", part, count=1)
    return part.replace(b"main", b"mian", 1)


def _encoding(part: bytes, chance: random.Random) -> bytes:
    text = part.decode("utf-8", "replace")
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    name = chance.choice(["utf-16", "utf-16-le", "gbk", "latin-1", "utf-7", "cp037", "utf-32"])
    told = chance.choice([name, "utf-8", "UTF-16", "x-unknown"])
    return f'<?xml version="1.0" encoding="{told}"?>{bare}'.encode(name, "replace")


XML: list[Callable[[bytes, random.Random], bytes]] = [
    lambda part, chance: bytes_changed(part, chance, 8), _tag, _tag, _value, _value, _value, _value, _entities, _elsewhere, _deep, _namespace,
    _encoding,
]  # fmt: skip


def xml_level(data: bytes, chance: random.Random) -> bytes:
    """Damage the XML of one part or two."""
    parts = parts_of(data)
    told = [name for name in parts if name.endswith((".xml", ".rels", ".vml"))]
    often = [
        name
        for name in told
        if "sheet" in name or name in ("content.xml", "xl/workbook.xml", "xl/styles.xml")
    ]
    for _ in range(chance.choice([1, 1, 2])):
        name = chance.choice(often or told) if chance.random() < 0.6 else chance.choice(told)
        parts[name] = chance.choice(XML)(parts[name], chance)
    return packed(parts)


# cells

_CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)


def _escaped(text: str) -> bytes:
    kept = "".join(c for c in text if c >= " " or c in "\t\n")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def cell_level(data: bytes, chance: random.Random) -> bytes:
    """Put odd texts, numbers, formulas and types into cells."""
    parts = parts_of(data)
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    if not sheets:
        return xml_level(data, chance)
    name = chance.choice(sheets)
    found = list(_CELL.finditer(parts[name]))
    if not found:
        return data
    made, last = [], 0
    wanted = chance.sample(found, min(len(found), chance.choice([1, 4, 30])))
    for match in sorted(wanted, key=lambda match: match.start()):
        style = re.search(rb' s="\d+"', match[2])
        about = b'<c r="' + match[1] + b'"' + (style[0] if style else b"")
        how = chance.randrange(5)
        if how <= 1:
            new = (
                about
                + b' t="inlineStr"><is><t xml:space="preserve">'
                + _escaped(chance.choice(TEXTS))
                + b"</t></is></c>"
            )
        elif how == 2:
            new = about + b"><v>" + chance.choice(NUMBERS).encode() + b"</v></c>"
        elif how == 3:
            kind = chance.choice(TYPES).encode()
            new = (
                about
                + b' t="'
                + kind
                + b'"><v>'
                + _escaped(chance.choice(NUMBERS + TEXTS[2:30]))
                + b"</v></c>"
            )
        else:
            value = _escaped(chance.choice(["", *NUMBERS[:4], "文"]))
            new = (
                about
                + b' t="str"><f>'
                + _escaped(chance.choice([*TEXTS[2:8], 'IF(A1="","",1)']))
                + b"</f><v>"
                + value
                + b"</v></c>"
            )
        made += [parts[name][last : match.start()], new]
        last = match.end()
    parts[name] = b"".join([*made, parts[name][last:]])
    return packed(parts)


ZIP: list[Callable[[bytes, random.Random], bytes]] = [
    _truncated, _swapped, _twice, _renamed, _added, _lost, _nested, _many, _otherwise, _around, _headers, _headers, _headers, _zip64,
    _overlapping, bytes_changed,
]  # fmt: skip


def zip_level(data: bytes, chance: random.Random) -> bytes:
    """Damage the package."""
    return chance.choice(ZIP)(data, chance)


LEVELS = {"zip": zip_level, "xml": xml_level, "cell": cell_level}


def mutant(data: bytes, level: str, chance: random.Random) -> bytes:
    """Damage a file at a level; what is no package has its bytes changed."""
    if not data.startswith(b"PK"):
        return bytes_changed(data, chance)
    return LEVELS[level](data, chance)
