"""The report's PDF, and a certificate's, are PDF/UA-1 by veraPDF, the industry's own validator."""

import asyncio
import io
import subprocess
from pathlib import Path

import pypdf

from services.training.documents import Paper, printed
from shared.documents import pdf
from tests.kafka.broker import CACHE
from tests.unit.documents.sample import document

VERSION = "1.28.2"
PAPER = Paper(
    name="Sam Sample",
    course="How to… challenge a decision",
    held="Wednesday 4 November 2026, 12:00 to 13:00",
    about=("Length: 60 minutes",),
    issued="4 November 2026",
    code="ABCD-EFGH",
    check="https://safer.example/training/v1/certificate-checks/ABCD-EFGH",
)
ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"


def validator() -> Path:
    """The validator's jar, fetched by Maven at the first call and kept in the user's cache."""
    jar = CACHE / f"greenfield-apps-{VERSION}.jar"
    if not jar.exists():
        fetch = ("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={CACHE}")
        subprocess.run(fetch, check=True)
    return jar


def test_the_pdf_is_what_it_says_and_the_validator_sees_one_that_is_not(tmp_path: Path) -> None:
    made, without_titles, certificate = (tmp_path / f"{name}.pdf" for name in ("made", "untitled", "certificate"))
    made.write_bytes(pdf.render(document()))
    certificate.write_bytes(asyncio.run(printed(PAPER, document().as_at)))
    spoilt = pypdf.PdfWriter(clone_from=io.BytesIO(made.read_bytes()))
    del spoilt.root_object["/ViewerPreferences"]
    spoilt.write(without_titles)
    command = ("java", "-cp", str(validator()), "org.verapdf.apps.GreenfieldCliWrapper", "--flavour", "ua1")
    told = subprocess.run(
        [*command, "--format", "text", made, without_titles, certificate], capture_output=True, text=True
    )
    assert told.stdout.splitlines() == [
        f"PASS {made} ua1",
        f"FAIL {without_titles} ua1",
        f"PASS {certificate} ua1",
    ], told.stdout + told.stderr
