"""Signatures on PDF documents: PAdES B-B, made and verified.

A city signs with the certificate of its certification authority: a PKCS#12 file
named by the configuration. Without one, an authority of this checkout's own (for
trying things out) gives every signer a certificate; nobody outside trusts it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .errors import N_, InputRefused, Problem, Unavailable


_DAMAGED = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError,
    AssertionError,
)  # fmt: skip
"""What pyHanko raises on the way through bytes that are no whole document."""
_OTHER = N_("More than a signature was added to this document, or it is another one.")
_AGAIN = N_("Download it again, sign that file, and change nothing else in it.")
AUTHORITY_YEARS = 10
SIGNER_DAYS = 365
_RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What one signature of a document proves.

    `intact`: not a byte of what it covers was changed. `trusted`: its certificate
    comes from an authority we trust. `covers_whole_document`: nothing was added after.
    """

    intact: bool
    trusted: bool
    signer: str
    organisation: str
    signed_at: datetime | None
    reason: str
    covers_whole_document: bool


def sign_pdf(pdf: bytes, *, signer_name: str, organisation: str, reason: str) -> bytes:
    """Return the document with one more signature; what is signed stays as it is.

    Raises InputRefused where the bytes are no PDF that can be signed, Unavailable
    where the configured certificate cannot be used.
    """
    signer = _signer(signer_name, organisation)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        number = len(writer.prev.embedded_signatures) + 1
        metadata = signers.PdfSignatureMetadata(
            field_name=f"Signature{number}",
            md_algorithm="sha256",
            name=signer_name,
            location=organisation,
            reason=reason,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        return bytes(
            signers.sign_pdf(writer, metadata, signer=signer, in_place=False).getvalue()
        )
    except (PdfError, SigningError, ValueError) as fault:
        raise InputRefused(
            [Problem("PDF", N_("This document cannot be signed: it is damaged."))]
        ) from fault


def verify_pdf(pdf: bytes) -> list[SignatureReport]:
    """Return a report on every signature of a document, oldest first.

    Raises InputRefused where the bytes are no readable PDF.
    """
    trusted = ValidationContext(trust_roots=_trusted(), allow_fetching=False)
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        return [_report(found, trusted) for found in reader.embedded_signatures]
    except (PdfError, *_DAMAGED) as fault:
        raise InputRefused(
            [Problem("PDF", N_("This document cannot be read: it is damaged."))]
        ) from fault


def ready_to_sign(pdf: bytes) -> bytes:
    """Return a fresh document with an empty form, for signatures made elsewhere.

    Only with one can what a first signature adds be told from any other change.
    """
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    form = generic.DictionaryObject({
        generic.pdf_name("/Fields"): generic.ArrayObject(),
        generic.pdf_name("/SigFlags"): generic.NumberObject(3),
    })  # fmt: skip
    writer.root[generic.pdf_name("/AcroForm")] = writer.add_object(form)
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def added_signatures(before: bytes, after: bytes) -> list[SignatureReport]:
    """Return reports on the signatures a document got elsewhere, where it got nothing else.

    Raises InputRefused where `after` is not `before` with signatures appended: whoever
    signs outside could change the text in the same breath. `before` is `ready_to_sign`.
    """
    if not after.startswith(before):
        raise InputRefused([Problem("PDF", _OTHER, _AGAIN)])
    try:
        old = PdfFileReader(BytesIO(before), strict=False).total_revisions
        reader = PdfFileReader(BytesIO(after), strict=False)
        found = DEFAULT_DIFF_POLICY.review_file(reader, old - 1)
    except (PdfError, SuspiciousModification, *_DAMAGED) as fault:
        raise InputRefused([Problem("PDF", _OTHER, _AGAIN)]) from fault
    if (
        isinstance(found, SuspiciousModification)
        or found.modification_level > ModificationLevel.FORM_FILLING
    ):
        raise InputRefused([Problem("PDF", _OTHER, _AGAIN)])
    return verify_pdf(after)[len(verify_pdf(before)) :]


def _report(found: Any, trusted: ValidationContext) -> SignatureReport:
    subject = found.signer_cert.subject.native
    told = {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "reason": str(found.sig_object.get("/Reason", "")),
    }
    try:
        status = validate_pdf_signature(found, trusted)
    except SignatureValidationError:
        return SignatureReport(
            **told,
            intact=False,
            trusted=False,
            signed_at=found.self_reported_timestamp,
            covers_whole_document=False,
        )
    return SignatureReport(
        **told,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        signed_at=status.signer_reported_dt,
        covers_whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    )


def _signer(name: str, organisation: str) -> signers.SimpleSigner:
    if settings.SIGNING_PKCS12:
        passphrase = settings.SIGNING_PASSPHRASE.encode() or None
        loaded = signers.SimpleSigner.load_pkcs12(
            settings.SIGNING_PKCS12, passphrase=passphrase
        )
        if loaded is None:
            raise Unavailable(
                N_("The configured signing certificate cannot be opened.")
            )
        return loaded
    with _authority() as (certificate, key):
        own, own_key = _issued(name, organisation, certificate, key)
    registry = SimpleCertificateStore()
    registry.register(_asn1(certificate))
    return signers.SimpleSigner(
        signing_cert=_asn1(own),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            own_key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        cert_registry=registry,
    )


def _trusted() -> list[asn1_x509.Certificate]:
    roots: list[asn1_x509.Certificate] = []
    if settings.SIGNING_TRUST:
        roots.extend(load_certs_from_pemder([settings.SIGNING_TRUST]))
    if not settings.SIGNING_PKCS12:
        with _authority() as (certificate, _):
            roots.append(_asn1(certificate))
    return roots


@contextmanager
def _authority() -> Iterator[tuple[x509.Certificate, ec.EllipticCurvePrivateKey]]:
    """Hold this checkout's own authority, made at its first use."""
    folder = Path(settings.VAR) / "ca"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / "authority.pem"
        if not kept.exists():
            subject = _name("Khuê Văn – thử nghiệm", "Khuê Văn")
            key = ec.generate_private_key(ec.SECP256R1())
            lasting = timedelta(days=365 * AUTHORITY_YEARS)
            certificate = (
                _builder(subject, subject, key.public_key(), lasting)
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
                .add_extension(_usage(key_cert_sign=True, crl_sign=True), True)
                .sign(key, hashes.SHA256())
            )
            _save(kept, certificate, key)
        yield _load(kept)


def _issued(
    name: str, organisation: str, authority: x509.Certificate, key: Any
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    digest = hashlib.sha256(f"{organisation}\n{name}".encode()).hexdigest()[:32]
    kept = Path(settings.VAR) / "ca" / f"signer-{digest}.pem"
    if kept.exists():
        certificate, own_key = _load(kept)
        if certificate.not_valid_after_utc - _RENEW_BEFORE > datetime.now(UTC):
            return certificate, own_key
    own_key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(
            _name(name, organisation),
            authority.subject,
            own_key.public_key(),
            timedelta(days=SIGNER_DAYS),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), True)
        .sign(key, hashes.SHA256())
    )
    _save(kept, certificate, own_key)
    return certificate, own_key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Any, lasting: timedelta
) -> x509.CertificateBuilder:
    # Certificates live on the world's clock, not on the clock a demo tells.
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + lasting)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
    )


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment",
        "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
        "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**(dict.fromkeys(names, False) | allowed))


def _name(common: str, organisation: str) -> x509.Name:
    # X.520 gives each of them 64 letters.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _save(path: Path, certificate: x509.Certificate, key: Any) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as f:
        f.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        f.write(certificate.public_bytes(serialization.Encoding.PEM))
    draft.replace(path)


def _load(path: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    content = path.read_bytes()
    key = serialization.load_pem_private_key(content, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Unavailable(N_("%(file)s holds no key for signing."), file=path)
    return x509.load_pem_x509_certificate(content), key


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(
        certificate.public_bytes(serialization.Encoding.DER)
    )
