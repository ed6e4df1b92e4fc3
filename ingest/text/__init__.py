"""What words in official papers look like: numbering, dates, sentences, units, places."""
