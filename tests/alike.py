"""Two papers whose digests begin with the same 12 digits."""

# Found by a birthday search over 30,000,000 figures, which takes a minute.
ALIKE = tuple(f"氢能产业到2027年产值达到{figure}万元。" for figure in (27716960, 29911618))
SAME = "1bc3c58787ba"
