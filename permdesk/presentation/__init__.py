"""What every face shows: rows, trees, sentences and sums, worked out before any toolkit sees them."""
