"""The language of formulas and derivatives: parsed once, printed for every target.

text --parse--> tree --emit_python--> Python over floats, fast and with IEEE results
--emit_javascript--> JavaScript, a function that returns the value and the derivatives
--emit_statements--> statements of a dialect, JavaScript, C or Python, to stand inside loops
--printing--> plain text and LaTeX
--interpret--> Values, for derivatives of derivatives
"""
