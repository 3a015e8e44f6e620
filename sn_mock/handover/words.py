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
_COMMON = frozenset(
    """
    access account admin administrator agent alias alice and api app application apps attachment attachments auth
    authority back backend base bash basic beta blue body bob box bus business call caller center certificate
    certificates chain change changed class client clients cloud common company connect connection consulting content
    corp corporation create customer cyber data date default demo department dept desk dev development direct division
    domain edge edition endpoint engineering enterprise environment error exchange external fact facts failed failure
    file files finance first folder for format free frontend function functions gateway general global gmbh green group
    handshake head header headers help holding holdings host hosts hub inbound inc incident info instance integration
    intermediate internal international internet invalid issuing item java jks json key keys keystore keystores known
    lab labs last legal level limited live local localhost log login mail main management mark market marketing master
    message messages method middleware monitor mutual name names net network new next node none normal note null number
    office old online open operations order orders org other outbound page parent part partner path payment platform
    place port portal post pre primary private prod product production profile project properties property protocol
    provider proxy public purchase quality record records reference remote replay report request requests response rest
    result root route rule rules run sales sandbox script second secondary secret secure security send sent server
    servers service services session shared side site soap software solution source stage staging stand start state
    status store stores string style support system systems table team tech technical technology test testing tests
    text the their this ticket tickets time title tls token trust trusted type uat unit units unknown update url user
    users value values version web webservice work world www xml your zone sub step root son one two three ssl http
    mock mocked snmock simulated stub servicenow java openssl python forged format version evidence linux windows
    darwin scenario recorded report readme replay replayed manifest https myhttps post get put patch delete head van von der den des und les los las del della ltd llc plc bv nv ag sa
    """.split()
)


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    own = re.findall(r"[^\W\d_]{3,}", FILE.read_text("utf-8").lower())
    return (_COMMON | frozenset(own)) - _OF_THE_LAB


def words(text: str) -> list[str]:
    """The words of a name, letters and digits."""
    return _WORD.findall(text)


def tells(word: str) -> bool:
    """Whether that word alone tells who is meant."""
    if word.isdecimal():
        return len(word) >= _SHORTEST_NUMBER
    return len(word) >= _SHORTEST and word.lower() not in _vocabulary()
