"""The version of the program, the one place that names it."""

VERSION = "0.2.0"
