"""The language of formulas and derivatives: parsed once, printed for every target.

text --parse--> tree --emit_python--> Python over floats, fast and with IEEE results
--printing--> plain text and LaTeX
--interpret--> Values, for derivatives of derivatives
"""
