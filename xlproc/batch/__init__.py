"""Folders of workbooks: find the inputs, evaluate them in chunks, write the results and the summary."""
