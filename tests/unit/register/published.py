"""The published list of education settings as printed, read by itself: what the reviewed register is checked against."""

from pathlib import Path

PRINTED = Path(__file__).parent / "appendix-1.txt"
HEADINGS = ("Primary Schools", "Secondary Schools", "Independent", "16+", "Others")


def appendix() -> dict[str, list[str]]:
    """The entries under each heading, in the order of the lines; two columns stand in one line."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in PRINTED.read_text(encoding="utf-8").splitlines()[1:]:
        if line.strip() in HEADINGS:
            heading = line.strip()
            found[heading] = []
        else:
            cells = (cell.strip() for cell in line.split("\t"))
            found.setdefault(heading, []).extend(cell for cell in cells if cell)
    return {heading: entries for heading, entries in found.items() if heading}
