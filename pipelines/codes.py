"""
Every code that a problem in a pipelines file can have: the one table that messages and the reference page come from.

E1xx: the text cannot be read. E2xx: names, keys and values. E3xx: the whole does not work. W4xx: it works, but.
A code keeps its meaning for ever; one that is no longer needed is not given to something else.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

_KNOWN = "known: {known}; one of your own is known once its package is installed beside billhook"


@dataclass(frozen=True, slots=True)
class Rule:
    """`message` and `hint` are format strings; `why` is for the reference page."""

    code: str
    message: str
    why: str
    hint: str = ""

    @property
    def severity(self) -> Severity:
        return "warning" if self.code.startswith("W") else "error"


_RULES = (
    # ---- the text -----------------------------------------------------------------------------------------------
    Rule("E101", "{what}", "The text is not YAML from here on, so nothing after it was read."),
    Rule(
        "E102",
        "there is a tab here",
        "Editors show tabs in different widths, and YAML forbids them in indentation.",
        "use spaces",
    ),
    Rule(
        "E103",
        "there is {what} here",
        "Characters that cannot be seen, or that turn the reading direction, let a file say other than it shows.",
        "take it out",
    ),
    Rule(
        "E104",
        "the file is larger than {limit} KB",
        "A pipelines file is written by people.",
        "split it into two files",
    ),
    Rule(
        "E105",
        "values are nested more than {limit} deep here",
        "A pipeline needs no such depth, and a hostile file is made of it.",
        "take brackets out, or put the text in quotes",
    ),
    Rule(
        "E106",
        "the file has more than {limit} keys and values",
        "A pipelines file is written by people.",
        "split it into two files",
    ),
    Rule(
        "E107",
        "'&{name}' is an anchor, and anchors are not read",
        "What a pipeline says is read where it stands.",
        "take it out",
    ),
    Rule(
        "E108",
        "'*{name}' is an alias, and aliases are not read",
        "What a pipeline says is read where it stands; aliases can also make a small file enormous.",
        "write the value out",
    ),
    Rule(
        "E109",
        "'{name}' is a tag, and tags are not read",
        "Values stay the text that was written until billhook gives them their type; no type of Python is ever made.",
        "take it out",
    ),
    Rule("E110", "'<<' is a merge key, and merge keys are not read", "See E108.", "write the keys out"),
    Rule("E111", "a second document begins here", "One file is one document.", "make it a file of its own"),
    Rule("E112", "there is a '%' directive before the document", "The file is plain YAML.", "take it out"),
    Rule(
        "E113",
        "'{name}' stands here a second time; the first is in line {line}",
        "Other YAML readers keep the last and say nothing.",
        "take one of them out",
    ),
    Rule("E114", "a key must be text, not a list or a mapping", "Keys are names."),
    Rule("E115", "the file is empty", "There is nothing to check.", "begin with: version: 1"),
    Rule(
        "E199",
        "there are more than {limit} problems; the others are not shown",
        "Fixing the first often fixes many.",
        "fix these first",
    ),
    # ---- names, keys and values ---------------------------------------------------------------------------------
    Rule(
        "E201",
        "{about} has no key '{name}'",
        "A key that nobody reads would be a wish that nobody grants.",
        "known: {known}",
    ),
    Rule(
        "E202",
        "'{name}' is not supported yet",
        "A key that this version does not honour is refused, never accepted and ignored.",
        "take it out until a later version reads it",
    ),
    Rule("E203", "{about} needs the key '{name}'", "There is no default that would be right for everybody."),
    Rule(
        "E204",
        "no action is called '{name}'",
        "Actions are looked up among the installed ones; nothing is imported by its path.",
        _KNOWN,
    ),
    Rule("E205", "{what}", "The value is of another kind than this key takes."),
    Rule(
        "E206",
        "no guard is called '{name}'",
        "Guards are looked up among the installed ones; nothing is imported by its path.",
        _KNOWN,
    ),
    Rule(
        "E207",
        "no effect is called '{name}'",
        "Effects are looked up among the installed ones; nothing is imported by its path.",
        _KNOWN,
    ),
    Rule(
        "E208",
        "this pipeline has no state '{name}'",
        "Every state is declared under 'states'.",
        "known: {known}",
    ),
    Rule(
        "E209",
        "no group of people is called '{name}'",
        "'by' names who may take the transition.",
        "known: {known}",
    ),
    Rule(
        "E210",
        "'{name}' is nothing that a partner can be asked for",
        "A partner is asked for a review, for its own invoice, for both or for nothing.",
        "known: {known}",
    ),
    Rule(
        "E211",
        "'{name}' cannot be the {kind}",
        "Names end up in addresses, commands and history, and are written the same everywhere.",
        "{form}",
    ),
    Rule(
        "E212",
        "{kind} '{name}' stands here a second time; the first is in line {line}",
        "One name is one thing.",
        "rename or take out one of them",
    ),
    Rule(
        "E213",
        "{action}, setting '{name}': {what}",
        "Each action says which settings it takes and what they may be.",
    ),
    Rule(
        "E214",
        "'{name}' is work for a worker and cannot be a step",
        "A step asks a person for something.",
        "name it under a state's 'on_enter'; steps take: {known}",
    ),
    Rule(
        "E215",
        "'{name}' asks a person and cannot run on entering a state",
        "'on_enter' names work for a worker.",
        "make it a step; 'on_enter' takes: {known}",
    ),
    Rule("E216", "version '{name}' is not known", "The number says how the file is to be read.", "write: version: 1"),
    Rule("E217", "'{name}' is not one of: {known}", "Only these words have a meaning here."),
    Rule(
        "E218",
        "there is no 'due' that 'remind' could come before",
        "A reminder is told so many days before the due day.",
        "add 'due', such as: due: 14 days",
    ),
    Rule(
        "E219",
        "'{name}' is not shorter than 'due', which is {days} days",
        "A reminder is told after the step has opened and before it is due.",
        "remind later, or give more time",
    ),
    # ---- the whole ----------------------------------------------------------------------------------------------
    Rule(
        "E301",
        "the initial state '{name}' means {means}, not draft",
        "A new payout is a draft: its lines may change and the partner does not see it.",
        "begin in the state that means draft",
    ),
    Rule(
        "E302",
        "no way leads from '{initial}' to the state '{name}'",
        "No payout could ever be there.",
        "add a transition to it, or take it out",
    ),
    Rule(
        "E303",
        "no way leads from the state '{name}' to a final one",
        "A payout that comes here could never end.",
        "add a transition towards {finals}",
    ),
    Rule(
        "E304",
        "'{trigger}' leads out of '{name}', which is final",
        "Final is where a payout stays.",
        "take '{name}' out of 'from', or 'final: true' out of the state",
    ),
    Rule(
        "E305",
        "'{trigger}' from '{name}' can never be taken: the one in line {line} always comes first",
        "Transitions of one trigger are tried in the file's order.",
        "take it out, or put it first",
    ),
    Rule(
        "E306",
        "two transitions '{trigger}' from '{name}' can both be taken; the other is in line {line}",
        "Which way a payout goes must not hang on the order of two lines.",
        "give each a guard that negates one of the other's",
    ),
    Rule(
        "E307",
        "no state means {means}",
        "Rules ask what a state means, never its name: each meaning has exactly one state.",
        "add a state with 'means: {means}'",
    ),
    Rule(
        "E308",
        "'{name}' and '{other}' both mean {means}",
        "Rules ask what a state means, never its name: each meaning has exactly one state.",
        "give one of them another meaning",
    ),
    Rule("E309", "stage '{name}' has no steps", "There would be nothing to complete.", "add a step, or take it out"),
    Rule(
        "E310",
        "every step of stage '{name}' is optional",
        "A stage is done when its required steps are: this one would be done before it is seen.",
        "make one step required, or move these to another stage",
    ),
    Rule("E311", "onboarding '{name}' has no stages", "There would be nothing to complete.", "add a stage"),
    Rule(
        "E312",
        "'{name}' is a second default; the first is '{other}'",
        "Who names no pipeline gets the default one, so there is one at most.",
        "keep 'default: true' in one of them",
    ),
    Rule(
        "E313",
        "'{trigger}' can never be taken: its guards '{name}' and '{other}' exclude each other",
        "A transition is taken when all of its guards say yes.",
        "take one of them out",
    ),
    Rule(
        "E314",
        "no state of pipeline '{name}' is final",
        "Final is where a payout may end.",
        "add 'final: true' to the state that means cancelled",
    ),
    Rule(
        "E315",
        "'{trigger}' has no 'to' and no effects, so it does nothing",
        "Without 'to' a payout stays where it is.",
        "add 'to' or 'effects'",
    ),
    Rule(
        "E316",
        "the file declares no pipelines",
        "There is nothing to run.",
        "add 'onboarding', 'payouts' or both",
    ),
    # ---- it works, but ------------------------------------------------------------------------------------------
    Rule(
        "W401",
        "no invoice is issued when a payout becomes '{name}'",
        "Self-invoicing begins on entering the state that means ready.",
        "add: on_enter: [{known}]",
    ),
    Rule(
        "W402",
        "'{action}' runs on entering '{name}', which does not mean ready",
        "An invoice is issued when a payout is ready to be paid.",
        "move it to the state that means ready",
    ),
    Rule(
        "W403",
        "none of the {kind} pipelines is the default",
        "Who names no pipeline then gets none.",
        "add 'default: true' to one of them",
    ),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}
