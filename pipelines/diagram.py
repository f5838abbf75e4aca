"""A payout pipeline as a picture: states in the order of the file, an arc for each transition. It knows no page."""

from collections.abc import Iterator
from html import escape

from engine.definition import PayoutPipeline
from engine.wording import label

WIDTH, HEIGHT, GAP, RISE = 120, 40, 60, 26
_MOST = 7  # arcs above one another before they are drawn at one height


def svg(pipeline: PayoutPipeline) -> str:
    """
    SVG whose colours are those of its surroundings (`currentColor`). Transitions that lead on are drawn above the
    states, those that lead back below; what stays where it is has no arc. An arc is labelled as people call its
    trigger, and titled as the file does.
    """
    names = [state.name for state in pipeline.states]
    arcs = [*_arcs(pipeline, names)]
    high = max((each for _, _, each, _ in arcs), default=0)
    low = -min((each for _, _, each, _ in arcs), default=0)
    top, width = 20 + high * RISE, len(names) * (WIDTH + GAP)
    height = top + HEIGHT + 20 + low * RISE
    drawn = [_box(name, place, top) for place, name in enumerate(names)]
    drawn += [_arc(*arc, top) for arc in arcs]
    told = f"{pipeline.title}: {', '.join(names)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(told)}" class="diagram"><g fill="none" stroke="currentColor">{"".join(drawn)}</g></svg>'
    )


def _arcs(pipeline: PayoutPipeline, names: list[str]) -> Iterator[tuple[int, int, int, list[str]]]:
    """From and to as places, how far out (below: negative), and the triggers; the shorter ways are drawn further in."""
    ways: dict[tuple[int, int], list[str]] = {}
    for arrow in pipeline.transitions:
        if arrow.target and arrow.target != arrow.source:
            way = names.index(arrow.source), names.index(arrow.target)
            ways[way] = [*dict.fromkeys([*ways.get(way, []), arrow.trigger])]
    above = below = 0
    for (source, target), triggers in sorted(ways.items(), key=lambda way: (abs(way[0][0] - way[0][1]), way)):
        if source < target:
            above += 1
            yield source, target, min(above, _MOST), triggers
        else:
            below += 1
            yield source, target, -min(below, _MOST), triggers


def _box(name: str, place: int, top: int) -> str:
    x = place * (WIDTH + GAP) + GAP // 2
    return (
        f'<rect x="{x}" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text x="{x + WIDTH // 2}" y="{top + 25}" text-anchor="middle" fill="currentColor" stroke="none">'
        f"{escape(name)}</text>"
    )


def _arc(source: int, target: int, out: int, triggers: list[str], top: int) -> str:
    begin, end = (place * (WIDTH + GAP) + GAP // 2 + WIDTH // 2 for place in (source, target))
    begin, end = (begin + 15, end - 15) if source < target else (begin - 15, end + 15)
    edge = top if out > 0 else top + HEIGHT
    level = edge - out * RISE
    tip = edge - 5 if out > 0 else edge + 5
    middle, aside = (begin + end) // 2, level - 5 if out > 0 else level + 14
    return (
        f'<path d="M{begin} {edge}V{level}H{end}V{edge}"/><path d="M{end - 4} {tip}L{end} {edge}L{end + 4} {tip}"/>'
        f'<text x="{middle}" y="{aside}" text-anchor="middle" font-size="12" fill="currentColor" stroke="none">'
        f"<title>{escape(', '.join(triggers))}</title>{escape(', '.join(map(label, triggers)))}</text>"
    )
