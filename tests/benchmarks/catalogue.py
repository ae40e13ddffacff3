"""Made-up items in the shape of an Indian price list: brands that begin alike, strengths, makers, real salts."""

from __future__ import annotations

import random
from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    """A Ab Ac Al Am An Ar As At Az Ba Be Bi Bo Ca Ce Ci Cla Co Cy Da De Di Do Du E El En Es Eu Fa Fe Flu Fo Ga Ge Gli
    Gly He Hy I In Ke La Le Li Lo Lu Ma Me Mi Mo My Na Ne Ni No Nu O Ol Om On Or Os Pa Pan Pe Pi Pre Pro Qui Ra Re Ri
    Ro Ru Sa Se Si So Su Ta Te Ti To Tri U Ul Va Ve Vi Vo Wy Xa Za Ze Zi Zo"""
)
_MIDDLE = _words("ba ca da di fa ga ka lo ma mo na no pa ra ri ro sa si ta te ti to va vi za zo")
_LAST = _words(
    """c cid cin cet dil dox fen fix gyl kast kem lol lin lix met mol mox nac nil pam pan pril quin rin sal sin tan
    thro tor vas vir xim zol zyme"""
)
_VARIANTS = ("", "", "", "", " D", " DS", " Forte", " H", " LS", " M", " Plus", " SR", " XL")
_SALTS = _words(
    """Paracetamol Amoxicillin Azithromycin Cefixime Metformin Glimepiride Telmisartan Amlodipine Atenolol Losartan
    Atorvastatin Rosuvastatin Pantoprazole Omeprazole Rabeprazole Domperidone Ondansetron Cetirizine Levocetirizine
    Montelukast Fexofenadine Ibuprofen Diclofenac Aceclofenac Nimesulide Tramadol Prednisolone Methylcobalamin
    Calcium Cholecalciferol Ferrous Folic Ranitidine Ciprofloxacin Ofloxacin Levofloxacin Doxycycline Clarithromycin
    Fluconazole Clotrimazole Albendazole Ivermectin Salbutamol Budesonide Formoterol Thyroxine Clopidogrel Aspirin"""
)
_STRENGTHS = (2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 75, 80, 100, 120, 150, 200, 250, 300, 400, 500, 625, 650, 1000)
# form, pack label, pieces, HSN, kind
_FORMS = (
    ("Tablet", "10's", 10, "3004", "drug"),
    ("Tablet", "10's", 10, "3004", "drug"),
    ("Tablet", "15's", 15, "3004", "drug"),
    ("Capsule", "10's", 10, "3004", "drug"),
    ("Syrup", "100 ml", 1, "3004", "drug"),
    ("Injection", "1 vial", 1, "3004", "drug"),
    ("Ointment", "15 g", 1, "3004", "drug"),
    ("Powder", "200 g", 1, "2106", "goods"),
)


@dataclass(frozen=True, slots=True)
class MadeItem:
    """An item; ``gst_bp`` in basis points, ``mrp_paise`` of a sale pack."""

    code: str
    name: str
    kind: str
    manufacturer: str
    salts: str
    pack_label: str
    pieces: int
    hsn: str
    gst_bp: int
    mrp_paise: int
    barcode: str


def made_items(count: int, dice: random.Random) -> list[MadeItem]:
    """Return that many items, no two with one code or barcode; some share a name, as in life."""
    makers = [f"{dice.choice(_FIRST)}{dice.choice(_MIDDLE)}{dice.choice(_LAST)} Pharma Ltd" for _ in range(300)]
    return [_item(number, makers, dice) for number in range(1, count + 1)]


def _item(number: int, makers: list[str], dice: random.Random) -> MadeItem:
    form, label, pieces, hsn, kind = dice.choice(_FORMS)
    brand = dice.choice(_FIRST) + "".join(dice.choices(_MIDDLE, k=dice.choice((0, 1, 1, 2)))) + dice.choice(_LAST)
    strength = dice.choice(_STRENGTHS)
    return MadeItem(
        code=f"M{number:06d}",
        name=f"{brand}{dice.choice(_VARIANTS)} {strength} {form}",
        kind=kind,
        manufacturer=dice.choice(makers),
        salts=f"{dice.choice(_SALTS)} {strength} mg",
        pack_label=label,
        pieces=pieces,
        hsn=hsn,
        gst_bp=dice.choice((500, 500, 500, 500, 1800)),
        mrp_paise=dice.randint(9_00, 450_00),
        barcode=f"890{number:010d}",
    )
