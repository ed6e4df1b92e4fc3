"""Lines to paragraphs, headings, passages, and who is responsible for what."""
