"""The stations of a way after the learning point itself, in their order."""

from enum import StrEnum


class Station(StrEnum):
    """Where something that follows from a learning point stands, as governance's threads call it."""

    ACTION = "action"
    TRAINING = "training"
    EVIDENCE = "evidence"
    ACTIVITY_SIGNED = "activity_signed"
    IMPACT_SIGNED = "impact_signed"
    IMPACT = "impact"
