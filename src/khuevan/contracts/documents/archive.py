"""A contract as structured data, to be kept beside its PDF: JSON and XML say the same."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from khuevan.contracts.models import Contract
from khuevan.contracts.rules.duty import Side


FORMAT = "khuevan-contract/1"


def archive_of(contract: Contract) -> dict[str, Any]:
    """Return all a contract says, with the clause versions used, its signatures and files."""
    signatures = contract.signatures.select_related("person", "file").order_by("at")
    return {
        "format": FORMAT,
        "number": contract.number,
        "paper": contract.paper,
        "subject": contract.subject,
        "amends": contract.amends.number if contract.amends else None,
        "drawn_up_at": contract.drawn_up_at.isoformat(),
        "sides": {
            side.value: {"code": body.code, "name": body.name}
            for side in Side
            for body in [contract.organisation_of(side)]
        },
        "origin": {
            "state_funded": contract.state_funded,
            "result_certificate": contract.result_certificate,
            "restriction": contract.restriction,
        },
        "terms": contract.terms,
        "text": contract.drawn,
        "signatures": [
            {"side": s.side, "person": s.person.full_name, "at": s.at.isoformat(), "sha256": s.file.sha256}
            for s in signatures
        ],
        "file": {"media_type": contract.file.media_type, "sha256": contract.file.sha256},
        "duty": contract.duty,
        "certificate": contract.certificate,
        "in_force_on": contract.in_force_on and contract.in_force_on.isoformat(),
        "state": contract.state,
    }  # fmt: skip


def as_json(contract: Contract) -> bytes:
    """Return the archive as JSON."""
    return json.dumps(archive_of(contract), ensure_ascii=False, indent=1).encode()


def as_xml(contract: Contract) -> bytes:
    """Return the archive as XML: names as elements, `item` for each of a list."""
    root = ET.Element("contract")
    _write(root, archive_of(contract))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _write(parent: ET.Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, part in value.items():
            _write(ET.SubElement(parent, name), part)
    elif isinstance(value, list):
        for part in value:
            _write(ET.SubElement(parent, "item"), part)
    elif isinstance(value, bool):
        parent.text = "true" if value else "false"
    elif value is not None:
        # Control characters have no place in XML 1.0.
        parent.text = "".join(c for c in str(value) if c >= " " or c in "\n\t")
