"""From frames to workbooks: each module makes a layout (plain data), ``xlsx`` makes a file of it.

``official`` the official table, ``detail`` the scores with live formulas, ``problems`` the findings in the order of
``stages``, ``rules_used`` the rule set, ``results`` these four as one workbook, ``marked`` the clerk's own workbook with
comments (its own formulas stay), ``summary`` the batch, ``json_report`` the JSON. No text of an input ever becomes a
formula, a link or a path; the same input gives the same bytes.
"""
