"""Words that talk to a language model, taken out of papers."""
