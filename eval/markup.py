"""Elements of HTML and SVG. Texts and attributes are escaped when they are written."""

import re
from pathlib import Path
from string import Template
from xml.etree.ElementTree import Element, tostring

_STATIC = Path(__file__).parent / "static"
# Characters that HTML forbids and that no escape makes allowed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def element(tag: str, *children: Element | str, **attributes: str | float) -> Element:
    """An element with children in order.

    Args:
        tag: its name.
        children: elements, and texts between them.
        attributes: a trailing underscore is dropped and others become hyphens: `class_`, `text_anchor`.
    """
    names = {name.rstrip("_").replace("_", "-"): _text(f"{value}") for name, value in attributes.items()}
    made = Element(tag, names)
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + _text(child)
        else:
            made.text = (made.text or "") + _text(child)
    return made


def page(*body: Element) -> str:
    """A whole page that needs nothing else."""
    markup = "\n".join(tostring(part, encoding="unicode", method="html") for part in body)
    template = Template((_STATIC / "report.html").read_text("utf-8"))
    return template.substitute(style=(_STATIC / "report.css").read_text("utf-8"), body=markup)


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
