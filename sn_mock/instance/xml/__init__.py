"""Bringing records in from ServiceNow's XML exports, and taking them back out as XML.

- *Export file*: `<unload>` (records, lists, update sets), `<record_update>` (application repositories), or a zip or
  folder of them (`sources`, read as a stream by `xml_reader`).
- *RawRecord*: one row as the file has it; `conversion` makes a Record of it, as far as it can travel.
- *Attachment spool*: gzip-and-base64 chunks put together again (`attachment_spool`).
- *ImportReport*: what came in, what was left out and why, which passwords to supply (imports of a WSDL report so, too).

Flow: files → RawRecords → Records merged into an Instance → folder; `xml_writer` goes the other way.
"""

from sn_mock.instance.xml.importer import import_files
from sn_mock.instance.xml.report import ImportReport, LeftOut, PasswordNeeded
from sn_mock.instance.xml.xml_writer import export, export_xml

__all__ = ["ImportReport", "LeftOut", "PasswordNeeded", "export", "export_xml", "import_files"]
