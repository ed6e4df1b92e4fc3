"""What figures count or measure in."""

from pathlib import Path

from ingest.text.lists import word_groups, word_list

MEASURES = word_list(Path(__file__).with_name("measures.txt"))
# Names of one measure, first as it is compared.
SAME_MEASURES = word_groups(Path(__file__).with_name("measures_alike.txt"))
