"""How often answers were right, by their confidence: the bands that explain an answer's confidence."""

import numpy as np
from numpy.typing import NDArray

from assistant.records import Band

# Width of a band before bands are merged, and the least cases of one. Source: with 15 cases the 95 % interval
# of a share is about a quarter wide either way, beyond which a share says little.
_WIDTH = 0.05
_CASES = 15


def fit_bands(confidence: NDArray[np.float64], right: NDArray[np.bool_], answered: float) -> tuple[Band, ...]:
    """The bands of the answers that were given, ascending and without gaps.

    Neighbours are merged until each holds at least 15 cases; all are one band if there are fewer, and there
    is none if nothing was answered.

    Args:
        confidence: of each evaluation question, in [0, 1], shape (questions,).
        right: whether its first quote states a fact of it, shape (questions,).
        answered: confidence from which a question is answered, in (0, 1); the first band's lower end.
    """
    given = confidence >= answered
    if not given.any():
        return ()
    edges = [answered, *(e for e in np.arange(_WIDTH, 1, _WIDTH).round(2).tolist() if e > answered), 1.0]
    bands: list[Band] = []
    lower = answered
    for upper in edges[1:]:
        inside = given & (confidence >= lower) & ((confidence < upper) | (upper == 1.0))
        band = Band(lower, upper, int(right[inside].sum()), int(inside.sum()))
        if band.cases >= _CASES or upper == 1.0:
            bands.append(band)
            lower = upper
    if len(bands) > 1 and bands[-1].cases < _CASES:
        last, before = bands.pop(), bands.pop()
        bands.append(Band(before.lower, 1.0, before.right + last.right, before.cases + last.cases))
    return tuple(bands)
