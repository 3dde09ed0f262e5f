"""What is an agency's own can be taken out: every table of a service with an export is a part of it, or stands here with why not."""

import re
from dataclasses import fields
from importlib import import_module

import pytest
from sqlalchemy import Column, Text

from services.composition import SERVICES
from shared.exports import Part

# What is nobody's own among agencies, by why.
LEFT_OUT: dict[str, dict[str, set[str]]] = {
    "governance": {
        "the gateway's, as it tells it": {"suspension"},
        "everybody's, or a body's": {
            *("body", "body_decision", "meeting_entry", "agenda_item", "paper", "outcome", "minutes", "chair_report"),
            *("terms_of_reference", "plan", "plan_area", "plan_statement", "joint_decision_round", "retention_period"),
        },
        "a person's": {"feed", "invitation"},
        "told again of what other tables hold": {"thread_record", "thread_step", "thread_link", "way_told"},
        "counts references": {"reference_number"},
    },
    "escalations": {
        "the gateway's, as it tells it": {"suspension"},
        "governance's, and in its export": {"agency", "body", "contact", "delegation"},
        "a child's, who stands with each matter under a pseudonym; the numbers are in no export": {"child_identifier"},
        "the partnership's": {
            *("ladder_version", "frozen_quarter", "wider_edition", "asked_decision", "retention_period")
        },
        "told again of what other tables hold": {"way", "way_stop"},
        "counts references": {"reference_number"},
    },
    "reviews": {
        "the gateway's, as it tells it": {"suspension"},
        "governance's, and in its export": {"agency", "body", "contact", "delegation", "seat"},
        "a child's; the numbers are in no export": {"child", "child_identifier", "child_match", "incident_child"},
        "the partnership's": {"retention_period"},
        "the three partners' together": {"incident_entry", "incident_party", "incident_year", "joint_decision_round"},
        "a panel's": {"rapid_review_entry", "reviewed_incident", "criterion_answer", "panel_member"},
        "a practice review's, which is the partnership's": {
            *(
                "review_entry",
                "review_letter",
                "reviewer",
                "report_part",
                "terms_version",
                "milestone",
                "milestone_move",
            ),
            *("engagement", "publication_check", "learning_point", "recommendation_learning"),
        },
        "counts references": {"reference_number"},
    },
    "training": {
        "the gateway's, as it tells it": {"suspension"},
        "governance's, and in its export": {"agency", "body", "contact", "delegation"},
        "everybody's": {"series", "session_trainer", "session_entry", "distribution_list"},
        "a person's": {"feed", "invitation", "offer_letter", "evaluation_answer"},
        "a register's, which its trainers keep": {"presence", "impact_sample"},
    },
}
# Columns that are called as those of people are, and are none, or of the agency's own people by the rows that are read.
NOT_OF_OTHERS = {
    "governance.delegation.agreed_by": "who agreed for the agency acted for, told to both",
    "governance.brief.overseen_by": "a body",
    "governance.expectation.expected_by": "a body, or where it is written",
    "governance.explanation.answered_by": "who answered for the agency",
    "governance.membership.person_name": "the agency's own",
    "governance.joint_decision_vote.voter": "who voted for the agency",
    "escalations.escalation.stage_decided_by": "which partners",
    "escalations.stage_entry.opened_by": "a move",
    "escalations.stage_entry.ended_by": "a move",
    "escalations.clock_entry.stopped_by": "a move",
    "escalations.vote.voter": "who voted for the agency",
    "reviews.notification_form.submitted_by": "who submitted it for the council, which alone may",
    "reviews.joint_decision_vote.voter": "who voted for the agency",
    "training.booking.subject": "the agency's own",
    "escalations.denominator.supplied_by": "the agency",
}
PEOPLE = re.compile(r"\w+_by|by|actor|raiser|subject|client_id|voter|signer|person_\w+")


def parts(service: str) -> tuple[Part, ...]:
    """Of what a service's export consists."""
    found: tuple[Part, ...] = import_module(f"services.{service}.exports.queries").PARTS
    return found


@pytest.mark.parametrize("service", LEFT_OUT)
def test_every_table_is_in_the_export_or_left_out(service: str) -> None:
    """A table that is new is a part of the export, or is named above."""
    base = SERVICES[service].base
    read = {table for part in parts(service) for table in re.findall(rf"\b{service}\.(\w+)", str(part.statement))}
    every_services = {getattr(base.plumbing, field.name).name for field in fields(base.plumbing)}
    kept = {table.name for table in base.metadata.sorted_tables} - every_services
    left_out = set().union(*LEFT_OUT[service].values())
    assert kept - read == left_out
    assert sum(map(len, LEFT_OUT[service].values())) == len(left_out)


def test_people_of_others_are_in_none() -> None:
    """A column of people is read for their own agency alone, or is named above with why it may be read as it is."""
    plain = {
        f"{service}.{column.table.name}.{column.name}"
        for service in LEFT_OUT
        for part in parts(service)
        for column in part.statement.selected_columns
        if isinstance(column, Column) and isinstance(column.type, Text) and PEOPLE.fullmatch(column.name)
    }
    assert plain == set(NOT_OF_OTHERS)


def test_every_service_that_agencies_use_has_one() -> None:
    """The gateway keeps nothing that is an agency's own but who has an account."""
    assert {*LEFT_OUT, "gateway"} == set(SERVICES)
