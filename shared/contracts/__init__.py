"""The events that services publish, one file for each owner; a breaking change is a new class beside the old one."""
