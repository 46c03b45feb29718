"""How good a method is, in the definitions that every table uses."""
