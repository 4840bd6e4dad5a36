r"""Modules of JavaScript combined into one script, in the order in which they import each other.

A page is one file, and a script in it cannot import another from the same file. So the lines
`import ... from "./other.js"` and the word `export` are left out, and what they connected stands
in one scope. A name at the top of one module must therefore not occur at the top of another.

>>> print(without_imports('import { a } from "./a.js";\nexport function b() {}\n'))
function b() {}
<BLANKLINE>
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import\s+\{[^}]*\}\s+from\s+"([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_TOP = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)


@cache
def combined(entry: Path) -> str:
    """Return a module and all that it imports as one text without imports and exports.

    Args:
        entry: the module that nothing else imports.
    """
    texts: dict[Path, str] = {}
    found: list[Path] = []
    pending = [(entry.resolve(), False)]
    while pending:
        path, is_done = pending.pop()
        if is_done:
            found.append(path)
        elif path not in texts:
            texts[path] = path.read_text(encoding="utf-8")
            pending.append((path, True))
            names = _IMPORT.findall(texts[path])
            pending += [((path.parent / name).resolve(), False) for name in reversed(names)]
    script = "\n".join(without_imports(texts[path]) for path in found)
    names = _TOP.findall(script)
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"{twice} at the top of two modules"
    return script


def without_imports(text: str) -> str:
    """Return the text of a module without its imports and without the word `export`."""
    return _EXPORT.sub("", _IMPORT.sub("", text))
