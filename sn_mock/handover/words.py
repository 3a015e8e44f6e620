"""Which words tell who somebody is. `client`, `test` and `gateway` name nobody, and stand in every report."""

from __future__ import annotations

import re
from functools import lru_cache

from sn_mock.diagnosis.texts.index import FILE

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3
_SHORTEST_NUMBER = 5
_OF_THE_LAB = frozenset({"acme"})
"""Names that sn-mock's own scenarios use; they are somebody's all the same."""
_COMMON = """
access account admin administrator ag agent alias alice and api app application apps attachment attachments auth
authority back backend base bash basic beta blue bob body box bus business bv call caller center certificate
certificates chain change changed class client clients cloud common company connect connection consulting content corp
corporation create customer cyber darwin data date default del delete della demo den department dept der des desk dev
development direct division domain edge edition endpoint engineering enterprise environment error evidence exchange
external fact facts failed failure file files finance first folder for forged format free frontend function functions
gateway general get global gmbh green group handshake head header headers help holding holdings host hosts http https
hub inbound inc incident info instance integration intermediate internal international internet invalid issuing item
java jks json key keys keystore keystores known lab labs las last legal les level limited linux live llc local
localhost log login los ltd mail main management manifest mark market marketing master message messages method
middleware mock mocked monitor mutual myhttps name names net network new next node none normal note null number nv
office old one online open openssl operations order orders org other outbound page parent part partner patch path
payment place platform plc port portal post pre primary private prod product production profile project properties
property protocol provider proxy public purchase put python quality readme record recorded records reference remote
replay replayed report request requests response rest result root route rule rules run sa sales sandbox scenario
script second secondary secret secure security send sent server servers service servicenow services session shared
side simulated site snmock soap software solution son source ssl stage staging stand start state status step store
stores string stub style sub support system systems table team tech technical technology test testing tests text the
their this three ticket tickets time title tls token trust trusted two type uat und unit units unknown update url user
users value values van version von web webservice windows work world www xml your zone
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
