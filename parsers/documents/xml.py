"""XML out of documents: parsed without network, entities or endless trees; elements by local name."""

from __future__ import annotations

from lxml import etree

from parsers.types import Limit, Limits, Refusal, TextTooLong
from rulebook.reasons import Reason

Element = etree._Element


def parse(data: bytes, limits: Limits) -> Element:
    """
    The root element. Entities stay unexpanded, comments and instructions are dropped.

    Raises Refusal(UNREADABLE_DRAFT) for what is not well-formed, Endless for what is endless.
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
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(Reason.UNREADABLE_DRAFT, "文件已损坏") from error
    if root is None:
        raise Refusal(Reason.UNREADABLE_DRAFT, "文件已损坏")
    return root


def local(element: Element) -> str:
    """The name without its namespace; empty for an entity. Both families of OOXML read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """The attribute of that local name, whatever its namespace; empty when there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""
