"""四.1: what kind a draft is, by its label, else by the features of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rulebook import units
from rulebook.kind_rules import KindRule, Role
from rulebook.model import Draft, Kind
from rulebook.provisions import Labels, Provisions
from rulebook.reasons import Reason

_BRACKETED = re.compile(r"[【\[（(〔]\s*([^】\])）〕]{1,14})\s*[】\])）〕]")
# words that contain a label and are none: offices, campaigns, ordinary prose
_NO_LABEL = re.compile(
    r"综合(?=[一-鿿])(?!类|性|原创|文章|文稿|稿|信息|材料|报送|投稿|[一二三两][篇条]|及|和|与)"
    r"|(?:实时|最新|动态)(?:监测|监控|监管|管理|排查|清零|更新|跟踪|掌握|调整)|舆情(?:应对|处置|监测|工作|管理|引导|演练|培训)"
)
_HANDED_ON = re.compile(
    r"印发|下发|发[布出放送]|出台|签|递|公布|收到|宣读|送|张?贴|推出|编制|修订|制定"
)
"""“企业签订安全承诺书” is the news of a paper, not the paper."""

_OPINION_TITLE = re.compile(
    r"^(?:关于)?(?:网民|网友|网传|网络|抖音|微博|家长|业主|市民|群众|居民)[^，。]{0,12}(?:投诉|反映|吐槽|质疑|发帖|曝光|称|热议|举报|咨询|留言|传)"
)
"""A title that begins with what people say is that of a piece on public opinion."""

_LEAD = 60
HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．])")
"""How a section's heading begins."""


@dataclass(frozen=True, slots=True)
class KindFinding:
    """The kind with its evidence in Chinese; `reason` is set when a person has to decide."""

    kind: Kind | None
    evidence: str
    reason: Reason | None = None


def sounds_urgent(draft: Draft, kind: Kind | None, provisions: Provisions) -> bool:
    """
    Tell whether a report on public opinion names something that is looked at first.

    One whose kind is open is asked, too: an accident does not wait for a label.
    """
    if provisions.role_of(kind) is not Role.OPINION and kind is not None:
        return False
    said = f"{draft.title}\n{draft.text}"
    return any(word and word in said for word in provisions.labels.urgent)


def decide(draft: Draft, subject: str, provisions: Provisions) -> KindFinding:
    """
    Decide a draft's kind: explicit label, then features of the text, else KIND_UNCERTAIN.

    Source:  四.1 names the kinds; the order label → features is the office's reading.
    Returns: with kind 综合 and fewer characters than required: reason TOO_SHORT, kind kept. With a
             label that the text contradicts: reason KIND_UNCERTAIN, the labelled kind kept as evidence.
    """
    labelled = _labelled(draft, subject, provisions)
    if draft.paper:
        return KindFinding(None, f"像{draft.paper}，不像稿件", Reason.KIND_UNCERTAIN)
    if labelled is not None:
        kind, evidence = labelled
        if misfit := _misfit(draft, provisions.rule_of(kind), evidence, provisions):
            return misfit
        if provisions.role_of(kind) is Role.REPORT and _OPINION_TITLE.search(draft.title):
            for opinion in provisions.of_role(Role.OPINION):
                heard = _words_of(opinion, draft)
                if len(heard) >= provisions.labels.weights.contradiction:
                    conflict = (
                        f"{evidence}，但标题和内容像{opinion.name}（出现“{'”“'.join(heard[:4])}”）"
                    )
                    return KindFinding(None, conflict, Reason.KIND_UNCERTAIN)
        likely, strength, why = _felt(draft, provisions, clearly=True)
        weights = provisions.labels.weights
        if (
            likely is not None
            and strength >= weights.contradiction
            and _contradicts(kind, likely, draft, provisions)
            and not (
                draft.part and provisions.role_of(kind) is Role.OPINION
            )  # a row of the collection's own table
        ):
            conflict = f"{evidence}，但内容像{likely}（{why}）"
            return KindFinding(None, conflict, Reason.KIND_UNCERTAIN)
        return KindFinding(kind, evidence)
    if paper := _other_paper(draft, provisions.labels):
        sentence = f"没有标注类别，标题像“{paper.removeprefix('的')}”，不像稿件"
        return KindFinding(None, sentence, Reason.KIND_UNCERTAIN)
    likely, strength, why = _felt(draft, provisions)
    if likely is not None and strength >= provisions.labels.weights.unlabelled:
        sentence = f"没有标注类别，按内容判断：{why}"
        misfit = _misfit(draft, provisions.rule_of(likely), sentence, provisions)
        return misfit or KindFinding(likely, sentence)
    return KindFinding(None, "没有标注类别，从内容也无法判断", Reason.KIND_UNCERTAIN)


def _misfit(
    draft: Draft,
    rule: KindRule | None,
    evidence: str,
    provisions: Provisions,
    tried: frozenset[Kind] = frozenset(),
) -> KindFinding | None:
    """
    Tell how a draft breaks the bounds of its kind in characters and pictures, None when it does not.

    Where the provisions say what it is taken as instead, it is of that kind and nobody is asked,
    unless it breaks that one's bounds, too. `tried`: kinds that it was of before.
    """
    if rule is None or rule.name in tried:
        return None

    def instead(kind: Kind, told: str) -> KindFinding:
        told = f"{told}，按{kind}计"
        other = provisions.rule_of(kind)
        further = _misfit(draft, other, told, provisions, tried | {rule.name})
        return further or KindFinding(kind, told)

    if draft.characters < rule.least:
        told = f"{evidence}，但正文{draft.characters}字，不足{rule.least}字"
        if rule.short_as is not None:
            return instead(rule.short_as, told)
        return KindFinding(rule.name, told, Reason.TOO_SHORT)
    if rule.most and draft.characters > rule.most:
        told = f"{evidence}，但正文{draft.characters}字，超过{rule.most}字"
        return KindFinding(rule.name, told, Reason.TOO_LONG)
    if len(draft.images) < rule.pictures:
        told = f"{evidence}，但只有{len(draft.images)}张图片，不足{rule.pictures}张"
        if rule.pictures_as is not None:
            return instead(rule.pictures_as, told)
        return KindFinding(rule.name, told, Reason.KIND_UNCERTAIN)
    return None


def _other_paper(draft: Draft, labels: Labels) -> str:
    """Return the paper that a title calls itself by its last word (“关于……的通知”), or ""."""
    title = draft.title.rstrip("》”」）) ")
    ends = [word for word in labels.other_papers if word and title.endswith(word)]
    return "" if _HANDED_ON.search(title) else max(ends, key=len, default="")


def _contradicts(label: Kind, likely: Kind, draft: Draft, provisions: Provisions) -> bool:
    """
    Whether a text's own kind speaks against its label: a report labelled 舆情, or the reverse.

    One word of the net is enough to keep the label 舆情, since such pieces tell what was done, too.
    """
    label_role, likely_role = provisions.role_of(label), provisions.role_of(likely)
    if label_role is Role.REPORT:
        undated = draft.event_date.day is None
        return likely_role is Role.OPINION or (likely_role is Role.ARTICLE and undated)
    opinions = [rule for rule in provisions.of_role(Role.OPINION) if rule.features]
    silent = bool(opinions) and not any(_words_of(rule, draft) for rule in opinions)
    return label_role is Role.OPINION and likely_role is Role.REPORT and silent


def labels_differ(draft: Draft, subject: str, provisions: Provisions) -> bool:
    """Whether one place names one kind and another place another."""
    return len({kind for kind, _ in _named(draft, subject, provisions)}) > 1


def _labelled(draft: Draft, subject: str, provisions: Provisions) -> tuple[Kind, str] | None:
    """Return the nearest label; a farther one that says something else stands in the evidence."""
    named = list(_named(draft, subject, provisions))
    if not named:
        return None
    kind, evidence = named[0]
    other = next((sentence for other_kind, sentence in named if other_kind != kind), "")
    return kind, f"{evidence}（{other}，不一致，按离稿件最近的标注）" if other else evidence


def _named(draft: Draft, subject: str, provisions: Provisions) -> Iterator[tuple[Kind, str]]:
    """
    Yield what each source names as the kind, with the evidence, the nearest source first.

    The draft's own first line or title, file, folders, archive, then the subject. A source that
    names several kinds names none.
    """
    path = PurePosixPath(draft.file)
    sources: list[tuple[str, str]] = [("稿件标题", draft.title)]
    if draft.label_line:
        sources.insert(0, ("稿件首行", draft.label_line))
    sources.append(("文件名", path.stem))
    sources += [("文件夹名", folder) for folder in reversed(path.parts[1:-1])]
    if len(path.parts) > 1:
        sources.append(("压缩包名", PurePosixPath(path.parts[0]).stem))
    sources.append(("邮件主题", subject))
    vocabulary = _vocabulary(provisions)
    for source, text in sources:
        kinds = _kinds_in(text, vocabulary, prose=source == "稿件标题")
        if len(kinds) == 1:
            kind, word = next(iter(kinds.items()))
            yield kind, f"{source}“{_short(text)}”标有“{word}”"


def _kinds_in(text: str, vocabulary: _Vocabulary, *, prose: bool) -> dict[Kind, str]:
    """
    Return the kinds named in a text, with the word that names each.

    Bracketed words count before loose ones. In a title, which is prose, only a bracketed word or a
    prefix ("工作动态：…") is a label.
    """
    bracketed = " ".join(_BRACKETED.findall(text))
    if kinds := _words_in(bracketed, vocabulary):
        return kinds
    if prose:
        head = re.match(r"^([^：:|｜—]{2,10})[：:|｜—]", text)
        return _words_in(head[1], vocabulary) if head else {}
    return _words_in(text, vocabulary)


def _words_in(text: str, vocabulary: _Vocabulary) -> dict[Kind, str]:
    rest = _NO_LABEL.sub(" ", text)
    kinds: dict[Kind, str] = {}
    for word, kind in vocabulary:
        if word in rest:
            kinds.setdefault(kind, word)
            rest = rest.replace(word, " ")
    return kinds


_Vocabulary = Sequence[tuple[str, Kind]]


def _vocabulary(provisions: Provisions) -> _Vocabulary:
    """List the words that label a kind, the longest first."""
    words = [
        (word, rule.name)
        for role in (Role.COMMISSION, Role.ARTICLE, Role.OPINION, Role.REPORT)
        for rule in provisions.of_role(role)
        for word in rule.labels
        if word
    ]
    return sorted(words, key=lambda pair: -len(pair[0]))


def _felt(
    draft: Draft, provisions: Provisions, *, clearly: bool = False
) -> tuple[Kind | None, int, str]:
    """
    Weigh wording, length and headings: (kind, strength of the evidence, the evidence).

    `clearly`: only when it is `weights.clearly` times as strong as what speaks for any other kind.
    """
    shortest = min((rule.least for rule in provisions.of_role(Role.ARTICLE)), default=0)
    long = bool(provisions.of_role(Role.ARTICLE)) and draft.characters >= shortest
    scores: dict[Kind, tuple[int, str]] = {}
    for rule in provisions.kind_rules:
        if rule.role is Role.OPINION:
            scores[rule.name] = _as_opinion(draft, rule, provisions)
        elif rule.role is Role.ARTICLE:
            scores[rule.name] = _as_article(draft, rule, provisions)
        elif rule.role is Role.REPORT:
            scores[rule.name] = _as_report(draft, rule, provisions, long=long)
    ranked = sorted(scores, key=lambda kind: scores[kind][0], reverse=True)
    if not ranked:
        return None, 0, ""
    best, second = scores[ranked[0]], scores[ranked[1]] if ranked[1:] else (0, "")
    weights = provisions.labels.weights
    if best[0] == 0 or best[0] <= second[0] or (clearly and best[0] < weights.clearly * second[0]):
        return None, 0, ""
    return ranked[0], best[0], best[1]


def _as_opinion(draft: Draft, rule: KindRule, provisions: Provisions) -> tuple[int, str]:
    """Weigh the words in which people speak of what others say in public."""
    words, weights = _words_of(rule, draft), provisions.labels.weights
    strength = len(words) * weights.opinion_word + _leading(words, draft) * weights.opinion_leading
    return strength, f"出现“{'”“'.join(words[:4])}”"


def _as_article(draft: Draft, rule: KindRule, provisions: Provisions) -> tuple[int, str]:
    """Weigh length and headings; a long report of one day's event may be meant as either."""
    weights = provisions.labels.weights
    headings = sum(bool(HEADING.match(line)) for line in draft.text.splitlines())
    strength = (
        weights.article_length
        + (0 if draft.event_date.day else weights.article_without_day)
        + min(headings * weights.article_heading, weights.article_headings_most)
    )
    long = draft.characters >= rule.least
    return strength if long else 0, f"正文{draft.characters}字，有{headings}个小标题"


def _as_report(
    draft: Draft, rule: KindRule, provisions: Provisions, *, long: bool
) -> tuple[int, str]:
    """Weigh the words of a report, its day and its unit; as `long` as an essay it is none."""
    words, weights = _words_of(rule, draft), provisions.labels.weights
    dated = draft.event_date.day is not None
    strength = (
        min(len(words) * weights.news_word, weights.news_words_most)
        + min(_leading(words, draft) * weights.news_leading, weights.news_leading_most)
        + (weights.news_day if dated else 0)
        + (weights.news_unit if dated and _speaks_of_a_unit(draft, provisions) else 0)
    )
    told = f"，出现“{'”“'.join(words[:3])}”" if words else ""
    return 0 if long else strength, f"{draft.characters}字的事件报道{told}"


def _speaks_of_a_unit(draft: Draft, provisions: Provisions) -> bool:
    return bool(draft.named_unit) or units.find(draft.text, provisions.units) is not None


def _leading(words: Iterable[str], draft: Draft) -> int:
    """Count the words that stand in the title or the first lines: those count twice."""
    return sum(word in draft.title or word in draft.text[:_LEAD] for word in words)


def _words_of(rule: KindRule, draft: Draft) -> list[str]:
    """Return the words of a kind that a draft has."""
    text = f"{draft.title}\n{draft.text}"
    return [word for word in rule.features if word in text]


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
