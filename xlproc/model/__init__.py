"""What all other rooms speak of: exact numbers, cell references, frames, findings and their catalogue.

Imports nothing else of xlproc. Everything here is data or a pure function.
"""
