"""What a review teaches: learning points, each from one review and by itself without anybody to be recognised."""
