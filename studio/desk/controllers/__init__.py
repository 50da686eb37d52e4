"""Controllers: what each command does, and what keeps note, window and pen in step."""
