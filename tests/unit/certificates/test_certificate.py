"""A certificate through its editions: events or the broken rule."""

import pytest

from matka_certificates.domain.certificate import (
    MOST_EDITIONS,
    NO_PARTICIPATION,
    Certificate,
    EditionOvertaken,
    FormerEdition,
    TooManyEditions,
)
from matka_contracts.certificates import (
    CertificateIssued,
    CertificateReleased,
    CertificateReplaced,
    CertificateRevoked,
)
from tests.support.mothers_certificates import JULY, a_certificate, an_edition

WHOSE = {"certificate_id": "certificate", "program_id": "spring", "person_id": "amal"}


def replaced(certificate: Certificate) -> Certificate:
    certificate.replace(an_edition("MTK-2", seal=2), certificate.edition.number)
    return certificate


def test_an_issued_certificate_is_valid() -> None:
    certificate = a_certificate()
    assert certificate.issue() == [
        CertificateIssued(**WHOSE, number="MTK-1", sha256="hash of MTK-1", issued_at=JULY)
    ]
    assert (certificate.status, certificate.standing_of("MTK-1")) == ("issued", "valid")
    assert certificate.standing_of("MTK-0") is None
    assert certificate.day_of_issue("MTK-0") is None


def test_a_replaced_edition_stays_on_the_register() -> None:
    certificate = a_certificate()
    assert certificate.replace(an_edition("MTK-2", seal=2), "MTK-1") == [
        CertificateReplaced(
            **WHOSE, number="MTK-2", replaced_number="MTK-1", sha256="hash of MTK-2", issued_at=JULY
        )
    ]
    assert (certificate.standing_of("MTK-1"), certificate.standing_of("MTK-2")) == ("replaced", "valid")
    assert certificate.day_of_issue("MTK-1") == certificate.day_of_issue("MTK-2") == JULY.date()


def test_an_edition_made_from_an_older_one_is_overtaken() -> None:
    with pytest.raises(EditionOvertaken):
        replaced(a_certificate()).replace(an_edition("MTK-3"), "MTK-1")


@pytest.mark.parametrize("final", [{"revoked": "error"}, {"erased": True}])
def test_a_certificate_that_staff_revoked_or_whose_holder_is_gone_is_not_replaced(
    final: dict[str, object],
) -> None:
    certificate = a_certificate(**final)
    assert certificate.is_final
    with pytest.raises(EditionOvertaken):
        certificate.replace(an_edition("MTK-2"), "MTK-1")


def test_editions_do_not_grow_without_end() -> None:
    former = FormerEdition(number="MTK-0", sha256="", issued_on=JULY.date())
    with pytest.raises(TooManyEditions):
        a_certificate(former=(former,) * MOST_EDITIONS).replace(an_edition("MTK-2"), "MTK-1")


def test_a_newer_seal_of_the_same_content_is_remembered_silently() -> None:
    certificate = a_certificate()
    assert certificate.note(3) == []
    assert certificate.note(2) == []
    assert certificate.edition.seal == 3


def test_a_seal_without_participation_withdraws_and_a_later_one_brings_back() -> None:
    certificate = a_certificate()
    assert certificate.withdraw(2) == [CertificateRevoked(**WHOSE, number="MTK-1", reason=NO_PARTICIPATION)]
    assert certificate.withdraw(2) == []
    assert not certificate.is_final
    certificate.replace(an_edition("MTK-2", seal=3), "MTK-1")
    assert certificate.standing_of("MTK-2") == "valid"


def test_an_older_seal_withdraws_nothing() -> None:
    assert replaced(a_certificate()).withdraw(1) == []


def test_staff_revoke_once_and_for_all() -> None:
    certificate = a_certificate()
    assert certificate.revoke("error") == [CertificateRevoked(**WHOSE, number="MTK-1", reason="error")]
    assert certificate.revoke("other") == []
    assert (certificate.status, certificate.revoked) == ("revoked", "error")


def test_staff_may_revoke_for_good_what_a_seal_withdrew() -> None:
    certificate = a_certificate()
    certificate.withdraw(2)
    certificate.revoke("error")
    assert certificate.is_final


def test_an_edition_is_released_once_and_its_successor_anew() -> None:
    certificate = a_certificate()
    assert certificate.release() == [CertificateReleased(**WHOSE, number="MTK-1")]
    assert certificate.release() == []
    assert replaced(certificate).release() == [CertificateReleased(**WHOSE, number="MTK-2")]


@pytest.mark.parametrize("otherwise", [{"revoked": "error"}, {"erased": True}])
def test_nothing_is_released_that_does_not_hold(otherwise: dict[str, object]) -> None:
    assert a_certificate(**otherwise).release() == []


def test_after_erasure_the_register_goes_on_without_a_word_about_the_holder() -> None:
    certificate = replaced(a_certificate())
    assert certificate.content_naming("Amal V").holder_name == "Amal V"
    assert certificate.erase() == []
    assert "Amal" not in certificate.model_dump_json()
    assert (certificate.standing_of("MTK-1"), certificate.standing_of("MTK-2")) == ("replaced", "valid")
    with pytest.raises(EditionOvertaken):
        certificate.content_naming("Amal")
