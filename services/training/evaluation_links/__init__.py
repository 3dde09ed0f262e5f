"""The one-time link in the letter that asks: it shows what is asked, and takes the answer once, without an account."""
