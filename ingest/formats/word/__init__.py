"""Word, and what LibreOffice turns into it."""
