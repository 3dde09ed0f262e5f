"""Requests: places are asked for, by a delegate for herself or by a lead for her people, and given in the order of arrival."""
