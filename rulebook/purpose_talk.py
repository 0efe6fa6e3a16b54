"""
What an officer's letter without drafts is for: its sentences are weighed together with the rules' word.

Patterns know what somebody foresaw; the nearness of sentences (`rulebook/nearness.py`) knows the rest. Each
has a weight and the heavier side wins, so neither a missing pattern nor one that says too much decides alone.
"""

from __future__ import annotations

import re

from rulebook import purpose_words as words
from rulebook.conversation import Purpose, PurposeFinding
from rulebook.nearness import Act, Heard, hear, nearest
from rulebook.purpose_facts import LetterFacts, is_courtesy

_FURTHER = 0.2
"""What the second and third sentence that do the same add to the first."""

_LEAST = 0.35
"""Below it no sentence is like anything known, and the rules' word stands."""

_FOREIGN, _FOREIGN_ALL = 0.5, 0.25
"""How much its first sentence and all together must be like those of companies, citizens, superiors."""

_SAYS = 0.6
_COVER = 400
"""Longer words beside drafts repeat them."""

_SURE = 0.6
_COURTEOUS = 0.45
_LIKE_NOTHING = 0.3
_HINT = 0.15
_SHORT = 6
_TOLD = 0.4
_LONGEST_THANKS = 300
_HANDS_OVER = re.compile(
    r"请(?:您|领导|老师|各位)?(?:查收|审阅|查阅|审核|接收|收阅|过目)|见附|附件"
)
_SENTENCES = re.compile(r"(?<=[。！!？?；;~～])|\n")
_CLAUSES = re.compile(r"(?<=[，,])")
_ASKS = re.compile(r"[?？]|不服|异议")
"""A thanks is read by nobody: how sure each clause of it must be."""

_IN_THREAD = {
    Act.STATEMENT: 1.5,
    Act.SENDING: 0.5,
    Act.RESENDING: 0.5,
    Act.OTHER: 0.5,
    Act.INQUIRY: 0.8,
}
_FRESH = {Act.STATEMENT: 0.9, Act.RESENDING: 0.6}
"""What an answer to our letter most likely does, and a letter that answers nothing."""

_PURPOSES = {
    Act.THANKS: Purpose.THANKS,
    Act.WITHDRAWAL: Purpose.WITHDRAWAL,
    Act.ADOPTION: Purpose.ADOPTION_REPORT,
    Act.SENDING: Purpose.SUBMISSION,
    Act.RESENDING: Purpose.SUBMISSION,
    Act.STATEMENT: Purpose.STATEMENT,
    Act.INQUIRY: Purpose.INQUIRY,
    Act.OTHER: Purpose.OTHER,
}


def talks(letter: LetterFacts) -> bool:
    """Whether a letter is an officer's words alone, perhaps with pictures: nothing that is judged."""
    submission = letter.submission
    return (
        letter.known
        and bool(letter.own or (letter.subject and not letter.answers_us))
        and not (letter.drafts or letter.linked or letter.forms or letter.faulty)
        and not (submission.archives or submission.cloud_links)
    )


def weighed(letter: LetterFacts, ruled: PurposeFinding, weight: float) -> PurposeFinding:
    """
    Weigh what the rules say of an officer's letter against what its sentences are like.

    Args: `weight`: how much the rule that spoke is to be trusted, 0 for a mere default.
    """
    said = letter.own if letter.answers_us and letter.own else letter.said
    heard = hear(_unwrapped(said))
    if not heard:
        return ruled
    if not letter.files and thanks(letter):
        return _near(letter, Purpose.THANKS, Act.THANKS, heard)
    scores: dict[Purpose, float] = {ruled.purpose: weight}
    acts: dict[Purpose, tuple[float, Act]] = {}
    for act, score in _scores(letter, heard).items():
        told = _told(letter, act, ruled.purpose)
        if score > acts.get(told, (0.0, act))[0]:
            acts[told] = (score, act)
    for told, (score, _) in acts.items():
        scores[told] = scores.get(told, 0.0) + score
    best = max(scores, key=scores.__getitem__)
    if best is ruled.purpose or scores[best] < _LEAST:
        return ruled
    return _near(letter, best, acts[best][1], heard)


def _unwrapped(text: str) -> str:
    """Return a text without the courtesy around what it says: “好的谢谢，那我们还欠几篇？”."""
    sentences = []
    for sentence in _SENTENCES.split(text):
        clauses = [part for part in _CLAUSES.split(sentence) if part.strip()]
        told = [part for part in clauses if not is_courtesy(part)]
        sentences.append("".join(told or clauses))
    return "\n".join(sentences)


def foreign(letter: LetterFacts) -> str:
    """Return the sentence by which a letter is like those that are not for this desk; "" if it is not."""
    heard = hear(f"{letter.subject}\n{letter.own}")
    likely = [one.likely[Act.OTHER] for one in heard]
    if max(likely, default=0.0) < _FOREIGN or sum(likely) < _FOREIGN_ALL * len(likely):
        return ""
    return max(heard, key=lambda one: one.likely[Act.OTHER]).sentence[:40]


def says(letter: LetterFacts) -> bool:
    """
    Whether a letter that brings drafts also contradicts us or asks something, which a person is to read.

    Whether it arrived our receipt tells; what is told of the drafts themselves stands in them.
    """
    if len(letter.own) > _COVER:
        return False
    return any(
        words.DISPUTED.search(one.sentence)
        or (one.act is Act.ADOPTION and one.likely[Act.ADOPTION] >= _SAYS)
        or (words.QUESTION.search(one.sentence) and not words.ARRIVED.search(one.sentence))
        for one in hear(_unwrapped(letter.own))
    )


def _told(letter: LetterFacts, act: Act, ruled: Purpose) -> Purpose:
    """
    Tell what a letter of such words is for.

    Without a draft an answer to us only speaks of one; a question of its own that is about nothing
    this desk deals with is a colleague's, and no machine answers it.
    """
    if letter.answers_us and act in (Act.SENDING, Act.RESENDING, Act.OTHER):
        return Purpose.STATEMENT
    answered = act in (Act.INQUIRY, Act.STATEMENT, Act.SENDING, Act.RESENDING)
    foreign = not letter.answers_us and not (letter.files or words.DESK.search(letter.said))
    if answered and foreign and ruled is not _PURPOSES[act]:
        return Purpose.OTHER
    return _PURPOSES[act]


def _scores(letter: LetterFacts, heard: tuple[Heard, ...]) -> dict[Act, float]:
    leaning = _IN_THREAD if letter.answers_us else _FRESH
    scores: dict[Act, float] = {}
    for act in Act:
        if act is not Act.THANKS:
            first, *further = sorted((one.likely[act] for one in heard), reverse=True)
            scores[act] = (first + _FURTHER * sum(further[:2])) * leaning.get(act, 1.0)
    return scores


def thanks(letter: LetterFacts) -> bool:
    """Whether a letter is only courtesy, and its subject tells nothing else."""
    if letter.submission.correspondence.links or letter.outlet:
        return False
    if not (is_courtesy(letter.own) or only_thanks(letter.own)):
        return False
    if letter.answers_us or letter.said == letter.own:
        return True
    told = hear(letter.subject)
    if letter.labelled or _HANDS_OVER.search(letter.own):
        return False  # a fresh letter whose attachment was forgotten
    if not letter.own:
        return all(map(_is_courteous, told))
    return all(_is_courteous(one) or max(one.likely.values()) < _TOLD for one in told)


def only_thanks(text: str) -> bool:
    """
    Whether each clause of a text is courtesy, by its words or by what it is like.

    Nobody reads a thanks, so one clause that may tell something makes it none.
    """
    if len(text) > _LONGEST_THANKS or _ASKS.search(text):
        return False
    heard = hear(text, clauses=True)
    thanks = [one.likely[Act.THANKS] for one in heard]
    return max(thanks, default=0.0) >= _SURE and all(map(_is_courteous, heard))


def _is_courteous(one: Heard) -> bool:
    if is_courtesy(one.sentence) or one.likely[Act.THANKS] >= _COURTEOUS:
        return True
    unlike = max(one.likely.values()) < _LIKE_NOTHING
    hint = one.likely[Act.THANKS] >= _HINT
    return unlike and hint and len(one.sentence) <= _SHORT and not re.search(r"\d", one.sentence)


def _near(
    letter: LetterFacts, purpose: Purpose, act: Act, heard: tuple[Heard, ...]
) -> PurposeFinding:
    said = max(heard, key=lambda one: one.likely[act]).sentence
    evidence = f"“{said[:40]}”，与“{nearest(said, act)}”相近"
    if purpose is Purpose.OTHER:
        return letter.other(evidence)
    return PurposeFinding(purpose, evidence, figures=False)
