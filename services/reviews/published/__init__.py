"""What is public: published reviews with what they teach and recommend, for everybody."""
