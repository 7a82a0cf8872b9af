"""What a damaged or forged package (zip) makes Python raise, once for all who open one."""

from __future__ import annotations

import struct
import zipfile
import zlib

BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    ArithmeticError,
    LookupError,
)
"""Cut off, summed wrongly, packed in an unknown way, encrypted, or with sizes and places beyond all bounds."""
