"""What-if: counties, histories and simulations, pure but for files."""
