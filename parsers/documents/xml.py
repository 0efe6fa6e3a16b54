"""XML out of documents: parsed without network, entities or endless trees; elements by local name."""

from __future__ import annotations

from lxml import etree

from parsers.types import Damaged, Limit, Limits, TextTooLong

Element = etree._Element

ERRORS: tuple[type[Exception], ...] = (etree.XMLSyntaxError, ValueError)
"""What lxml raises over what is not well-formed; ValueError over NULs and the like."""


def parse(data: bytes, limits: Limits) -> Element:
    """
    Return the root element. Entities stay unexpanded, comments and instructions are dropped.

    Raises Damaged for what is not well-formed, TextTooLong for what is endless.
    """
    if len(data) > limits.xml_bytes:
        raise TextTooLong(Limit.XML)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except ERRORS as error:
        raise Damaged from error
    if root is None:
        raise Damaged
    return root


def local(element: Element) -> str:
    """Return the name without its namespace; empty for an entity. Both families of OOXML read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return the attribute of that local name, whatever its namespace; empty when there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""
