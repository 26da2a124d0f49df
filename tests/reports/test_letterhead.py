"""Logos: what is kept, what is refused, and that each refusal says what to do."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from permdesk.errors import FormatError, StorageError
from permdesk.reports.letterhead import LARGEST_LOGO, checked_logo, read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width=3, height=2, mode="RGBA", **options):
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(stream, "PNG", **options)
    return stream.getvalue()


def head(width, height, depth=8, colour=6):
    """A PNG that is nothing but its head."""
    whole = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + whole + struct.pack(">I", zlib.crc32(whole))


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P", "1", "I;16"])
def test_a_png_is_kept_as_the_picture_it_is(mode):
    content = png(mode=mode)
    kept = checked_logo(content)
    before, after = (Image.open(io.BytesIO(one)).convert("RGBA") for one in (content, kept))
    assert after.tobytes() == before.tobytes()


def test_texts_in_a_png_do_not_travel_with_reports():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Nora Hale, 7 Mill Lane")
    notes.add_itxt("Comment", "secret", zip=True)
    content = png(pnginfo=notes, icc_profile=b"profile")
    assert b"Nora" in content
    kept = checked_logo(content)
    assert b"Nora" not in kept
    assert b"iCCP" not in kept
    assert checked_logo(kept) == kept


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither a PNG nor an SVG"),
        (b"Northmere Consulting", "neither a PNG nor an SVG"),
        (b"\xff\xd8\xff\xe0 JPEG", "neither a PNG nor an SVG"),
        (b"\x1f\x8b\x08 svgz", "neither a PNG nor an SVG"),
        (b"<html><body/></html>", "neither a PNG nor an SVG"),
        (b"<svg/>", "neither a PNG nor an SVG"),
        (head(20_000, 10), "20,000 by 10 pixels"),
        (head(10, 4_001), "10 by 4,001 pixels"),
        (head(0, 5), "makes no sense"),
        (head(5, 5, depth=3), "makes no sense"),
        (head(5, 5), "end is missing"),
        (png()[:-20], "end is missing"),
        (png().replace(b"IDAT", b"IDAx"), "checksum"),
        (b"\x89PNG\r\n\x1a\n", "end is missing"),
        (b" " * (LARGEST_LOGO + 1), "More than 2,000,000 bytes"),
        (SVG.format("<g>").encode(), "damaged"),
        (b'<?xml version="1.0" encoding="nothing"?>' + SVG.format("").encode(), "damaged"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_remedy(content, said):
    with pytest.raises(FormatError) as refused:
        checked_logo(content, name="logo.png")
    assert said in str(refused.value)
    assert refused.value.title.startswith("logo.png ")
    assert refused.value.remedy


@pytest.mark.parametrize(
    "inside",
    [
        "<title>Northmere</title><path d='M0 0h9v9z' fill='#123456'/>",
        "<defs><linearGradient id='g'><stop offset='0'/></linearGradient></defs><rect fill='url(#g)'/>",
        "<defs><path id='p'/></defs><use href='#p'/><use xlink:href='#p' x='3'/>",
        "<style>.a{fill:url( '#g' )}</style><g class='a' style='clip-path:url(#c)'/>",
        "<clipPath id='c'><rect/></clipPath><g clip-path='url(#c)'/>",
        "<metadata><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' r:about=''/></metadata>",
        "<s:namedview xmlns:s='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd' id='base'/>",
    ],
)
def test_a_plain_svg_is_kept_as_it_is(inside):
    content = SVG.format(inside).encode()
    assert checked_logo(content) == content
    assert checked_logo(b'<?xml version="1.0"?>\n' + content)
    assert checked_logo(b"\xef\xbb\xbf" + content)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        "<g onload='1'/>",
        "<g ONCLICK='1'/>",
        "<a href='https://larkfield.example'/>",
        "<image href='https://larkfield.example/a.png'/>",
        "<image href='data:image/png;base64,AA=='/>",
        "<use href='other.svg#a'/>",
        "<use xlink:href='https://larkfield.example/a.svg#a'/>",
        "<g xml:base='https://larkfield.example/'><use href='#a'/></g>",
        "<rect fill='url(https://larkfield.example/a.svg#g)'/>",
        "<rect style='fill:URL( \"a.svg#g\")'/>",
        "<style>@import 'a.css';</style>",
        "<style>rect{fill:url(a.svg#g)}</style>",
        "<style>@im<!-- -->port 'a.css';</style>",
        "<style>rect{fill:\\75rl(a)}</style>",
        "<style><![CDATA[rect{fill:url(a.svg#g)}]]></style>",
        "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<script xmlns='http://www.w3.org/1999/xhtml'>1</script>",
        "<animate attributeName='href' to='javascript:1'/>",
        "<set attributeName='href' to='a'/>",
        "<filter id='f'/>",
        "<?xml-stylesheet href='a.css'?>",
        "<g id='a'><path/></g><g id='b'><use href='#a'/></g><use href='#b'/>",
        "<use id='a' href='#a'/>",
        "<mask id='m'><rect mask='url(#n)'/></mask>",
        "<clipPath id='m' style='clip-path:url(#n)'/>",
        "<g/>" * 20_001,
        "<g>" * 100 + "</g>" * 100,
        "<path id='p'/>" + "<use href='#p'/>" * 201,
    ],
)
def test_an_svg_that_is_no_mere_drawing_is_refused(inside):
    with pytest.raises(FormatError) as refused:
        checked_logo(SVG.format(inside).encode())
    assert "cannot be used as a logo" in refused.value.title
    assert refused.value.detail
    assert "PNG" in refused.value.remedy


#: Each ten times the one before.
LAUGHS = "".join('<!ENTITY l%d "%s">' % (number + 1, f"&l{number};" * 10) for number in range(20))  # noqa: UP031


@pytest.mark.parametrize(
    "declared",
    [
        ' PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"',
        ' [<!ENTITY f SYSTEM "file:///etc/passwd">]',
        ' [<!ATTLIST g fill CDATA "red">]',
        f' [<!ENTITY l0 "ha">{LAUGHS}]',
    ],
)
def test_a_document_type_is_refused_before_anything_of_it_grows(declared):
    content = f"<!DOCTYPE svg{declared}>" + SVG.format("<text>&l20;&f;</text>" if "ENTITY" in declared else "<g/>")
    with pytest.raises(FormatError, match="document type definition"):
        checked_logo(content.encode())


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", head(5, 5), b"<svg", b"<"]))
def test_nothing_but_a_refusal_comes_of_rubbish(rest, begin):
    with pytest.raises(FormatError):
        checked_logo(begin + rest)


def test_a_logo_is_read_from_its_file(tmp_path):
    file = tmp_path / "logo.svg"
    file.write_text(SVG.format("<path/>"))
    assert read_logo(file) == file.read_bytes()
    with pytest.raises(StorageError, match="cannot be read"):
        read_logo(tmp_path / "nothing.svg")
    with pytest.raises(StorageError, match="cannot be read"):
        read_logo(tmp_path)
    file.write_bytes(b"x" * (LARGEST_LOGO + 1))
    with pytest.raises(FormatError, match=r"logo\.svg is too large"):
        read_logo(file)
