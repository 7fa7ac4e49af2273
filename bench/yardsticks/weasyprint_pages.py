"""Certificates by WeasyPrint: `weasyprint_pages CONTENT COUNT` prints how many a second, after a first round.

The content is what our own template reads; layout, fonts, emblem and QR code are as close as CSS gets.
"""

import json
import sys
import time
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

_STYLE = """
@page { size: A4 landscape; margin: 19mm 26mm 18mm; }
body { font-size: 11pt; color: #1c2b33; text-align: center; margin: 0; }
h1 { font-weight: normal; font-size: 30pt; color: #1d4a52; margin: 2mm 0; }
h2 { font-weight: normal; font-size: 15.5pt; color: #7d5f33; margin: 1mm 0; }
.frame { position: fixed; top: -9mm; left: -16mm; right: -16mm; bottom: -8mm; border: 1.6pt double #1d4a52; }
.emblem svg { height: 17mm; }
.name { font-size: 34pt; height: 20mm; border-bottom: 0.6pt solid #a37f48; width: 180mm; margin: 3mm auto; }
.columns { display: flex; gap: 16mm; }
.columns > div { flex: 1; }
.foot { position: fixed; bottom: 0; left: 0; right: 0; display: flex; font-size: 8.5pt; }
.foot > div { flex: 1; }
.qr svg { width: 23mm; height: 23mm; }
"""


def _qr(url: str) -> str:
    drawn = BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def page_of(content: dict[str, Any]) -> str:
    """One certificate as HTML."""
    columns = content["columns"]

    def each(what: str) -> str:
        return " · ".join(escape(str(column[what])) for column in columns)

    told = "".join(
        f'<div lang="{column["language"]}" dir="{column["direction"]}"><p>{escape(column["statement"])}</p>'
        f"<p>{escape(column['period'])}</p>{''.join(f'<p>{escape(fact)}</p>' for fact in column['facts'])}"
        f"<p><em>{escape(column['thanks'])}</em></p></div>"
        for column in columns
    )
    fonts = ", ".join(f"'{family}'" for family in content["name-fonts"])
    titles = "".join(f"<h2>{escape(column['title'])}</h2>" for column in columns[1:])
    return (
        f'<html lang="{columns[0]["language"]}"><head><title>{escape(columns[0]["title"])} – '
        f'{escape(content["name"])}</title><meta name="author" content="{escape(content["issuer"])}">'
        f'<style>body {{ font-family: "Noto Serif" }} .name, h1, h2 {{ font-family: {fonts} }}</style></head>'
        f'<body><div class="frame"></div><div class="emblem">{content["emblem"]}</div>'
        f"<h1>{escape(columns[0]['title'])}</h1>{titles}<p><em>{each('certifies')}</em></p>"
        f'<div class="name" dir="{content["name-direction"]}">{escape(content["name"])}</div>'
        f'<div class="columns">{told}</div><div class="foot"><div><p>{escape(content["signatory"])}</p>'
        f"<p>{escape(content['organisation'])}</p><p>{each('issued')}</p></div>"
        f"<div><p><strong>{each('number')}</strong></p><p>{each('check')}</p><p>{escape(content['url'])}</p></div>"
        f'<div class="qr">{_qr(content["url"])}</div></div></body></html>'
    )


def main(file: Path, count: int) -> float:
    """Certificates a second; stylesheet and fonts are read once."""
    contents = json.loads(file.read_text("utf-8"))
    fonts = FontConfiguration()
    style = CSS(string=_STYLE, font_config=fonts)

    def make(number: int) -> bytes:
        html = HTML(string=page_of(contents[number % len(contents)]))
        options = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
        made: bytes = html.write_pdf(stylesheets=[style], font_config=fonts, **options)
        return made

    for number in range(len(contents)):
        make(number)
    began = time.perf_counter()
    for number in range(count):
        make(number)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps({"rate": main(Path(sys.argv[1]), int(sys.argv[2]))}))
