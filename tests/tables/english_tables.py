# SPDX-License-Identifier: Apache-2.0
"""The made office tables in English: claims, cars, rooms, orders, hours.

Each has something that such tables have in offices; its first line says what. Drawn by chance, the same in every run; all names are
invented.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

from openpyxl.utils import get_column_letter

from tests.tables.table_files import Formula, OfficeTable, footer

PEOPLE = ("Della Hartwick", "Owen Prask", "Mira Tolland", "Jonas Eberlin", "Petra Vashti", "Callum Reeve", "Ines Morrow")
FIRMS = ("Quillbrook Paper", "Norvane Tools", "Halden Plastics", "Tamsin Glass", "Breckwater Freight", "Sorrel & Pike")


def claims() -> OfficeTable:
    """Withdrawn claims stand in hidden rows; a paid amount can be missing or a word. The file has a hidden sheet of another year."""
    draw = random.Random(2404)
    grid: list[list[Any]] = [["Insurance claims register 2026"], []]
    header = [
        "Claim no.",
        "Registered",
        "Policyholder",
        "Type",
        "Claimed (EUR)",
        "Paid (EUR)",
        "Status",
        "Handler",
        "Closed on",
    ]
    grid.append(header)
    hidden, rows = set(), range(4, 49)
    day = dt.date(2026, 1, 2)
    for row in rows:
        day += dt.timedelta(days=draw.randrange(0, 8))
        claimed = draw.randrange(300, 24_000) + draw.choice((0, 0.4, 0.75))
        status = draw.choice(("Settled", "Settled", "Settled", "Open", "Rejected", "Withdrawn"))
        paid: Any = {"Settled": round(claimed * draw.choice((0.6, 0.8, 1)), 2), "Rejected": 0, "Withdrawn": 0}.get(status)
        if status == "Open":
            paid = draw.choice((None, "pending"))
        if status == "Withdrawn":
            hidden.add(row)
        closed = None if status == "Open" else day + dt.timedelta(days=draw.randrange(5, 80))
        kind = draw.choice(("Motor", "Water damage", "Burglary", "Liability", "Storm"))
        grid.append(
            [f"CL-{26_000 + row * 17}", day, draw.choice(FIRMS), kind, claimed, paid, status, draw.choice(PEOPLE[:4]), closed]
        )
    grid.append([])
    grid.append(footer("Total", 9, "EF", rows, grid))
    formats = {"B": "dd/mm/yyyy", "I": "dd/mm/yyyy", "E": "#,##0.00", "F": "#,##0.00"}
    return OfficeTable("insurance-claims.xlsx", "Claims", grid, rows, ("A1:I1",), frozenset(hidden), formats)


def archive() -> OfficeTable:
    """The hidden sheet of the claims: another year, the same header."""
    given = claims()
    moved = [
        [one.replace(year=2024) if isinstance(one, dt.date) else one for one in given.grid[row - 1]] for row in range(4, 12)
    ]
    grid = [given.grid[2], *([f"CL-{24_000 + number}", *row[1:]] for number, row in enumerate(moved))]
    return replace(given, sheet="Archive 2024", grid=grid, rows=range(2, 10), merged=(), hidden=frozenset(), hidden_sheet=True)


def vehicles() -> OfficeTable:
    """A log whose fuel is the letters n/a where nobody filled up."""
    draw = random.Random(2405)
    grid: list[list[Any]] = [
        ["Date", "Vehicle", "Driver", "Purpose", "Start (km)", "End (km)", "Distance (km)", "Fuel (litres)", "Fuel cost (CHF)"]
    ]
    at = {"ZH 418 207": 48_210, "ZH 552 913": 12_045, "Van 3": 90_377}
    day = dt.date(2026, 1, 5)
    for _ in range(50):
        day += dt.timedelta(days=draw.randrange(0, 6))
        vehicle, distance = draw.choice(list(at)), draw.randrange(6, 320)
        fuel: Any = round(draw.uniform(18, 62), 1) if draw.random() < 0.35 else "n/a"
        cost = round(fuel * 1.84, 2) if fuel != "n/a" else "n/a"
        purpose = draw.choice(("Customer visit", "Delivery", "Service call", "Airport transfer", "Workshop"))
        grid.append([day, vehicle, draw.choice(PEOPLE), purpose, at[vehicle], at[vehicle] + distance, distance, fuel, cost])
        at[vehicle] += distance
    return OfficeTable("facilities-2026.xlsx", "Vehicle log", grid, range(2, 52), formats={"A": "yyyy-mm-dd", "I": "0.00"})


def bookings() -> OfficeTable:
    """A title above the header; times as text, cancelled bookings among the others."""
    draw = random.Random(2406)
    grid: list[list[Any]] = [["Meeting room bookings, first half of 2026"], []]
    grid.append(
        ["Booking", "Date", "Room", "From", "Hours", "Booked by", "Department", "People", "Catering", "Cost (CHF)", "Status"]
    )
    day = dt.date(2026, 1, 7)
    for number in range(48):
        day += dt.timedelta(days=draw.randrange(0, 7))
        hours = draw.choice((0.5, 1, 1, 1.5, 2, 3, 4))
        room, price = draw.choice((("Aspen", 20), ("Birch", 35), ("Cedar", 60), ("Hall", 110)))
        catering = draw.choice(("yes", "no", "no"))
        people = draw.randrange(2, 31)
        cost = round(price * hours + (people * 6.5 if catering == "yes" else 0), 2)
        status = draw.choice(("held", "held", "held", "held", "cancelled", "no-show"))
        who = draw.randrange(len(PEOPLE))
        department = ("Sales", "Legal", "Engineering", "Finance")[who % 4]
        start = f"{draw.randrange(8, 16):02}:{draw.choice(('00', '30'))}"
        grid.append([f"RB-{301 + number}", day, room, start, hours, PEOPLE[who], department, people, catering, cost, status])
    return OfficeTable("facilities-2026.xlsx", "Room bookings", grid, range(4, 52), ("A1:K1",), formats={"B": "yyyy-mm-dd"})


def orders() -> OfficeTable:
    """Amounts of three currencies, told apart by the column beside them; no total, as there is none."""
    draw = random.Random(2408)
    grid: list[list[Any]] = [
        [
            "PO no.",
            "Order date",
            "Supplier",
            "Category",
            "Quantity",
            "Amount",
            "Currency",
            "Delivery due",
            "Received on",
            "Buyer",
        ]
    ]
    day = dt.date(2025, 8, 4)
    for number in range(44):
        day += dt.timedelta(days=draw.randrange(1, 11))
        due = day + dt.timedelta(days=draw.randrange(10, 60))
        received = due + dt.timedelta(days=draw.randrange(-9, 15)) if number < 36 or draw.random() < 0.3 else None
        amount = draw.randrange(90, 18_000) + draw.choice((0, 0.2, 0.95))
        category = draw.choice(("Raw material", "Tools", "Packaging", "Services", "IT"))
        firm, buyer = draw.choice(FIRMS), draw.choice(PEOPLE[2:6])
        currency = draw.choice(("EUR", "EUR", "USD", "GBP"))
        grid.append(
            [f"PO-{7100 + number * 3}", day, firm, category, draw.randrange(1, 90), amount, currency, due, received, buyer]
        )
    formats = dict.fromkeys("BHI", "d mmm yyyy") | {"F": "#,##0.00"}
    return OfficeTable("purchase-orders.xlsx", "Orders", grid, range(2, 46), formats=formats)


EURO, POUND = "[$€-2] #,##0.00", "[$£-809]#,##0.00"


def freight() -> OfficeTable:
    """Charges in euros and pounds in one column, told apart by the format of the cell alone."""
    draw = random.Random(2409)
    grid: list[list[Any]] = [["Freight charges"], ["Shipment", "Carrier", "Shipped on", "Weight (kg)", "Charge", "Insured"]]
    day = dt.date(2025, 10, 1)
    for number in range(28):
        day += dt.timedelta(days=draw.randrange(1, 12))
        charge = draw.randrange(40, 1_900) + 0.5
        carrier = draw.choice(("Breckwater Freight", "Lomond Parcel", "Vesper Lines"))
        grid.append([f"S{881 + number * 2}", carrier, day, draw.randrange(3, 900), charge, draw.choice(("yes", "no"))])
    shown = {f"E{row}": POUND if in_pounds(row) else EURO for row in range(3, 31)}
    formats = {"C": "d mmm yyyy"}
    return OfficeTable("purchase-orders.xlsx", "Freight", grid, range(3, 31), ("A1:F1",), formats=formats, cell_formats=shown)


def in_pounds(row: int) -> bool:
    """Whether the charge of a row of `freight` is shown in pounds."""
    return row % 5 in (0, 3)


def hours() -> OfficeTable:
    """Quarters over months in two header rows, a subtotal after each project, a total at the end and in the last column."""
    draw = random.Random(2411)
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    quarters = [one for number in range(1, 5) for one in (f"Q{number}", None, None)]
    grid: list[list[Any]] = [
        ["Project hours 2025"],
        [],
        ["Project", "Employee", "Grade", *quarters, "Total"],
        [None, None, None, *months, None],
    ]
    rows: list[int] = []
    parts: list[list[int]] = []
    for project, count in (("Alder", 4), ("Bittern", 5), ("Cobalt", 3), ("Dovetail", 4)):
        part = []
        for who in draw.sample(PEOPLE, count):
            row = len(grid) + 1
            spent = [draw.choice((0, 4, 7.5, 12, 16, 22.5, 30, 41, 56)) for _ in months]
            grade = draw.choice(("Senior", "Junior", "Lead"))
            grid.append([project, who, grade, *spent, Formula(f"=SUM(D{row}:O{row})", sum(spent))])
            part.append(row)
        grid.append(footer(f"Subtotal {project}", 16, "DEFGHIJKLMNOP", part, grid))
        rows += part
        parts.append(part)
    total = footer("Grand total", 16, "DEFGHIJKLMNOP", rows, grid)
    for column in range(3, 16):
        letter = get_column_letter(column + 1)
        total[column] = Formula("=" + "+".join(f"{letter}{part[-1] + 1}" for part in parts), total[column].value)
    grid.append(total)
    merged = ("A1:P1", "A3:A4", "B3:B4", "C3:C4", "D3:F3", "G3:I3", "J3:L3", "M3:O3", "P3:P4")
    return OfficeTable("project-hours-2025.xlsx", "Hours", grid, rows, merged)


def hire_prices() -> OfficeTable:
    """A price list with a merged header of two rows."""
    grid: list[list[Any]] = [
        ["Equipment", "Daily rate (GBP)", "Daily rate (GBP)", "Weekly rate (GBP)", "Deposit (GBP)"],
        ["Equipment", "Weekday", "Weekend", "Weekly rate (GBP)", "Deposit (GBP)"],
        ["Floor sander", "34", "42", "128", "100"],
        ["Mini digger", "115", "139", "455", "500"],
        ["Plate compactor", "29", "36", "104", "80"],
        ["Scaffold tower 4 m", "48", "48", "150", "200"],
        ["Scaffold tower 7 m", "72", "72", "236", "300"],
        ["Dehumidifier", "21", "25", "82", "50"],
        ["Pressure washer", "31", "39", "117", "75"],
        ["Generator 3 kVA", "38", "45", "140", "150"],
        ["Cherry picker", "190", "228", "745", "900"],
    ]
    merged = ("A1:A2", "B1:C1", "D1:D2", "E1:E2")
    return OfficeTable("hire-prices.docx", "table 1", grid, range(3, 12), merged, title="Hire prices 2026")


def hire_zones() -> OfficeTable:
    """A small table below the price list, with a total row."""
    grid: list[list[Any]] = [
        [
            "Zone",
            "Distance (miles)",
            "Delivery one way (GBP)",
            "Delivery and collection (GBP)",
            "Lead time (days)",
            "Deliveries in 2025",
        ],
        ["Harbour", "3", "18", "30", "1", "214"],
        ["Old town", "5", "22", "36", "1", "187"],
        ["North vale", "11", "35", "58", "2", "96"],
        ["Moorside", "19", "54", "92", "3", "41"],
        ["Islands", "37", "120", "205", "5", "17"],
        ["Total", "", "", "", "", "555"],
    ]
    return OfficeTable("hire-prices.docx", "table 2", grid, range(2, 7), title="Delivery zones")
