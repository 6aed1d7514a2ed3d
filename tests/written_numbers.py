"""Numbers in the forms in which texts write them, and in forms that nobody should, for generated texts."""

from hypothesis import strategies as st

_DIGITS = st.text("0123456789", min_size=1, max_size=4)
_SPACES = " \u00a0\u2009\u202f"
_JOINTS = [
    *".,·•'’/:^", *_SPACES, "-", "–", "−", " - ", " – ", "~", " ~ ", " to ", " or ", " x ", " × ", " ± ", "±",
    "e", "½", "²", " <", "-<", " to >",
]  # fmt: skip
_BEFORE = ["", "", "", "<", "< ", "≥", ">=", "~", "-", "−", "±", "+", ".", "T"]


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    """A number, a range or a chain of digits that means nothing."""
    text = draw(st.sampled_from(_BEFORE)) + draw(_DIGITS)
    for joint in draw(st.lists(st.sampled_from(_JOINTS), max_size=3)):
        text += joint + draw(_DIGITS)
    return text
