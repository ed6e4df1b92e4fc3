"""What is told of papers: their particulars, validity, who does what."""
