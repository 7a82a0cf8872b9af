"""The words that people read for the codes and ranges in frames."""

from __future__ import annotations

import errno

from xlproc.model.exact import plain

METHODS = {
    "proportional": "正向：分值×完成值÷指标值，不超过分值",
    "linear": "反向：分值×(1-(完成值-指标值)÷指标值)，不低于 0、不超过分值",
    "ratio": "反向：分值×指标值÷完成值，不超过分值",
    "at_least": "等于按大于等于：分值×完成值÷指标值，不超过分值",
    "exact": "等于：不足按正向、超出按反向",
    "zero": "指标值为 0：达成满分，否则 0 分",
    "full": "达成，计满分",
    "steps": "满意度分档",
    "below_line": "低于及格门槛，0 分",
    "reduced": "超额完成调减",
    "deducted": "公式得分减扣分",
    "declared": "规则定不了，自评得分在许可范围内，暂按自评得分计",
    "pending": "待定",
}
"""How a score came about."""

PLACES = {
    "met": "达成",
    "mostly": "基本达成",
    "partial": "部分达成",
    "unmet": "未达成",
    "unplaced": "不能判定",
}
"""Where a qualitative result stands."""

OPERATORS = {"ge": "≥", "le": "≤", "eq": "=", "gt": ">", "lt": "<", "": ""}
NATURES = {"positive": "正向", "negative": "反向", "qualitative": "定性", "": ""}
FLAGS = {"met": "达标", "short": "未达标", "over": "超额", "far_over": "大幅超额", "": ""}
PENDING = "待定"

RESULT_SUBJECT = "xlproc results"
"""The subject in the properties of every workbook that xlproc writes as a result: it is never read as an input."""


def percent(micro: int | None) -> str:
    """Write a fraction as a percentage.

    Examples:
        >>> percent(515_800), percent(1_000_000), percent(56_500)
        ('51.58%', '100%', '5.65%')
    """
    return "" if micro is None else f"{plain(micro * 100)}%"


def span(low: int | None, high: int | None, is_open: bool) -> str:
    """Write a range of scores.

    Examples:
        >>> span(1_800_000, 2_400_000, True), span(0, 3_000_000, False)
        ('1.80 至 2.40（不含）', '0 至 3')
    """
    if low is None or high is None:
        return "分值不明"
    decimals = 2 if low % 10**6 or high % 10**6 else 0
    return f"{plain(low, decimals)} 至 {plain(high, decimals)}{'（不含）' if is_open else ''}"


def total_text(score: int | None, pending: int, low: int | None, high: int | None) -> str:
    """Write a total with what is open.

    Examples:
        >>> total_text(87_410_000, 1, 89_210_000, 89_810_000), total_text(95_160_000, 0, 95_160_000, 95_160_000)
        ('87.41（待定1项，89.21-89.81）', '95.16')
    """
    if score is None:
        return PENDING
    if not pending:
        return plain(score, 2)
    ends = "分值不明" if high is None else f"{plain(low, 2)}-{plain(high, 2)}"
    return f"{plain(score, 2)}（{PENDING}{pending}项，{ends}）"


_REASONS = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有权限，或正被别的程序占用",
    errno.EPERM: "没有权限，或正被别的程序占用",
    errno.EBUSY: "正被别的程序占用",
    errno.EISDIR: "那里是一个文件夹",
    errno.ENOTDIR: "上级不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EROFS: "所在的盘只能读不能写",
}
_REMEDIES = {
    errno.ENOSPC: "请腾出磁盘空间，再运行一次",
    errno.ENAMETOOLONG: "请把填报文件改成较短的名称，再运行一次",
    errno.EROFS: "请用 -o 另指一个可以写的文件夹",
    errno.EISDIR: "请先关闭该文件；有同名文件夹的请移走，再运行一次",
}


def os_reason(error: OSError) -> str:
    """Say in plain words why the system refused.

    Examples:
        >>> os_reason(OSError(errno.ENOSPC, "No space left on device"))
        '磁盘已满'
    """
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno or type(error).__name__}")


def os_remedy(error: OSError) -> str:
    """Say what to do where a file could not be written; mostly it is open in Excel or WPS.

    Examples:
        >>> os_remedy(PermissionError(errno.EACCES, "Permission denied"))
        '请先关闭该文件（多半正在 Excel 或 WPS 中打开），再运行一次'
    """
    return _REMEDIES.get(error.errno or 0, "请先关闭该文件（多半正在 Excel 或 WPS 中打开），再运行一次")
