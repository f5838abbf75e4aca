"""
Each code that a problem can have, with the smallest change to a right file that brings it about, where it is then
told, and in what words. The right file is `whole` in conftest.py.
"""

import pytest

from pipelines.codes import RULES
from pipelines.compiler import compile_file

SMALL = "stages: [{id: a, title: A, steps: [{id: x, action: self_invoicing, title: X}]}]"
# What is replaced (None: the whole file), by what, what is told, and the hint.
BROKEN = [
    ("title: Referral", "title: Referral: now",
     "4:20 E101 a second ':' cannot stand here", "put a value that contains ': ' in quotes"),
    ("title: Referral", "title: 'Referral",
     "4:12 E101 the quote that opens here is never closed", "close it with the same quote"),
    ("title: Referral", "title: @home", "4:12 E101 a value cannot begin with '@'", "put it in quotes"),
    ("title: Referral", 'title: "\\q"',
     "4:13 E101 this escape means nothing in YAML", "write \\\\ for a backslash, or use single quotes"),
    ("[Draft, Ready]", "[Draft, Ready",
     "25:91 E101 the list that begins in line 25 needs a ',' or ']' before this", "close it with ]"),
    ("initial: Draft", "initial", "14:5 E101 a ':' is missing after this", "write keys as: key: value"),
    ("    initial: Draft", "   initial: Draft",
     "14:4 E101 this does not line up with what began in line 12", "indent what belongs together by the same spaces"),
    ("title: Referral", "title:\tReferral", "4:11 E102 there is a tab here", "use spaces"),
    ("version", "\ufeffversion", "1:1 E103 there is a byte order mark here", "take it out"),
    ("Referral", "Ref\x00erral", "4:15 E103 there is a NUL here", "take it out"),
    ("Referral", "Ref\u202eerral", "4:15 E103 there is the character U+202E here", "take it out"),
    ("Referral", "Ref\udcfferral",
     "4:15 E103 there is the byte 0xff, which is not UTF-8, here", "save the file as UTF-8"),
    ("title: Referral", 'title: "\\e[31m"', "4:12 E103 there is the character U+001B here", "take it out"),
    ("title: Referral", "title: " + "x" * 262_144,
     "1:1 E104 the file is larger than 256 KB", "split it into two files"),
    ("title: Referral", "title: " + "[" * 30,
     "4:29 E105 values are nested more than 20 deep here", "take brackets out, or put the text in quotes"),
    ("title: Referral", "title: [" + "x, " * 5_000 + "]",
     "4:14986 E106 the file has more than 5000 keys and values", "split it into two files"),
    ("title: Referral", "title: &name Referral",
     "4:12 E107 '&name' is an anchor, and anchors are not read", "take it out"),
    ("title: Payout", "title: *name",
     "13:12 E108 '*name' is an alias, and aliases are not read", "write the value out"),
    ("title: Referral", "title: !!python/name:os.system Referral",
     "4:12 E109 '!!python/name:os.system' is a tag, and tags are not read", "take it out"),
    ("{means: paid}", "{means: paid, <<: {final: true}}",
     "19:27 E110 '<<' is a merge key, and merge keys are not read", "write the keys out"),
    ("payouts:", "---\npayouts:", "11:1 E111 a second document begins here", "make it a file of its own"),
    ("version: 1", "%YAML 1.1\n---\nversion: 1",
     "1:1 E112 there is a '%' directive before the document", "take it out"),
    ("    title: Payout", "    title: Payout\n    title: Two",
     "14:5 E113 'title' stands here a second time; the first is in line 13", "take one of them out"),
    ("{means: paid}", "{means: paid, [a]: b}", "19:27 E114 a key must be text, not a list or a mapping", ""),
    (None, "", "1:1 E115 the file is empty", "begin with: version: 1"),
    (None, "# nothing yet\n", "1:1 E115 the file is empty", "begin with: version: 1"),
    ("    title: Referral", "    title: Referral\n    tittle: Two",
     "5:5 E201 an onboarding pipeline has no key 'tittle'", "did you mean 'title'?"),
    ("title: Opt in or out", "title: Opt in or out, colour: red",
     "10:72 E201 a 'self_invoicing' step has no key 'colour'",
     "known: action, approval, due, id, remind, required, title"),
    ("{name: website}", "{name: website, requird: true}",
     "9:82 E201 'fields' has no key 'requird'", "did you mean 'required'?"),
    ("{means: waiting}", "{means: waiting, after: 14 days}",
     "17:33 E202 'after' is not supported yet", "take it out until a later version reads it"),
    ("by: finance", "by: finance, when: {}",
     "26:66 E202 'when' is not supported yet", "take it out until a later version reads it"),
    ("    initial: Draft", "    initial: Draft\n    tests: []",
     "15:5 E202 'tests' is not supported yet", "take it out until a later version reads it"),
    ("    title: Referral\n", "", "4:5 E203 an onboarding pipeline needs the key 'title'", ""),
    ("{name: website}", "{kind: text}", "9:66 E203 'fields' needs the key 'name'", ""),
    ("    initial: Draft\n", "", "13:5 E203 a payout pipeline needs the key 'initial'", ""),
    ("action: self_invoicing", "action: self_invoicng",
     "10:34 E204 no action is called 'self_invoicng'", "did you mean 'self_invoicing'?"),
    ("action: self_invoicing", "action: book_call",
     "10:34 E204 no action is called 'book_call'",
     "known: form, self_invoicing; one of your own is known once its package is installed beside billhook"),
    ("action: self_invoicing", "action: os.system",
     "10:34 E204 no action is called 'os.system'",
     "names are looked up, never imported; known: form, self_invoicing"),
    ("on_enter: [issue_invoice]", "on_enter: [isue_invoice]",
     "18:40 E204 no action is called 'isue_invoice'", "did you mean 'issue_invoice'?"),
    ("title: Referral", "title: [Referral]", "4:12 E205 'title' takes one text, not a list", ""),
    ("title: Referral", "title:", "4:5 E205 'title' has no value", "write one, or take it out"),
    ("final: true", "final: yes", "20:44 E205 'final' takes true or false, not 'yes'", ""),
    ("by: finance", "by: []", "26:57 E205 'by' names nothing", ""),
    ("{means: paid}", "paid", "19:13 E205 'Paid' is a mapping: keys with values", ""),
    ("    initial: Draft\n", "    initial: Draft\n    default: NO\n",
     "15:14 E205 'default' takes true or false, not 'NO'", ""),
    (None, "just a text\n", "1:1 E205 the file is not a mapping", "begin with: version: 1"),
    ("[not_asked]", "[not_askd]", "23:74 E206 no guard is called 'not_askd'", "did you mean 'not_asked'?"),
    ("[not_asked]", "[__class__]",
     "23:74 E206 no guard is called '__class__'",
     "names are looked up, never imported; known: asked, not_asked, settled"),
    ("effects: [hold]", "effects: [holt]", "25:87 E207 no effect is called 'holt'", "did you mean 'hold'?"),
    ("initial: Draft", "initial: Drft", "14:14 E208 this pipeline has no state 'Drft'", "did you mean 'Draft'?"),
    ("to: Paid", "to: Payed", "26:47 E208 this pipeline has no state 'Payed'", "did you mean 'Paid'?"),
    ("from: Paid", "from: Gone",
     "27:41 E208 this pipeline has no state 'Gone'", "known: Cancelled, Draft, Paid, Pending, Ready"),
    ("by: finance", "by: finanse", "26:57 E209 no group of people is called 'finanse'", "did you mean 'finance'?"),
    ("    initial: Draft", "    initial: Draft\n    ask: [reviews]",
     "15:11 E210 'reviews' is nothing that a partner can be asked for", "did you mean 'review'?"),
    ("id: company", "id: Company-1",
     "9:18 E211 'Company-1' cannot be the id", "small letters, digits and _, first a letter, at most 63: get_paid"),
    ("trigger: hold", "trigger: onHold",
     "25:19 E211 'onHold' cannot be the name of a trigger",
     "small letters, digits and _, first a letter, at most 63: get_paid"),
    ("      Paid: {means", "      paid: {means",
     "19:7 E211 'paid' cannot be the name of a state",
     "letters, digits and _, first a capital letter, at most 63: OnHold"),
    ("  referral:", "  Referral:",
     "3:3 E211 'Referral' cannot be the name of a pipeline",
     "small letters, digits and _, first a letter, at most 63: get_paid"),
    ("id: opt_in", "id: company",
     "10:18 E212 the step 'company' stands here a second time; the first is in line 9",
     "rename or take out one of them"),
    ("[Draft, Ready]", "[Draft, Draft]",
     "25:39 E212 the state 'Draft' stands here a second time; the first is in line 25",
     "rename or take out one of them"),
    ("fields: [{name: website}]", "fields: []", "9:65 E213 form, setting 'fields': needs 1 or more entries", ""),
    ("fields: [{name: website}]", "fields: [{name: website, kind: nmber}]",
     "9:88 E213 form, setting 'kind': 'nmber' is not one of: text, number", "did you mean 'number'?"),
    ("fields: [{name: website}]", "fields: [{name: website, required: yes}]",
     "9:92 E213 form, setting 'required': takes true or false, not 'yes'", ""),
    ("fields: [{name: website}]", "fields: [{name: website}], most: 1_0",
     "9:90 E213 form, setting 'most': takes a whole number in digits, not '1_0'", ""),
    ("fields: [{name: website}]", "fields: [{name: website}], most: 26",
     "9:90 E213 form, setting 'most': is at most 25, not '26'", ""),
    ("fields: [{name: website}]", "fields: [{name: website}], most: many",
     "9:90 E213 form, setting 'most': takes a whole number, not 'many'", ""),
    ("fields: [{name: website}]", "fields: [{name: website}], share: 1e3",
     "9:91 E213 form, setting 'share': takes a number in digits, not '1e3'", ""),
    ("fields: [{name: website}]", "fields: [{name: website}], note: a long one",
     "9:90 E213 form, setting 'note': has at most 8 characters", ""),
    ("action: self_invoicing", "action: archive",
     "10:34 E214 'archive' is work for a worker and cannot be a step",
     "name it under a state's 'on_enter'; steps take: form, self_invoicing"),
    ("on_enter: [issue_invoice]", "on_enter: [issue_invoice, form]",
     "18:55 E215 'form' asks a person and cannot run on entering a state",
     "make it a step; 'on_enter' takes: archive, issue_invoice"),
    ("version: 1", "version: 2", "1:10 E216 version '2' is not known", "write: version: 1"),
    ("means: waiting", "means: wating",
     "17:24 E217 'wating' is not one of: draft, waiting, ready, paid, cancelled", "did you mean 'waiting'?"),
    ("title: Company,", "title: Company, approval: yes,",
     "9:67 E217 'yes' is not one of: required", "write 'required', or take the key out"),
    *(
        ("title: Company,", f"title: Company, due: {due},",
         f"9:62 E205 'due' takes 1 to 3650 days, such as 14 days or 2 weeks, not '{due}'", "")
        for due in ("14", "0 days", "1.5 weeks", "-1 day", "36 hours", "522 weeks", "on")
    ),
    ("title: Company,", "title: Company, due: [14 days],",
     "9:62 E205 'due' takes 1 to 3650 days, such as 14 days or 2 weeks, not a list", ""),
    ("title: Company,", "title: Company, due: 14 days, remind: [3 days, soon],",
     "9:88 E205 'remind' takes 1 to 3650 days, such as 14 days or 2 weeks, not 'soon'", ""),
    ("title: Company,", "title: Company, due: 9 days, remind: [1 day, 2 days, 3 days, 4 days, 5 days, 6 days],",
     "9:78 E205 'remind' has at most 5 entries", ""),
    ("title: Company,", "title: Company, due: 2 weeks, remind: [7 days, 1 week],",
     "9:88 E212 the reminder '1 week' stands here a second time; the first is in line 9",
     "rename or take out one of them"),
    ("title: Company,", "title: Company, remind: [3 days],",
     "9:57 E218 there is no 'due' that 'remind' could come before", "add 'due', such as: due: 14 days"),
    ("title: Company,", "title: Company, due: 3 days, remind: [1 day, 3 days],",
     "9:86 E219 '3 days' is not shorter than 'due', which is 3 days", "remind later, or give more time"),
    ("initial: Draft", "initial: Pending",
     "14:14 E301 the initial state 'Pending' means waiting, not draft", "begin in the state that means draft"),
    ("      Cancelled: {means", "      Lost: {means: waiting}\n      Cancelled: {means",
     "20:7 E302 no way leads from 'Draft' to the state 'Lost'", "add a transition to it, or take it out"),
    ("from: [Draft, Pending, Ready], to", "from: [Draft, Pending], to",
     "18:7 E303 no way leads from the state 'Ready' to a final one", "add a transition towards Cancelled"),
    ("from: [Draft, Ready], by", "from: [Draft, Cancelled], to: Draft, by",
     "25:39 E304 'hold' leads out of 'Cancelled', which is final",
     "take 'Cancelled' out of 'from', or 'final: true' out of the state"),
    ("to: Paid, by: finance}",
     "to: Paid, by: finance}\n      - {trigger: mark_paid, from: Ready, to: Cancelled, by: vendor}",
     "27:36 E305 'mark_paid' from 'Ready' can never be taken: the one in line 26 always comes first",
     "take it out, or put it first"),
    ("guards: [not_asked]", "guards: [settled]",
     "23:35 E306 two transitions 'validate' from 'Draft' can both be taken; the other is in line 22",
     "give each a guard that negates one of the other's"),
    ("      Paid: {means: paid}\n", "      Paid: {means: waiting}\n",
     "12:3 E307 no state means paid", "add a state with 'means: paid'"),
    ("Pending: {means: waiting}", "Pending: {means: ready}",
     "18:7 E308 'Ready' and 'Pending' both mean ready", "give one of them another meaning"),
    ("    stages:\n", "    stages:\n      - {id: none, title: None, steps: []}\n",
     "6:33 E309 stage 'none' has no steps", "add a step, or take it out"),
    ("      - id: start\n",
     "      - {id: b, title: B, steps: [{id: x, action: self_invoicing, title: X, required: false}]}\n      - id: s\n",
     "6:14 E310 every step of stage 'b' is optional", "make one step required, or move these to another stage"),
    ("payouts:", "  empty: {title: Empty, default: true, stages: []}\npayouts:",
     "11:40 E311 onboarding 'empty' has no stages", "add a stage"),
    ("payouts:",
     f"  one: {{title: O, default: true, {SMALL}}}\n"
     f"  two: {{title: T, default: true, {SMALL}}}\npayouts:",
     "12:3 E312 'two' is a second default; the first is 'one'", "keep 'default: true' in one of them"),
    ("guards: [asked]", "guards: [asked, not_asked]",
     "22:19 E313 'validate' can never be taken: its guards 'asked' and 'not_asked' exclude each other",
     "take one of them out"),
    (", final: true", "",
     "12:3 E314 no state of pipeline 'standard' is final", "add 'final: true' to the state that means cancelled"),
    (", effects: [hold]", "",
     "25:19 E315 'hold' has no 'to' and no effects, so it does nothing", "add 'to' or 'effects'"),
    (None, "version: 1\n", "1:1 E316 the file declares no pipelines", "add 'onboarding', 'payouts' or both"),
    (", on_enter: [issue_invoice]", "",
     "18:7 W401 no invoice is issued when a payout becomes 'Ready'", "add: on_enter: [issue_invoice]"),
    ("{means: waiting}", "{means: waiting, on_enter: [issue_invoice]}",
     "17:7 W402 'issue_invoice' runs on entering 'Pending', which does not mean ready",
     "move it to the state that means ready"),
    ("payouts:", f"  second: {{title: S, {SMALL}}}\npayouts:",
     "3:3 W403 none of the onboarding pipelines is the default", "add 'default: true' to one of them"),
]  # fmt: skip


def broken(whole: str, old: str | None, new: str) -> str:
    if old is None:
        return new
    assert old in whole
    return whole.replace(old, new, 1)


def told_of(text, registry):
    problems = compile_file(text, file="pipelines.yaml", registry=registry).problems
    return {(f"{problem.line}:{problem.column} {problem.code} {problem.message}", problem.hint) for problem in problems}


def test_the_file_that_the_others_break_is_right(whole, registry):
    assert compile_file(whole, file="pipelines.yaml", registry=registry).problems == ()


@pytest.mark.parametrize(("old", "new", "told", "hint"), BROKEN, ids=[told[:60] for _, _, told, _ in BROKEN])
def test_a_broken_file_is_told_where_and_why(whole, registry, old, new, told, hint):
    assert (told, hint) in told_of(broken(whole, old, new), registry)


# Several problems that one change brings about, each of them true.
SEVERAL = {"E211", "E301", "E303", "E308"}


@pytest.mark.parametrize(("old", "new", "told", "hint"), BROKEN, ids=[told[:60] for _, _, told, _ in BROKEN])
def test_one_mistake_is_told_once(whole, registry, old, new, told, hint):
    found = told_of(broken(whole, old, new), registry)

    assert len(found) == 1 or told.split()[1] in SEVERAL


def test_every_code_is_shown_broken():
    shown = {told.split()[1] for _, _, told, _ in BROKEN}

    assert set(RULES) - shown == {"E199"}  # more problems than are shown has a test of its own


def test_a_code_says_by_its_letter_whether_it_stops_the_file():
    assert {rule.severity for rule in RULES.values() if rule.code.startswith("E")} == {"error"}
    assert {rule.severity for rule in RULES.values() if rule.code.startswith("W")} == {"warning"}
    assert all(rule.why for rule in RULES.values())
