"""From a question to an answer in the papers' own words."""
