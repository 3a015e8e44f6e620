"""Which words tell who somebody is. `client`, `test` and `gateway` name nobody, and stand in every report."""

from __future__ import annotations

import re
from functools import lru_cache

from guarded.regex import regex
from sn_mock.diagnosis.texts.index import FILE

_WORD = regex(r"[^\W_]+")
_SHORTEST = 3
_SHORTEST_NUMBER = 5
_OF_THE_LAB = frozenset({"acme"})
"""Names that sn-mock's own scenarios use; they are somebody's all the same."""
_COMMON = """
about absolute accent access account actor admin administrator ag agent algorithms alias alice alpn and api app
application apps arrow attachment attachments attempts auth authorities authority auto axis back backend bad bar bars
base bash basic because beta blue bob body bold border box bus business bv call caller card cause center certificate
certificates chain change changed choice cipher class client clients cloud color command common company compressed
connect connection consulting content corp corporation create cross customer cyber darwin data date declared default
del delete della demo den department dept der des desk detail details dev development differ direct direction display
division domain duration edge edition endpoint engineering enterprise entries environment error evidence exchange
external fact factory facts failed failure family file files fill finance findings first flex folder font footer for
forged format free frontend function functions gateway general get global gmbh good green grid group groups handshake
head header headers height help hidden holding holdings host hosts http https hub inbound inc incident info inherit
ink instance integration intermediate internal international internet invalid issuing item java jks json key keys
keystore keystores kind known lab label labs las last legal les level limited line linux live llc local localhost log
login los lost ltd mail main management manifest margin mark market marketing master message messages method
middleware mock mocked monitor mono monospace mutual myhttps name names net network new next node none normal note
null number nv offered office old one online open openssl operation operations order orders org orphans other outbound
padding page paper parent part partner patch path payment peer place platform plc port portal position post pre
predicted present presented primary print private prod product production profile project properties property protocol
provider proxy public purchase put python quality quirks random readme reason received recipe record recorded records
reference rejected relative remote replay replayed report request requests response rest rests result resumed root
route rule rules run sa said sales sandbox sans scenario scheme screen script scroll second secondary secret section
secure security send sent sequence serif server servers service servicenow services session sha shared side signature
simulated site size sni snmock soap socket soft software solid solution son source span ssl stage stages staging stand
start state status step store stores story string stroke stub style sub subject suite suites summary support system
systems table team tech technical technology test testing tests text the their this three ticket tickets time tip
title tls token track transcript trust trusted two type uat und unit units unknown update url user users value values
van verdict verify version von warn web webservice weight widows width windows work world wrap www xml your zone
"""
"""What every report and many names have."""


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    own = re.findall(r"[^\W\d_]{3,}", FILE.read_text("utf-8").lower())
    return (frozenset(_COMMON.split()) | frozenset(own)) - _OF_THE_LAB


def words(text: str) -> list[str]:
    """The words of a name, letters and digits."""
    return _WORD.findall(text)


def tells(word: str) -> bool:
    """Whether that word alone tells who is meant."""
    if word.isdecimal():
        return len(word) >= _SHORTEST_NUMBER
    return len(word) >= _SHORTEST and word.lower() not in _vocabulary()
