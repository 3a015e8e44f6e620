"""The customer's names and secrets: canaries. None of them is a word that sn-mock's own texts use."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime.now(UTC)
HOST = "lager7.vogelhaus-nord.de"
ADDRESS = "10.77.3.9"
PASSWORD = "Zwitscher-4711!x"
SECRETS = {"password": PASSWORD, "token": "tok_Amsel99Drossel", "basic": "Fink:und$Star8", "url": "Elster123q"}
NAMES = (
    "vogelhaus",
    "lager7",
    "zeisig",
    "nistkasten",
    "wurzel",
    "kuckuck4711",
    ADDRESS,
    "melder@",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
)
RECORDS = f"""
[instance]
name = "kuckuck4711"
release = "xanadu"

[[sys_properties]]
name = "glide.http.proxy_password"
value = "{SECRETS["basic"]}"

[[sys_properties]]
name = "com.glide.vogelhaus.url"
value = "https://melder:{SECRETS["url"]}@{HOST}/x"

[[sys_certificate]]
name = "Vogelhaus Schlüssel"
sys_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
type = "key_store"
key_store_password = "{PASSWORD}"
attachment = "vogelhaus.jks"
short_description = "von G. Zeisig, Tel. 0123"

[[sys_certificate]]
name = "Wurzel"
attachment = "wurzel.pem"

[[sys_protocol_profile]]
protocol = "vogelhaus"
default_port = 8443
keystore = "Vogelhaus Schlüssel"

[[sys_soap_message]]
name = "VogelhausBestand"
enable_mutual_auth = true
protocol_profile = "vogelhaus"
basic_auth_user = "melder.zeisig"
basic_auth_password = "{SECRETS["basic"]}"
use_basic_auth = true
description = "Zeisig fragen"

[[sys_soap_message_function]]
soap_message = "VogelhausBestand"
function_name = "Melden"
soap_endpoint = "https://{HOST}/bestand?from={ADDRESS}"
soap_action = "urn:vogelhaus-nord:Melden"
enable_mutual_auth = true
protocol_profile = "vogelhaus"
use_basic_auth = true
basic_auth_user = "melder.zeisig"
basic_auth_password = "{SECRETS["basic"]}"
envelope = '''<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
<m xmlns="urn:vogelhaus-nord"><token>${{token}}</token><ort>${{ort}}</ort><by>zeisig@vogelhaus-nord.de</by>
<password>{PASSWORD}</password><note>Vm9nZWxoYXVzIE5vcmQ=</note></m></soapenv:Body></soapenv:Envelope>'''
"""
