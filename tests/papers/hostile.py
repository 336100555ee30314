"""Damaged and hostile files, made here: each breaks another promise of the format, or makes a reader work for ever."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable

import paper_pages as made

Maker = Callable[[], bytes]


def prose(seed: int, count: int = 400) -> made.Page:
    """Give a page of words in one column, with a title."""
    runs, _ = made.column(made.words(count, seed), (72.0, 540.0), 150.0)
    return made.Page([made.Run(f"A Study of Number {seed} and More", 120, 100, 18, "bold"), *runs])


def paper(seed: int = 1, pages: int = 2) -> bytes:
    """Give a sound paper."""
    return made.pdf([prose(seed * 100 + number) for number in range(pages)])


def mixed() -> bytes:
    """Give three pages of which one is a scan."""
    return made.pdf([prose(2), made.Page(image=True), prose(3)])


def bad_xref() -> bytes:
    """Give a file whose table of objects points nowhere."""
    data = bytearray(paper(6))
    at = data.rindex(b"xref\n0 ")
    data[at + 30 : at + 180] = b"9" * 150
    return bytes(data)


def garbage() -> bytes:
    """Give the mark of a PDF and noise."""
    return b"%PDF-1.5\n" + random.Random(5).randbytes(20_000) + b"\n%%EOF\n"


def sideways() -> bytes:
    """Give a page that is drawn sideways and turned upright."""
    page = prose(9)
    return made.pdf([made.Page(page.runs, turned=True, rotate=90)])


def nested_streams() -> bytes:
    """Give a page whose 2 KB of content are deflated three times over gigabytes of blanks."""
    deep = zlib.compress(zlib.compress(zlib.compress(b" " * (1 << 27), 9), 9), 9)
    objects = made.objects([made.Page()])
    number = max(objects)
    objects[number] = made.stream(deep, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")
    return made.write(objects)


def nested_forms() -> bytes:
    """Give forms that draw ten of the next, thirty deep: 10^30 of them."""
    objects = made.objects([made.Page()])
    first = max(objects) + 1
    for depth in range(30):
        number = first + depth
        draw = b"/F Do " * 10 if depth < 29 else b"BT /text 8 Tf (bottom) Tj ET"
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /text << /Type /Font "
        entries += b"/Subtype /Type1 /BaseFont /Times-Roman >> >> /XObject << /F %d 0 R >> >>" % (number + 1)
        objects[number] = made.stream(draw, entries)
    objects[4] = b"<< /XObject << /F %d 0 R >> >>" % first
    objects[first - 1] = made.stream(b"/F Do " * 10)
    return made.write(objects)


def own_form() -> bytes:
    """Give a form that draws itself."""
    objects = made.objects([made.Page()])
    number = max(objects) + 1
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>" % number
    objects[number] = made.stream(b"/F Do /F Do", entries)
    objects[4] = b"<< /XObject << /F %d 0 R >> >>" % number
    objects[number - 1] = made.stream(b"/F Do")
    return made.write(objects)


def endless_pages() -> bytes:
    """Give a tree of pages that has itself as a child, and says it has a billion."""
    objects = made.objects([prose(4)])
    objects[2] = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>"
    return made.write(objects)


def long_loop() -> bytes:
    """Give a page whose content shows one letter a few million times."""
    show = zlib.compress(b"BT /text 1 Tf 1 0 0 1 5 5 Tm " + b"(x) Tj " * 3_000_000 + b"ET", 9)
    objects = made.objects([made.Page()])
    objects[max(objects)] = made.stream(show, b"/Filter /FlateDecode")
    return made.write(objects)


def wrong_metadata() -> bytes:
    """Give a paper that calls itself something else."""
    return made.pdf([prose(11)], {"Title": "Microsoft Word - final_v7.doc", "Author": "root"})


FILES: dict[str, tuple[Maker, frozenset[str]]] = {
    "sound.pdf": (paper, frozenset({"ok"})),
    "scanned.pdf": (lambda: made.pdf([made.Page(image=True)] * 3), frozenset({"needs_ocr"})),
    "mixed.pdf": (mixed, frozenset({"partial"})),
    "locked.pdf": (lambda: made.encrypted([prose(5)], user="secret", owner="owner"), frozenset({"encrypted"})),
    "owned.pdf": (lambda: made.encrypted([prose(55)], user="", owner="owner"), frozenset({"ok"})),
    "truncated.pdf": (lambda: paper(7, 3)[:-1500], frozenset({"partial", "corrupt"})),
    "bad_xref.pdf": (bad_xref, frozenset({"ok"})),
    "junk_prefix.pdf": (lambda: b"\n\x00junk " * 30 + paper(8), frozenset({"ok"})),
    "page.pdf": (lambda: b"<!DOCTYPE html>\n<html><body>404</body></html>\n", frozenset({"not_pdf"})),
    "pointer.pdf": (
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        frozenset({"not_pdf"}),
    ),
    "nothing.pdf": (lambda: b"", frozenset({"empty"})),
    "blank.pdf": (lambda: made.pdf([made.Page()]), frozenset({"empty"})),
    "garbage.pdf": (garbage, frozenset({"corrupt"})),
    "noise.pdf": (lambda: random.Random(4).randbytes(9_000), frozenset({"not_pdf"})),
    "turned.pdf": (sideways, frozenset({"ok"})),
    "long.pdf": (lambda: paper(10, 200), frozenset({"ok"})),
    "metadata.pdf": (wrong_metadata, frozenset({"ok"})),
    "sound_copy.pdf": (paper, frozenset({"duplicate"})),
    "sound_resaved.pdf": (lambda: paper() + b"% saved again\n", frozenset({"duplicate"})),
    "sound_v2.pdf": (lambda: made.pdf([prose(100), prose(101), prose(12, 60)]), frozenset({"version_of"})),
    "nested_streams.pdf": (nested_streams, frozenset({"empty", "too_big", "corrupt"})),
    "nested_forms.pdf": (nested_forms, frozenset({"empty", "ok", "too_big", "corrupt"})),
    "own_form.pdf": (own_form, frozenset({"empty", "too_big", "corrupt"})),
    "endless_pages.pdf": (endless_pages, frozenset({"ok", "too_big", "corrupt", "empty"})),
    "long_loop.pdf": (long_loop, frozenset({"ok", "too_big", "empty", "partial"})),
    "wide.pdf": (lambda: b"%PDF-1.4\n" + b"[" * 500_000, frozenset({"corrupt"})),
}
"""Name -> what makes the file, and the statuses that would be right for it."""
