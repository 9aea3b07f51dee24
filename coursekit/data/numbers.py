"""Whole numbers in Spanish words: pairs for a translator, without a dictionary to download.

Source: Real Academia Española (2010), Ortografía de la lengua española, numerals.
"""

from coursekit.validate import whole

SMALL = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro",
    "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
TENS = (
    "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa",
)  # fmt: skip
HUNDREDS = (
    "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
    "setecientos", "ochocientos", "novecientos",
)  # fmt: skip


def number_words(n: int) -> str:
    """Return a number from 0 to 999,999 in words, such as "dos mil cuarenta y siete" for 2047.

    Raises:
        ValueError: if n is out of range.
    """
    whole(n, 0, "n")
    if n > 999_999:
        raise ValueError(f"n must be at most 999,999, got {n}")
    if n < 30:
        return SMALL[n]
    if n < 100:
        return TENS[n // 10 - 3] + (f" y {SMALL[n % 10]}" if n % 10 else "")
    if n == 100:
        return "cien"
    if n < 1000:
        return _joined(HUNDREDS[n // 100 - 1], n % 100)
    if n < 2000:
        return _joined("mil", n % 1000)
    many = number_words(n // 1000).replace("veintiuno", "veintiún")
    return _joined(f"{many.removesuffix('o') if many.endswith('uno') else many} mil", n % 1000)


def _joined(words: str, rest: int) -> str:
    return f"{words} {number_words(rest)}" if rest else words
