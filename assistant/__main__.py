"""Command line: `python -m assistant ask "question"`; see assistant/cli.py."""

import sys

if __name__ == "__main__":
    try:
        from assistant.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # pressed while the libraries are being imported
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
