"""Columns of base-system tables that scripts around a call read most: types, references and choice labels.

Defaults are those that a new record of the base system has (ASSUMED where no page prints them).

Not the whole dictionary: a table may have more columns, and rows of `sys_dictionary`, `sys_choice` and `sys_db_object`
(imported, or written into `rows/`) add to these and override them. Facts: docs of the Task, Incident, User and CMDB
tables; `@servicenow/sdk-core` 4.9.0 for types and references.
"""

from __future__ import annotations

from collections.abc import Mapping

from guarded.values import dataclass
from sn_mock.query.columns import Column


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of one table."""

    extends: str = ""
    display: str = ""
    label: str = ""
    columns: tuple[Column, ...] = ()


def _references(**tables: str) -> tuple[Column, ...]:
    return tuple(Column(name, "reference", reference=table, max_length=32) for name, table in tables.items())


def _lists(**tables: str) -> tuple[Column, ...]:
    return tuple(Column(name, "glide_list", reference=table, max_length=1024) for name, table in tables.items())


def _typed(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, default="true" if (kind, name) == ("boolean", "active") else "") for name in names)


def _choice(name: str, default: str = "", **labels: str) -> Column:
    choices = {value.removeprefix("_"): label for value, label in labels.items()}
    return Column(name, "integer", choices=choices, default=default)


_LEVELS = {"_1": "1 - High", "_2": "2 - Medium", "_3": "3 - Low"}
_TASK_STATES = {
    "_-5": "Pending",
    "_1": "Open",
    "_2": "Work in Progress",
    "_3": "Closed Complete",
    "_4": "Closed Incomplete",
    "_7": "Closed Skipped",
}
_CI = _references(
    assigned_to="sys_user", company="core_company", location="cmn_location", manufacturer="core_company",
    model_id="cmdb_model", owned_by="sys_user", managed_by="sys_user", support_group="sys_user_group",
    assignment_group="sys_user_group", department="cmn_department",
)  # fmt: skip
WELL_KNOWN: Mapping[str, Described] = {
    "task": Described(
        display="number",
        label="Task",
        columns=(
            *_typed("boolean", "active", "made_sla", "knowledge"),
            *_typed("string", "number", "short_description", "description", "close_notes", "correlation_id",
                    "correlation_display", "sys_class_name", "contact_type"),
            *_typed("journal_input", "comments", "work_notes"),
            *_typed("glide_date_time", "opened_at", "closed_at", "due_date", "work_start", "work_end",
                    "activity_due", "expected_start"),
            *_typed("glide_duration", "calendar_duration", "business_duration"),
            *_typed("integer", "reassignment_count", "order"),
            *_references(assigned_to="sys_user", assignment_group="sys_user_group", opened_by="sys_user",
                         closed_by="sys_user", cmdb_ci="cmdb_ci", company="core_company", location="cmn_location",
                         parent="task", business_service="cmdb_ci_service", service_offering="service_offering"),
            *_lists(watch_list="sys_user", work_notes_list="sys_user", additional_assignee_list="sys_user"),
            _choice("priority", _1="1 - Critical", _2="2 - High", _3="3 - Moderate", _4="4 - Low", _5="5 - Planning"),
            _choice("urgency", "3", **_LEVELS),
            _choice("impact", "3", **_LEVELS),
            _choice("state", "1", **_TASK_STATES),
            Column("approval", choices={"not requested": "Not Yet Requested", "requested": "Requested",
                                        "approved": "Approved", "rejected": "Rejected"}),
        ),
    ),
    "incident": Described(
        extends="task",
        display="number",
        label="Incident",
        columns=(
            *_references(caller_id="sys_user", resolved_by="sys_user", problem_id="problem",
                         parent_incident="incident", rfc="change_request", caused_by="change_request"),
            *_typed("glide_date_time", "resolved_at"),
            *_typed("string", "category", "subcategory", "close_code"),
            _choice("state", "1", _1="New", _2="In Progress", _3="On Hold", _6="Resolved", _7="Closed", _8="Canceled"),
            _choice("incident_state", "1", _1="New", _2="In Progress", _3="On Hold", _6="Resolved", _7="Closed",
                    _8="Canceled"),
            _choice("severity", **_LEVELS),
        ),
    ),
    "api_key": Described(
        display="name",
        label="REST API Key",
        columns=(
            *_typed("string", "name", "description"),
            *_typed("boolean", "active"),
            *_references(user="sys_user"),
            *_typed("password2", "token"),
            *_typed("glide_date_time", "expiry"),
        ),
    ),
    "sys_transform_map": Described(
        display="name",
        label="Table Transform Map",
        columns=(
            *_typed("string", "name", "source_table", "target_table"),
            *_typed("boolean", "active", "run_script"),
            *_typed("integer", "order"),
        ),
    ),
    "sys_transform_entry": Described(
        label="Field Map",
        columns=(
            *_references(map="sys_transform_map"),
            *_typed("string", "source_field", "target_field"),
            *_typed("boolean", "coalesce", "use_source_script"),
        ),
    ),
    "sys_import_set": Described(
        display="number", label="Import Set", columns=_typed("string", "number", "table_name", "state")
    ),
    "problem": Described(
        extends="task",
        display="number",
        label="Problem",
        columns=_references(first_reported_by_task="task", duplicate_of="problem", rfc="change_request"),
    ),
    "change_request": Described(
        extends="task",
        display="number",
        label="Change Request",
        columns=(
            *_references(requested_by="sys_user", std_change_producer_version="std_change_producer_version"),
            *_typed("glide_date_time", "start_date", "end_date"),
            Column("state", "integer", default="-5",
                   choices={"-5": "New", "-4": "Assess", "-3": "Authorize", "-2": "Scheduled", "-1": "Implement",
                            "0": "Review", "3": "Closed", "4": "Canceled"}),
            *_typed("string", "type", "category", "reason"),
        ),
    ),
    "change_task": Described(extends="task", display="number", label="Change Task",
                             columns=_references(change_request="change_request")),
    "sc_request": Described(extends="task", display="number", label="Request",
                            columns=_references(requested_for="sys_user")),
    "sc_req_item": Described(extends="task", display="number", label="Requested Item",
                             columns=_references(request="sc_request", cat_item="sc_cat_item",
                                                 requested_for="sys_user")),
    "sc_task": Described(extends="task", display="number", label="Catalog Task",
                         columns=_references(request="sc_request", request_item="sc_req_item",
                                             sc_catalog="sc_catalog")),
    "sc_cat_item": Described(display="name", label="Catalog Item",
                             columns=(*_typed("boolean", "active"), *_references(category="sc_category"))),
    "sysapproval_approver": Described(display="sysapproval", label="Approval",
                                      columns=_references(approver="sys_user", sysapproval="task")),
    "sys_user": Described(
        display="name",
        label="User",
        columns=(
            *_typed("boolean", "active", "locked_out", "vip", "web_service_access_only"),
            *_typed("password", "user_password"),
            *_typed("string", "name", "user_name", "first_name", "last_name", "email", "phone", "mobile_phone",
                    "title", "employee_number", "time_zone"),
            *_references(manager="sys_user", department="cmn_department", location="cmn_location",
                         company="core_company", cost_center="cmn_cost_center"),
        ),
    ),
    "sys_user_group": Described(
        display="name",
        label="Group",
        columns=(*_typed("boolean", "active"), *_typed("string", "name", "description", "email"),
                 *_references(manager="sys_user", parent="sys_user_group")),
    ),
    "sys_user_grmember": Described(label="Group Member",
                                   columns=_references(user="sys_user", group="sys_user_group")),
    "sys_user_has_role": Described(label="User Role", columns=_references(user="sys_user", role="sys_user_role")),
    "sys_user_role": Described(display="name", label="Role", columns=_typed("string", "name")),
    "core_company": Described(display="name", label="Company", columns=_references(parent="core_company")),
    "cmn_department": Described(display="name", label="Department",
                                columns=_references(dept_head="sys_user", parent="cmn_department")),
    "cmn_location": Described(display="name", label="Location", columns=_references(parent="cmn_location")),
    "cmn_cost_center": Described(display="name", label="Cost center"),
    "cmdb_ci": Described(display="name", label="Configuration Item",
                         columns=(*_CI, *_typed("string", "name", "sys_class_name", "serial_number", "ip_address"))),
    "cmdb_ci_server": Described(extends="cmdb_ci_computer", display="name", label="Server"),
    "cmdb_ci_computer": Described(extends="cmdb_ci", display="name", label="Computer"),
    "cmdb_ci_service": Described(extends="cmdb_ci", display="name", label="Service"),
    "cmdb_rel_ci": Described(label="CI Relationship",
                             columns=_references(parent="cmdb_ci", child="cmdb_ci", type="cmdb_rel_type")),
    "ecc_queue": Described(display="name", label="Queue",
                           columns=(*_typed("string", "agent", "topic", "name", "source", "payload", "queue", "state"),
                                    *_references(response_to="ecc_queue"))),
    "sysevent": Described(display="name", label="Event"),
    "sys_trigger": Described(
        display="name",
        label="Schedule Item",
        columns=(*_typed("string", "name", "trigger_type", "state"), *_typed("glide_date_time", "next_action"),
                 *_typed("script", "script")),
    ),
    "sys_alias": Described(display="name", label="Connection & Credential Aliases",
                           columns=_references(parent="sys_alias")),
    "http_connection": Described(
        extends="sys_connection",
        display="name",
        label="HTTP(s) Connection",
        columns=(*_typed("boolean", "mutual_auth", "url_builder"),
                 *_references(protocol_profile="sys_protocol_profile")),
    ),
    "sys_connection": Described(
        display="name",
        label="Connection",
        columns=(*_typed("boolean", "active", "use_mid"), *_typed("integer", "order", "connection_timeout"),
                 *_references(connection_alias="sys_alias", credential="discovery_credentials")),
    ),
    "discovery_credentials": Described(display="name", label="Credentials",
                                       columns=(*_typed("boolean", "active"), *_typed("integer", "order"))),
    "basic_auth_credentials": Described(extends="discovery_credentials", display="name",
                                        label="Basic Auth Credentials",
                                        columns=(*_typed("string", "user_name"), *_typed("password2", "password"))),
    "api_key_credentials": Described(extends="discovery_credentials", display="name", label="API Key Credentials",
                                     columns=_typed("password2", "api_key")),
    "oauth_2_0_credentials": Described(extends="discovery_credentials", display="name",
                                       label="OAuth 2.0 Credentials",
                                       columns=_references(oauth_entity_profile="oauth_entity_profile")),
    "oauth_entity": Described(display="name", label="Application Registries",
                              columns=(*_typed("boolean", "active"), *_typed("string", "name", "client_id", "type"),
                                       *_typed("password2", "client_secret"),
                                       *_typed("integer", "access_token_lifespan", "refresh_token_lifespan"))),
    "sys_ws_definition": Described(
        display="name",
        label="Scripted REST Service",
        columns=(*_typed("boolean", "active"),
                 *_typed("string", "name", "service_id", "namespace", "base_uri", "short_description",
                         "consumes", "produces")),
    ),
    "sys_ws_operation": Described(
        display="name",
        label="Scripted REST Resource",
        columns=(*_references(web_service_definition="sys_ws_definition"),
                 *_typed("boolean", "active"), Column("requires_authentication", "boolean", default="true"),
                 Column("http_method", choices={name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")},
                        default="GET"),
                 Column("relative_path", default="/"), *_typed("script", "operation_script"),
                 *_typed("string", "name", "operation_uri", "short_description")),
    ),
    "sys_outbound_http_log": Described(
        display="sys_created_on",
        label="Outbound HTTP Requests",
        columns=(*_typed("string", "method", "protocol", "scheme", "hostname", "path", "url_query", "error_message",
                         "log_level", "source_table", "source_record", "mid_server", "user", "sequence",
                         "request_headers", "request_body", "response_headers", "response_body"),
                 *_typed("integer", "response_status", "request_length", "response_length", "total_time")),
    ),
    "sys_soap_message_test": Described(
        display="sys_created_on",
        label="SOAP Message Test",
        columns=(*_references(soap_function="sys_soap_message_function"),
                 *_typed("string", "request", "response", "http_status")),
    ),
    "syslog": Described(display="message", label="Log Entry",
                        columns=(*_typed("string", "message", "source"),
                                 Column("level", choices={"-1": "Debug", "0": "Information", "1": "Warning",
                                                          "2": "Error"}))),
    "oauth_entity_profile": Described(display="name", label="OAuth Entity Profile",
                                      columns=_references(oauth_entity="oauth_entity")),
    "kb_knowledge": Described(display="number", label="Knowledge",
                              columns=_references(author="sys_user", kb_knowledge_base="kb_knowledge_base",
                                                  kb_category="kb_category")),
    "sys_scope": Described(display="name", label="Application"),
    "sys_choice": Described(display="label", label="Choice", columns=_typed("boolean", "inactive")),
    "sys_dictionary": Described(display="element", label="Dictionary Entry"),
    "sys_db_object": Described(display="label", label="Tables", columns=_references(super_class="sys_db_object")),
}  # fmt: skip
PREFIXES: Mapping[str, str] = {
    **{"task": "TASK", "incident": "INC", "problem": "PRB", "change_request": "CHG", "change_task": "CTASK"},
    **{"sc_request": "REQ", "sc_req_item": "RITM", "sc_task": "SCTASK", "kb_knowledge": "KB"},
    **{"sys_import_set": "ISET"},
}
"""What the numbers of these tables begin with (base system, Number Maintenance); seven digits follow."""
FIRST_NUMBER = 10001
"""Where numbers begin in a table without rows (ASSUMED: as on a developer's instance)."""
DISPLAY_NAMES = ("name", "number", "u_name", "u_number", "short_description", "title", "label")
"""Where nobody says what stands for a row: the first of these that it has (ASSUMED; the platform takes the column whose
dictionary entry is marked as display, else `name` or `u_name`)."""
