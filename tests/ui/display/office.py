# SPDX-License-Identifier: Apache-2.0
"""A small office: a fact in a file of each kind that the source panel shows in its own way."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
from documents.pages import cjk_font
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

# file -> (the question, what the answer quotes)
FACTS = {
    "Budget.pdf": ("What is the travel budget of Lisbon?", "The travel budget of Lisbon is 4100 euros."),
    "Rules.docx": ("Who signs the parking permits?", "Parking permits are signed by the porter Mr Okafor."),
    "Stock.xlsx": ("How many laptops are in stock?", "Laptops in stock"),
    "Poster.png": ("When does the canteen close?", "The canteen closes at 14:30 on Fridays."),
    "Letter.eml": ("When is the fire drill?", "The fire drill is on 17 March at nine."),
}


def make(folder: Path) -> None:
    """Write the files."""
    folder.mkdir(parents=True)
    page = Canvas(str(folder / "Budget.pdf"))
    page.setFont("Helvetica", 12)
    page.drawString(72, 720, "Annual plan")
    page.drawString(72, 690, FACTS["Budget.pdf"][1])
    page.save()
    document = docx.Document()
    document.add_heading("House rules", 1)
    document.add_paragraph(FACTS["Rules.docx"][1])
    document.save(str(folder / "Rules.docx"))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stock"
    for row in (("Item", "Number"), ("Laptops in stock", 37), ("Chairs in stock", 210)):
        sheet.append(row)
    book.save(folder / "Stock.xlsx")
    picture = Image.new("RGB", (1400, 400), "white")
    ImageDraw.Draw(picture).text((60, 150), FACTS["Poster.png"][1], fill="black", font=ImageFont.truetype(cjk_font(), 56))
    picture.save(folder / "Poster.png")
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "office@example.org", "all@example.org", "Safety"
    letter.set_content(f"Dear all,\n\n{FACTS['Letter.eml'][1]}\n\nThe office\n")
    (folder / "Letter.eml").write_bytes(bytes(letter))
