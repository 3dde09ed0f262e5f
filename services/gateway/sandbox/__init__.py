"""The sandbox's made-up people and systems, whose passwords and keys everybody may know; they exist nowhere else."""
