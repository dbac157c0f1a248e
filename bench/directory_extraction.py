"""A national extraction of any size, always the same for the same arguments (`directory_extraction.py FILE --lines N`).

The shape follows the national directory: one person in three works in several places, names repeat as French names do (a few are
everywhere, most are rare), large towns hold many practices. Every identifier has a right key; every person is invented.
`--changed 0.02` writes the same directory one day later: that share of the lines changed, left or arrived.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from socle.base.terminology import label  # noqa: E402
from socle.base.terminology.reading import read  # noqa: E402
from socle.formats.identifiers import luhn_key  # noqa: E402

HEADER = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Libellé civilité d'exercice|"
    "Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|"
    "Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|"
    "Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|"
    "Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|"
    "Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|"
    "Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|"
    "Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|"
    "Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|"
    "Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|"
    "Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|"
    "Libellé genre activité"
)
COMMON = (
    "MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE LEROY ROUX DAVID BERTRAND"
    " MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE ROUSSEAU VINCENT MULLER LEFEVRE FAURE ANDRE MERCIER BLANC GUERIN BOYER"
    " GARNIER CHEVALIER FRANCOIS LEGRAND GAUTHIER GARCIA PERRIN ROBIN CLEMENT MORIN NICOLAS HENRY ROUSSEL MATHIEU GAUTIER MASSON"
)
STARTS = "BA BE BO BRE BRI CA CHA CLE CO COR DA DE DES DU FA FER FLO GA GAU GI GUI HA HE JA JO KER LA LAN LE MA MAR ME MON NA NO"
STARTS += " PA PEL PRE QUE RA RE RI RO SA SE SOU TA TE TRE VA VER VI VIL"
MIDDLES = "BA BER CHE CO DEL DI FAR GAN GUE LA LE LI LO MA MI NAR NE PE RA RE RI RO SE SI TAN TE TI VA VE VIN"
ENDS = "AUD AULT BERT CHET COURT DEAU EAU ELLE ERT ET EUX EZ IER IN LET LIN MONT NARD NET NOT ON OT OUX QUIN RAND RIER SSE TTE"
GIVEN = (
    "Adrien Agnès Alain Alice Amélie André Anne Antoine Audrey Aurélie Benoît Bernard Brigitte Camille Caroline Catherine Cécile"
    " Céline Charlotte Chloé Christelle Christine Christophe Claire Clara Corinne Damien David Delphine Denis Dominique Élise"
    " Élodie Emma Éric Étienne Fabien Florence François Françoise Gérard Guillaume Hélène Inès Isabelle Jacques Jean Jeanne"
    " Jérôme Julie Julien Karim Laure Laurent Léa Louis Lucie Manon Marc Margaux Marie Martine Mathilde Michel Mohamed Monique"
    " Nadia Nathalie Nicolas Odile Olivier Patrick Paul Philippe Pierre Romain Samir Sandrine Sarah Sébastien Sophie Stéphane"
    " Sylvie Thomas Valérie Véronique Vincent Yann Yasmine"
)
PROFESSIONS = {
    "60": 33,
    "35": 18,
    "10": 17,
    "21": 5,
    "70": 7,
    "40": 3,
    "50": 2,
    "91": 2,
    "94": 2,
    "93": 4,
    "86": 3,
    "36": 3,
    "98": 2,
}
SPECIALTIES = {
    "SM54": 45,
    "SM04": 4,
    "SM40": 5,
    "SM42": 7,
    "SM44": 5,
    "SM02": 6,
    "SM15": 2,
    "SM38": 3,
    "SM18": 1,
    "SM26": 20,
    "SM59": 2,
}
SECTORS = ("SA01", "SA05", "SA07", "SA08", "SA17", "SA25", "SA33", "SA52")
STREETS = ("DES TILLEULS", "DE LA REPUBLIQUE", "VICTOR HUGO", "DU CANAL", "DES ECOLES", "PASTEUR", "JEAN MOULIN", "DE LA GARE")
LARGE = [f"751{rank:02d}" for rank in range(1, 21)] + [f"132{rank:02d}" for rank in range(1, 17)]
LARGE += [f"6938{rank}" for rank in range(1, 10)] + [
    "31555",
    "06088",
    "44109",
    "34172",
    "67482",
    "33063",
    "59350",
    "35238",
    "93048",
]


COLUMN = {name: place for place, name in enumerate(HEADER.split("|"))}
PHONE = COLUMN["Téléphone (coord. structure)"]


class Extraction:
    """The lines of one directory. Names, organisations and towns are drawn first, from the seed alone."""

    def __init__(self, lines: int, seed: int) -> None:
        self._lines = lines
        draw = random.Random(seed)
        self._given = GIVEN.split()
        self._names = _names(draw, max(lines // 6, 100))
        self._places = _places(draw, max(lines // 3, 20))
        self._draw = random.Random(seed + 1)

    def lines(self) -> Iterator[str]:
        """`lines` rows, person by person."""
        written = 0
        person = 0
        while written < self._lines:
            person += 1
            row = self._person(person)
            for _ in range(min(self._draw.choices((1, 2, 3), (72, 20, 8))[0], self._lines - written)):
                written += 1
                yield self._line(row)

    def _person(self, number: int) -> list[str]:
        draw = self._draw
        body = f"899{number:07d}"
        rpps = body + luhn_key(body)
        given = draw.choice(self._given)
        if draw.random() < 0.1:
            given += "-" + draw.choice(self._given)
        profession = draw.choices(list(PROFESSIONS), list(PROFESSIONS.values()))[0]
        civility = draw.choice(("M", "MME"))
        row = [""] * len(COLUMN)
        row[:3] = "8", rpps, "8" + rpps
        row[3:5] = ("DR", "Docteur") if profession == "10" else ("", "")
        row[5:7] = civility, "Monsieur" if civility == "M" else "Madame"
        row[7:9] = self._names[int(len(self._names) * draw.random() ** 3)], given
        row[9:13] = profession, label("TRE_G15", profession), "C", "Civil"
        return row

    def _line(self, person: list[str]) -> str:
        draw = self._draw
        row = person.copy()
        if row[9] == "10":
            skill = draw.choices(list(SPECIALTIES), list(SPECIALTIES.values()))[0]
            row[13:17] = "S", "Spécialité ordinale", skill, label("TRE_R38", skill)
        row[17:19] = draw.choice((("L", "Libéral"), ("S", "Salarié")))
        row[COLUMN["Code genre activité"]] = "GENR01"
        if draw.random() < 0.9:
            place = self._places[int(len(self._places) * draw.random() ** 2)]
            row[19 : 19 + len(place)] = place
            row[PHONE] = f"01{draw.randrange(10**8):08d}"
            sector = draw.choice(SECTORS)
            row[COLUMN["Code secteur d'activité"]], row[COLUMN["Libellé secteur d'activité"]] = sector, label("TRE_R02", sector)
        return "|".join(row)


def _names(draw: random.Random, count: int) -> list[str]:
    names = COMMON.split()
    starts, middles, ends = STARTS.split(), MIDDLES.split(), ENDS.split()
    known = set(names)
    while len(names) < count:
        name = draw.choice(starts) + "".join(draw.choices(middles, k=draw.choice((0, 1, 1, 2)))) + draw.choice(ends)
        if draw.random() < 0.12:
            name += draw.choice(" -") + draw.choice(names)
        if name not in known:
            known.add(name)
            names.append(name)
    return names


def _places(draw: random.Random, count: int) -> list[list[str]]:
    """The columns from SIRET to the country's name, for each organisation."""
    towns = [(row["code"], row["name"]) for row in read("communes.csv.gz") if row["kind"] in "CA" and not row["closed_on"]]
    names = dict(towns)
    large = list(accumulate(100 - rank for rank in range(len(LARGE))))
    places = []
    for number in range(count):
        if draw.random() < 0.4:
            code = draw.choices(LARGE, cum_weights=large)[0]
            town = names[code]
        else:
            code, town = draw.choice(towns)
        body = f"{code[:2] if code[:2].isdigit() else '20'}{number:06d}"
        finess = body + luhn_key(body)
        postal = f"{code[:2]}0{code[3:]}" if code[:2] in ("75", "13", "69") else f"{body[:2]}{code[2:4]}0"
        row = [""] * len(COLUMN)
        row[21], row[23], row[24] = finess, f"F{finess}", f"CABINET {town.upper()} {number % 97}"
        row[28], row[30:33] = str(number % 150 + 1), ("R", "Rue", draw.choice(STREETS))
        row[35:40] = postal, code, town, "99100", "France"
        places.append(row[19:40])
    return places


def one_day_later(lines: Iterator[str], share: float, seed: int) -> Iterator[str]:
    """The same lines, `share` of them changed: eight in ten have another telephone, one left, one is replaced by a newcomer."""
    draw = random.Random(seed)
    for number, line in enumerate(lines):
        if draw.random() >= share:
            yield line
            continue
        kind = draw.random()
        if kind < 0.8:
            fields = line.split("|")
            fields[PHONE] = f"01{draw.randrange(10**8):08d}"
            yield "|".join(fields)
        elif kind < 0.9:
            body = f"898{number:07d}"
            rpps = body + luhn_key(body)
            yield f"8|{rpps}|8{rpps}|{line.split('|', 3)[3]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--lines", type=int, default=2_200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changed", type=float, default=0.0)
    given = parser.parse_args()
    lines = Extraction(given.lines, given.seed).lines()
    if given.changed:
        lines = one_day_later(lines, given.changed, given.seed + 2)
    with given.file.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\r\n")
        file.writelines(f"{line}\r\n" for line in lines)


if __name__ == "__main__":
    main()
