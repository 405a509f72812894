"""From chapters and executed notebooks to the published site and its PDF."""
