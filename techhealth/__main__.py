"""`python -m techhealth` is the command line."""

from techhealth.cli import main

main()
