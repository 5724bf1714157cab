"""Add the documents contracts stand on to the register."""

import tomllib
from pathlib import Path

from django.db import migrations

from khuevan.law.rules import reference_key, slug_of
from khuevan.platform.text import fold


DATA = Path(__file__).parents[1] / "data" / "documents_contracts.toml"


def fill(apps, schema_editor):
    LegalDocument = apps.get_model("law", "LegalDocument")
    LegalRelation = apps.get_model("law", "LegalRelation")
    entries = tomllib.loads(DATA.read_text())["document"]
    for entry in entries:
        fields = {k: v for k, v in entry.items() if k != "relations"}
        number = fields.pop("number")
        # A register kept by hand may hold it already: what people wrote stays.
        LegalDocument.objects.get_or_create(
            key=reference_key(number),
            defaults={
                **fields,
                "number": number,
                "slug": slug_of(number),
                "folded": fold(f"{number} {fields['title']} {fields['issuer']}"),
            },
        )
    for entry in entries:
        for relation in entry.get("relations", []):
            LegalRelation.objects.get_or_create(
                source=LegalDocument.objects.get(key=reference_key(entry["number"])),
                target=LegalDocument.objects.get(key=reference_key(relation["target"])),
                kind=relation["kind"],
            )


class Migration(migrations.Migration):
    dependencies = [("law", "0003_documents_on_technology_transfer")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
