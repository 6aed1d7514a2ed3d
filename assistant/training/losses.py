"""What training makes small: losses for groups of passages, for spans, and for vectors.

Sources: binary cross-entropy of passage and sentence; the contrast of each sentence that answers with all of
its group that do not is InfoNCE with one positive at a time (van den Oord et al. 2018, arXiv:1807.03748);
span ends as in BERT (Devlin et al. 2019, arXiv:1810.04805).
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from assistant.training.encode import Encoded, joined
from assistant.training.groups import Group
from assistant.training.model import Outputs

# Weights of the passage loss and of the contrast against the sentence loss. Source: chosen, not tuned.
_PASSAGE = 0.7
_CONTRAST = 0.7
_IMPOSSIBLE = -1e4


def group_losses(
    outputs: Outputs, encoded: Encoded, groups: Sequence[Group]
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch that holds the groups' passages in order, and its three parts, unweighted.

    Returns:
        the loss, and its parts: `passage`, answered or not by passage; `sentence`, evidence or not by
        sentence (mean over all sentences that were not cut off); `contrast`, each sentence that answers
        against those of its group that do not (mean over the groups that have both, 0 if none has).
    """
    answers = torch.tensor([float(passage.answers) for group in groups for passage in group.passages])
    of_passage = functional.binary_cross_entropy_with_logits(outputs.answerable.float(), answers)
    scores, labels, contrasts = [], [], []
    for group, rows in zip(groups, _rows(groups), strict=True):
        score, label = _sentences(outputs.evidence.float(), encoded, group, rows)
        scores.append(score)
        labels.append(label)
        if label.any() and not label.all():
            others = torch.logsumexp(score[~label], 0)
            contrasts.append(functional.softplus(others - score[label]).mean())
    of_sentence = functional.binary_cross_entropy_with_logits(torch.cat(scores), torch.cat(labels).float())
    contrast = torch.stack(contrasts).mean() if contrasts else torch.zeros(())
    loss = _PASSAGE * of_passage + of_sentence + _CONTRAST * contrast
    parts = {"passage": of_passage, "sentence": of_sentence, "contrast": contrast}
    return loss, {name: part.item() for name, part in parts.items()}


def contrast(scores: Tensor, answering: Tensor) -> Tensor:
    """Mean over questions of the contrast of each text that answers with all that do not.

    Args:
        scores: of each text for each question, shape (questions, texts).
        answering: whether the text answers, same shape; at least one of each question does.
    """
    others = scores.masked_fill(answering, -torch.inf).logsumexp(1, keepdim=True)
    return ((functional.softplus(others - scores) * answering).sum(1) / answering.sum(1)).mean()


def span_loss(outputs: Outputs, encoded: Encoded, ends: Sequence[tuple[int, int]]) -> Tensor:
    """Mean cross-entropy of the first and last piece of the answers.

    Args:
        outputs: of the batch.
        encoded: the batch.
        ends: for each row the positions of the answer's first and last piece; (0, 0) if it was cut off.
    """
    outside = encoded.outside()
    target = torch.tensor(ends)
    start = outputs.start.float().masked_fill(outside, _IMPOSSIBLE)
    end = outputs.end.float().masked_fill(outside, _IMPOSSIBLE)
    return (functional.cross_entropy(start, target[:, 0]) + functional.cross_entropy(end, target[:, 1])) / 2


def _rows(groups: Sequence[Group]) -> list[range]:
    """The rows of the batch that each group's passages stand in."""
    bounds = [0]
    for group in groups:
        bounds.append(bounds[-1] + len(group.passages))
    return [range(first, last) for first, last in pairwise(bounds)]


def _sentences(evidence: Tensor, encoded: Encoded, group: Group, rows: range) -> tuple[Tensor, Tensor]:
    """Log-odds (mean over pieces) and labels of the group's sentences that were not cut off."""
    scores: list[Tensor] = []
    labels: list[bool] = []
    for row, passage in zip(rows, group.passages, strict=True):
        _, spans = joined(passage.sentences)
        for span, label in zip(spans, passage.evidence, strict=True):
            pieces = encoded.pieces(row, span)
            if len(pieces):
                scores.append(evidence[row, torch.from_numpy(pieces)].mean())
                labels.append(label)
    return torch.stack(scores), torch.tensor(labels)
