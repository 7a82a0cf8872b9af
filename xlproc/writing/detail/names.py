"""The names by which live formulas refer to values of the rule set, on the sheet 评分规则."""

NAMES = {
    "execution.maximum": "执行率分值",
    "execution.decimals": "执行得分小数位",
    "scoring.decimals": "得分小数位",
    "scoring.pass_line": "及格门槛",
    "monitoring.budget_red": "预算红灯线",
    "monitoring.budget_yellow": "预算黄灯线",
    "monitoring.red": "指标红灯线",
    "monitoring.yellow": "指标黄灯线",
    "monitoring.blue": "指标蓝灯线",
    "monitoring.certain": "确定能的进度",
    "monitoring.catch_up": "可追赶的倍数",
}
"""By the rule set's key."""
