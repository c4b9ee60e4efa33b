"""Where things are: postcodes, straight-line miles as the DfE computes them, areas."""
