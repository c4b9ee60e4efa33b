"""Long work that people ask for and machines do: plans for everybody who waits, what-ifs."""
