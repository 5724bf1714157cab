"""Fill the register with the documents known on 22 November 2026."""

import tomllib
from pathlib import Path

from django.db import migrations

from khuevan.law.rules import reference_key, slug_of
from khuevan.platform.text import fold


DATA = Path(__file__).parents[1] / "data" / "documents_2026_11.toml"


def fill(apps, schema_editor):
    LegalDocument = apps.get_model("law", "LegalDocument")
    LegalRelation = apps.get_model("law", "LegalRelation")
    entries = tomllib.loads(DATA.read_text())["document"]
    documents = {}
    for entry in entries:
        fields = {k: v for k, v in entry.items() if k != "relations"}
        number = fields["number"]
        documents[number] = LegalDocument(
            **fields,
            key=reference_key(number),
            slug=slug_of(number),
            folded=fold(f"{number} {fields['title']} {fields['issuer']}"),
        )
    LegalDocument.objects.bulk_create(documents.values())
    LegalRelation.objects.bulk_create(
        LegalRelation(
            source=documents[entry["number"]],
            target=documents[relation["target"]],
            kind=relation["kind"],
            article=relation.get("article", ""),
            part=relation.get("part", ""),
        )
        for entry in entries
        for relation in entry.get("relations", [])
    )


class Migration(migrations.Migration):
    dependencies = [("law", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
