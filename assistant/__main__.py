"""Command line: `python -m assistant ask "question"`; see assistant/cli.py."""

import sys

if __name__ == "__main__":
    try:
        from assistant.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # pressed while the libraries are being imported
        sys.exit(130)
