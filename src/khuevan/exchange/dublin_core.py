"""One listing as Dublin Core: the oai_dc form that harvesters read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from khuevan.platform import clock

from .queries.disclosing import Shown
from .rules.listings import Kind


_DC = "http://purl.org/dc/elements/1.1/"
_OAI = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_XML = "http://www.w3.org/XML/1998/namespace"
_TYPES = {Kind.SOFTWARE: "Software", Kind.SERVICE: "Service", Kind.EQUIPMENT: "PhysicalObject"}  # fmt: skip


def dublin_core(shown: Shown, address: str) -> bytes:
    """Return the XML of what a reader may see of a listing; `address` is its page."""
    ET.register_namespace("dc", _DC)
    ET.register_namespace("oai_dc", _OAI)
    root = ET.Element(f"{{{_OAI}}}dc")
    for name, value, language in _elements(shown, address):
        element = ET.SubElement(root, f"{{{_DC}}}{name}")
        element.text = value
        if language:
            element.set(f"{{{_XML}}}lang", language)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


_ONE = {
    "title_vi": "title", "title_en": "title", "summary_vi": "description",
    "summary_en": "description", "field": "subject", "member": "publisher",
    "territory": "coverage", "licence": "rights", "licence_terms": "rights",
    "ip_number": "relation",
}  # fmt: skip
"""Fields that are one element each."""
_LANGUAGES = {"_vi": "vi", "_en": "en"}


def _elements(shown: Shown, address: str) -> Iterator[tuple[str, str, str]]:
    yield "identifier", shown.code, ""
    yield "identifier", address, ""
    yield "type", _TYPES.get(shown.kind, "Text"), ""
    yield "type", shown.kind.value, ""
    if shown.published_at:
        yield "date", clock.local_day(shown.published_at).isoformat(), ""
    yield "language", "vi", ""
    if "title_en" in shown.fields:
        yield "language", "en", ""
    for name, element in _ONE.items():
        if name in shown.fields:
            yield element, str(shown.fields[name]), _LANGUAGES.get(name[-3:], "")
    for scheme in ("ipc", "nace"):
        for code in shown.get(scheme) or ():
            yield "subject", f"{scheme.upper()} {code}", ""
    for owner, _share in shown.get("owners") or ():
        yield "creator", owner, ""
