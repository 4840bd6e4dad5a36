"""Of the site's programs, only its extensions have doctests, and these need Sphinx."""

from importlib.util import find_spec

collect_ignore = (
    ["conf.py"] if find_spec("myst_nb") and find_spec("math_core") else ["conf.py", "site"]
)
