"""What a paper says of itself: masthead, region, secrecy, validity."""
