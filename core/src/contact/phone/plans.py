#!/usr/bin/env python3
"""Writes the numbering plans and the example numbers that the reader of phone numbers is built on and tested with.

    pip install phonenumbers && python3 plans.py

Needs the package `phonenumbers`, the Python port of libphonenumber with its metadata (Apache-2.0).
"""
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
try:
    from re import _parser as parser
except ImportError:
    import sre_parse as parser
import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

HERE = Path(__file__).parent
SOURCE = (f"# From libphonenumber's metadata (Apache-2.0, (C) The Libphonenumber Authors), by the PyPI package phonenumbers"
          f" {phonenumbers.__version__}.\n# Written by plans.py, not by hand.\n")
# Digits by which numbers are told apart. Deeper differences are left to the country's carriers.
DEEPEST = 4


class Machine:
    """The strings of digits that a pattern matches, as an automaton without memory."""

    def __init__(self, pattern):
        self.edges, self.free, self.states = defaultdict(list), defaultdict(list), 0
        self.start = self.state()
        self.end = self.build(parser.parse(pattern), self.start)

    def state(self):
        self.states += 1
        return self.states

    def build(self, items, at):
        for kind, value in items:
            kind = str(kind)
            if kind == "LITERAL":
                at = self.step(at, {chr(value)})
            elif kind == "IN":
                at = self.step(at, self.digits(value))
            elif kind == "SUBPATTERN":
                at = self.build(value[-1], at)
            elif kind == "BRANCH":
                end = self.state()
                for branch in value[1]:
                    self.free[self.build(branch, at)].append(end)
                at = end
            elif kind == "MAX_REPEAT":
                least, most, inner = value
                end = self.state()
                for count in range(int(most)):
                    if count >= least:
                        self.free[at].append(end)
                    at = self.build(inner, at)
                self.free[at].append(end)
                at = end
            else:
                raise ValueError(kind)
        return at

    @staticmethod
    def digits(choices):
        found = set()
        for kind, value in choices:
            kind = str(kind)
            if kind == "LITERAL":
                found.add(chr(value))
            elif kind == "RANGE":
                found |= {chr(c) for c in range(value[0], value[1] + 1)}
            elif kind == "CATEGORY":
                found |= set("0123456789")
            else:
                raise ValueError(kind)
        return found

    def step(self, at, digits):
        end = self.state()
        for digit in digits:
            self.edges[at].append((digit, end))
        return end

    def closed(self, states):
        open_, all_ = list(states), set(states)
        while open_:
            for other in self.free[open_.pop()]:
                if other not in all_:
                    all_.add(other)
                    open_.append(other)
        return frozenset(all_)

    def first(self):
        return self.closed([self.start])

    @lru_cache(maxsize=None)
    def after(self, states, digit):
        return self.closed([end for state in states for d, end in self.edges[state] if d == digit])

    @lru_cache(maxsize=None)
    def count(self, states, length):
        if not states:
            return 0
        if length == 0:
            return int(self.end in states)
        return sum(self.count(self.after(states, d), length - 1) for d in "0123456789")


def ranges(machine):
    """{prefix: {lengths}}: the shortest prefixes that tell which lengths there are."""
    def lengths(states, depth):
        return {total: machine.count(states, total - depth) for total in range(max(depth, 3), 16)}

    def walk(prefix, states):
        counted = lengths(states, len(prefix))
        some = {total for total, count in counted.items() if count}
        whole = all(counted[total] == 10 ** (total - len(prefix)) for total in some)
        if not some:
            return {}
        if whole or len(prefix) == DEEPEST:
            return {prefix: frozenset(some)}
        found = {}
        for digit in "0123456789":
            found.update(walk(prefix + digit, machine.after(states, digit)))
        alike = {found.get(prefix + digit) for digit in "0123456789"}
        if len(alike) == 1 and None not in alike:
            return {prefix: alike.pop()}
        return found
    return walk("", machine.first())


def written(found):
    """`3:9 8:7,9` with neighbours of one kind joined: `[1-3]:9` is `1-3:9`."""
    by_lengths = defaultdict(list)
    for prefix, lengths in found.items():
        by_lengths[lengths].append(prefix)
    out = []
    for lengths, prefixes in by_lengths.items():
        out.append(",".join(sorted(prefixes)) + ":" + ",".join(map(str, sorted(lengths))))
    return " ".join(sorted(out))


# Digits that a number of the country begins with inside the country and not outside it. A second one is older.
TRUNKS = {"BY": "8,80,0", "LT": "0,8", "MN": "0,01,02"}
# Where numbers are usually written without it, besides those that libphonenumber writes so.
OPTIONAL = {"IN"}
# German numbers have at most 11 digits. libphonenumber lets those of the area codes 49… be longer, and then cannot
# tell 49 151 12345678, whose + was lost, from a number in Leer.
# Of Russian numbers, only those that begin with 810 800 have 14. 810 is what is dialled there in front of a calling code.
SHORTER = {7: ("8", 10), 49: ("49", 11)}


def mobile(region):
    """The digits of a mobile number as it is written inside the country."""
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    return re.sub(r"\D", "", phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)) if number else "0"


# Exit codes that carriers have and libphonenumber does not know.
EXITS = {"ID": "001 007"}


def exits(pattern):
    """The digits that a pattern of exit codes matches, with . for any digit."""
    def spelled(items):
        texts = [""]
        for kind, value in items:
            kind = str(kind)
            if kind == "LITERAL":
                more = [chr(value)]
            elif kind == "IN":
                found = Machine.digits(value)
                more = ["."] if len(found) == 10 else sorted(found)
            elif kind == "SUBPATTERN":
                more = spelled(value[-1])
            elif kind == "BRANCH":
                more = [text for branch in value[1] for text in spelled(branch)]
            elif kind == "MAX_REPEAT":
                least, most, inner = value
                assert most == 1
                more = spelled(inner) + [""] * (least == 0)
            else:
                raise ValueError(kind)
            texts = [text + other for text in texts for other in more]
        return texts
    return spelled(parser.parse(pattern))


def main():
    by_code = defaultdict(list)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        by_code[phonenumbers.country_code_for_region(region)].append(region)
    lines = [SOURCE, "# calling code, countries, trunk prefixes (with ? where numbers are usually written without), first digits of"
             " numbers: their lengths\n"]
    for code, regions in sorted(by_code.items()):
        metadata = [PhoneMetadata.metadata_for_region(region) for region in regions]
        regions.sort(key=lambda r: (not PhoneMetadata.metadata_for_region(r).main_country_for_code, r))
        trunks = {TRUNKS.get(r) or PhoneMetadata.metadata_for_region(r).national_prefix for r in regions} - {None}
        if code == 1:
            trunks = {"1"}
        found = ranges(Machine("|".join(m.general_desc.national_number_pattern for m in metadata)))
        if code in SHORTER:
            first, most = SHORTER[code]
            found = {p: frozenset(n for n in ns if n <= most) if p.startswith(first) else ns for p, ns in found.items()}
        written_without = trunks and (regions[0] in OPTIONAL or not mobile(regions[0]).startswith(tuple(",".join(trunks).split(","))))
        mark = "?" if written_without and code != 1 else ""
        lines.append("\t".join([str(code), " ".join(regions), ",".join(sorted(trunks)) + mark, written(found)]) + "\n")
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        pattern = PhoneMetadata.metadata_for_nongeo_region(code).general_desc.national_number_pattern
        lines.append("\t".join([str(code), "", "", written(ranges(Machine(pattern)))]) + "\n")
    (HERE / "plans.tsv").write_text("".join(lines))
    lines = [SOURCE, "# country, what is dialled there in front of a calling code (. is any digit), where that is not 00 alone\n"]
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        found = set(exits(PhoneMetadata.metadata_for_region(region).international_prefix or "00"))
        found |= set(EXITS.get(region, "").split())
        if found != {"00"}:
            lines.append("\t".join([region, " ".join(sorted(found))]) + "\n")
    (HERE / "exits.tsv").write_text("".join(lines))
    kinds = [name for name in dir(PhoneNumberType) if name.isupper() and name not in ("UNKNOWN",)]
    lines = [SOURCE, "# country, kind, E.164, as it is written inside the country, as it is written outside it\n"]
    seen = set()
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in kinds:
            number = phonenumbers.example_number_for_type(region, getattr(PhoneNumberType, kind))
            if number is None or (region, number.national_number) in seen:
                continue
            seen.add((region, number.national_number))
            form = lambda f: phonenumbers.format_number(number, f)
            lines.append("\t".join([region, kind.lower(), form(PhoneNumberFormat.E164), form(PhoneNumberFormat.NATIONAL), form(PhoneNumberFormat.INTERNATIONAL)]) + "\n")
    (HERE / "../../../tests/numbers/examples.tsv").write_text("".join(lines))


main()
