"""What a question asks: read, corrected, completed, split."""
