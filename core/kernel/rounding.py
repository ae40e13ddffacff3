"""The one rounding place of the program.

Python's own ``round`` is banker's rounding (356.50 would become 356); a bill needs 357.
"""


def divide_half_away(numerator: int, denominator: int) -> int:
    """Return numerator / denominator as a whole number, a half going away from zero.

    Raises ZeroDivisionError for a denominator of zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def split_by_largest_remainder(total: int, weights: list[int]) -> list[int]:
    """Split a whole number in proportion to weights so that the parts add back to it exactly.

    Each part is the exact share rounded toward zero, and the units left over go to the largest remainders,
    ties to the earlier part. Weights are not negative; if all are zero the first part takes everything.

    Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given and not negative")
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    sign = -1 if total < 0 else 1
    amount = abs(total)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    left = amount - sum(parts)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
