"""Templates that offices edit, and the photos that go into them."""

import hashlib
import random
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, transaction
from docx import Document
from PIL import Image

from tests.factories.files import make_photo
from tests.factories.people import make_acting
from wenming.foundation.people.enums import Role
from wenming.kernel.errors import Refused
from wenming.outputs.papers import photos, rendering, selectors, services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import BadTemplate, NotATemplate, TemplateNotThere
from wenming.outputs.papers.samples import sample_of, variables_of

MEGABYTE = 1024 * 1024


def word_of(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def scene(seed: int) -> bytes:
    """As rich in detail as a photo of a street: hard to make small."""
    image = Image.frombytes("RGB", (160, 120), random.Random(seed).randbytes(160 * 120 * 3))
    out = BytesIO()
    image.resize((1280, 960), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def untold(_done: int, _total: int) -> None:
    return


@pytest.mark.parametrize("kind", Kind)
def test_starter_fills_with_the_sample_and_leaves_no_tag(kind: Kind) -> None:
    with ZipFile(BytesIO(rendering.check(rendering.starter_of(kind), kind))) as archive:
        text = archive.read("word/document.xml").decode()
    assert "{{" not in text
    assert "{%" not in text
    assert sample_of(kind)["date"] in text


@pytest.mark.parametrize("kind", Kind)
def test_starter_names_a_han_face_for_every_run(kind: Kind) -> None:
    document = Document(BytesIO(rendering.starter_of(kind)))
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    fonts = [run.find(f"{space}rPr/{space}rFonts") for run in document.element.body.iter(f"{space}r")]
    assert fonts
    assert all(font is not None and font.get(f"{space}eastAsia") for font in fonts)


@pytest.mark.parametrize("kind", Kind)
def test_variables_on_the_page_can_all_be_used(kind: Kind) -> None:
    plain = [name for name, _example in variables_of(kind) if name.startswith("{{") and "." not in name]
    named = [name for name in plain if name.strip("{} ") in sample_of(kind)]
    rendering.check(word_of(*named), kind)
    assert "{{ issuer }}" in named


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("编号：{{ nummer }}号", "{{ nummer }}"),
        ("第{{ p.code }}号", "{{ p.code }}"),
        ("{% if number %}没有结尾", "{% if number %}"),
        ("{{ number | geheim }}", "{{ number | geheim }}"),
    ],
)
def test_check_says_which_tag_and_where(text: str, tag: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        rendering.check(word_of("前面一段", text), Kind.ORDER)
    assert caught.value.params["tag"] == tag
    assert tag in caught.value.params["place"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ problems.__init__.__globals__ }}",
        "{{ range(10) }}",
        "{{ cycler.__init__ }}",
        "{{ title.format.__self__.__class__ }}",
    ],
)
def test_check_keeps_a_template_in_its_sandbox(text: str) -> None:
    with pytest.raises(BadTemplate):
        rendering.check(word_of(text), Kind.ORDER)


def test_render_escapes_what_people_wrote() -> None:
    data = rendering.render(word_of("{{ title }}"), {"title": "<w:br/>甲&乙 {{ number }}"}, told=untold)
    assert Document(BytesIO(data)).paragraphs[0].text == "<w:br/>甲&乙 {{ number }}"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"%PDF-1.7"])
def test_check_refuses_what_is_no_word_file(data: bytes) -> None:
    with pytest.raises(NotATemplate):
        rendering.check(data, Kind.ORDER)


@pytest.mark.django_db
def test_templates_have_versions_and_a_way_back() -> None:
    office = make_acting(Role.OFFICE)
    # Made once: a file made a second later differs in the times of its parts.
    first, second = word_of("甲 {{ number }}"), word_of("乙 {{ number }}")
    for data in (first, second):
        services.add_template(kind=Kind.ORDER, data=data, name="t.docx", note="", by=office)
    assert selectors.template_bytes(selectors.template_of(Kind.ORDER), Kind.ORDER) == second
    services.restore_template(kind=Kind.ORDER, version=1, by=office)
    in_force = selectors.template_of(Kind.ORDER)
    assert in_force is not None
    assert (in_force.version, selectors.template_bytes(in_force, Kind.ORDER)) == (3, first)
    services.restore_template(kind=Kind.ORDER, version=0, by=office)
    assert selectors.template_bytes(selectors.template_of(Kind.ORDER), Kind.ORDER) == rendering.starter_of(Kind.ORDER)
    assert [each.version for each in selectors.versions(Kind.ORDER)] == [4, 3, 2, 1]
    assert selectors.template_of(Kind.LIST) is None


@pytest.mark.django_db
def test_templates_refuse_a_bad_one_a_stranger_and_an_unknown_version() -> None:
    office = make_acting(Role.OFFICE)
    with pytest.raises(BadTemplate):
        services.add_template(kind=Kind.ORDER, data=word_of("{{ x }}"), name="t.docx", note="", by=office)
    with pytest.raises(Refused):
        services.restore_template(kind=Kind.ORDER, version=0, by=make_acting(Role.AUTHOR))
    with pytest.raises(TemplateNotThere):
        services.restore_template(kind=Kind.ORDER, version=7, by=office)
    assert selectors.versions(Kind.ORDER) == []


@pytest.mark.django_db
def test_templates_keep_their_history() -> None:
    made = services.restore_template(kind=Kind.LIST, version=0, by=make_acting(Role.OFFICE))
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(400, 1600), (1600, 400), (300, 200)])
def test_printed_photo_is_fitted_and_not_stretched(size: tuple[int, int]) -> None:
    out = BytesIO()
    Image.new("RGB", size, "black").save(out, "JPEG")
    with Image.open(BytesIO(photos.printed(make_photo(data=out.getvalue())))) as image:
        assert image.size == (551, 409)
        dark = [bright < 128 for bright in image.convert("L").resize((551, 409)).tobytes()]
    columns = sum(any(dark[column::551]) for column in range(551))
    rows = sum(any(dark[row * 551 : row * 551 + 551]) for row in range(409))
    assert abs(columns / rows - size[0] / size[1]) < 0.1 * size[0] / size[1]


@pytest.mark.django_db
def test_three_hundred_photos_stay_under_twenty_megabytes(tmp_path: Any) -> None:
    stored = [make_photo(data=scene(seed)) for seed in range(photos.PHOTOS_MAX)]
    content = {
        **sample_of(Kind.ORDER),
        "photos": [{"file": photo.pk, "caption": f"第{number}张"} for number, photo in enumerate(stored)],
    }
    told: list[tuple[int, int]] = []
    data = rendering.render(rendering.starter_of(Kind.ORDER), content, told=lambda *pair: told.append(pair))
    assert len(data) <= 20 * MEGABYTE
    with ZipFile(BytesIO(data)) as archive:
        media = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if "/media/" in name}
        text = archive.read("word/document.xml").decode()
    expected = {hashlib.sha256(photos.printed(photo)).hexdigest() for photo in stored}
    assert (len(expected), expected - media) == (photos.PHOTOS_MAX, set())
    assert text.count("<pic:pic") == photos.PHOTOS_MAX
    assert told[-1] == (photos.PHOTOS_MAX, photos.PHOTOS_MAX + 1)


@pytest.mark.django_db
def test_same_photo_twice_is_kept_once() -> None:
    photo = make_photo()
    content = {**sample_of(Kind.ORDER), "photos": [{"file": photo.pk, "caption": text} for text in "甲乙"]}
    data = rendering.render(rendering.starter_of(Kind.ORDER), content, told=untold)
    with ZipFile(BytesIO(data)) as archive:
        assert len([name for name in archive.namelist() if "/media/" in name]) == 1
        assert archive.read("word/document.xml").decode().count("<pic:pic") == 2


def filled(kind: Kind, **more: Any) -> Any:
    """The starter with the sample, but for what is said."""
    made = rendering._open(rendering.starter_of(kind))
    rendering._fill(made, sample_of(kind) | more)
    out = BytesIO()
    made.save(out)
    return Document(out)


@pytest.mark.parametrize(("name", "text"), [("units", "本期没有发现问题。"), ("groups", "本期没有参加排名的单位。")])
def test_starter_of_a_circular_says_that_there_is_nothing_to_tell(name: str, text: str) -> None:
    for rows, is_said in (([], True), (sample_of(Kind.CIRCULAR)[name], False)):
        said = [paragraph.text for paragraph in filled(Kind.CIRCULAR, **{name: rows}).paragraphs]
        assert (text in said) is is_said


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.REMINDER, Kind.LIST])
def test_starter_prints_a_row_where_a_table_is_empty(kind: Kind) -> None:
    for rows, is_said in (([], True), (sample_of(kind)["problems"], False)):
        tables = [table for table in filled(kind, problems=rows).tables if table.cell(0, 0).text == "序号"]
        assert {(len(table.rows), table.cell(1, 0).text == "无") for table in tables} == {(2, is_said)}


@pytest.mark.parametrize("kind", Kind)
def test_starter_keeps_a_date_on_one_line(kind: Kind) -> None:
    """33 mm hold 2026年12月31日 in every face that an office may put in the place of ours."""
    columns = [
        cell
        for table in Document(BytesIO(rendering.starter_of(kind))).tables
        for row in table.rows
        if len(row.cells) > 4
        for cell in row.cells
        if cell.text in ("{{ p.due }}", "{{ p.found }}")
    ]
    assert all(cell.width.mm >= 33 for cell in columns)
    assert bool(columns) is (kind in (Kind.ORDER, Kind.REMINDER, Kind.LIST))


@pytest.mark.parametrize(("photos_by_two", "shapes"), [([], ["lying"]), (None, ["lying", "standing"])])
def test_order_has_a_standing_page_for_photos_alone(photos_by_two: Any, shapes: list[str]) -> None:
    rows = sample_of(Kind.ORDER)["photos_by_two"] if photos_by_two is None else photos_by_two
    document = filled(Kind.ORDER, photos_by_two=rows)
    found = ["lying" if each.page_width > each.page_height else "standing" for each in document.sections]
    assert found == shapes
    assert ("附件　问题照片" in [paragraph.text for paragraph in document.paragraphs]) is (len(shapes) == 2)
    assert all("PAGE" in each.footer._element.xml for each in document.sections)


@pytest.mark.django_db
def test_photos_stand_two_in_a_row_or_three_where_an_office_kept_its_template() -> None:
    photo = make_photo()
    content = {"photos": [{"file": photo.pk, "caption": text} for text in "甲乙丙"]}
    two = word_of("{% for r in photos_by_two %}{{ r[0].caption }}{{ r[1].caption }}；{% endfor %}")
    three = word_of("{% for r in photo_rows %}{{ r[0].caption }}{{ r[1].caption }}{{ r[2].caption }}；{% endfor %}")
    texts = [
        Document(BytesIO(rendering.render(each, content, told=untold))).paragraphs[0].text for each in (two, three)
    ]
    assert texts == ["甲乙；丙；", "甲乙丙；"]


@pytest.mark.parametrize("kind", [Kind.CIRCULAR, Kind.REMINDER, Kind.SUPERVISION])
def test_starter_never_leaves_a_signature_alone_on_its_page(kind: Kind) -> None:
    lines = Document(BytesIO(rendering.starter_of(kind))).paragraphs
    place = next(n for n, line in enumerate(lines) if line.text == "{{ date }}")
    assert all(line.paragraph_format.keep_with_next for line in lines[place - 2 : place])


def test_starter_of_a_letter_has_no_number_on_its_first_page() -> None:
    section = Document(BytesIO(rendering.starter_of(Kind.REMINDER))).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" not in section.first_page_footer._element.xml
    assert "PAGE" in section.footer._element.xml
