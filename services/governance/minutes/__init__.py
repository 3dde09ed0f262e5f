"""Minutes: drafted from what was recorded, edited by the chair, approved at the body's next meeting."""
