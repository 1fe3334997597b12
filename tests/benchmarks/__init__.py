"""How fast the engine decides, beside other engines on the same questions: `make bench-engine`."""
