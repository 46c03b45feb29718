"""One file per command. Each has a docstring (its help), EXAMPLES, arguments(parser) and run(args) -> exit code."""
