"""Files to documents: text, structure, masthead, passages and responsibilities."""
