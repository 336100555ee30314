"""Make PDFs of which everything is known: pages drawn in any order, damaged files, hostile ones.

The benchmark measures the order of reading on them, the tests take them instead of other people's papers. Text is
set in the fonts that every reader has, so that no font is embedded; the file format is written by hand, since the
point of half of these files is to break it.

Source: ISO 32000-1:2008, 7.5 (file structure), 7.6 (encryption), 9.2 (text).
"""

import hashlib
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 612.0, 792.0
FONTS = {"text": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic", "mono": "Courier"}
_SHARE = {"mono": 0.6, "text": 0.47, "bold": 0.5, "italic": 0.46}
"""Width of an average letter, of its size: enough to place words without overlap."""
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
"""The padding of passwords (ISO 32000-1, 7.6.3.3)."""


@dataclass(frozen=True)
class Run:
    """One piece of text at one place.

    Args:
        text: in Latin-1.
        x: left end, from the left edge.
        y: base, from the upper edge.
        size: of the type.
        font: a key of FONTS.
    """

    text: str
    x: float
    y: float
    size: float = 10.0
    font: str = "mono"

    @property
    def end(self) -> float:
        """Where it ends; exact for the fixed pitch alone."""
        return self.x + width(self.text, self.size, self.font)


@dataclass
class Page:
    """A page and what is drawn on it, in this order."""

    runs: list[Run] = field(default_factory=list)
    image: bool = False
    rotate: int = 0
    turned: bool = False
    """Drawn sideways, so that a rotation of 90 degrees sets it upright."""

    def content(self) -> bytes:
        """Give the operators that draw it."""
        lines = []
        if self.image:
            lines.append(f"q {WIDTH:g} 0 0 {HEIGHT:g} 0 0 cm /Im1 Do Q")
        for run in self.runs:
            text = run.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            x, y = run.x, HEIGHT - run.y
            place = f"0 1 -1 0 {HEIGHT - y:.2f} {x:.2f}" if self.turned else f"1 0 0 1 {x:.2f} {y:.2f}"
            lines.append(f"BT /{run.font} {run.size:g} Tf {place} Tm ({text}) Tj ET")
        return "\n".join(lines).encode("latin-1", "replace")


def width(text: str, size: float, font: str = "mono") -> float:
    """Give the width of a text, about; exactly in the font of fixed pitch."""
    return len(text) * size * _SHARE[font]


def pdf(
    pages: Sequence[Page],
    info: dict[str, str] | None = None,
    outline: Sequence[tuple[str, int]] = (),
    extra: bytes = b"",
) -> bytes:
    """Write a sound file.

    Args:
        pages: in order.
        info: what the file says of itself: Title, Author.
        outline: (title, page from 1) of each entry.
        extra: added to the catalog.
    """
    return write(objects(pages, info, outline, extra))


def objects(
    pages: Sequence[Page],
    info: dict[str, str] | None = None,
    outline: Sequence[tuple[str, int]] = (),
    extra: bytes = b"",
) -> dict[int, bytes]:
    """Give the objects of a file by number; 1 is the catalog, 2 the tree of pages, 3 what the file says of itself."""
    made: dict[int, bytes] = {}
    fonts = " ".join(f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for key, name in FONTS.items())
    made[4] = b"<< /Font << %s >> /XObject << /Im1 5 0 R >> >>" % fonts.encode()
    form = b"/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8"
    made[5] = stream(zlib.compress(bytes(64 * 64)), form + b" /Filter /FlateDecode")
    numbers = []
    for page in pages:
        number = max(made) + 1
        numbers.append(number)
        box = f"[0 0 {WIDTH:g} {HEIGHT:g}]" if not page.turned else f"[0 0 {HEIGHT:g} {WIDTH:g}]"
        turn = f" /Rotate {page.rotate}" if page.rotate else ""
        parts = f"/MediaBox {box} /Resources 4 0 R /Contents {number + 1} 0 R{turn}"
        made[number] = f"<< /Type /Page /Parent 2 0 R {parts} >>".encode()
        made[number + 1] = stream(zlib.compress(page.content()), b"/Filter /FlateDecode")
    kids = " ".join(f"{number} 0 R" for number in numbers)
    made[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode()
    said = " ".join(f"/{key} ({value})" for key, value in (info or {}).items())
    made[3] = f"<< {said} >>".encode("latin-1", "replace")
    marks = _outline(made, outline, numbers)
    made[1] = b"<< /Type /Catalog /Pages 2 0 R%s%s >>" % (marks, extra)
    return made


def _outline(made: dict[int, bytes], outline: Sequence[tuple[str, int]], pages: Sequence[int]) -> bytes:
    if not outline:
        return b""
    root = max(made) + 1
    first, last = root + 1, root + len(outline)
    made[root] = f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(outline)} >>".encode()
    for at, (title, page) in enumerate(outline):
        number = first + at
        before = f" /Prev {number - 1} 0 R" if at else ""
        after = f" /Next {number + 1} 0 R" if number < last else ""
        entry = f"<< /Title ({title}) /Parent {root} 0 R{before}{after} /Dest [{pages[page - 1]} 0 R /Fit] >>"
        made[number] = entry.encode("latin-1", "replace")
    return f" /Outlines {root} 0 R".encode()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Write a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def write(made: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Write objects, their table and the trailer."""
    out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(made.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    size = max(made) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %s \n" % (places.get(number, 0), b"n" if number in places else b"f")
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, table)
    return bytes(out)


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt with RC4, which the oldest protected files use."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted(pages: Sequence[Page], *, user: str, owner: str) -> bytes:
    """Write a file that is protected by RC4 with 40 bits; an empty user password lets everybody read.

    Source: ISO 32000-1, algorithms 1 to 4.
    """
    ident = bytes(range(16))
    padded = [(word.encode() + _PAD)[:32] for word in (user, owner or user)]
    lock = rc4(hashlib.md5(padded[1]).digest()[:5], padded[0])  # noqa: S324  # the format says so
    rights = (-44).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded[0] + lock + rights + ident).digest()[:5]  # noqa: S324  # the format says so
    made = {}
    for number, body in objects(pages).items():
        head, mark, data = body.partition(b"\nstream\n")
        if mark:
            own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]  # noqa: S324  # the format
            body = head + mark + rc4(own, data.removesuffix(b"\nendstream")) + b"\nendstream"  # noqa: PLW2901  # sealed
        made[number] = body
    number = max(made) + 1
    made[3] = b"<< >>"
    entries = f"/Filter /Standard /V 1 /R 2 /O <{lock.hex()}> /U <{rc4(key, _PAD).hex()}> /P -44"
    made[number] = f"<< {entries} >>".encode()
    return write(made, b"/Encrypt %d 0 R /ID [<%s> <%s>]" % (number, ident.hex().encode(), ident.hex().encode()))


# Text that is known word by word.

SYLLABLES = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve",
    "wi", "xo", "zu", "bra", "cle", "dro", "fla", "gri", "ple", "sto", "tru",
]  # fmt: skip


def words(count: int, seed: int) -> list[str]:
    """Give words that are all different, so that their order can be told from the text alone."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))] = None
    return list(made)


def column(
    text: Sequence[str], edges: tuple[float, float], top: float, *, size: float = 8.0, until: float = 720.0
) -> tuple[list[Run], int]:
    """Set words justified between two edges; give the runs, one a word, and how many words found room."""
    (left, right), step = edges, 1.35 * size
    runs: list[Run] = []
    line: list[str] = []
    y, used = top, 0
    for word in [*text, None]:
        wide = sum(width(each, size) for each in line) + size * 0.45 * len(line)
        if word is None or wide + width(word, size) > right - left:
            runs += _justified(line, (left, right if word is not None else 0.0), y, size)
            used += len(line)
            line, y = [], y + step
            if y > until or word is None:
                break
        line.append(word)
    return runs, used


def _justified(line: Sequence[str], edges: tuple[float, float], y: float, size: float) -> list[Run]:
    left, right = edges
    free = right - left - sum(width(word, size) for word in line)
    gap = min(free / (len(line) - 1), size) if right and len(line) > 1 else size * 0.5
    runs, x = [], left
    for word in line:
        runs.append(Run(word, x, y, size))
        x = runs[-1].end + gap
    return runs


@dataclass(frozen=True)
class Stress:
    """A page in two columns and the words on it in the order of reading."""

    page: Page
    expected: tuple[str, ...]


def by_column(runs: Sequence[Run], seed: int) -> list[Run]:
    """Draw as LaTeX does: one column after the other."""
    del seed
    return list(runs)


def by_row(runs: Sequence[Run], seed: int) -> list[Run]:
    """Draw as some converters do: rows that run across the columns."""
    del seed
    return sorted(runs, key=lambda run: (run.y, run.x))


def shuffled(runs: Sequence[Run], seed: int) -> list[Run]:
    """Draw lines in any order."""
    lines: dict[tuple[float, bool], list[Run]] = {}
    for run in runs:
        lines.setdefault((run.y, run.x > WIDTH / 2), []).append(run)
    order = list(lines.values())
    random.Random(seed).shuffle(order)
    return [run for line in order for run in line]


ORDERS: dict[str, Callable[[Sequence[Run], int], list[Run]]] = {
    "by column": by_column,
    "by row": by_row,
    "shuffled": shuffled,
}


def stress(order: str, gutter: float, seed: int, *, aligned: bool = True) -> Stress:
    """Make a page with a title and an abstract over both columns, two columns, and a wide note below."""
    known = words(1200, seed)
    left, right, middle = 54.0, WIDTH - 54.0, WIDTH / 2
    head, used = column(known[:24], (left, right), 70.0, size=10.0)
    taken = known[:used]
    first, count = column(known[used:], (left, middle - gutter / 2), 130.0, until=640.0)
    taken += known[used : used + count]
    used += count
    second, count = column(known[used:], (middle + gutter / 2, right), 130.0 if aligned else 134.5, until=640.0)
    taken += known[used : used + count]
    used += count
    foot, count = column(known[used : used + 20], (left, right), 680.0)
    taken += known[used : used + count]
    runs = [*head, *first, *second, *foot]
    return Stress(Page(ORDERS[order](runs, seed)), tuple(taken))
