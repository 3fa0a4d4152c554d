"""XML as Junos writes it: one element per line, `<empty/>` without a blank, prefixes put by hand.

The standard library's writers insist on managing namespaces, and a face has to be able to write wrong ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, Union
from xml.sax.saxutils import escape, quoteattr

Content = Union[str, "Element", "Comment"]


@dataclass
class Comment:
    text: str


@dataclass
class Element:
    """An element; `content` holds texts, comments and elements in order."""

    tag: str
    content: list[Content] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def add(self, *content: Content | None) -> "Element":
        self.content.extend(c for c in content if c is not None)
        return self


def el(tag: str, *content: Content | int | None, **attributes: str) -> Element:
    """An element. In attribute names `__` stands for the colon: junos__style."""
    return Element(tag, [str(c) if isinstance(c, int) else c for c in content if c is not None],
                   {name.replace("__", ":"): value for name, value in attributes.items()})


def start(element: Element) -> str:
    """The opening tag."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    return f"<{element.tag}{attributes}>"


def write(node: Content, pad: str = "") -> Iterator[str]:
    """Text of a node. With `pad`, every text stands on lines of its own between blanks, as in some captures."""
    if isinstance(node, Comment):
        yield f"<!-- {node.text} -->\n"
        return
    if isinstance(node, str):
        yield escape(node)
        return
    if not node.content:
        yield start(node)[:-1] + "/>\n"
        return
    if all(isinstance(c, str) for c in node.content):
        text = escape("".join(node.content))  # type: ignore[arg-type]
        if pad:
            text = f"\n{pad}{text.strip()}\n{pad}"
        yield f"{start(node)}{text}</{node.tag}>\n"
        return
    yield start(node) + "\n"
    for child in node.content:
        yield from write(child, pad)
    yield f"</{node.tag}>\n"
