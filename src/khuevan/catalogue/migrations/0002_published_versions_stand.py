"""What a version says stands once it is published: the database itself refuses changes.

Also: the documents the catalogue's dated rules stand on, which the register of
November 2026 did not have yet.
"""

import re
from datetime import date

from django.db import migrations

from khuevan.platform.text import fold


GUARD = """
CREATE FUNCTION catalogue_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('published', 'withdrawn') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A published version of a procedure is never deleted.';
    END IF;
    IF (NEW.procedure_id, NEW.number, NEW.definition, NEW.fingerprint, NEW.origin,
        NEW.valid_from, NEW.decision, NEW.made_at, NEW.published_at)
       IS DISTINCT FROM
       (OLD.procedure_id, OLD.number, OLD.definition, OLD.fingerprint, OLD.origin,
        OLD.valid_from, OLD.decision, OLD.made_at, OLD.published_at)
       OR NEW.decided_on IS DISTINCT FROM OLD.decided_on
       OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id THEN
        RAISE EXCEPTION 'What a published version of a procedure says never changes.';
    END IF;
    IF NEW.state NOT IN ('published', 'withdrawn')
       OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') THEN
        RAISE EXCEPTION 'A published version is only ever withdrawn.';
    END IF;
    IF OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
        RAISE EXCEPTION 'A version that was used stays used.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_version_stands BEFORE UPDATE OR DELETE ON catalogue_version
FOR EACH ROW EXECUTE FUNCTION catalogue_version_stands();
"""
UNGUARD = """
DROP TRIGGER catalogue_version_stands ON catalogue_version;
DROP FUNCTION catalogue_version_stands();
"""

DOCUMENTS = [
    {
        "number": "77/2025/NQ-HĐND",
        "title": "Về mức thu phí, lệ phí và hỗ trợ khi thực hiện dịch vụ công trực tuyến trên địa bàn Hà Nội",
        "issued_on": date(2025, 11, 27),
        "effective_from": date(2026, 1, 1),
        "source": "Báo Hà Nội; xaydungchinhsach.chinhphu.vn",
        "doubt": "Tên văn bản viết lại theo báo chí.",
    },
    {
        "number": "78/2026/NQ-HĐND",
        "title": "Về lệ phí đăng ký hộ kinh doanh khi nộp hồ sơ trực tuyến trên địa bàn Hà Nội",
        "issued_on": None,
        "effective_from": date(2026, 7, 25),
        "source": "Báo Hà Nội",
        "doubt": "Tên và ngày ban hành chưa đối chiếu với văn bản.",
    },
]


def fill(apps, schema_editor):
    LegalDocument = apps.get_model("law", "LegalDocument")
    for entry in DOCUMENTS:
        number = entry["number"]
        issuer = "Hội đồng nhân dân thành phố Hà Nội"
        LegalDocument.objects.get_or_create(
            key=fold(number).replace(" ", ""),
            defaults={
                **entry,
                "kind": "resolution",
                "level": "city",
                "issuer": issuer,
                "slug": re.sub(r"[^a-z0-9]+", "-", fold(number)).strip("-"),
                "folded": fold(f"{number} {entry['title']} {issuer}"),
            },
        )
    apps.get_model("catalogue", "Stamp").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("law", "0002_documents_of_2026_11"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
