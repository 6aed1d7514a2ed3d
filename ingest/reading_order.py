"""The order in which the parts of a page are read: columns from left to right, each from top to bottom."""

from collections.abc import Sequence

from ingest.pdf_records import Rect

# Boxes may reach this many points into the space between two columns and still belong to one of them.
_SLACK = 3.0
# Of the height of what stands beside and across a space between columns, at most this share may cross it.
# Source: the fullest two-column page of the collection, one with a table and a figure across, has 0.55.
_MOST_CROSSING = 0.6


def reading_order(boxes: Sequence[Rect], *, leftwards: bool = False) -> list[int]:
    """Indices of the boxes in the order in which they are read.

    A space between columns is a place across the page that boxes stand on both sides of, one beside the
    other, and that few boxes cross; those that do (a title, a wide table) cut the columns into parts that are
    read one after the other.

    Args:
        boxes: of the parts of a page.
        leftwards: whether the page is read from right to left.
    """
    return _order(list(range(len(boxes))), boxes, leftwards)


def _order(indices: list[int], boxes: Sequence[Rect], leftwards: bool) -> list[int]:
    place = _space(indices, boxes)
    if place is None:
        return _rows(indices, boxes, leftwards)
    left = [i for i in indices if boxes[i][2] <= place + _SLACK]
    right = [i for i in indices if boxes[i][0] >= place - _SLACK and i not in left]
    across = [i for i in indices if i not in left and i not in right]
    columns = (right, left) if leftwards else (left, right)
    result: list[int] = []
    done: set[int] = set()
    for cut in (*_rows(across, boxes, leftwards), None):
        for column in columns:
            above = [i for i in column if i not in done and (cut is None or _above(boxes[i], boxes[cut]))]
            result += _order(above, boxes, leftwards)
            done.update(above)
        if cut is not None:
            result.append(cut)
    return result


def _space(indices: list[int], boxes: Sequence[Rect]) -> float | None:
    """The place that parts the boxes into columns best; None if there are no columns."""
    best: tuple[float, float] | None = None
    for place in sorted({boxes[i][0] for i in indices}):
        left = [boxes[i] for i in indices if boxes[i][2] <= place + _SLACK]
        right = [boxes[i] for i in indices if boxes[i][0] >= place - _SLACK and boxes[i][2] > place + _SLACK]
        if not left or not right or not _beside(left, right):
            continue
        all_sides = _height(left) + _height(right)
        crossing = sum(boxes[i][3] - boxes[i][1] for i in indices) - all_sides
        if crossing > _MOST_CROSSING * (all_sides + crossing):
            continue
        score = min(_height(left), _height(right)) - crossing
        if best is None or score > best[0]:
            best = score, place
    return best[1] if best else None


def _beside(left: list[Rect], right: list[Rect]) -> bool:
    """Whether a box on the left stands beside one on the right."""
    return any(a[1] < b[3] and b[1] < a[3] for a in left for b in right)


def _height(boxes: list[Rect]) -> float:
    return sum(box[3] - box[1] for box in boxes)


def _above(box: Rect, cut: Rect) -> bool:
    return box[1] + box[3] <= cut[1] + cut[3]


def _rows(indices: list[int], boxes: Sequence[Rect], leftwards: bool) -> list[int]:
    """From top to bottom; what stands side by side, in the direction of reading."""
    result: list[int] = []
    row: list[int] = []
    for i in sorted(indices, key=lambda i: (boxes[i][1], boxes[i][0])):
        if row and boxes[i][1] + boxes[i][3] > 2 * boxes[row[0]][3]:
            result += _across(row, boxes, leftwards)
            row = []
        row.append(i)
    return result + _across(row, boxes, leftwards)


def _across(row: list[int], boxes: Sequence[Rect], leftwards: bool) -> list[int]:
    return sorted(row, key=lambda i: -boxes[i][2] if leftwards else boxes[i][0])
