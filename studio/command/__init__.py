"""The program `scriptorium`: one command line with verbs."""
